import { holdPilots, planPilots } from '../core/decide/pilots/plan.ts';
import type { Decision } from '../core/model/decision.ts';
import type { Lease } from '../core/model/lease.ts';
import { establish, runningEverywhere } from '../core/observe/facts.ts';
import type { PoolPilots } from '../core/ports.ts';
import { gatherFailures } from './failures.ts';
import { type Outside, observer, type Sources } from './observe.ts';
import { forEach } from './parallel.ts';
import { NEEDED_SECONDS, NO_END, type TimeLeft } from './time-left.ts';
import { type Tell, type WriteDown, writerDown } from './write-down.ts';

export interface PilotsPorts extends Sources {
  readonly pilots: PoolPilots;
  readonly tell: Tell;
}

/** What one tick has: the ports, and the time that its function has left. */
type TickPorts = PilotsPorts & { readonly timeLeft: TimeLeft };

/** Does what was decided; what there is no time for is left to the next tick, which decides anew. */
const carryOut = async (decision: Decision, lease: Lease, ports: TickPorts): Promise<void> => {
  const { queue } = decision;
  if (ports.timeLeft() < NEEDED_SECONDS.order) return;
  if (decision.kind === 'submit') {
    const { requestId, count, shape, viewedAt } = decision;
    // Recorded first: pilots that were submitted and are not recorded would be submitted again on a stale view.
    await ports.ledger.submissions.add({ requestId, queue, count, shape, viewedAt });
    // Whoever has taken the lease since may not have read that record: then that one decides, and these are not sent.
    if (await ports.ledger.leases.holds(lease)) await ports.pilots.submit({ requestId, queue, count, shape });
  }
  if (decision.kind === 'remove') {
    await ports.pilots.remove({ queue, count: decision.count, leave: decision.leave });
  }
};

const ofPilots = (decisions: ReturnType<typeof planPilots>): readonly Decision[] =>
  decisions.map((decision) => ({ of: 'pilots', ...decision }));

const act = async (
  world: Outside,
  lease: Lease,
  writeDown: WriteDown,
  ports: TickPorts,
): Promise<readonly Decision[]> => {
  const failures = gatherFailures();
  const decided = ofPilots(planPilots({ ...world, ...(await ports.ledger.view()) }));
  const kept = await forEach(decided, (decision) =>
    failures.during(async () => {
      const written = await writeDown(decision);
      await carryOut(written, lease, ports);
      return written;
    }),
  );
  await failures.during(() => ports.ledger.leases.release(lease));
  failures.throwAny();
  return kept.filter((decision) => decision !== undefined);
};

/** One tick of queue 1: observe, take the lease, decide, write down, act, tell. */
export const pilotsTick = (
  ports: PilotsPorts,
): ((now: number, timeLeft?: TimeLeft) => Promise<readonly Decision[]>) => {
  const observe = observer(ports);
  const writeDown = writerDown(ports.ledger.decisions, ports.tell);
  return async (now, timeLeft = NO_END) => {
    const world = await observe(now);
    const established = establish(world);
    if (!established.ok) return forEach(ofPilots(holdPilots(world, established.why)), writeDown);
    const { viewedAt, jobs } = established.facts;
    const pandaRunning = runningEverywhere(jobs);
    const lease = await ports.ledger.leases.take({ name: 'pilots', at: now, viewedAt, pandaRunning });
    if (lease.kind === 'lease') return act(world, lease, writeDown, { ...ports, timeLeft });
    // Told and not written down: what is written down for this moment is for the holder to carry out.
    const held = ofPilots(holdPilots(world, lease.why));
    for (const decision of held) ports.tell(decision);
    return held;
  };
};
