import { describe, expect, it } from 'vitest';
import { simulatedClock } from '../../../twin/clock/clock.ts';
import type { Slot } from '../../../twin/pool/model.ts';
import { viewer } from '../../../twin/pool/view.ts';
import { type Asked, type PoolWorld, poolWorld } from '../../../twin/pool/world.ts';

const ONE = { cpus: 1, memoryMb: 2000, diskMb: 1000, gpus: 0 };
const FOUR = { cpus: 4, memoryMb: 8000, diskMb: 4000, gpus: 0 };
const MACHINE = { cpus: 4, memoryMb: 16_000, diskMb: 90_000, gpus: 0 };
const [A, B] = ['i-0000000000000000a', 'i-0000000000000000b'] as const;

const pilotsOf = (requestId: string, queue: string, count: number, shape = ONE) => ({
  ...{ requestId, queue, count, shape },
});

/** A pool whose pilots run for a given time, with a log of what its startds are told. */
const pool = (runSeconds = 600, asked?: Asked) => {
  const clock = simulatedClock(1_000_000);
  const told: string[] = [];
  const note = (what: string) => (slot: Slot) => told.push(`${what} ${slot.instanceId.at(-1)}`);
  const world = poolWorld({
    clock,
    negotiatorSeconds: 60,
    ...(asked === undefined ? {} : { asked }),
    runJob: (_, end) => ({ stop: clock.at(clock.now + runSeconds, end) }),
    onIdle: note('idle'),
    onClaimed: note('claimed'),
  });
  const until = (seconds: number) => {
    const end = 1_000_000 + seconds;
    for (let next = clock.next(); next !== undefined && next <= end; next = clock.next()) clock.step();
    clock.advance(end);
  };
  return { clock, world, told, until };
};

const running = (world: PoolWorld, instanceId: string): number =>
  world.slots.get(instanceId)?.running.size ?? 0;

describe('the negotiator', () => {
  it('matches once in its interval, idle pilots to slots of their own queue', () => {
    const { world, until } = pool();
    world.join({ instanceId: A, queue: 'Q', total: MACHINE });
    world.submit(pilotsOf('r1', 'Q', 2, ONE));
    world.submit(pilotsOf('r2', 'OTHER', 1, ONE));
    until(20);
    expect(running(world, A)).toBe(0);
    until(25);
    expect(running(world, A)).toBe(2);
    expect(world.idleOf('OTHER')).toBe(1);
  });

  it('fills a machine that is in use before an empty one', () => {
    const { world, until } = pool();
    world.join({ instanceId: A, queue: 'Q', total: MACHINE });
    world.submit(pilotsOf('r1', 'Q', 1, ONE));
    until(30);
    world.join({ instanceId: B, queue: 'Q', total: { ...MACHINE, cpus: 2 } });
    world.submit(pilotsOf('r2', 'Q', 2, ONE));
    until(90);
    expect([running(world, A), running(world, B)]).toEqual([3, 0]);
  });

  it('lets a shape that fits nowhere wait, and others pass', () => {
    const { world, until } = pool();
    world.join({ instanceId: A, queue: 'Q', total: { ...MACHINE, cpus: 2 } });
    world.submit(pilotsOf('r1', 'Q', 1, FOUR));
    world.submit(pilotsOf('r2', 'Q', 2, ONE));
    until(30);
    expect(running(world, A)).toBe(2);
    expect(world.idleOf('Q')).toBe(1);
  });

  it('gives a draining machine nothing, and again what it takes back', () => {
    const { world, until } = pool();
    world.join({ instanceId: A, queue: 'Q', total: MACHINE });
    expect(world.setDraining(A, true)).toBe(true);
    world.submit(pilotsOf('r1', 'Q', 1, ONE));
    until(90);
    expect(running(world, A)).toBe(0);
    world.setDraining(A, false);
    until(150);
    expect(running(world, A)).toBe(1);
  });
});

describe('a negotiator that is asked for cycles', () => {
  const ASKED = { delaySeconds: 5, newcomerSeconds: 10 };

  it('matches what has been submitted at once, to what is there', () => {
    const { world, until } = pool(600, ASKED);
    world.join({ instanceId: A, queue: 'Q', total: MACHINE });
    world.submit(pilotsOf('r1', 'Q', 2, ONE));
    until(0);
    expect(running(world, A)).toBe(2);
  });

  it('hears of a new worker ten seconds after it has come', () => {
    const { world, until } = pool(600, ASKED);
    world.submit(pilotsOf('r1', 'Q', 1, ONE));
    until(30);
    world.join({ instanceId: A, queue: 'Q', total: MACHINE });
    until(39.9);
    expect(running(world, A)).toBe(0);
    until(40);
    expect(running(world, A)).toBe(1);
  });

  it('keeps its delay between two cycles, and counts its interval from the last one', () => {
    const { world, until } = pool(600, ASKED);
    world.join({ instanceId: A, queue: 'Q', total: MACHINE });
    world.submit(pilotsOf('r1', 'Q', 1, ONE));
    until(2);
    world.submit(pilotsOf('r2', 'Q', 1, ONE));
    until(4.9);
    expect(running(world, A)).toBe(1);
    until(5);
    expect(running(world, A)).toBe(2);
    // The endpoint has asked at 10, for the worker that came at 0.
    until(11);
    world.setDraining(A, true);
    world.submit(pilotsOf('r3', 'Q', 1, ONE));
    until(16);
    world.setDraining(A, false);
    until(74.9);
    expect(running(world, A)).toBe(2);
    until(75);
    expect(running(world, A)).toBe(3);
  });
});

describe('a claim', () => {
  it('is used again at once for a pilot of the same kind', () => {
    const { world, told, until } = pool(100);
    world.join({ instanceId: A, queue: 'Q', total: { ...MACHINE, cpus: 1 } });
    world.submit(pilotsOf('r1', 'Q', 2, ONE));
    until(22.2 + 100);
    expect(running(world, A)).toBe(1);
    expect(world.idleOf('Q')).toBe(0);
    until(22.2 + 201);
    expect(told).toEqual(['idle a', 'claimed a', 'idle a']);
  });
});

describe('a machine whose power is cut', () => {
  const cut = () => {
    const all = pool();
    all.world.join({ instanceId: A, queue: 'Q', total: MACHINE });
    all.world.submit(pilotsOf('r1', 'Q', 2, ONE));
    all.until(30);
    expect(all.world.cutPower(A)).toBe(2);
    return all;
  };

  it('gives its pilots back, and its dead ad draws them to it until it expires', () => {
    const { world, until } = cut();
    expect(world.idleOf('Q')).toBe(2);
    world.join({ instanceId: B, queue: 'Q', total: { ...MACHINE, cpus: 8 } });
    until(90);
    expect(world.idleOf('Q')).toBe(2);
    until(30 + 900 + 60);
    expect(running(world, B)).toBe(2);
  });

  it('leaves its ad as it was, and its pilots in their places', () => {
    const { world } = cut();
    const [ad] = viewer(world)().workers.workers;
    expect(ad).toMatchObject({ busy: 2, free: { cpus: 2 }, idleSince: null, lastHeardAt: 1_000_000 });
    world.submit(pilotsOf('r2', 'Q', 1, FOUR));
    expect(world.remove('Q', 1)).toBe(1);
    const idle = [...world.pilots.values()].filter(({ life }) => life.kind === 'idle');
    expect(idle.map(({ shape }) => shape)).toEqual([ONE, ONE]);
  });

  it('is out of the way as soon as its ad is forgotten', () => {
    const { world, until } = cut();
    world.join({ instanceId: B, queue: 'Q', total: { ...MACHINE, cpus: 8 } });
    world.forget(A);
    until(90);
    expect(running(world, B)).toBe(2);
  });
});

describe('a worker that is forgotten and lives', () => {
  it('gets nothing and cannot be drained until its next update', () => {
    const { world, until } = pool();
    world.join({ instanceId: A, queue: 'Q', total: MACHINE });
    world.submit(pilotsOf('r1', 'Q', 1, ONE));
    until(10);
    world.forget(A);
    expect(world.setDraining(A, true)).toBe(false);
    until(299);
    expect(running(world, A)).toBe(0);
    expect(viewer(world)().workers.workers).toEqual([]);
    until(400);
    expect(running(world, A)).toBe(1);
  });
});

describe('the view', () => {
  it('counts pilots by shape, recent starts by minute, and ends of the last hour', () => {
    const { world, until } = pool(100);
    const look = viewer(world);
    world.join({ instanceId: A, queue: 'Q', total: MACHINE });
    world.submit(pilotsOf('r1', 'Q', 4, ONE));
    world.submit(pilotsOf('r2', 'Q', 1, FOUR));
    until(100);
    const [pilots] = look().pilots.queues;
    const row = { fleet: 'default', held: 0, elsewhere: 0 };
    expect(pilots?.shapes).toEqual([
      { ...row, shape: ONE, idle: 0, running: 4, waitingSince: [] },
      { ...row, shape: FOUR, idle: 1, running: 0, waitingSince: [{ at: 1_000_010, count: 1 }] },
    ]);
    expect(pilots?.recentStarts).toEqual([0, 4, 0, 0, 0, 0, 0, 0, 0, 0]);
    until(400);
    expect(look().pilots.queues[0]?.ended).toEqual({ count: 5, short: 5, shortSeconds: 300 });
    until(5000);
    expect(look().pilots.queues).toEqual([]);
  });

  it('shows what is free, and since when nothing runs', () => {
    const { world, until } = pool(100);
    const look = viewer(world);
    world.join({ instanceId: A, queue: 'Q', total: MACHINE });
    world.submit(pilotsOf('r1', 'Q', 1, ONE));
    until(60);
    expect(look().workers.workers[0]).toMatchObject({ busy: 1, idleSince: null, free: { cpus: 3 } });
    until(200);
    expect(look().workers.workers[0]).toMatchObject({
      busy: 0,
      idleSince: 1_000_000 + 22.2 + 100,
      free: MACHINE,
    });
  });

  it('names a worker whose ad is spoilt as one that cannot be read, until it is mended', () => {
    const { world } = pool();
    const look = viewer(world);
    for (const instanceId of [A, B]) world.join({ instanceId, queue: 'Q', total: MACHINE });
    world.spoil(A, 'DaemonStartTime is -1');
    const { workers, unreadable } = look().workers;
    expect(workers.map(({ instanceId }) => instanceId)).toEqual([B]);
    expect(unreadable).toEqual([{ instanceId: A, why: 'DaemonStartTime is -1' }]);
    world.spoil(A, undefined);
    expect(look().workers).toMatchObject({ workers: [{ instanceId: A }, {}], unreadable: [] });
  });

  it('of a restarted collector is empty at first, and whole within two updates', () => {
    const { world, until } = pool();
    const look = viewer(world);
    world.join({ instanceId: A, queue: 'Q', total: MACHINE });
    until(400);
    world.restartCollector();
    expect(look().workers.workers).toEqual([]);
    expect(look().collectorStartedAt).toBe(1_000_400);
    until(1000);
    expect(look().workers.workers).toHaveLength(1);
  });
});
