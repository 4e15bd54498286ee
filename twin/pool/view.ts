import { unmatchedSince } from '../../collector/unmatched.ts';
import type {
  FleetJobs,
  PoolView,
  PoolWorker,
  QueuePilots,
  UnreadableWorker,
} from '../../core/model/pool.ts';
import { countInto, momentsOf, type Rows, rowKeyOf } from './counts.ts';
import type { TemplateQueue } from './endpoint.ts';
import { heardAt, type Pilot, type PlainJob, type PoolJob, type Slot } from './model.ts';
import { shown } from './odd.ts';
import type { PoolWorld } from './world.ts';

const MINUTES = 10;
const HOUR = 3600;
/** A pilot that ended sooner than this found no job, or broke. */
const SHORT_SECONDS = 300;

type Gathered = {
  readonly shapes: Rows;
  readonly recentStarts: number[];
  ended: number;
  short: number;
};

const gathered = (): Gathered => ({
  shapes: new Map(),
  recentStarts: Array.from({ length: MINUTES }, () => 0),
  ended: 0,
  short: 0,
});

const count = (into: Gathered, pilot: Pilot, now: number) => {
  const { life } = pilot;
  if (life.kind === 'removed') return;
  if (life.kind === 'ended') {
    if (now - life.since > HOUR) return;
    into.ended += 1;
    if (life.ranSeconds < SHORT_SECONDS) into.short += 1;
    return;
  }
  countInto(into.shapes, pilot);
  if (life.kind !== 'running') return;
  const minute = Math.floor((now - life.since) / 60);
  if (minute < MINUTES) into.recentStarts[minute] = (into.recentStarts[minute] ?? 0) + 1;
};

/** Jobs that are over and done with need not be looked at again. */
const isForgotten = ({ life }: PoolJob, now: number): boolean =>
  life.kind === 'removed' || (life.kind === 'ended' && now - life.since > HOUR);

/** Looks at those that are not over yet: of a long run most are. */
const unforgotten = <J extends PoolJob>(jobs: ReadonlyMap<number, J>) => {
  const done = new Set<number>();
  return function* (now: number): Iterable<J> {
    for (const [id, job] of jobs) {
      if (done.has(id)) continue;
      if (isForgotten(job, now)) done.add(id);
      else yield job;
    }
  };
};

/** Plain jobs by fleet, as they wait and run. */
const plainNow = (jobs: Iterable<PlainJob>): FleetJobs[] => {
  const living = [...jobs].filter(({ life }) => life.kind === 'idle' || life.kind === 'running');
  const fleets = [...Map.groupBy(living, ({ fleet }) => fleet)].sort(([a], [b]) => (a < b ? -1 : 1));
  return fleets.map(([fleet, all]) => {
    const rows: Rows = new Map();
    for (const job of all) countInto(rows, job);
    const idle = Map.groupBy(
      all.filter(({ life }) => life.kind === 'idle'),
      rowKeyOf,
    );
    const since = (key: string) => momentsOf((idle.get(key) ?? []).map(({ queuedAt }) => queuedAt));
    return { fleet, shapes: [...rows].map(([key, row]) => ({ ...row, waitingSince: since(key) })) };
  });
};

type EndedOn = ReadonlyMap<string, { readonly count: number; readonly short: number }>;

const adOf = (slot: Slot, now: number): PoolWorker => ({
  instanceId: slot.instanceId,
  fleet: slot.fleet,
  ...(slot.queue === undefined ? {} : { queue: slot.queue }),
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
  const livePilots = unforgotten(world.pilots);
  const livePlain = unforgotten(world.plain);
  const byName = new Map(templates.map((template) => [template.name, template]));
  const credentialOf = (queue: string) => {
    const template = byName.get(queue);
    return template === undefined ? {} : { credentialExpiresAt: template.credentialExpiresAt };
  };
  const unmatched = unmatchedSince();
  const endedOn = new Map<string, { count: number; short: number }>();
  const countEnd = ({ life }: Pilot, now: number) => {
    if (life.kind !== 'ended' || now - life.since > HOUR) return;
    const its = endedOn.get(life.instanceId) ?? { count: 0, short: 0 };
    endedOn.set(life.instanceId, its);
    its.count += 1;
    if (life.ranSeconds < SHORT_SECONDS) its.short += 1;
  };
  const pilotsNow = (now: number): QueuePilots[] => {
    endedOn.clear();
    const queues = new Map<string, Gathered>(templates.map(({ name }) => [name, gathered()]));
    for (const pilot of livePilots(now)) {
      const into = queues.get(pilot.queue) ?? gathered();
      queues.set(pilot.queue, into);
      count(into, pilot, now);
      countEnd(pilot, now);
    }
    const named = [...queues].sort(([a], [b]) => (a < b ? -1 : 1));
    return named.map(([queue, { shapes, recentStarts, ended, short }]) => ({
      queue,
      shapes: [...shapes.values()],
      recentStarts,
      ended: { count: ended, short, shortSeconds: SHORT_SECONDS },
      ...credentialOf(queue),
    }));
  };
  return () => {
    const { now } = world.clock;
    const known = [...world.slots.values()].filter(world.isKnown);
    const pilots = { complete: true, queues: pilotsNow(now), unreadable: 0 };
    const workers = known.flatMap((slot) =>
      slot.unreadable === undefined ? [workerOf(slot, now, endedOn)] : [],
    );
    return {
      observedAt: now,
      collectorStartedAt: world.collectorStartedAt,
      pilots,
      jobs: { complete: true, fleets: plainNow(livePlain(now)) },
      workers: {
        complete: true,
        workers: [...unmatched(workers, { pilots }, now)],
        unreadable: known.flatMap(unreadableOf),
        unnamed: 0,
      },
    };
  };
};
