import type { PoolView, QueuePilots } from '../model/pool.ts';

/** Jobs of all queues and none on the workers of one fleet. */
export interface FleetPilots {
  /** Jobs that run on aerie's workers. */
  readonly running: number;
  /** Cores that they use, by the width of the jobs: how many cores one asks for. */
  readonly coresByWidth: ReadonlyMap<number, number>;
  /** Pilots that began to run 0–1, 1–2, … 9–10 minutes before the view. */
  readonly recentStarts: readonly number[];
  readonly ended: QueuePilots['ended'];
}

type Alike = QueuePilots['shapes'][number];

const MINUTES = 10;

interface Growing {
  running: number;
  readonly coresByWidth: Map<number, number>;
  readonly recentStarts: number[];
  readonly ended: { count: number; short: number; shortSeconds: number };
}

const nobody = (): Growing => ({
  running: 0,
  coresByWidth: new Map(),
  recentStarts: new Array<number>(MINUTES).fill(0),
  ended: { count: 0, short: 0, shortSeconds: 0 },
});

const addRunning = (to: Growing, { shape: { cpus }, running, elsewhere = 0 }: Alike): void => {
  const here = running - elsewhere;
  if (here === 0) return;
  to.running += here;
  to.coresByWidth.set(cpus, (to.coresByWidth.get(cpus) ?? 0) + here * cpus);
};

const addQueue = (to: Growing, { recentStarts, ended }: QueuePilots): void => {
  for (const [minute, starts] of recentStarts.entries()) {
    to.recentStarts[minute] = (to.recentStarts[minute] ?? 0) + starts;
  }
  to.ended.count += ended.count;
  to.ended.short += ended.short;
  to.ended.shortSeconds = Math.max(to.ended.shortSeconds, ended.shortSeconds);
};

/** Adds up what runs on each fleet, in one pass over the view. `fleetOf`: the fleet of a queue of which no pilot is left. */
export const pilotsByFleet = (
  { pilots, jobs }: Pick<PoolView, 'pilots' | 'jobs'>,
  fleetOf: (queue: string) => string,
): ((fleet: string) => FleetPilots) => {
  const byFleet = new Map<string, Growing>();
  const of = (fleet: string): Growing => {
    const known = byFleet.get(fleet);
    if (known !== undefined) return known;
    const growing = nobody();
    byFleet.set(fleet, growing);
    return growing;
  };
  for (const queue of pilots.queues) {
    for (const alike of queue.shapes) addRunning(of(alike.fleet), alike);
    const fleets = new Set(queue.shapes.map(({ fleet }) => fleet));
    if (fleets.size === 0) fleets.add(fleetOf(queue.queue));
    for (const fleet of fleets) addQueue(of(fleet), queue);
  }
  for (const { fleet, shapes } of jobs?.fleets ?? []) {
    for (const alike of shapes) addRunning(of(fleet), alike);
  }
  const none: FleetPilots = nobody();
  return (fleet) => byFleet.get(fleet) ?? none;
};
