import type { Accountant } from '../../twin/pool/accountant.ts';
import { type Dealt, mayHave, shareOut } from '../../twin/pool/pie.ts';
import type { Machine } from './machine.ts';
import type { Kind } from './policy.ts';
import type { Pool } from './pool.ts';

/** What a cycle looks up, and what it does with a match. */
interface Cycle {
  readonly now: number;
  readonly accountant: Accountant;
  readonly laneOf: (kind: number) => number;
  readonly begin: (machine: Machine, kind: number) => void;
}

/**
 * Matches one queue's jobs to machines, until there is none for them or the queue's slice of the pie is used up. A
 * machine is one queue's for the cycle, and weighs what it has free, whatever the queue leaves of it.
 */
const deal = (
  pool: Pool,
  { kind, cores: width, lane }: { readonly kind: number; readonly cores: number; readonly lane: number },
  limit: number,
  { now, begin, offered }: Pick<Cycle, 'now' | 'begin'> & { readonly offered: Machine[] },
): Dealt => {
  const line = pool.lines[kind];
  const rooms = pool.rooms(lane);
  let cores = 0;
  while (line !== undefined && line.length > 0) {
    if (cores >= limit) return { cores, isDone: false };
    const most = mayHave(cores, limit, Number.POSITIVE_INFINITY) ? undefined : limit - cores;
    const machine = rooms.tightest(width, now, most);
    if (machine === undefined) return { cores, isDone: rooms.tightest(width, now) === undefined };
    cores += machine.free;
    while (line.length > 0 && machine.free >= width) begin(machine, kind);
    rooms.take(machine);
    offered.push(machine);
  }
  return { cores, isDone: true };
};

/** One cycle of HTCondor's negotiator: every queue is a submitter, and all share the pool. */
export const negotiate = (
  pool: Pool,
  kinds: readonly Kind[],
  { now, accountant, laneOf, begin }: Cycle,
): void => {
  const offered: Machine[] = [];
  const submitters = kinds.flatMap(({ queue, cores }, kind) => {
    const usedCores = accountant.usedBy(queue);
    if (usedCores === 0 && pool.lines[kind]?.length === 0) return [];
    const priority = accountant.priorityOf(queue, now);
    return [{ name: queue, priority, usedCores, kind, cores, lane: laneOf(kind) }];
  });
  shareOut(submitters, pool.cores.live - pool.cores.booting, (submitter, limit) =>
    deal(pool, submitter, limit, { now, begin, offered }),
  );
  for (const machine of offered) pool.rooms(machine.lane).put(machine);
};
