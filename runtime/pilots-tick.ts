import { holdPilots, planPilots } from '../core/decide/pilots/plan.ts';
import type { Decision, PilotDecision } from '../core/model/decision.ts';
import type { SubmissionRecord } from '../core/model/ledger.ts';
import { submissionIdOf } from '../core/model/names.ts';
import type { PoolPilots } from '../core/ports.ts';
import { forEach, inTurn } from './run/parallel.ts';
import { NEEDED_SECONDS } from './run/time-left.ts';
import { type Tick, type TickPorts, type Turn, tick } from './tick.ts';

export interface PilotsPorts extends TickPorts {
  readonly pilots: PoolPilots;
}

/** How a removal is remembered among the submissions of its queue. */
const removalOf = ({ queue, at }: PilotDecision, viewedAt: number): SubmissionRecord => ({
  requestId: submissionIdOf(queue, at),
  queue,
  count: 0,
  shape: { cpus: 0, memoryMb: 0, diskMb: 0, gpus: 0 },
  viewedAt,
  at,
  removal: true,
});

/** What rides on each pilot of a submission. */
const ridingOn = ({
  fleet,
  wallSeconds,
}: Extract<PilotDecision, { kind: 'submit' }>): Pick<SubmissionRecord, 'fleet' | 'wallSeconds'> => ({
  ...(fleet === undefined ? {} : { fleet }),
  ...(wallSeconds === undefined ? {} : { wallSeconds }),
});

/** Whether there is time for what was decided. To rest and to hold take none. */
const hasTime = ({ kind }: Decision, { timeLeft }: Turn): boolean =>
  (kind !== 'submit' && kind !== 'remove') || timeLeft() >= NEEDED_SECONDS.order;

/** Does what was decided. */
const carryOut = async (decision: Decision, { lease, facts }: Turn, ports: PilotsPorts): Promise<void> => {
  if (decision.of !== 'pilots') return;
  const { queue } = decision;
  if (decision.kind === 'submit') {
    const { requestId, count, shape, viewedAt, at, canary } = decision;
    const asking = ridingOn(decision);
    const record = { requestId, queue, count, shape, ...asking, viewedAt, at, ...(canary && { canary }) };
    // Recorded first: pilots that were submitted and are not recorded would be submitted again on a stale view.
    await ports.ledger.submissions.add(record);
    // Whoever has taken the lease since may not have read that record: then that one decides, and these are not sent.
    if (await ports.ledger.leases.holds(lease)) {
      await ports.pilots.submit({ requestId, queue, count, shape, ...asking });
    }
  }
  if (decision.kind === 'remove') {
    // Recorded first: what is removed is not to be taken for pilots that never came.
    await ports.ledger.submissions.add(removalOf(decision, facts.viewedAt));
    const { count, leave, fleet } = decision;
    await ports.pilots.remove({ queue, count, leave, ...(fleet === undefined ? {} : { fleet }) });
  }
};

const ofPilots = (decisions: readonly PilotDecision[]): readonly Decision[] =>
  decisions.map((decision) => ({ of: 'pilots', ...decision }));

const act = async (turn: Turn, ports: PilotsPorts): Promise<readonly Decision[]> => {
  const { writeDown, failures, restOn } = turn;
  const { submissions, pilotsEver, unread } = await ports.ledger.viewForPilots();
  const view = { submissions, pilotsEver, ...(unread === undefined ? {} : { unread }) };
  restOn({ of: 'pilots', view });
  const decided = ofPilots(planPilots({ ...turn, ...view }));
  const kept = await forEach(inTurn(decided, turn.now), (decision) =>
    failures.during(async () => {
      // Neither written nor told: the next tick decides anew, and nobody counts what was not done.
      if (!hasTime(decision, turn)) return undefined;
      const written = await writeDown(decision);
      await carryOut(written, turn, ports);
      return written;
    }),
  );
  return kept.filter((decision) => decision !== undefined);
};

/** One tick of queue 1, which keeps pilots waiting in the pool. */
export const pilotsTick = (ports: PilotsPorts): Tick =>
  tick(ports, {
    name: 'pilots',
    needsPanda: true,
    hold: async (world, why) => ({
      decisions: ofPilots(holdPilots(world, world.now, why)),
      fleetsWithWorkers: [],
    }),
    beside: async () => undefined,
    act: async (turn) => ({ decisions: await act(turn, ports) }),
  });
