import { DEFAULT_FLEET, type SubmitRequest } from '../../core/model/pool.ts';
import type { Shape } from '../../core/model/resources.ts';
import type { Pilot, PlainJob, PoolJob } from './model.ts';

/** A plain job, as whoever submits it describes it. */
export interface PlainSubmission {
  /** The same in every run. */
  readonly name: string;
  readonly user: string;
  readonly fleet: string;
  readonly shape: Shape;
  readonly runSeconds: number;
  readonly wallSeconds?: number | undefined;
}

/** The schedd's jobs: all that there ever were, and by submitter those that wait. */
export interface Schedd {
  readonly pilots: ReadonlyMap<number, Pilot>;
  readonly plain: ReadonlyMap<number, PlainJob>;
  readonly waiting: ReadonlyMap<string, ReadonlySet<PoolJob>>;
  /** When a job last began to wait. */
  readonly waitsSince: number;
  submit(request: SubmitRequest, now: number): void;
  send(submission: PlainSubmission, now: number): void;
  /** A job waits for a slot, from now on or again. */
  queue(job: PoolJob): void;
  /** It waits no longer. */
  take(job: PoolJob): void;
  /** The queue's idle pilots, those of one fleet if it is named. */
  idleOf(queue: string, fleet?: string): readonly Pilot[];
}

/** Makes a schedd without jobs. */
export const newSchedd = (): Schedd => {
  const pilots = new Map<number, Pilot>();
  const plain = new Map<number, PlainJob>();
  const waiting = new Map<string, Set<PoolJob>>();
  let serial = 0;
  let waitsSince = Number.NEGATIVE_INFINITY;
  const queue = (job: PoolJob) => {
    if (job.life.kind === 'idle') waitsSince = Math.max(waitsSince, job.life.since);
    const of = (waiting.get(job.submitter) ?? new Set()).add(job);
    // A job that has lost its machine keeps its place.
    waiting.set(job.submitter, job.starts === 0 ? of : new Set([...of].sort((a, b) => a.id - b.id)));
  };
  const next = (): number => {
    serial += 1;
    return serial;
  };
  return {
    pilots,
    plain,
    waiting,
    get waitsSince() {
      return waitsSince;
    },
    submit({ requestId, queue: of, count, shape, fleet = DEFAULT_FLEET, wallSeconds }, now) {
      for (let i = 0; i < count; i += 1) {
        const pilot: Pilot = {
          ...{ kind: 'pilot', id: next(), name: `${requestId}/${i}`, submitter: of, queue: of },
          ...{ fleet, wallSeconds, shape, queuedAt: now, starts: 0, life: { kind: 'idle', since: now } },
        };
        pilots.set(pilot.id, pilot);
        queue(pilot);
      }
    },
    send({ name, user, fleet, shape, runSeconds, wallSeconds }, now) {
      const job: PlainJob = {
        ...{ kind: 'plain', id: next(), name, submitter: user, runSeconds },
        ...{ fleet, wallSeconds, shape, queuedAt: now, starts: 0, life: { kind: 'idle', since: now } },
      };
      plain.set(job.id, job);
      queue(job);
    },
    queue,
    take(job) {
      const of = waiting.get(job.submitter);
      of?.delete(job);
      if (of?.size === 0) waiting.delete(job.submitter);
    },
    idleOf: (name, fleet) =>
      [...(waiting.get(name) ?? [])].flatMap((job) =>
        job.kind === 'pilot' && job.queue === name && (fleet === undefined || job.fleet === fleet)
          ? [job]
          : [],
      ),
  };
};
