import { meanSeconds } from '../learn/boot-curve.ts';
import type { CurveOf, Like } from '../learn/joins.ts';
import { LINGER_AFTER_JOB_SECONDS } from '../model/lifetimes.ts';
import { templateKey } from '../model/templates.ts';
import { asleepSince, type WorkerRecord } from '../model/worker.ts';
import type { FleetSettings } from '../settings/fleet-settings.ts';
import { dollarsPerHour } from '../settings/prices.ts';
import type { Fleet } from './fleet.ts';
import { listedPerHour } from './money/listed-rate.ts';

/**
 * How many times over a sleeper's disk may cost what its wake saves. With once, sleep costs at most twice what knowing the future
 * would have, whatever comes: the ski-rental rule. Twice serves loads that come in waves of some hours: three queues on one fleet wait
 * 55 s instead of 79 s for 0.1 % of the cost. Up to ten times where wakes have paid for that.
 */
const TIMES = { least: 2, most: 10 } as const;

/** A worker, or one that may be launched: what it is, and what it offers. */
export type Sleeper = Like & Pick<WorkerRecord, 'offers'>;

/** What those workers of a fleet that may sleep have come to, on average. */
export interface Terms {
  /** Cores: a sleeper wakes as the size that is wanted, whatever it was. */
  readonly cores: number;
  /** How often each has been woken. */
  readonly wakes: number;
  /** How long each has slept before that, seconds. */
  readonly sleptSeconds: number;
}

const NOBODY: Terms = { cores: 1, wakes: 0, sleptSeconds: 0 };

/** Returns them for a fleet; those that are awake count too. */
export const termsOf = ({ members, asleep = [] }: Fleet): Terms => {
  const sum = { cores: 0, wakes: 0, sleptSeconds: 0 };
  let count = 0;
  const add = ({ offers, state, sleeps = [] }: WorkerRecord) => {
    count += 1;
    sum.cores += offers.cpus;
    for (const [from, to] of sleeps) {
      // From this one it was to be woken, and was not.
      if (to === asleepSince(state)) continue;
      sum.wakes += 1;
      sum.sleptSeconds += to - from;
    }
  };
  for (const worker of asleep) add(worker);
  for (const { record } of members) if (record.mayStop === true) add(record);
  if (count === 0) return NOBODY;
  return { cores: sum.cores / count, wakes: sum.wakes / count, sleptSeconds: sum.sleptSeconds / count };
};

/**
 * How often over a sleeper is kept for the time after which its disk has cost what one wake saves: as often as the wakes of one
 * life have saved it (`paid`), less what that life has slept already. Each life ends with a sleep that nothing wakes it from, and this is
 * what is left to pay for that.
 */
const timesOf = (paid: number, { sleptSeconds }: Terms, worthSeconds: number): number =>
  Math.max(TIMES.least, Math.min(TIMES.most, paid - sleptSeconds / worthSeconds));

/** What one sleep after a job saves of lingering, seconds: one that may not sleep waits longer for its next job. */
const lingerSaved = ({ lingerSeconds }: FleetSettings): number =>
  Math.max(0, lingerSeconds - LINGER_AFTER_JOB_SECONDS);

/**
 * Returns how long a worker is kept asleep, seconds: until its disk has cost so many times what the cores of a wake cost while a
 * cold boot takes longer. Undefined: nothing says what it costs, so nothing says that sleep is worth its disk.
 */
export const keepSeconds = (
  sleeper: Sleeper,
  settings: FleetSettings,
  curveOf: CurveOf,
  terms: Terms,
): number | undefined => {
  const { offer, offers } = sleeper;
  const awake =
    dollarsPerHour({ ...offer, cpus: offers.cpus }, settings) ??
    listedPerHour(settings, offer.flavour, offers.cpus);
  if (awake === undefined) return undefined;
  const saved =
    meanSeconds(curveOf(sleeper, 'cold'), 'cold') - meanSeconds(curveOf(sleeper, 'woken'), 'woken');
  const perCore = awake / Math.max(1, offers.cpus);
  const worthSeconds = (Math.max(0, saved) * perCore * terms.cores) / settings.diskDollarsPerHour;
  if (worthSeconds === 0) return 0;
  const paid = terms.wakes * (1 + lingerSaved(settings) / saved);
  return worthSeconds * timesOf(paid, terms, worthSeconds);
};

/** How long a worker is kept asleep, seconds; 0: it is not worth its disk. */
export type KeepSecondsOf = (sleeper: Sleeper) => number;

/** Returns how long each of a fleet's workers is kept asleep: worked out once for all of one kind, and only if one is asked about. */
export const keepTimes = (fleet: Fleet, settings: FleetSettings, curveOf: CurveOf): KeepSecondsOf => {
  const known = new Map<string, number>();
  let terms: Terms | undefined;
  return (sleeper) => {
    const { template, offer, offers } = sleeper;
    const kind = `${template === undefined ? '' : templateKey(template)} ${offer.flavour} ${offer.zone} ${offer.market} ${offers.cpus}`;
    const before = known.get(kind);
    if (before !== undefined) return before;
    terms ??= termsOf(fleet);
    const keep = keepSeconds(sleeper, settings, curveOf, terms) ?? 0;
    known.set(kind, keep);
    return keep;
  };
};

/** Returns how many workers of a fleet may be asleep: more than it may have awake nobody could wake. */
export const mostAsleep = ({ maxAsleep, maxWorkers }: FleetSettings): number =>
  Math.min(maxAsleep, maxWorkers);
