import type { Decision } from '../core/decisions.ts';
import { planPilots } from '../core/pilots.ts';
import type { DecisionBook, PoolPilots, SubmissionBook } from '../core/ports.ts';
import { gatherFailures } from './failures.ts';
import { observer, type Sources } from './observe.ts';
import { forEach } from './parallel.ts';
import { type Tell, writerDown } from './write-down.ts';

export interface PilotsPorts extends Sources {
  readonly decisions: DecisionBook;
  readonly pilots: PoolPilots;
  readonly submissions: SubmissionBook;
  readonly tell: Tell;
}

const act = async (decision: Decision, ports: PilotsPorts): Promise<void> => {
  const { queue } = decision;
  if (decision.kind === 'submit') {
    const { requestId, count, shape, viewedAt } = decision;
    // Recorded first: pilots that were submitted and are not recorded would be submitted again on a stale view.
    await ports.submissions.submitted({ requestId, queue, count, shape, viewedAt });
    await ports.pilots.submit({ requestId, queue, count, shape });
  }
  if (decision.kind === 'remove') {
    await ports.pilots.remove({ queue, count: decision.count, leave: decision.leave });
  }
};

/** One tick of queue 1: observe, decide, write down, act, tell. */
export const pilotsTick = (ports: PilotsPorts): ((now: number) => Promise<readonly Decision[]>) => {
  const observe = observer(ports);
  const writeDown = writerDown(ports.decisions, ports.tell);
  return async (now) => {
    const { ledger, ...world } = await observe(now);
    const decided = planPilots({ ...world, ...ledger });
    const failures = gatherFailures();
    const kept = await forEach(decided, (decision) =>
      failures.during(async () => {
        const written = await writeDown({ of: 'pilots', ...decision });
        await act(written, ports);
        return written;
      }),
    );
    failures.throwAny();
    return kept.filter((decision) => decision !== undefined);
  };
};
