import type { Machine } from './machine.ts';
import type { Rooms } from './rooms.ts';

/** What a core that is held longer, or shorter, than it would be anyway costs against a core left free. */
const SHORTER_SHARE = 0.02;

const isUsed = ({ jobs }: Machine): boolean => jobs > 0;

/**
 * The machine that a job costs least on when its end is known: the one that it keeps alive the shortest beyond its
 * other jobs; an empty one if that is cheaper. Nobody knows ends so well; it shows what knowing them would be worth.
 */
export const endAware = (rooms: Rooms, cores: number, now: number, end: number): Machine | undefined => {
  let best: Machine | undefined;
  let least = Number.POSITIVE_INFINITY;
  let empty: Machine | undefined;
  for (const machine of rooms.all(cores)) {
    if (!isUsed(machine)) {
      if (empty === undefined || machine.free < empty.free) empty = machine;
      continue;
    }
    const longer = Math.max(0, end - machine.lastEnd) * machine.cores;
    const cost = longer + SHORTER_SHARE * Math.max(0, machine.lastEnd - end) + machine.free;
    if (cost >= least) continue;
    best = machine;
    least = cost;
  }
  return best !== undefined && (empty === undefined || least < (end - now) * best.cores)
    ? best
    : (empty ?? best);
};
