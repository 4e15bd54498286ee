import type { Hands, PoolSight } from '../model/policy.ts';

/** What peers count in: cores of the VMs they launch, where a run does not say otherwise. */
export const PEER_CORES = 8;

export const queuedCores = ({ kinds }: Hands, { queued }: PoolSight): number =>
  queued.reduce((n, jobs, kind) => n + jobs * (kinds[kind]?.cores ?? 0), 0);

/** Machines by free cores: those in the view that take jobs, and all that are booting, at their full size. */
export const roomsAhead = ({ booting }: Hands, { rooms }: PoolSight): number[] => {
  const ahead = [...rooms];
  for (const { cores } of booting) ahead[cores] = (ahead[cores] ?? 0) + 1;
  return ahead;
};

/** Puts up to `jobs` jobs of a width into rooms, the tightest first; says how many found none. */
const fillRooms = (rooms: number[], width: number, jobs: number): number => {
  let rest = jobs;
  for (let free = width; free < rooms.length && rest > 0; free += 1) {
    const each = Math.floor(free / width);
    // Rooms filled here leave smaller ones, which later widths look at.
    for (let count = rooms[free] ?? 0; count > 0 && rest > 0; count -= 1) {
      const taken = Math.min(each, rest);
      rest -= taken;
      const after = free - taken * width;
      rooms[free] = (rooms[free] ?? 0) - 1;
      rooms[after] = (rooms[after] ?? 0) + 1;
    }
  }
  return rest;
};

const widestFirst = (hands: Hands): readonly number[] =>
  [...hands.kinds.keys()].sort((a, b) => (hands.kinds[b]?.cores ?? 0) - (hands.kinds[a]?.cores ?? 0));

/** First-fit-decreasing: how many jobs of each kind fit nowhere. */
export const residual = (hands: Hands, queued: readonly number[], rooms: readonly number[]): number[] => {
  const left = [...rooms];
  const rest = queued.map(() => 0);
  for (const kind of widestFirst(hands)) {
    rest[kind] = fillRooms(left, hands.kinds[kind]?.cores ?? 1, queued[kind] ?? 0);
  }
  return rest;
};

/** How many machines of one size those jobs need; jobs wider than it are passed over. */
export const machinesFor = (hands: Hands, rest: readonly number[], size: number): number => {
  const leftOver: number[] = Array.from({ length: size + 1 }, () => 0);
  let machines = 0;
  for (const kind of widestFirst(hands)) {
    const width = hands.kinds[kind]?.cores ?? 1;
    if (width > size) continue;
    const left = fillRooms(leftOver, width, rest[kind] ?? 0);
    const each = Math.floor(size / width);
    const more = Math.ceil(left / each);
    machines += more;
    if (more === 0) continue;
    const last = left - (more - 1) * each;
    leftOver[size - each * width] = (leftOver[size - each * width] ?? 0) + more - 1;
    leftOver[size - last * width] = (leftOver[size - last * width] ?? 0) + 1;
  }
  return machines;
};

/** Machines idle for at least so long, in the order of their launch. */
export const idleFor = ({ idle, now }: Hands, seconds: number) =>
  [...idle].filter(({ idleSince }) => now - idleSince >= seconds).sort((a, b) => a.serial - b.serial);

/** Machines that EC2 does not call running yet. */
const PENDING_SECONDS = 40;
export const pending = ({ booting, now }: Hands): number =>
  [...booting].filter(({ launchedAt }) => now - launchedAt < PENDING_SECONDS).length;

/** One page of DescribeInstances has a thousand machines. */
export const describeCalls = ({ machines }: Hands): number => Math.max(1, Math.ceil(machines.size / 1000));
