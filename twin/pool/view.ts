import type { JobRow } from '../../collector/see/job-rows.ts';
import { count, type Kinds, rowOf } from '../../collector/see/kinds.ts';
import { unmatchedSince } from '../../collector/see/unmatched.ts';
import type {
  FleetJobs,
  PoolView,
  PoolWorker,
  QueuePilots,
  UnreadableWorker,
} from '../../core/model/pool.ts';
import { heardAt, type Pilot, type PlainJob, type PoolJob, type Slot } from './model.ts';
import { notOver } from './not-over.ts';
import { shown } from './odd.ts';
import type { TemplateQueue } from './orders.ts';
import type { PoolWorld } from './world.ts';

const MINUTES = 10;
const HOUR = 3600;
/** A pilot that ended sooner than this found no job, or broke. */
const SHORT_SECONDS = 300;

type Gathered = {
  readonly kinds: Kinds;
  readonly recentStarts: number[];
  ended: number;
  short: number;
};

const gathered = (): Gathered => ({
  kinds: new Map(),
  recentStarts: Array.from({ length: MINUTES }, () => 0),
  ended: 0,
  short: 0,
});

/** A job as the endpoint reads it from the schedd, while it waits or runs. */
const seen = (job: PoolJob): JobRow | undefined => {
  const { life, fleet, shape, wallSeconds, starts } = job;
  if (life.kind !== 'idle' && life.kind !== 'running') return undefined;
  return {
    queue: job.kind === 'pilot' ? job.queue : undefined,
    ...{ fleet, state: life.kind, shape, wallSeconds, since: life.since },
    // The simulated pool has no machines but aerie's workers: none runs elsewhere.
    isMarked: life.kind === 'idle' && starts > 0,
  };
};

const seePilot = (into: Gathered, pilot: Pilot, now: number) => {
  const { life } = pilot;
  const row = seen(pilot);
  if (row !== undefined) count(into.kinds, row, 1, now);
  if (life.kind === 'running') {
    const minute = Math.floor((now - life.since) / 60);
    if (minute < MINUTES) into.recentStarts[minute] = (into.recentStarts[minute] ?? 0) + 1;
  }
  if (life.kind === 'ended') {
    into.ended += 1;
    if (life.ranSeconds < SHORT_SECONDS) into.short += 1;
  }
};

/** Jobs that are over and done with, of which nothing is told any more. */
const isForgotten = ({ life }: PoolJob, now: number): boolean =>
  life.kind === 'removed' || (life.kind === 'ended' && now - life.since > HOUR);

const rowsOf = (kinds: Kinds, now: number) => [...kinds.values()].map((kind) => rowOf(kind, now));

/** Plain jobs by fleet, as they wait and run. */
const plainNow = (jobs: Iterable<PlainJob>, now: number): FleetJobs[] => {
  const byFleet = new Map<string, Kinds>();
  for (const job of jobs) {
    const row = seen(job);
    if (row === undefined) continue;
    const kinds = byFleet.get(job.fleet) ?? new Map();
    byFleet.set(job.fleet, kinds);
    count(kinds, row, 1, now);
  }
  const fleets = [...byFleet].sort(([a], [b]) => (a < b ? -1 : 1));
  return fleets.map(([fleet, kinds]) => ({ fleet, shapes: rowsOf(kinds, now) }));
};

/** The endpoint tells of workers in this order. */
const byInstance = (a: Slot, b: Slot): number => (a.instanceId < b.instanceId ? -1 : 1);

type EndedOn = ReadonlyMap<string, { readonly count: number; readonly short: number }>;

/** Which jobs a worker takes, as far as it says that. */
const takenBy = ({ fleet, queue, width, firstWidth, jobWallSeconds, endsAt }: Slot) => ({
  fleet,
  ...(queue === undefined ? {} : { queue }),
  ...(width === undefined ? {} : { width }),
  ...(firstWidth === undefined ? {} : { firstWidth }),
  ...(jobWallSeconds === undefined ? {} : { jobWallSeconds }),
  ...(endsAt === undefined ? {} : { endsAt }),
});

const adOf = (slot: Slot, now: number): PoolWorker => ({
  instanceId: slot.instanceId,
  ...takenBy(slot),
  total: slot.total,
  free: slot.free,
  busy: slot.running.size,
  draining: slot.draining,
  reachable: slot.reachable,
  joinedAt: slot.joinedAt,
  lastHeardAt: heardAt(slot, now),
  idleSince: slot.running.size > 0 ? null : (slot.idleSince ?? slot.joinedAt),
});

const unreadableOf = ({ instanceId, unreadable }: Slot): readonly UnreadableWorker[] =>
  unreadable === undefined ? [] : [{ instanceId, why: unreadable }];
const workerOf = (slot: Slot, now: number, endedOn: EndedOn): PoolWorker => {
  const ended = endedOn.get(slot.instanceId);
  return shown({ ...adOf(slot, now), ...(ended && { ended }) }, slot.odd);
};

/**
 * Makes `GET /v1/pool` of a pool. Queues with a template are there without pilots too. Remembers which jobs are
 * history, so that a long run stays quick.
 */
export const viewer = (world: PoolWorld, templates: readonly TemplateQueue[] = []): (() => PoolView) => {
  const livePilots = notOver(world.pilots);
  const livePlain = notOver(world.plain);
  const byName = new Map(templates.map((template) => [template.name, template]));
  const credentialOf = (queue: string) => {
    const template = byName.get(queue);
    return template === undefined ? {} : { credentialExpiresAt: template.credentialExpiresAt };
  };
  const unmatched = unmatchedSince();
  const endedOn = new Map<string, { count: number; short: number }>();
  const countEnd = ({ life }: Pilot) => {
    if (life.kind !== 'ended') return;
    const its = endedOn.get(life.instanceId) ?? { count: 0, short: 0 };
    endedOn.set(life.instanceId, its);
    its.count += 1;
    if (life.ranSeconds < SHORT_SECONDS) its.short += 1;
  };
  const pilotsNow = (now: number): QueuePilots[] => {
    endedOn.clear();
    const queues = new Map<string, Gathered>(templates.map(({ name }) => [name, gathered()]));
    for (const pilot of livePilots((of) => isForgotten(of, now))) {
      const into = queues.get(pilot.queue) ?? gathered();
      queues.set(pilot.queue, into);
      seePilot(into, pilot, now);
      countEnd(pilot);
    }
    const named = [...queues].sort(([a], [b]) => (a < b ? -1 : 1));
    return named.map(([queue, { kinds, recentStarts, ended, short }]) => ({
      queue,
      shapes: rowsOf(kinds, now),
      recentStarts,
      ended: { count: ended, short, shortSeconds: SHORT_SECONDS },
      ...credentialOf(queue),
    }));
  };
  return () => {
    const { now } = world.clock;
    const known = [...world.slots.values()].filter(world.isKnown).sort(byInstance);
    const pilots = { complete: true, queues: pilotsNow(now), unreadable: 0 };
    const jobs = {
      complete: true,
      fleets: plainNow(
        livePlain((of) => isForgotten(of, now)),
        now,
      ),
    };
    const workers = known.flatMap((slot) =>
      slot.unreadable === undefined ? [workerOf(slot, now, endedOn)] : [],
    );
    return {
      observedAt: now,
      collectorStartedAt: world.collectorStartedAt,
      pilots,
      jobs,
      workers: {
        complete: true,
        workers: [...unmatched(workers, { pilots, jobs }, now)],
        unreadable: known.flatMap(unreadableOf),
        unnamed: 0,
      },
    };
  };
};
