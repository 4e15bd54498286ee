import { holdWorkers, planWorkers } from '../core/decide/workers/plan.ts';
import { mergedBoots } from '../core/learn/boots.ts';
import { countClaims } from '../core/learn/claims.ts';
import { machinesExpected } from '../core/learn/expected.ts';
import type { Decision, WorkerDecision } from '../core/model/decision.ts';
import type { LedgerView } from '../core/model/ledger.ts';
import type { Snapshot } from '../core/model/snapshot.ts';
import { inSight, type Stage } from '../core/model/stage.ts';
import { isComing, type WorkerRecord } from '../core/model/worker.ts';
import { claimsIn } from '../core/observe/claims.ts';
import { agesAt } from '../core/observe/facts.ts';
import { collectorRestarted, suddenDrop } from '../core/observe/plausibility.ts';
import { unreadOf } from '../core/observe/unread.ts';
import type { Cloud, Consoles, PoolWorkers } from '../core/ports.ts';
import { bookSpending, stillOwed } from './act/book-spending.ts';
import { type Launching, launchAll, replay } from './act/launch-all.ts';
import { letSleepAll } from './act/let-sleep.ts';
import { retire } from './act/retire.ts';
import { wakeAll } from './act/wake-all.ts';
import { cloudLooker, type Looked, type Wait, withLook } from './observe/look-at-cloud.ts';
import { withImage } from './observe/newest-image.ts';
import { hearBeforeEnd, type LastWords, NOT_HEARD } from './reconcile/failed-boots.ts';
import { countFailed, followCloud, reconcile } from './reconcile/reconcile.ts';
import { type Vouch, voucher } from './reconcile/vouch.ts';
import { forEach } from './run/parallel.ts';
import { NEEDED_SECONDS, type TimeLeft } from './run/time-left.ts';
import { type Acted, type Tick, type TickPorts, type Turn, tick } from './tick.ts';

export interface WorkersPorts extends TickPorts {
  readonly cloud: Cloud;
  readonly consoles: Consoles;
  readonly poolWorkers: PoolWorkers;
  readonly stage: Stage;
  /** Answers the image to launch instead of the template's own; undefined: none. */
  readonly image: (now: number) => Promise<Snapshot<string | undefined>>;
  /** How to wait; absent: in real time. A simulation has a time of its own. */
  readonly wait?: Wait;
}

/** What one tick has: the ports, the time that its function has left, and what the cloud beside EC2 has. */
type TimedPorts = WorkersPorts & { readonly timeLeft: TimeLeft; readonly looked: Looked | undefined };

/** How workers are planned; a simulation hands in others, to show what they would break. */
export type Plan = typeof planWorkers;

interface Deciding {
  readonly plan: Plan;
  readonly vouch: Vouch;
}

const ofWorkers = (decisions: readonly WorkerDecision[]): readonly Decision[] =>
  decisions.map((decision) => ({ of: 'workers', ...decision }));

/** Brings the ledger in line with the world, and what is open to its end. Without a view to believe it is left as it is. */
const settleOpen = async (
  { facts, fleets, now }: Turn,
  ledger: LedgerView,
  launching: Launching,
  ports: TimedPorts,
): Promise<LedgerView> => {
  const { stage, looked } = ports;
  const isUntold = ({ workers }: LedgerView) =>
    collectorRestarted(facts, inSight(stage, workers)) !== undefined;
  // A worker that has no power is none that the collector has yet to hear of.
  const followed = isUntold(ledger) ? await followCloud(ledger, ports, { ...launching, looked }) : ledger;
  if (isUntold(followed)) return stillOwed(ledger, followed, now);
  const found = await reconcile(followed, facts.pool, ports, { ...launching, looked });
  const reconciled = stillOwed(ledger, found, now);
  if (suddenDrop(inSight(stage, reconciled.workers), agesAt(facts)) !== undefined) return reconciled;
  const active = new Set(
    fleets.flatMap((of) =>
      of.ok && of.settings.state === 'active' && of.settings.mode === 'live' ? [of.settings.name] : [],
    ),
  );
  const isRead = (fleet: string) =>
    unreadOf(ledger.unread ?? [], { of: 'workers', whose: fleet, isShared: false }) === undefined;
  return replay(reconciled, (fleet) => active.has(fleet) && isRead(fleet), launching, ports);
};

/** Counts workers that jobs have claimed, or leave empty though they wait for them. */
const withClaims = async (
  ledger: LedgerView,
  { facts, fleets }: Turn,
  { ledger: { learned } }: TimedPorts,
): Promise<LedgerView> => {
  const known = ledger.boots ?? [];
  const changed = countClaims(known, claimsIn(facts, ledger.workers, fleets, known));
  if (changed.length === 0) return ledger;
  await forEach(changed, (boots) => learned.boots(boots));
  return { ...ledger, boots: mergedBoots(known, changed) };
};

/** Workers that were to be ended because they never joined. */
const overdue = (decisions: readonly Decision[], { workers }: LedgerView) => {
  const ended = new Set(
    decisions
      .flatMap((decision) => (decision.kind === 'act' ? decision.retirements : []))
      .filter(({ step }) => step === 'terminate')
      .map(({ instanceId }) => instanceId),
  );
  return workers.filter(({ instanceId, state }) => isComing(state) && ended.has(instanceId));
};

/** Hears workers that never joined before they are ended, if that leaves the time to end them. */
const hearOverdue = async (
  late: readonly WorkerRecord[],
  { consoles, timeLeft }: TimedPorts,
): Promise<LastWords> =>
  timeLeft() >= NEEDED_SECONDS.console + NEEDED_SECONDS.terminate ? hearBeforeEnd(late, consoles) : NOT_HEARD;

const act = async (turn: Turn, ports: TimedPorts, { plan, vouch }: Deciding): Promise<Acted> => {
  const { now, facts, queues, fleets, lease, writeDown, failures } = turn;
  const { looked } = ports;
  const launching: Launching = {
    ...{ lease, failures, now },
    brake: { throttled: undefined, isOpen: false },
    otherBrake: { throttled: undefined, isOpen: false },
    away: new Set(looked?.seen.kind === 'unknown' ? [looked.cloud] : []),
  };
  const booked = await bookSpending(await ports.ledger.view(), fleets, ports.ledger.accounts, failures);
  const settled = await settleOpen(turn, booked, launching, ports);
  const vouched = (await failures.during(() => vouch(settled, facts.pool, now))) ?? settled;
  const ledger = (await failures.during(() => withClaims(vouched, turn, ports))) ?? vouched;
  turn.restOn({ of: 'workers', ledger, stage: ports.stage });
  const decided = ofWorkers(plan({ facts, queues, fleets, ledger, stage: ports.stage }));
  const written = await forEach(decided, (decision) => failures.during(() => writeDown(decision)));
  const kept = written.filter((decision) => decision !== undefined);
  await wakeAll(kept, ledger.workers, launching, ports);
  const launched = await launchAll(kept, ledger, launching, ports);
  if (launched !== undefined) {
    const late = overdue(kept, ledger);
    const words = await failures.during(() => hearOverdue(late, ports));
    const ended = await retire(kept, ledger.workers, ports, turn);
    // Only now: one that cannot be ended is overdue in each tick, and is to be counted once.
    const failed = late.filter(({ instanceId }) => ended.has(instanceId));
    await letSleepAll(kept, ledger.workers, ports, turn);
    await failures.during(() => countFailed(launched, { failed, words: words ?? NOT_HEARD }, ports, now));
  }
  const machineAt = machinesExpected(ledger.workers, ledger.joins ?? [], now);
  return { decisions: kept, machineAt };
};

/** One tick of queue 2, which keeps as many workers as the pool's waiting jobs need. */
export const workersTick = (ports: WorkersPorts, plan: Plan = planWorkers): Tick => {
  const deciding = { plan, vouch: voucher(ports.cloud, ports.stage.stage) };
  const look = cloudLooker(ports.cloud, ports.stage, ports.wait);
  return tick(ports, {
    name: 'workers',
    needsPanda: false,
    hold: async (world, why) => {
      const ledger = await ports.ledger.view();
      return {
        decisions: ofWorkers(holdWorkers({ ...world, ledger }, world.now, why)),
        fleetsWithWorkers: [...new Set(ledger.workers.map(({ fleet }) => fleet))],
      };
    },
    beside: (now, timeLeft) => Promise.all([ports.image(now), look(now, timeLeft)]),
    act: (turn, [image, looked]) => {
      const stage = withLook(withImage(ports.stage, image), looked);
      return act(turn, { ...ports, stage, looked, timeLeft: turn.timeLeft }, deciding);
    },
  });
};
