import type { PlannedLaunch } from '../../../model/decision.ts';
import type { Reason } from '../../../model/reason.ts';
import type { PlannedWake } from '../../../model/wake.ts';
import type { Waiters } from '../../../observe/demand.ts';
import type { Situation } from '../../../observe/situation.ts';
import { fairByWidth } from './by-width.ts';
import { type Allowance, choose, grant, less, mostOf, type Plan, payable } from './choose.ts';
import { request, type Wanted } from './request.ts';
import { type Split, takeSleepers } from './wakes.ts';

const launched = ({ offers: { offers, market, halvings }, count }: Wanted): Reason => ({
  kind: 'launch',
  workers: count,
  flavours: [...new Set(offers.map(({ flavour }) => flavour))],
  market,
  ...(halvings === undefined ? {} : { trialOffers: offers.length }),
});

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
