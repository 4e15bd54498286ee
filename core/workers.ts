import type { Retirement, WorkerDecision } from './decisions.ts';
import { establish, type Facts, type Observed } from './facts.ts';
import { contradiction, type Fleet, fleets, liveCores, liveWorkers } from './fleet.ts';
import { type Ground, growth } from './growth.ts';
import { launchTokens } from './launch-tokens.ts';
import type { Ec2Lore, Stage } from './launches.ts';
import { coolingNow, type SeenRooms, seenRooms } from './offers.ts';
import { workersById } from './pool-index.ts';
import type { LedgerView, WorkerRecord } from './records.ts';
import { planRetirements } from './retirement.ts';
import { badSettings, lastGood, type ParsedSettings, type Settled, settingsOfRemoved } from './settings.ts';

/** Everything the decision about workers rests on. */
export interface WorkerWorld extends Observed {
  readonly queues: readonly ParsedSettings[];
  readonly stage: Stage;
  readonly ledger: Pick<LedgerView, 'workers' | 'launches' | 'submissions' | 'cooling'>;
}

const hold = (queue: string, at: number, why: string): WorkerDecision => ({
  kind: 'hold',
  queue,
  at,
  why: [why],
  counts: {},
});

/**
 * A collector that has just started has not heard of its workers again: the first update of each startd is lost, the
 * next comes one update interval (300 s) later. Twice that.
 */
const YOUNG_COLLECTOR_SECONDS = 600;

const hasJoined = ({ state }: WorkerRecord): boolean => state.kind !== 'booting' && state.kind !== 'retiring';

const restarted = (facts: Facts, workers: readonly WorkerRecord[]): string | undefined => {
  const age = facts.viewedAt - facts.pool.collectorStartedAt;
  if (age >= YOUNG_COLLECTOR_SECONDS) return undefined;
  const seen = workersById(facts.pool);
  const absent = workers.filter((worker) => hasJoined(worker) && !seen.has(worker.instanceId)).length;
  return absent === 0
    ? undefined
    : `the collector started ${Math.round(age)} s ago and has not heard of ${absent} workers yet`;
};

const NO_GROWTH = { paused: 'the queue is paused', drain: 'the queue is drained' } as const;

/** Retirements in short: each cause once, with how many it concerns, and the worker where it is one. */
const inWords = (retirements: readonly Retirement[]): readonly string[] => {
  const alike = Map.groupBy(retirements, ({ step, cause }) => `${step} ?: ${cause}`);
  return [...alike].map(([text, all]) =>
    text.replace('?', all.length === 1 ? (all[0]?.instanceId ?? '') : `${all.length} workers`),
  );
};

/** Three ticks. What has happened since such a view is little; since an older one, a worker may have joined. */
const RECENT_SECONDS = 180;

/** The moment up to which workers' ages count: not beyond an old view, which does not show who joined after it. */
const agesAt = ({ now, viewedAt }: Facts): number => (now - viewedAt <= RECENT_SECONDS ? now : viewedAt);

const planQueue = (queue: Settled, fleet: Fleet, ground: Ground): WorkerDecision => {
  const { settings, outdated } = queue;
  const { name, state } = settings;
  const at = ground.facts.now;
  const doubt = contradiction(fleet);
  if (doubt !== undefined) return hold(name, at, doubt);

  const grown =
    state === 'active'
      ? growth(settings, fleet, ground)
      : { launches: [], why: [NO_GROWTH[state]], counts: {} };
  const retirements = planRetirements(fleet, settings, agesAt(ground.facts));
  const counts = { ...grown.counts, workersLive: liveWorkers(fleet), coresLive: liveCores(fleet) };
  const why = [...lastGood(outdated), ...grown.why, ...inWords(retirements)];
  const told = { queue: name, at, why, counts };
  const { launches } = grown;
  return launches.length === 0 && retirements.length === 0
    ? { ...told, kind: 'rest' }
    : { ...told, kind: 'act', launches, retirements };
};

/** The facts that workers may be launched and retired on, or why nothing may be done. */
export const surveyWorkers = (
  world: Observed & { readonly ledger: Pick<LedgerView, 'workers'> },
): { readonly ok: true; readonly facts: Facts } | { readonly ok: false; readonly why: string } => {
  const established = establish(world);
  const doubt = established.ok ? restarted(established.facts, world.ledger.workers) : undefined;
  return doubt === undefined ? established : { ok: false, why: doubt };
};

const nameOf = (queue: ParsedSettings): string => (queue.ok ? queue.settings.name : queue.queue);

/** The queues of the settings, and those that still have workers though their settings are gone: they are let go. */
const queuesOf = ({ queues, ledger }: WorkerWorld): readonly ParsedSettings[] => {
  const names = new Set(queues.map(nameOf));
  const removed = new Set<string>();
  for (const { queue } of ledger.workers) if (!names.has(queue)) removed.add(queue);
  return [...queues, ...[...removed].map(settingsOfRemoved)];
};

/** Looked up once in a tick, and only if something is launched. */
const seenOnce = ({ ledger }: WorkerWorld, { pool }: Facts): (() => SeenRooms) => {
  let seen: SeenRooms | undefined;
  return () => {
    if (seen !== undefined) return seen;
    const inPool = workersById(pool);
    const joined = ledger.workers.flatMap(({ instanceId, offer }) => {
      const total = inPool.get(instanceId)?.total;
      return total === undefined ? [] : [{ flavour: offer.flavour, total }];
    });
    seen = seenRooms(joined);
    return seen;
  };
};

const lore = (world: WorkerWorld, facts: Facts): Ec2Lore => ({
  cooling: coolingNow(world.ledger.cooling, world.now),
  seen: seenOnce(world, facts),
  viewAgeSeconds: world.now - facts.viewedAt,
  launchTokens: launchTokens(world.ledger.workers, world.ledger.launches, world.now),
});

/**
 * Queue 2: which workers to launch and which to retire, for each queue. Pure: the same world gives the same decisions.
 * Without facts every queue holds; a queue with bad settings holds alone.
 */
export const planWorkers = (world: WorkerWorld): readonly WorkerDecision[] => {
  const { now, ledger, stage } = world;
  const survey = surveyWorkers(world);
  if (!survey.ok) {
    return queuesOf(world).map((queue) =>
      hold(nameOf(queue), now, queue.ok ? survey.why : badSettings(queue)),
    );
  }
  const { facts } = survey;
  const fleet = fleets(ledger.workers, ledger.launches, facts.pool);
  const ground: Ground = { facts, stage, submissions: ledger.submissions, lore: lore(world, facts) };
  let tokens = ground.lore.launchTokens;
  return queuesOf(world).map((queue) => {
    if (!queue.ok) return hold(queue.queue, now, badSettings(queue));
    const lore = { ...ground.lore, launchTokens: tokens };
    const decision = planQueue(queue, fleet(queue.settings.name), { ...ground, lore });
    // What one queue launches, EC2 does not give to the next.
    if (decision.kind === 'act') tokens -= decision.launches.reduce((n, { request }) => n + request.count, 0);
    return decision;
  });
};
