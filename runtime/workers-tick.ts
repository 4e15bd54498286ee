import { holdWorkers, planWorkers } from '../core/decide/workers/plan.ts';
import type { Decision } from '../core/model/decision.ts';
import type { Lease } from '../core/model/lease.ts';
import type { LedgerView } from '../core/model/ledger.ts';
import type { Snapshot } from '../core/model/snapshot.ts';
import type { Stage } from '../core/model/stage.ts';
import type { WorkerRecord } from '../core/model/worker.ts';
import { agesAt, establish, runningEverywhere } from '../core/observe/facts.ts';
import { suddenDrop, surveyWorkers } from '../core/observe/plausibility.ts';
import type { Cloud, Consoles, PoolWorkers } from '../core/ports.ts';
import { bookSpending, stillOwed } from './book-spending.ts';
import { hearBeforeEnd, type LastWords, NOT_HEARD } from './failed-boots.ts';
import { type Failures, gatherFailures } from './failures.ts';
import { type Brake, launchAll, replay } from './launch-all.ts';
import { withImage } from './newest-image.ts';
import { type Outside, observer, type Sources } from './observe.ts';
import { forEach } from './parallel.ts';
import { countFailed, reconcile } from './reconcile.ts';
import { retire } from './retire.ts';
import { NEEDED_SECONDS, NO_END, type TimeLeft } from './time-left.ts';
import { type Tell, type WriteDown, writerDown } from './write-down.ts';

export interface WorkersPorts extends Sources {
  readonly cloud: Cloud;
  readonly consoles: Consoles;
  readonly poolWorkers: PoolWorkers;
  readonly stage: Stage;
  /** Answers the image to launch instead of the template's own; undefined: none. */
  readonly image: (now: number) => Promise<Snapshot<string | undefined>>;
  readonly tell: Tell;
}

/** What one tick has: the ports, and the time that its function has left. */
type TickPorts = WorkersPorts & { readonly timeLeft: TimeLeft };

/** How the workers of a world are planned; a simulation hands in others, to show what they would break. */
export type Plan = typeof planWorkers;

const ofWorkers = (decisions: ReturnType<Plan>): readonly Decision[] =>
  decisions.map((decision) => ({ of: 'workers', ...decision }));

/** Brings the ledger in line with the world, and what is open to its end. Without facts it is left as it is. */
const settleOpen = async (
  world: Outside & { readonly ledger: LedgerView },
  lease: Lease,
  brake: Brake,
  ports: TickPorts,
  failures: Failures,
): Promise<LedgerView> => {
  const { now } = world;
  const survey = surveyWorkers(world);
  if (!survey.ok) return world.ledger;
  const found = await reconcile(world.ledger, survey.facts.pool, ports, failures, now);
  const reconciled = stillOwed(world.ledger, found, now);
  if (suddenDrop(reconciled.workers, agesAt(survey.facts)) !== undefined) return reconciled;
  const active = new Set(
    world.queues.flatMap((queue) =>
      queue.ok && queue.settings.state === 'active' ? [queue.settings.name] : [],
    ),
  );
  return replay(reconciled, (queue) => active.has(queue), lease, brake, ports, failures, now);
};

/** Workers that were to be ended because they never joined. */
const overdue = (decisions: readonly Decision[], { workers }: LedgerView) => {
  const ended = new Set(
    decisions
      .flatMap((decision) => (decision.kind === 'act' ? decision.retirements : []))
      .filter(({ step }) => step === 'terminate')
      .map(({ instanceId }) => instanceId),
  );
  return workers.filter(({ instanceId, state }) => state.kind === 'booting' && ended.has(instanceId));
};

/** Hears workers that never joined before they are ended, if that leaves the time to end them. */
const hearOverdue = async (
  late: readonly WorkerRecord[],
  { consoles, timeLeft }: TickPorts,
): Promise<LastWords> =>
  late.length > 0 && timeLeft() >= NEEDED_SECONDS.console + NEEDED_SECONDS.terminate
    ? hearBeforeEnd(late, consoles)
    : NOT_HEARD;

const act = async (
  world: Outside,
  lease: Lease,
  plan: Plan,
  writeDown: WriteDown,
  ports: TickPorts,
): Promise<readonly Decision[]> => {
  const { now } = world;
  const failures = gatherFailures();
  const brake: Brake = { throttled: undefined };
  const booked = await bookSpending(await ports.ledger.view(), world.queues, ports.ledger.accounts, failures);
  const ledger = await settleOpen({ ...world, ledger: booked }, lease, brake, ports, failures);
  const decided = ofWorkers(plan({ ...world, ledger, stage: ports.stage }));
  const written = await forEach(decided, (decision) => failures.during(() => writeDown(decision)));
  const kept = written.filter((decision) => decision !== undefined);
  const launched = await launchAll(kept, ledger, lease, brake, ports, failures, now);
  if (launched !== undefined) {
    const late = overdue(kept, ledger);
    const words = await failures.during(() => hearOverdue(late, ports));
    const ended = await retire(kept, ledger.workers, ports, failures, now);
    // Only now: one that cannot be ended is overdue in each tick, and is to be counted once.
    const failed = late.filter(({ instanceId }) => ended.has(instanceId));
    await failures.during(() => countFailed(launched, { failed, words: words ?? NOT_HEARD }, ports, now));
  }
  await failures.during(() => ports.ledger.leases.release(lease));
  failures.throwAny();
  return kept;
};

/** One tick of queue 2: observe, take the lease, decide, write down, act, tell. */
export const workersTick = (
  ports: WorkersPorts,
  plan: Plan = planWorkers,
): ((now: number, timeLeft?: TimeLeft) => Promise<readonly Decision[]>) => {
  const observe = observer(ports);
  const writeDown = writerDown(ports.ledger.decisions, ports.tell);
  return async (now, timeLeft = NO_END) => {
    const [world, image] = await Promise.all([observe(now), ports.image(now)]);
    const established = establish(world);
    if (!established.ok) {
      const held = holdWorkers({ ...world, ledger: await ports.ledger.view() }, established.why);
      return forEach(ofWorkers(held), writeDown);
    }
    const { viewedAt, jobs } = established.facts;
    const pandaRunning = runningEverywhere(jobs);
    const lease = await ports.ledger.leases.take({ name: 'workers', at: now, viewedAt, pandaRunning });
    const launching = { ...ports, timeLeft, stage: withImage(ports.stage, image) };
    if (lease.kind === 'lease') return act(world, lease, plan, writeDown, launching);
    // Told and not written down: what is written down for this moment is for the holder to carry out.
    const held = ofWorkers(holdWorkers({ ...world, ledger: await ports.ledger.view() }, lease.why));
    for (const decision of held) ports.tell(decision);
    return held;
  };
};
