import type { Machine } from './machine.ts';
import type { Kind } from './policy.ts';
import type { Pool } from './pool.ts';

/** How the matchmaker chooses a machine for a job of a width, from the machines of a lane. */
type Find = (job: number, cores: number, lane: number) => Machine | undefined;

/** What a cycle of the negotiator looks up, and what it does with a match. */
interface Cycle {
  readonly laneOf: (kind: number) => number;
  readonly find: Find;
  readonly submittedAt: (job: number) => number;
  readonly begin: (machine: Machine, kind: number) => void;
}

/**
 * One negotiation cycle: again and again the queue whose first job is the oldest (the narrower, if two are); one that
 * finds no machine is left out for the rest of the cycle.
 */
export const negotiate = (
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
