import { DEFAULT_FLEET, type FleetJobs, type QueuePilots } from '../../core/model/pool.ts';
import { linesOf } from '../condor/rows.ts';
import { type JobRow, jobOf } from './job-rows.ts';
import { bounded, count, jobsIn, type Kinds, rowOf } from './kinds.ts';

/** The pilots of one queue that are in the schedd now. */
export type SeenPilots = Pick<QueuePilots, 'shapes' | 'recentStarts'>;

/** What the schedd's answer says. */
export interface SeenJobs {
  readonly queues: ReadonlyMap<string, SeenPilots>;
  /** Pilots whose queue or fleet is none that aerie could have. */
  readonly unreadable: number;
  /** Plain jobs, in the order of their fleets. */
  readonly fleets: readonly FleetJobs[];
  /** Plain jobs whose fleet is none, or that are of more kinds than are told. */
  readonly unreadablePlain: number;
}

/** Anybody may name any fleet, and ask for anything: what the view has of that stays some megabytes at most. */
const MOST_FLEETS = 50;
const MOST_KINDS = 100;

const MINUTES = 10;

/** How many times each different line came. */
const tally = (stdout: string): ReadonlyMap<string, number> => {
  const times = new Map<string, number>();
  for (const line of linesOf(stdout)) times.set(line, (times.get(line) ?? 0) + 1);
  return times;
};

type Gathered = { readonly kinds: Kinds; readonly recentStarts: number[] };

const gathered = (): Gathered => ({
  kinds: new Map(),
  recentStarts: Array.from({ length: MINUTES }, () => 0),
});

const startedIn = (recentStarts: number[], startedAt: number, now: number, times: number) => {
  const minute = Math.max(0, Math.floor((now - startedAt) / 60));
  if (minute < MINUTES) recentStarts[minute] = (recentStarts[minute] ?? 0) + times;
};

const seePilot = (into: Gathered, pilot: JobRow, now: number, times: number) => {
  count(into.kinds, pilot, times, now);
  if (pilot.state === 'running' && pilot.since !== undefined) {
    startedIn(into.recentStarts, pilot.since, now, times);
  }
};

const jobsOf = (kinds: Iterable<Parameters<typeof jobsIn>[0]>): number => {
  let sum = 0;
  for (const kind of kinds) sum += jobsIn(kind);
  return sum;
};

/** The fleets of most jobs, in the order of their names. */
const fleetsOf = (byFleet: ReadonlyMap<string, Kinds>, now: number): readonly FleetJobs[] =>
  [...byFleet]
    .map(([fleet, kinds]) => ({ fleet, kinds, jobs: jobsOf(kinds.values()) }))
    .sort((a, b) => b.jobs - a.jobs || (a.fleet < b.fleet ? -1 : 1))
    .slice(0, MOST_FLEETS)
    .sort((a, b) => (a.fleet < b.fleet ? -1 : 1))
    .map(({ fleet, kinds }) => ({
      fleet,
      shapes: bounded(kinds, MOST_KINDS).map((kind) => rowOf(kind, now)),
    }));

/** Reads the answer to QUEUE_ARGS. `now` is the moment of the question. */
export const readJobs = (stdout: string, now: number): SeenJobs => {
  const queues = new Map<string, Gathered>();
  const byFleet = new Map<string, Kinds>();
  const unreadable = { pilot: 0, plain: 0 };
  for (const [line, times] of tally(stdout)) {
    const job = jobOf(line);
    if (job === 'gone') continue;
    if ('unreadable' in job) {
      unreadable[job.unreadable] += times;
    } else if (job.queue !== undefined) {
      const into = queues.get(job.queue) ?? gathered();
      queues.set(job.queue, into);
      seePilot(into, job, now, times);
    } else {
      const { fleet = DEFAULT_FLEET } = job;
      const kinds = byFleet.get(fleet) ?? new Map();
      byFleet.set(fleet, kinds);
      count(kinds, job, times, now);
    }
  }
  const fleets = fleetsOf(byFleet, now);
  const all = [...byFleet.values()].reduce((sum, kinds) => sum + jobsOf(kinds.values()), 0);
  const told = fleets.reduce((sum, { shapes }) => sum + jobsOf(shapes), 0);
  return {
    queues: new Map(
      [...queues].map(([queue, { kinds, recentStarts }]): [string, SeenPilots] => [
        queue,
        { shapes: [...kinds.values()].map((kind) => rowOf(kind, now)), recentStarts },
      ]),
    ),
    unreadable: unreadable.pilot,
    fleets,
    unreadablePlain: unreadable.plain + all - told,
  };
};
