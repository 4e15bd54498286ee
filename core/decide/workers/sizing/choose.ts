import type { Reason } from '../../../model/reason.ts';
import { howManyFit, type Shape, shapeKey } from '../../../model/resources.ts';
import type { Stage } from '../../../model/stage.ts';
import { type Limits, NOTICE_SECONDS } from '../../../model/takes.ts';
import type { Waiters } from '../../../observe/demand.ts';
import { affordable, type Headroom, without } from '../../../observe/money/budget.ts';
import { type Bin, fill, widestFirst } from '../../../observe/packing.ts';
import type { SeenRooms } from '../../../observe/seen-rooms.ts';
import type { Situation } from '../../../observe/situation.ts';
import type { FleetSettings } from '../../../settings/fleet-settings.ts';
import { lackOf } from '../../../settings/holdable.ts';
import { chooseOffers, type OfferClass, roomsOf, type Wanted as Wish } from './offers.ts';
import { type Wanted, widthOf } from './request.ts';

/** What a fleet may still launch. */
export interface Allowance {
  readonly workers: number;
  readonly cores: number;
  /** What may be spent; absent where there is no budget. */
  readonly headroom?: Headroom;
  /** Money is short: only the cheapest offers. */
  readonly onlyCheapest?: boolean;
}

/** The workers that jobs lead to. */
export interface Plan {
  readonly granted: readonly Wanted[];
  /** Workers that the load asks for and the caps do not allow. */
  readonly keptBack: number;
  /** Workers that the caps allow and the budget does not. */
  readonly tooDear: number;
  /** Jobs for which EC2 has no machine in any zone of the stage. */
  readonly unsupported: number;
  readonly why: readonly Reason[];
}

const jobsOf = ({ count, shape: { cpus, memoryMb } }: Waiters) => ({ pilots: count, cpus, memoryMb });

/** How many workers of an offer are still allowed: never one more. */
export const mostOf = ({ room }: OfferClass, left: Allowance): number =>
  Math.max(0, Math.min(left.workers, Math.floor(left.cores / room.cpus)));

/** EC2 chooses among the offers: each counts as the dearest of them. */
const priceOf = ({ prices }: OfferClass): number => Math.max(0, ...Object.values(prices ?? {}));

/** How many workers of an offer the budget pays for. */
export const payable = (offers: OfferClass, { headroom }: Allowance): number =>
  headroom === undefined ? Number.POSITIVE_INFINITY : affordable(headroom, priceOf(offers));

/** What is left once so many workers of an offer are granted. */
export const less = (left: Allowance, offers: OfferClass, count: number): Allowance => ({
  ...left,
  workers: left.workers - count,
  cores: left.cores - count * offers.room.cpus,
  ...(left.headroom === undefined ? {} : { headroom: without(left.headroom, priceOf(offers), count) }),
});

const isLike = (a: Wanted, b: Wanted): boolean =>
  shapeKey(a.shape) === shapeKey(b.shape) && JSON.stringify(a.offers) === JSON.stringify(b.offers);

/** Adds to what is granted. Jobs that differ in how long they may run alone are launched for together: each call costs EC2's patience. */
export const grant = (granted: Wanted[], more: Wanted): void => {
  const index = granted.findIndex((of) => isLike(of, more));
  const known = granted[index];
  if (known === undefined) granted.push(more);
  else {
    const longestSeconds = Math.max(known.longestSeconds, more.longestSeconds);
    granted[index] = { ...known, count: known.count + more.count, longestSeconds };
  }
};

/** Jobs of one kind that find no room, and how many workers wider ones lead to. */
interface Unplaced {
  readonly jobs: Waiters;
  readonly started: number;
}

/** Jobs that a spot machine was taken from are not given to another one. */
const settingsFor = ({ onDemand }: Waiters, settings: FleetSettings): FleetSettings =>
  onDemand === true ? { ...settings, market: 'on-demand' } : settings;

const wishFor = (
  { jobs, started }: Unplaced,
  { settings, ec2: { launchTokens, hazards, unsupported, suspects } }: Situation,
  { onlyCheapest = false }: Allowance,
): Wish => ({
  count: jobs.count,
  launchTokens: launchTokens - started,
  overheadPercent: settings.workerOverheadPercent,
  onlyCheapest,
  ...(settings.market === 'spot-if-cheaper' && hazards !== undefined ? { hazards: hazards() } : {}),
  ...(unsupported === undefined ? {} : { unsupported }),
  ...(suspects === undefined ? {} : { suspects }),
});

const NOTHING_SEEN: SeenRooms = new Map();

/**
 * The offers of a worker that should hold such a pilot by its type, though none that was seen does. It may be the machines
 * that were seen: one is tried, unless one has been tried lately.
 */
const canaryFor = (
  jobs: Waiters,
  wish: Wish,
  { settings, stage, ec2: { cooling, triedLately } }: Situation,
): OfferClass | undefined => {
  const site = { site: stage, cooling, seen: NOTHING_SEEN };
  const offers = chooseOffers(jobs.shape, { ...wish, count: 1 }, settingsFor(jobs, settings), site);
  if (typeof offers === 'string') return undefined;
  return offers.offers.some(({ flavour }) => triedLately?.().has(flavour)) ? undefined : offers;
};

/** The offers of workers for jobs, and whether only one of them is tried; or what EC2 or the flavours lack. */
const offersFor = (unplaced: Unplaced, situation: Situation, allowance: Allowance) => {
  const { jobs } = unplaced;
  const { settings, stage, ec2 } = situation;
  const wish = wishFor(unplaced, situation, allowance);
  const site = { site: stage, cooling: ec2.cooling, seen: ec2.seen() };
  const offers = chooseOffers(jobs.shape, wish, settingsFor(jobs, settings), site);
  if (typeof offers !== 'string') return { offers, isCanary: false };
  const canary = offers === 'too-small' ? canaryFor(jobs, wish, situation) : undefined;
  return canary === undefined ? offers : { offers: canary, isCanary: true };
};

/** Finds what no flavour has for such a pilot. */
const lacking = (shape: Shape, settings: FleetSettings, stage: Stage, seen: SeenRooms) => {
  const rooms = roomsOf(settings, stage, seen).map(({ room }) => room);
  const lack = lackOf(shape, rooms);
  return lack === undefined ? {} : { lack };
};

/** Why no worker is launched for such jobs. */
const refused = (
  why: 'too-small' | 'all-cooling' | 'unsupported',
  jobs: Waiters,
  { settings, stage, ec2 }: Situation,
): Reason => {
  switch (why) {
    case 'too-small': {
      const lack = lacking(jobs.shape, settings, stage, ec2.seen());
      return { kind: 'fits-no-flavour', ...jobsOf(jobs), ...lack };
    }
    case 'all-cooling':
      return { kind: 'offers-cooling', ...jobsOf(jobs) };
    case 'unsupported':
      return { kind: 'offers-unsupported', ...jobsOf(jobs) };
    default:
      return why satisfies never;
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

const workersOf = (granted: readonly Wanted[]): number => granted.reduce((n, { count }) => n + count, 0);

/**
 * Workers for the jobs that fit nowhere: widest first, and what these leave free on the new workers is filled by
 * narrower ones. A worker that is not allowed leaves nothing: nobody may wait for room on it.
 */
export const choose = (
  residual: readonly Waiters[],
  situation: Situation,
  allowance: Allowance,
  mostOfWidth = ANY_NUMBER,
): Plan => {
  const { settings } = situation;
  const { maxLifeSeconds } = settings;
  const granted: Wanted[] = [];
  const why: Reason[] = [];
  let left = allowance;
  let keptBack = 0;
  let tooDear = 0;
  let unsupported = 0;
  let leftOver: readonly Bin[] = [];
  for (const waiting of [...residual].sort(widestFirst)) {
    const { shape, wallSeconds } = waiting;
    // No worker lives long enough: it would be launched for again and again.
    if (wallSeconds > maxLifeSeconds - NOTICE_SECONDS) {
      why.push({ kind: 'jobs-outlast-workers', ...jobsOf(waiting), wallSeconds, maxLifeSeconds });
      continue;
    }
    const filled = fill(waiting, leftOver);
    leftOver = filled.bins;
    const jobs = { ...waiting, count: waiting.count - filled.placed };
    if (jobs.count === 0) continue;
    const choice = offersFor({ jobs, started: workersOf(granted) }, situation, allowance);
    if (typeof choice === 'string') {
      why.push(refused(choice, waiting, situation));
      if (choice === 'unsupported') unsupported += jobs.count;
      continue;
    }
    const { offers, isCanary } = choice;
    if (isCanary) why.push({ kind: 'fits-no-flavour', ...jobsOf(waiting), canary: true });
    const wanted = isCanary ? 1 : Math.ceil(jobs.count / howManyFit(shape, offers.room));
    const ofWidth = workersOf(granted.filter((of) => of.shape.cpus === shape.cpus));
    const allowed = Math.min(wanted, mostOf(offers, left), Math.max(0, mostOfWidth(shape.cpus) - ofWidth));
    const taken = Math.min(allowed, payable(offers, left));
    keptBack += wanted - allowed;
    tooDear += allowed - taken;
    if (taken === 0) continue;
    grant(granted, { offers, count: taken, shape, longestSeconds: wallSeconds });
    left = less(left, offers, taken);
    const limits = limitsOf(offers, settings, shape.cpus);
    leftOver = [...leftOver, ...fill(jobs, [{ room: offers.room, count: taken, limits }]).bins];
  }
  return { granted, keptBack, tooDear, unsupported, why };
};
