import type { PlannedLaunch } from '../../../model/decision.ts';
import type { Reason } from '../../../model/reason.ts';
import { howManyFit, type Shape, shapeKey } from '../../../model/resources.ts';
import type { Stage } from '../../../model/stage.ts';
import { type Limits, NOTICE_SECONDS } from '../../../model/takes.ts';
import type { PlannedWake } from '../../../model/wake.ts';
import type { Waiters } from '../../../observe/demand.ts';
import { affordable, type Headroom, without } from '../../../observe/money/budget.ts';
import { type Bin, fill, widestFirst } from '../../../observe/packing.ts';
import type { SeenRooms } from '../../../observe/seen-rooms.ts';
import type { Situation } from '../../../observe/situation.ts';
import type { FleetSettings } from '../../../settings/fleet-settings.ts';
import { lackOf } from '../../../settings/holdable.ts';
import { fairByWidth } from './by-width.ts';
import { chooseOffers, type OfferClass, roomsOf, type Wanted as Wish } from './offers.ts';
import { request, type Wanted, widthOf } from './request.ts';
import { type Split, takeSleepers } from './wakes.ts';

/** What a fleet may still launch. */
export interface Allowance {
  readonly workers: number;
  readonly cores: number;
  /** What may be spent; absent where there is no budget. */
  readonly headroom?: Headroom;
  /** Money is short: only the cheapest offers. */
  readonly onlyCheapest?: boolean;
}

interface Plan {
  readonly granted: readonly Wanted[];
  /** Workers that the load asks for and the caps do not allow. */
  readonly keptBack: number;
  /** Workers that the caps allow and the budget does not. */
  readonly tooDear: number;
  /** Jobs for which EC2 has no machine in any zone of the stage. */
  readonly unsupported: number;
  readonly why: readonly Reason[];
}

const launched = ({ offers: { offers, market, halvings }, count }: Wanted): Reason => ({
  kind: 'launch',
  workers: count,
  flavours: [...new Set(offers.map(({ flavour }) => flavour))],
  market,
  ...(halvings === undefined ? {} : { trialOffers: offers.length }),
});

const jobsOf = ({ count, shape: { cpus, memoryMb } }: Waiters) => ({ pilots: count, cpus, memoryMb });

/** Finds what no flavour has for such a pilot. */
const lacking = ({ shape }: Waiters, settings: FleetSettings, stage: Stage, seen: SeenRooms) => {
  const rooms = roomsOf(settings, stage, seen).map(({ room }) => room);
  const lack = lackOf(shape, rooms);
  return lack === undefined ? {} : { lack };
};

const NOTHING_SEEN: SeenRooms = new Map();

/**
 * The offers of a worker that should hold such a pilot by its type, though none that was seen does. It may be the machines
 * that were seen: one is tried, unless one has been tried lately.
 */
const canaryFor = (
  shape: Shape,
  wish: Wish,
  { settings, stage, ec2: { cooling, triedLately } }: Situation,
): OfferClass | undefined => {
  const site = { site: stage, cooling, seen: NOTHING_SEEN };
  const offers = chooseOffers(shape, { ...wish, count: 1 }, settings, site);
  if (typeof offers === 'string') return undefined;
  return offers.offers.some(({ flavour }) => triedLately?.().has(flavour)) ? undefined : offers;
};

/** How many workers of an offer are still allowed: never one more. */
const mostOf = ({ room }: OfferClass, left: Allowance): number =>
  Math.max(0, Math.min(left.workers, Math.floor(left.cores / room.cpus)));

/** EC2 chooses among the offers: each counts as the dearest of them. */
const priceOf = ({ prices }: OfferClass): number => Math.max(0, ...Object.values(prices ?? {}));

const payable = (offers: OfferClass, { headroom }: Allowance): number =>
  headroom === undefined ? Number.POSITIVE_INFINITY : affordable(headroom, priceOf(offers));

/** What is left once so many workers of an offer are granted. */
const less = (left: Allowance, offers: OfferClass, count: number): Allowance => ({
  ...left,
  workers: left.workers - count,
  cores: left.cores - count * offers.room.cpus,
  ...(left.headroom === undefined ? {} : { headroom: without(left.headroom, priceOf(offers), count) }),
});

/** Whether no worker lives long enough for such a job: it would be launched for again and again. */
const outlasts = ({ wallSeconds }: Waiters, { maxLifeSeconds }: FleetSettings): boolean =>
  wallSeconds > maxLifeSeconds - NOTICE_SECONDS;

const lifetimesOf = ({ wallSeconds }: Waiters, { maxLifeSeconds }: FleetSettings) => ({
  wallSeconds,
  maxLifeSeconds,
});

const isLike = (a: Wanted, b: Wanted): boolean =>
  shapeKey(a.shape) === shapeKey(b.shape) && JSON.stringify(a.offers) === JSON.stringify(b.offers);

/** Adds to what is granted. Jobs that differ in how long they may run alone are launched for together: each call costs EC2's patience. */
const grant = (granted: Wanted[], more: Wanted): void => {
  const index = granted.findIndex((of) => isLike(of, more));
  const known = granted[index];
  if (known === undefined) granted.push(more);
  else {
    const longestSeconds = Math.max(known.longestSeconds, more.longestSeconds);
    granted[index] = { ...known, count: known.count + more.count, longestSeconds };
  }
};

/** Which jobs a worker takes that is launched now. */
const limitsOf = ({ room: { gpus } }: OfferClass, settings: FleetSettings, jobs: number): Limits => {
  const width = widthOf(settings, jobs);
  const longestSeconds = settings.maxLifeSeconds - NOTICE_SECONDS;
  return { gpus, longestSeconds, fewestCpus: 0, ...(width === undefined ? {} : { width }) };
};

/** How many workers may be launched for jobs of each width. */
type MostOfWidth = (width: number) => number;

const ANY_NUMBER: MostOfWidth = () => Number.POSITIVE_INFINITY;

/**
 * Workers for the jobs that fit nowhere: widest first, and what these leave free on the new workers is filled by
 * narrower ones. A worker that is not allowed leaves nothing: nobody may wait for room on it.
 */
const choose = (
  residual: readonly Waiters[],
  situation: Situation,
  allowance: Allowance,
  mostOfWidth = ANY_NUMBER,
): Plan => {
  const { settings, stage, ec2 } = situation;
  const { cooling, unsupported, suspects, seen, launchTokens, hazards } = ec2;
  const granted: Wanted[] = [];
  const why: Reason[] = [];
  let left = allowance;
  let keptBack = 0;
  let tooDear = 0;
  let withoutType = 0;
  let leftOver: readonly Bin[] = [];
  for (const waiting of [...residual].sort(widestFirst)) {
    const { shape } = waiting;
    if (outlasts(waiting, settings)) {
      why.push({ kind: 'jobs-outlast-workers', ...jobsOf(waiting), ...lifetimesOf(waiting, settings) });
      continue;
    }
    const filled = fill(waiting, leftOver);
    leftOver = filled.bins;
    const count = waiting.count - filled.placed;
    if (count === 0) continue;
    const started = granted.reduce((n, of) => n + of.count, 0);
    const buying = waiting.onDemand === true ? ({ ...settings, market: 'on-demand' } as const) : settings;
    const wish = {
      count,
      launchTokens: launchTokens - started,
      overheadPercent: settings.workerOverheadPercent,
      onlyCheapest: allowance.onlyCheapest === true,
      ...(settings.market === 'spot-if-cheaper' && hazards !== undefined ? { hazards: hazards() } : {}),
      ...(unsupported === undefined ? {} : { unsupported }),
      ...(suspects === undefined ? {} : { suspects }),
    };
    const fitting = chooseOffers(shape, wish, buying, { site: stage, cooling, seen: seen() });
    const canary = fitting === 'too-small' ? canaryFor(shape, wish, situation) : undefined;
    const offers = canary ?? fitting;
    if (canary !== undefined) why.push({ kind: 'fits-no-flavour', ...jobsOf(waiting), canary: true });
    if (offers === 'too-small') {
      const lack = lacking(waiting, settings, stage, seen());
      why.push({ kind: 'fits-no-flavour', ...jobsOf(waiting), ...lack });
    } else if (offers === 'all-cooling') {
      why.push({ kind: 'offers-cooling', ...jobsOf(waiting) });
    } else if (offers === 'unsupported') {
      why.push({ kind: 'offers-unsupported', ...jobsOf(waiting) });
      withoutType += count;
    } else {
      const wanted = canary === undefined ? Math.ceil(count / howManyFit(shape, offers.room)) : 1;
      const width = shape.cpus;
      const ofWidth = granted.reduce((n, of) => (of.shape.cpus === width ? n + of.count : n), 0);
      const allowed = Math.min(wanted, mostOf(offers, left), Math.max(0, mostOfWidth(width) - ofWidth));
      const taken = Math.min(allowed, payable(offers, left));
      keptBack += wanted - allowed;
      tooDear += allowed - taken;
      if (taken === 0) continue;
      grant(granted, { offers, count: taken, shape, longestSeconds: waiting.wallSeconds });
      left = less(left, offers, taken);
      const limits = limitsOf(offers, settings, width);
      leftOver = [
        ...leftOver,
        ...fill({ ...waiting, count }, [{ room: offers.room, count: taken, limits }]).bins,
      ];
    }
  }
  return { granted, keptBack, tooDear, unsupported: withoutType, why };
};

const NO_CAPS = { workers: Number.MAX_SAFE_INTEGER, cores: Number.MAX_SAFE_INTEGER } as const;

/**
 * The same; where the caps do not allow all that is wanted, every width has its fair part of what they do. What a width wants
 * is worked out without the others: who would fit into what wider ones leave has a part of its own where these get nothing.
 */
const chooseFairly = (residual: readonly Waiters[], situation: Situation, allowance: Allowance): Plan => {
  const plan = choose(residual, situation, allowance);
  const byWidth = Map.groupBy(residual, ({ shape }) => shape.cpus);
  if (plan.keptBack === 0 || byWidth.size < 2) return plan;
  const wanted = [...byWidth.values()]
    .flatMap((alike) => choose(alike, situation, { ...allowance, ...NO_CAPS }).granted)
    .map(({ offers, count, shape }) => ({ width: shape.cpus, count, cores: offers.room.cpus }));
  const most = fairByWidth(wanted, allowance, situation.pilots.coresByWidth);
  const narrowest = Math.min(...byWidth.keys());
  const fair = choose(residual, situation, allowance, (width) => most.get(width) ?? 0);
  return {
    ...fair,
    granted: fair.granted.map((of) => (of.shape.cpus > narrowest ? { ...of, isContended: true } : of)),
  };
};

/** Workers that are asked for and not launched. */
const capped = ({ keptBack, tooDear }: Pick<Plan, 'keptBack' | 'tooDear'>): readonly Reason[] => [
  ...(keptBack > 0 ? [{ kind: 'capped-by-fleet', workers: keptBack } as const] : []),
  ...(tooDear > 0 ? [{ kind: 'capped-by-budget', workers: tooDear } as const] : []),
];

const woken = (wakes: readonly PlannedWake[]): readonly Reason[] =>
  wakes.length === 0
    ? []
    : [
        {
          kind: 'wake',
          workers: wakes.length,
          flavours: [...new Set(wakes.map(({ offer }) => offer.flavour))],
        },
      ];

/** Adds what jobs that come later need beyond the sleepers: these are woken when it is time, and a launch takes longer. */
const withLater = (
  now: Split,
  {
    residual,
    granted,
    allowance,
  }: { residual: readonly Waiters[] } & Pick<Plan, 'granted'> & {
      allowance: Allowance;
    },
  situation: Situation,
): readonly Wanted[] => {
  if (residual.length === 0) return now.cold;
  const taken = new Set(now.wakes.map(({ instanceId }) => instanceId));
  const sleepers = situation.sleepers.filter(({ instanceId }) => !taken.has(instanceId));
  const left = granted.reduce((rest, { offers, count }) => less(rest, offers, count), allowance);
  const cold = [...now.cold];
  const later = chooseFairly(residual, situation, left).granted;
  for (const wanted of takeSleepers(later, sleepers, situation).cold) grant(cold, wanted);
  return cold;
};

/**
 * The launches for the jobs that fit on no worker, joined or booting, and the sleepers that are woken for them first: within
 * the fleet's caps, each launch frozen with its token and tags. `later`: jobs that land soon, and not so soon that sleepers
 * would be woken for them now.
 */
export const planLaunches = (
  { residual, later }: { readonly residual: readonly Waiters[]; readonly later: readonly Waiters[] },
  situation: Situation,
  allowance: Allowance,
): {
  readonly launches: readonly PlannedLaunch[];
  readonly wakes: readonly PlannedWake[];
  readonly why: readonly Reason[];
  readonly tooDear: number;
  /** Workers that the caps do not allow. */
  readonly keptBack: number;
  readonly unsupported: number;
} => {
  const { granted, keptBack, tooDear, unsupported, why } = chooseFairly(residual, situation, allowance);
  const now = takeSleepers(granted, situation.sleepers, situation);
  const cold = withLater(now, { residual: later, granted, allowance }, situation);
  const launches = cold.map((of, index) => request(of, situation, { index }));
  const restarting = residual.reduce((n, { onDemand, count }) => (onDemand === true ? n + count : n), 0);
  const reasons: readonly Reason[] = [
    ...(restarting > 0 ? [{ kind: 'jobs-restarting', jobs: restarting } as const] : []),
    ...woken(now.wakes),
    ...cold.map(launched),
    ...capped({ keptBack, tooDear }),
    ...why,
  ];
  return { launches, wakes: now.wakes, why: reasons, tooDear, keptBack, unsupported };
};

/** What may be launched of workers that are kept, and how many launches the decision has already. */
interface Keeping {
  readonly allowance: Allowance;
  readonly before: number;
}

/** The launches of so many workers, each for one job of a kind, that stay when they are idle. */
export const keptLaunches = (
  job: Waiters,
  workers: number,
  situation: Situation,
  { allowance, before }: Keeping,
): { readonly launches: readonly PlannedLaunch[]; readonly why: readonly Reason[] } => {
  const { headroom: _, ...whatever } = { ...allowance, ...NO_CAPS };
  const one = choose([job], situation, whatever);
  const [wanted] = one.granted;
  if (wanted === undefined) return { launches: [], why: one.why };
  const allowed = Math.min(workers, mostOf(wanted.offers, allowance));
  const count = Math.min(allowed, payable(wanted.offers, allowance));
  const why = capped({ keptBack: workers - allowed, tooDear: allowed - count });
  if (count === 0) return { launches: [], why };
  const granted = { ...wanted, count };
  const launches = [request(granted, situation, { index: before, kept: true })];
  return { launches, why: [launched(granted), ...why] };
};
