import type { WorkerDecision } from './decisions.ts';
import { readyJobs, waitingPilots } from './demand.ts';
import { establish, type Facts, type Observed } from './facts.ts';
import { type Fleet, fleets, liveCores, liveWorkers } from './fleet.ts';
import { type Allowance, planLaunches, type Stage } from './launches.ts';
import { coolingNow } from './offers.ts';
import { pack } from './packing.ts';
import { jobsOf } from './panda.ts';
import type { LedgerView, WorkerRecord } from './records.ts';
import { planRetirements } from './retirement.ts';
import { badSettings, type ParsedSettings, type QueueSettings, siteOf } from './settings.ts';
import { supply } from './supply.ts';

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
  const seen = new Set(facts.pool.workers.workers.map((worker) => worker.instanceId));
  const absent = workers.filter((worker) => hasJoined(worker) && !seen.has(worker.instanceId)).length;
  return absent === 0
    ? undefined
    : `the collector started ${Math.round(age)} s ago and has not heard of ${absent} workers yet`;
};

const allowance = (fleet: Fleet, settings: QueueSettings): Allowance => ({
  workers: Math.max(0, settings.maxWorkers - liveWorkers(fleet)),
  cores: Math.max(0, settings.maxCores - liveCores(fleet)),
});

interface Ground {
  readonly facts: Facts;
  readonly world: WorkerWorld;
  readonly cooling: ReadonlySet<string>;
}

/** Demand, supply, and the launches for what lies between them. */
const growth = (settings: QueueSettings, fleet: Fleet, { facts, world, cooling }: Ground) => {
  const { name: queue } = settings;
  const pilots = facts.pilots(queue);
  const { ready } = readyJobs(jobsOf(facts.jobs, siteOf(settings), settings.resourceTypes), pilots);
  const submitted = world.ledger.submissions[queue] ?? [];
  const waiting = waitingPilots(pilots, submitted, facts.viewedAt, ready);
  const count = waiting.reduce((n, of) => n + of.count, 0);
  const rooms = supply(fleet, facts.now, settings);
  const onJoined = pack(waiting, rooms.joined);
  const onBooting = pack(onJoined.residual, rooms.booting);
  const plan = planLaunches(
    onBooting.residual,
    settings,
    world.stage,
    cooling,
    allowance(fleet, settings),
    facts.now,
  );
  const seen = `${count} pilots wait with jobs behind them; ${onJoined.placed} fit on joined workers, ${onBooting.placed} on booting ones`;
  const counts = { pilotsUnplaced: count - onJoined.placed - onBooting.placed, pilotsWithJobs: count };
  return { launches: plan.launches, why: [seen, ...plan.why], counts };
};

const NO_GROWTH = { paused: 'the queue is paused', drain: 'the queue is drained' } as const;

const planQueue = (settings: QueueSettings, fleet: Fleet, ground: Ground): WorkerDecision => {
  const { name: queue } = settings;
  const at = ground.facts.now;
  const {
    launches,
    why,
    counts: demand,
  } = settings.state === 'active'
    ? growth(settings, fleet, ground)
    : { launches: [], why: [NO_GROWTH[settings.state]], counts: {} };
  const counts = { ...demand, workersLive: liveWorkers(fleet), coresLive: liveCores(fleet) };
  const retirements = planRetirements(fleet, settings, at);
  const leaving = retirements.map(({ step, instanceId, cause }) => `${step} ${instanceId}: ${cause}`);
  if (launches.length === 0 && retirements.length === 0) return { kind: 'rest', queue, at, why, counts };
  return { kind: 'act', queue, at, why: [...why, ...leaving], counts, launches, retirements };
};

/** The facts that workers may be launched and retired on, or why nothing may be done. */
export const surveyWorkers = (
  world: Observed & { readonly ledger: Pick<LedgerView, 'workers'> },
): { readonly ok: true; readonly facts: Facts } | { readonly ok: false; readonly why: string } => {
  const established = establish(world);
  const doubt = established.ok ? restarted(established.facts, world.ledger.workers) : undefined;
  return doubt === undefined ? established : { ok: false, why: doubt };
};

/**
 * Queue 2: which workers to launch and which to retire, for each queue. Pure: the same world gives the same decisions.
 * Without facts every queue holds; a queue with bad settings holds alone.
 */
export const planWorkers = (world: WorkerWorld): readonly WorkerDecision[] => {
  const { now, ledger } = world;
  const survey = surveyWorkers(world);
  if (!survey.ok) {
    return world.queues.map((queue) =>
      queue.ok ? hold(queue.settings.name, now, survey.why) : hold(queue.queue, now, badSettings(queue)),
    );
  }
  const fleet = fleets(ledger.workers, ledger.launches, survey.facts.pool);
  const ground: Ground = { facts: survey.facts, world, cooling: coolingNow(ledger.cooling, now) };
  return world.queues.map((queue) =>
    queue.ok
      ? planQueue(queue.settings, fleet(queue.settings.name), ground)
      : hold(queue.queue, now, badSettings(queue)),
  );
};
