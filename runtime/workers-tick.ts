import type { Decision } from '../core/decisions.ts';
import type { Stage } from '../core/launches.ts';
import type { PoolView } from '../core/pool.ts';
import type { Cloud, DecisionBook, LaunchBook, PoolWorkers, WorkerBook } from '../core/ports.ts';
import { applied, doubtful, reconcileCloud, reconcilePool } from '../core/reconcile.ts';
import type { Change, LedgerView, OpenLaunch, WorkerRecord } from '../core/records.ts';
import type { ParsedSettings } from '../core/settings.ts';
import { planWorkers, surveyWorkers } from '../core/workers.ts';
import { type Failures, gatherFailures } from './failures.ts';
import { askAgain, firstAsk } from './launch.ts';
import { observer, type Sources } from './observe.ts';
import { forEach } from './parallel.ts';
import { retire } from './retire.ts';
import { type Tell, writerDown } from './write-down.ts';

export interface WorkersPorts extends Sources {
  readonly cloud: Cloud;
  readonly decisions: DecisionBook;
  readonly launches: LaunchBook;
  readonly workers: WorkerBook;
  readonly poolWorkers: PoolWorkers;
  readonly stage: Stage;
  readonly tell: Tell;
}

const record = async (changes: readonly Change[], ports: WorkersPorts, now: number): Promise<void> => {
  await forEach(changes, (change) => ports.workers.change(change, now));
};

/** Workers whose end may have gone unnoticed: asked about at EC2, and forgotten if it has come. */
const reconcileEnded = async (
  workers: readonly WorkerRecord[],
  view: PoolView,
  ports: WorkersPorts,
  now: number,
): Promise<readonly WorkerRecord[]> => {
  const asked = doubtful(workers, view, now);
  if (asked.length === 0) return workers;
  const answer = await ports.cloud.describe(asked, now);
  if (answer.kind === 'unknown') return workers;
  const ended = reconcileCloud(workers, asked, answer.value, now);
  const gone = ended.map(({ worker }) => worker.instanceId);
  // The pool first: once the ledger has let go of them, nobody would forget their ads any more.
  if (gone.length > 0) await ports.poolWorkers.forget(gone);
  await record(ended, ports, now);
  return applied(workers, ended);
};

/** Brings the ledger's workers in line with the pool's view and, where their end may have been missed, with EC2. */
const reconcile = async (
  ledger: LedgerView,
  view: PoolView,
  ports: WorkersPorts,
  failures: Failures,
  now: number,
): Promise<LedgerView> => {
  const changes = reconcilePool(ledger.workers, view);
  await record(changes, ports, now);
  const workers = applied(ledger.workers, changes);
  const left = await failures.during(() => reconcileEnded(workers, view, ports, now));
  return { ...ledger, workers: left ?? workers };
};

/** Asks again about every launch whose outcome is not known, before anything new is planned. */
const replay = async (
  ledger: LedgerView,
  queues: readonly ParsedSettings[],
  ports: WorkersPorts,
  failures: Failures,
  now: number,
): Promise<LedgerView> => {
  const active = new Set(
    queues.flatMap((queue) => (queue.ok && queue.settings.state === 'active' ? [queue.settings.name] : [])),
  );
  const results = await forEach(ledger.launches, (launch) =>
    failures.during(() => askAgain(launch, active.has(launch.request.queue), ports, now)),
  );
  const workers = results.flatMap((result) => result?.workers ?? []);
  // One that failed is counted as open: whatever it launched is not on record.
  const launches = ledger.launches.filter((_, index) => results[index]?.open !== false);
  return { ...ledger, workers: [...ledger.workers, ...workers], launches };
};

/** Asks for what was decided, but for what is open already: that has just been asked for again, and a first ask would close it. */
const launchAll = async (
  decisions: readonly Decision[],
  open: readonly OpenLaunch[],
  ports: WorkersPorts,
  failures: Failures,
  now: number,
): Promise<void> => {
  const alreadyOpen = new Set(open.map(({ request }) => request.launchId));
  const launches = decisions
    .flatMap((decision) => (decision.kind === 'act' ? decision.launches : []))
    .filter(({ request }) => !alreadyOpen.has(request.launchId))
    .map((planned) => ({ ...planned, createdAt: now }));
  await forEach(launches, (launch) =>
    failures.during(async () => {
      if (await ports.launches.open(launch)) await firstAsk(launch, ports, now);
    }),
  );
};

/** One tick of queue 2: observe, decide, write down, act, tell. */
export const workersTick = (ports: WorkersPorts): ((now: number) => Promise<readonly Decision[]>) => {
  const observe = observer(ports);
  const writeDown = writerDown(ports.decisions, ports.tell);
  return async (now) => {
    const world = await observe(now);
    const failures = gatherFailures();
    const survey = surveyWorkers(world);
    const ledger = survey.ok
      ? await replay(
          await reconcile(world.ledger, survey.facts.pool, ports, failures, now),
          world.queues,
          ports,
          failures,
          now,
        )
      : world.ledger;
    const decided = planWorkers({ ...world, ledger, stage: ports.stage });
    const written = await forEach(decided, (decision) =>
      failures.during(() => writeDown({ of: 'workers', ...decision })),
    );
    const kept = written.filter((decision) => decision !== undefined);
    await launchAll(kept, ledger.launches, ports, failures, now);
    await retire(kept, ledger.workers, ports, failures, now);
    failures.throwAny();
    return kept;
  };
};
