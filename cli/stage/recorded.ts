import { type Demand, followDemand } from '../../core/replay/demand.ts';
import type { TickInputs } from '../../core/replay/inputs.ts';
import { followMachines, type SeenMachines } from '../../core/replay/machines.ts';
import { UsageError } from '../command/usage.ts';
import type { HearMoment } from './model-run.ts';
import type { Sight } from './sight.ts';

/** What was kept of a time, as far as it can be played again. Moments in seconds since 1970. */
export interface Recorded {
  readonly demand: Demand;
  readonly machines: SeenMachines;
  /** The last that PanDA said of sites. */
  readonly statuses: Readonly<Record<string, string>>;
  /** When the first look was: jobs that ran or waited then come then. */
  readonly startsAt: number;
  /** From when on what happens counts: before that, machines are launched which were there already. */
  readonly countsFrom: number;
  readonly to: number;
  /** The shortest time between two ticks. */
  readonly shortestGapSeconds: number;
  /** Ticks of which it could not be read what they saw. */
  readonly unreadTicks: number;
}

/** How long before it counts a time is played: jobs that ran at its beginning have their machines by then. */
const LEAD_SECONDS = 3600;

/** Of less nothing can be said. */
const LEAST_SECONDS = 900;

/** A nudged tick comes between two that come by themselves, and no sooner after the last. */
const LEAST_GAP_SECONDS = 15;

const isEmpty = ({ observed: { pool } }: TickInputs): boolean =>
  pool.kind === 'known' &&
  pool.value.workers.workers.length === 0 &&
  pool.value.pilots.queues.every(({ shapes }) => shapes.every(({ running }) => running === 0));

/** Follows what ticks saw, one after the other: a day of them is too much to hold at once. */
const following = () => {
  const demand = followDemand();
  const machines = followMachines();
  let first: TickInputs | undefined;
  let statuses: Readonly<Record<string, string>> = {};
  let lastAt: number | undefined;
  let shortestGapSeconds = Number.POSITIVE_INFINITY;
  const look = (inputs: TickInputs) => {
    const { at, observed } = inputs;
    first ??= inputs;
    demand.look(inputs);
    machines.look(inputs);
    const gap = at - (lastAt ?? Number.NEGATIVE_INFINITY);
    if (gap >= LEAST_GAP_SECONDS) shortestGapSeconds = Math.min(shortestGapSeconds, gap);
    lastAt = at;
    const { sites } = observed;
    if (sites.kind === 'unknown') return;
    statuses = Object.fromEntries(Object.entries(sites.value).map(([site, { status }]) => [site, status]));
  };
  const seen = () => ({
    ...{ first, statuses, shortestGapSeconds },
    demand: demand.demand(),
    machines: machines.seen(),
  });
  return { look, seen };
};

/** Reads what the workers ticks of a stage saw since a moment. Throws UsageError: too little is kept. */
export const recordedSince = async (
  sight: Sight,
  from: number,
  hear: HearMoment = () => {},
): Promise<Recorded> => {
  const followed = following();
  let unreadTicks = 0;
  for await (const kept of sight.past.inputs('workers', { from: from - LEAD_SECONDS, to: sight.now })) {
    if (kept.kind !== 'inputs') {
      unreadTicks += 1;
      continue;
    }
    hear(kept.inputs.at);
    followed.look(kept.inputs);
  }
  const { first, ...seen } = followed.seen();
  const startsAt = first?.at ?? sight.now;
  const lead = first === undefined || isEmpty(first) ? 0 : LEAD_SECONDS;
  const countsFrom = Math.max(from, startsAt + lead);
  if (sight.now - countsFrom < LEAST_SECONDS) {
    throw new UsageError(
      `stage ${sight.stage} has kept too little of what its ticks saw: it takes ${(lead + LEAST_SECONDS) / 60} minutes with jobs or workers in them, of the last three days; see --since.`,
    );
  }
  return { ...seen, startsAt, countsFrom, to: sight.now, unreadTicks };
};
