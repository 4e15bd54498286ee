import type { Decision } from '../../core/model/decision.ts';
import { type Owner, ownerKey } from '../../core/settings/settings-record.ts';
import { decisionsSince } from '../stage/holds.ts';
import { tickOf } from '../stage/last-decision.ts';
import { type Life, livesSince } from '../stage/lives.ts';
import { each } from '../stage/parallel.ts';
import { type QueueCounts, queuePast } from '../stage/queue-counts.ts';
import type { Sight } from '../stage/sight.ts';
import { lookAtStatus } from '../verbs/status.ts';
import type { StatusTold } from '../verbs/status-told.ts';
import { STEPS } from './ranges.ts';

/** A stage as it was seen at the last look, and what is known of the time before. */
export interface Seen {
  readonly sight: Sight;
  readonly status: StatusTold;
  /** By `queue#NAME` or `fleet#NAME`, the oldest first. */
  readonly decisions: ReadonlyMap<string, readonly Decision[]>;
  readonly lives: readonly Life[];
  /** By queue, the oldest first. */
  readonly counts: ReadonlyMap<string, readonly QueueCounts[]>;
}

/** What is kept from look to look. */
interface Kept {
  readonly from: number;
  readonly decisions: ReadonlyMap<string, readonly Decision[]>;
  readonly lives: ReadonlyMap<string, Life>;
  readonly counts: ReadonlyMap<string, readonly QueueCounts[]>;
}

const MINUTE = 60;

const ownersIn = ({
  queues,
  fleets,
}: StatusTold): readonly (Owner & Pick<StatusTold['queues'][number], 'last'>)[] => [
  ...queues.map(({ queue: name, last }) => ({ of: 'queue', name, last }) as const),
  ...fleets.map(({ fleet: name, last }) => ({ of: 'fleet', name, last }) as const),
];

/** What decisions have counted, where no metrics tell it. */
const countsIn = (decisions: readonly Decision[]): readonly QueueCounts[] =>
  decisions.map(({ at, counts }) => ({ at, ...counts }));

/** Reads the past of a stage once, back to a moment. */
const readPast = async (sight: Sight, status: StatusTold, from: number): Promise<Kept> => {
  const owners = ownersIn(status);
  const queues = status.queues.map(({ queue }) => queue);
  const fleets = status.fleets.map(({ fleet }) => fleet);
  const periodSeconds = Math.max(1, Math.round((sight.now - from) / STEPS / MINUTE)) * MINUTE;
  const [decisions, lives, metrics] = await Promise.all([
    each(owners, async (owner) => [ownerKey(owner), await decisionsSince(sight, owner, from)] as const),
    livesSince(sight, fleets, from),
    sight.hasQueueMetrics && queues.length > 0
      ? queuePast(sight.clients.cloudwatch, queues, {
          ...{ stage: sight.stage, from, to: sight.now, periodSeconds },
        })
      : new Map<string, readonly QueueCounts[]>(),
  ]);
  const byOwner = new Map(decisions);
  return {
    from,
    decisions: byOwner,
    lives: new Map(lives.map((life) => [life.record.instanceId, life])),
    counts: new Map(
      queues.map((name) => [
        name,
        metrics.get(name) ?? countsIn(byOwner.get(ownerKey({ of: 'queue', name })) ?? []),
      ]),
    ),
  };
};

/** Adds the decisions since the last look: who has a newer last one is asked for those in between. */
const withNewDecisions = async (sight: Sight, status: StatusTold, before: Kept): Promise<Kept['decisions']> =>
  new Map(
    await each(ownersIn(status), async (owner) => {
      const key = ownerKey(owner);
      const known = before.decisions.get(key) ?? [];
      const lastAt = known.at(-1)?.at ?? before.from;
      const isNew = owner.last !== null && Date.parse(owner.last.at) / 1000 > Math.round(lastAt);
      if (!isNew) return [key, known] as const;
      const found: Decision[] = [];
      for await (const decision of sight.past.decisions(tickOf(owner), owner.name, {
        from: lastAt,
        to: sight.now,
      })) {
        if (decision.at > lastAt) found.push(decision);
      }
      return [key, [...known, ...found.reverse()]] as const;
    }),
  );

/** Those that are there now as they are now, and those that have gone since the last look. */
const withNewLives = async (sight: Sight, before: Kept): Promise<Kept['lives']> => {
  const { workers, ended = [] } = await sight.view();
  const lives = new Map<string, Life>();
  for (const [id, life] of before.lives) lives.set(id, { ...life, goneAt: life.goneAt ?? sight.now });
  for (const { worker, endedAt } of ended) lives.set(worker.instanceId, { record: worker, goneAt: endedAt });
  for (const record of workers) {
    const goneAt = record.state.kind === 'failed' ? record.state.at : undefined;
    lives.set(record.instanceId, { record, goneAt });
  }
  return lives;
};

/** Two ticks: whoever looked so long ago has missed what was counted since. */
const MISSED_SECONDS = 2 * MINUTE;

/** What metrics tell of the time since the last look, where there is such a time. */
const missedCounts = async (
  sight: Sight,
  queues: readonly string[],
  { counts }: Kept,
): Promise<ReadonlyMap<string, readonly QueueCounts[]>> => {
  const from = Math.max(0, ...queues.map((queue) => counts.get(queue)?.at(-1)?.at ?? 0));
  if (!sight.hasQueueMetrics || from === 0 || sight.now - from <= MISSED_SECONDS) return new Map();
  const asked = { stage: sight.stage, from, to: sight.now, periodSeconds: MINUTE };
  return queuePast(sight.clients.cloudwatch, queues, asked);
};

const countedNow = (sight: Sight, row: StatusTold['queues'][number]): QueueCounts => ({
  at: sight.now,
  ...(row.ready === null ? {} : { jobsReady: row.ready }),
  ...(row.pilotsWaiting === null ? {} : { pilotsWaiting: row.pilotsWaiting }),
  ...(row.pilotsRunning === null ? {} : { pilotsRunning: row.pilotsRunning }),
});

/** Of looks that follow each other closely one count for each step of a chart is enough: the last one of it. */
const withNewCounts = async (
  sight: Sight,
  { queues }: StatusTold,
  before: Kept,
  stepSeconds: number,
): Promise<Kept['counts']> => {
  const missed = await missedCounts(
    sight,
    queues.map(({ queue }) => queue),
    before,
  );
  const stepOf = (at: number): number => Math.floor(at / stepSeconds);
  return new Map(
    queues.map((row) => {
      const known = before.counts.get(row.queue) ?? [];
      const lastAt = known.at(-1)?.at ?? 0;
      if (sight.now <= lastAt) return [row.queue, known];
      const since = (missed.get(row.queue) ?? []).filter(({ at }) => at > lastAt && at < sight.now);
      const isSameStep = since.length === 0 && stepOf(lastAt) === stepOf(sight.now);
      return [row.queue, [...(isSameStep ? known.slice(0, -1) : known), ...since, countedNow(sight, row)]];
    }),
  );
};

/** Drops what lies before the time that is kept; of decisions the one that was in force then stays. */
const since = (kept: Kept, from: number): Kept => ({
  from: Math.max(kept.from, from),
  decisions: new Map(
    [...kept.decisions].map(([key, all]) => {
      const first = all.findIndex(({ at }) => at >= from);
      return [key, first > 1 ? all.slice(first - 1) : all];
    }),
  ),
  lives: new Map([...kept.lives].filter(([, { goneAt = from }]) => goneAt >= from)),
  counts: new Map(
    [...kept.counts].map(([queue, all]) => [
      queue,
      (all[0]?.at ?? from) < from ? all.filter(({ at }) => at >= from) : all,
    ]),
  ),
});

/**
 * Looks at a stage again and again, and remembers what it has seen. What was before the first look is read once, as far back as
 * somebody wants to see; after that a look asks for what is new.
 */
export const recorder = (open: () => Promise<Sight>) => {
  let kept: Kept | undefined;
  return async (rangeSeconds: number): Promise<Seen> => {
    const sight = await open();
    const status = await lookAtStatus(sight);
    const from = sight.now - rangeSeconds;
    if (kept === undefined || kept.from > from + MINUTE) kept = await readPast(sight, status, from);
    const now: Kept = {
      from: kept.from,
      decisions: await withNewDecisions(sight, status, kept),
      lives: await withNewLives(sight, kept),
      counts: await withNewCounts(sight, status, kept, rangeSeconds / STEPS),
    };
    kept = since(now, from);
    return { sight, status, ...kept, lives: [...kept.lives.values()] };
  };
};
