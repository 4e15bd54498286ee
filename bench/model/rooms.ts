import { type Machine, takesWidth } from './machine.ts';

/** Machines that take jobs, by how many cores they have free; those in use apart from the empty ones. */
export interface Rooms {
  /** Puts a machine where its free cores say. */
  put(machine: Machine): void;
  /** Takes it out, before its free cores change. */
  take(machine: Machine): void;
  /**
   * The tightest room of the machines in use, then of the empty ones, that take jobs of so many cores now, and have no more
   * than `most` free: HTCondor's default rank. Last come, first served.
   */
  tightest(cores: number, now: number, most?: number): Machine | undefined;
  /** All machines of the room in use, then of the empty ones, that hold so many cores. */
  all(cores: number): Iterable<Machine>;
  /** How many machines have so many cores free. */
  count(free: number): number;
}

export const newRooms = (mostCores: number): Rooms => {
  const used: Machine[][] = Array.from({ length: mostCores + 1 }, () => []);
  const empty: Machine[][] = Array.from({ length: mostCores + 1 }, () => []);
  const roomOf = ({ jobs, free }: Machine): Machine[] => (jobs > 0 ? used : empty)[free] ?? [];
  return {
    put(machine) {
      machine.place = roomOf(machine).push(machine) - 1;
    },
    take(machine) {
      const room = roomOf(machine);
      const last = room.pop();
      if (last === undefined || last === machine) return;
      room[machine.place] = last;
      last.place = machine.place;
    },
    tightest(cores, now, most = mostCores) {
      for (const rooms of [used, empty]) {
        for (let free = cores; free <= Math.min(most, mostCores); free += 1) {
          const found = rooms[free]?.findLast((machine) => takesWidth(machine, cores, now));
          if (found !== undefined) return found;
        }
      }
      return undefined;
    },
    *all(cores) {
      for (const rooms of [used, empty]) {
        for (let free = cores; free <= mostCores; free += 1) yield* rooms[free] ?? [];
      }
    },
    count: (free) => (used[free]?.length ?? 0) + (empty[free]?.length ?? 0),
  };
};
