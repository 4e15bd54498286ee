import type { PoolView } from '../../core/model/pool.ts';
import type { Condor } from '../condor/condor.ts';
import { linesOf } from '../condor/rows.ts';
import { areLiterals, isWritten, written } from '../condor/written.ts';

/** Workers that have just come into the collector, for the first time or from a sleep. */
export interface Newcomers {
  /** A view of the pool was taken: a worker that comes is of use to jobs that wait, and to nobody else. */
  seen(view: Pick<PoolView, 'pilots' | 'jobs'>): void;
}

export interface NewcomersOptions {
  readonly condor: Condor;
  /** Seconds since any moment, that only ever go forward. */
  readonly elapsed: () => number;
  /** Does something once, so many seconds from now. */
  readonly later: (seconds: number, act: () => void) => void;
}

/** How often the collector is asked at the most; and so the negotiator is asked for a cycle no more often. */
export const LOOK_SECONDS = 2;

/** So many times as long as a look took, there is none, up to the most: a large pool's collector has other things to do. */
const REST_TIMES = 20;
const MOST_REST_SECONDS = 10;

/** A look begins long before a worker that was launched or woken for these jobs: ticks take a view each 20 s. */
const WATCH_SECONDS = 120;

/** An ad says how old its startd was when it was sent; one that goes on to be idle says the same for UPDATE_INTERVAL. */
const NEW_SECONDS = 300;

const age = `int(${written('MyCurrentTime')}) - int(${written('DaemonStartTime')})`;

const NEW_ARGS: readonly string[] = [
  '-constraint',
  [
    isWritten('SlotType', 'Partitionable'),
    isWritten('AerieWorker', true),
    // One that is not well takes no job, and comes once it is.
    `${written('NODE_HEALTHY')} =!= "false"`,
    `(${age} < ${NEW_SECONDS}) =?= true`,
    areLiterals(['EC2InstanceId', 'DaemonStartTime', 'NODE_HEALTHY']),
  ].join(' && '),
  '-af:tV',
  'EC2InstanceId',
  'DaemonStartTime',
  'NODE_HEALTHY',
];

const jobsWait = ({ pilots, jobs }: Pick<PoolView, 'pilots' | 'jobs'>): boolean =>
  [...pilots.queues, ...(jobs?.fleets ?? [])].some(({ shapes }) => shapes.some(({ idle }) => idle > 0));

/**
 * Asks the negotiator for a cycle as soon as a new worker is in the collector: by itself it looks each
 * NEGOTIATOR_INTERVAL, a minute by default, while jobs wait and the worker is paid for. Best effort: what fails here is made
 * good by the negotiator's next cycle.
 */
export const newcomers = ({ condor, elapsed, later }: NewcomersOptions): Newcomers => {
  let watchUntil = Number.NEGATIVE_INFINITY;
  let isLooking = false;
  let known: ReadonlySet<string> = new Set();

  const look = async (): Promise<void> => {
    const answer = await condor('condor_status', NEW_ARGS);
    if (!answer.ok) return;
    const here = new Set(linesOf(answer.stdout));
    const isNew = [...here].some((row) => !known.has(row));
    known = here;
    if (isNew) await condor('condor_reschedule', []);
  };
  const goOn = (restSeconds: number) => {
    isLooking = elapsed() < watchUntil;
    if (!isLooking) return;
    later(restSeconds, () => {
      const began = elapsed();
      const rest = () =>
        goOn(Math.min(MOST_REST_SECONDS, Math.max(LOOK_SECONDS, REST_TIMES * (elapsed() - began))));
      // A look that fails is made good by the next one.
      void look().then(rest, rest);
    });
  };
  return {
    seen(view) {
      if (!jobsWait(view)) return;
      watchUntil = elapsed() + WATCH_SECONDS;
      if (!isLooking) goOn(LOOK_SECONDS);
    },
  };
};
