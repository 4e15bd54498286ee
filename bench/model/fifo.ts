import type { Machine } from './machine.ts';
import type { Kind } from './policy.ts';
import type { Pool } from './pool.ts';

/** What a cycle looks up, and what it does with a match. */
interface Cycle {
  readonly laneOf: (kind: number) => number;
  /** How a machine is chosen for a job of a width, from the machines of a lane. */
  readonly find: (job: number, cores: number, lane: number) => Machine | undefined;
  readonly submittedAt: (job: number) => number;
  readonly begin: (machine: Machine, kind: number) => void;
}

/**
 * One cycle of a negotiator that knows no submitters: again and again the queue whose first job is the oldest (the
 * narrower, if two are); one that finds no machine is left out for the rest of the cycle. HTCondor is not so kind; the
 * published figures of the peers are of it, and what nobody can have has it.
 */
export const firstComeFirstServed = (
  pool: Pool,
  kinds: readonly Kind[],
  { laneOf, find, submittedAt, begin }: Cycle,
): void => {
  const blocked = new Set<number>();
  for (;;) {
    let best = -1;
    let job = -1;
    let oldest = Number.POSITIVE_INFINITY;
    for (const [kind, line] of pool.lines.entries()) {
      const head = line.head();
      // Kinds stand in order of width, so that of two the narrower is found first.
      if (head === undefined || blocked.has(kind) || submittedAt(head) >= oldest) continue;
      best = kind;
      job = head;
      oldest = submittedAt(head);
    }
    const cores = kinds[best]?.cores;
    if (cores === undefined) return;
    const machine = find(job, cores, laneOf(best));
    if (machine === undefined) blocked.add(best);
    else begin(machine, best);
  }
};
