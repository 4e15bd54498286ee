import { unmatchedSince } from '../../collector/unmatched.ts';
import type { PoolView, PoolWorker, QueuePilots, UnreadableWorker } from '../../core/model/pool.ts';
import { type Resources, shapeKey } from '../../core/model/resources.ts';
import type { TemplateQueue } from './endpoint.ts';
import { heardAt, type Pilot, type Slot } from './model.ts';
import { shown } from './odd.ts';
import type { PoolWorld } from './world.ts';

const MINUTES = 10;
const HOUR = 3600;
/** A pilot that ended sooner than this found no job, or broke. */
const SHORT_SECONDS = 300;

type Counts = { readonly shape: Resources; idle: number; running: number; held: number };
type Gathered = {
  readonly shapes: Map<string, Counts>;
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
  const { life, shape } = pilot;
  if (life.kind === 'removed') return;
  if (life.kind === 'ended') {
    if (now - life.since > HOUR) return;
    into.ended += 1;
    if (life.ranSeconds < SHORT_SECONDS) into.short += 1;
    return;
  }
  const key = shapeKey(shape);
  const counts = into.shapes.get(key) ?? { shape, idle: 0, running: 0, held: 0 };
  into.shapes.set(key, counts);
  counts[life.kind] += 1;
  if (life.kind !== 'running') return;
  const minute = Math.floor((now - life.since) / 60);
  if (minute < MINUTES) into.recentStarts[minute] = (into.recentStarts[minute] ?? 0) + 1;
};

/** Pilots that are over and done with need not be looked at again. */
const isForgotten = ({ life }: Pilot, now: number): boolean =>
  life.kind === 'removed' || (life.kind === 'ended' && now - life.since > HOUR);

type EndedOn = ReadonlyMap<string, { readonly count: number; readonly short: number }>;

const adOf = (slot: Slot, now: number): PoolWorker => ({
  instanceId: slot.instanceId,
  queue: slot.queue,
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
 * Makes `GET /v1/pool` of a pool. Queues with a template are there without pilots too. Remembers which pilots are
 * history, so that a long run stays quick.
 */
export const viewer = (world: PoolWorld, templates: readonly TemplateQueue[] = []): (() => PoolView) => {
  const done = new Set<number>();
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
    for (const [id, pilot] of world.pilots) {
      if (done.has(id)) continue;
      if (isForgotten(pilot, now)) {
        done.add(id);
        continue;
      }
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
      workers: {
        complete: true,
        workers: [...unmatched(workers, { pilots }, now)],
        unreadable: known.flatMap(unreadableOf),
        unnamed: 0,
      },
    };
  };
};
