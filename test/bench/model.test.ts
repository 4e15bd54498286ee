import { describe, expect, it } from 'vitest';
import { queueOfWidth } from '../../bench/load/load.ts';
import { bookEnd, DISK_CORES, newBill } from '../../bench/model/account.ts';
import { FAULTS } from '../../bench/model/faults.ts';
import { newLine } from '../../bench/model/line.ts';
import { type Machine, newMachine } from '../../bench/model/machine.ts';
import { newPool } from '../../bench/model/pool.ts';
import { newRooms } from '../../bench/model/rooms.ts';
import { simulate } from '../../bench/model/run.ts';
import { delayed } from '../../bench/model/stale.ts';
import { launchTokens } from '../../bench/model/tokens.ts';
import { karpenter } from '../../bench/policies/karpenter.ts';
import { boundOf, figuresOf } from '../../bench/report/figures.ts';
import { ANY_SIZE, deployed, SLEEPS } from '../../bench/report/suite.ts';

const machine = (serial: number, cores: number, jobs = 0, free = cores) => ({
  ...newMachine(serial, { cores, lane: 0, market: 'on-demand' }, 0),
  jobs,
  free,
});

const job = (submitSeconds: number, runSeconds: number, cores = 1) => ({
  submitSeconds,
  runSeconds,
  cores,
  queue: queueOfWidth(cores),
  landingKnown: false,
});

describe('rooms', () => {
  it('give the tightest machine in use, then an empty one', () => {
    const rooms = newRooms(8);
    const [empty, loose, tight] = [machine(1, 2), machine(2, 8, 1, 7), machine(3, 4, 1, 3)];
    for (const of of [empty, loose, tight]) rooms.put(of);
    expect(rooms.tightest(1, 0)).toBe(tight);
    rooms.take(tight);
    expect(rooms.tightest(1, 0)).toBe(loose);
    rooms.take(loose);
    expect(rooms.tightest(1, 0)).toBe(empty);
    expect(rooms.tightest(3, 0)).toBeUndefined();
  });
});

describe('a machine that is kept for wide jobs at first', () => {
  it('takes others three minutes after it has joined', () => {
    const rooms = newRooms(8);
    const kept: Machine = { ...machine(1, 8), firstWidth: 4, registeredAt: 1000 };
    const other = machine(2, 8);
    for (const of of [other, kept]) rooms.put(of);
    expect([rooms.tightest(4, 1010), rooms.tightest(1, 1180), rooms.tightest(1, 1181)]).toEqual([
      kept,
      other,
      kept,
    ]);
  });
});

describe('a machine of one width', () => {
  it('takes no other jobs', () => {
    const rooms = newRooms(8);
    const narrow: Machine = { ...machine(1, 8), width: 1, registeredAt: 0 };
    rooms.put(narrow);
    expect([rooms.tightest(1, 10), rooms.tightest(2, 10)]).toEqual([narrow, undefined]);
  });
});

describe('a line', () => {
  it('serves first come first', () => {
    const line = newLine();
    for (let i = 0; i < 5000; i += 1) line.push(i, i);
    const served = Array.from({ length: 3000 }, () => line.shift());
    expect(served).toEqual(Array.from({ length: 3000 }, (_, i) => i));
    expect([line.length, line.head()]).toEqual([2000, 3000]);
  });

  it('tells since when the first and the last of it wait', () => {
    const line = newLine();
    const told = [line.waits()];
    for (const [job, since] of [5, 60, 120].entries()) line.push(job, since);
    line.shift();
    told.push(line.waits());
    expect(told).toEqual([undefined, { first: 60, last: 120 }]);
  });
});

describe('the bill', () => {
  it('has a minute at least, from the launch call', () => {
    const bill = newBill();
    bookEnd(bill, machine(1, 4), 20);
    bookEnd(bill, machine(2, 2), 100);
    expect(bill).toMatchObject({ paid: 4 * 60 + 2 * 100, useless: 2 });
  });
});

describe('a machine that sleeps', () => {
  const kinds = [{ queue: '1-core', cores: 1 }];
  const asleep = () => {
    const pool = newPool(kinds, 8, 1, { idle: () => undefined });
    const of = pool.launch({ cores: 4, lane: 0, market: 'on-demand', firstWidth: 4 }, 0);
    of.mayStop = true;
    pool.register(of, 100);
    pool.powerOff(of, 200);
    return { pool, of };
  };

  it('is paid up to its power-off, and then its disk', () => {
    const { pool, of } = asleep();
    expect([of.state, pool.machines.has(of), pool.cores.live]).toEqual(['asleep', true, 0]);
    pool.end(of, 1200);
    expect(pool.bill).toMatchObject({ paid: 4 * 200, disk: 1000 * DISK_CORES, slept: 1, useless: 1 });
    expect(pool.asleep.size).toBe(0);
  });

  it('is woken as any size, and that start has a minute at least', () => {
    const { pool, of } = asleep();
    pool.wake(of, { cores: 8 }, 1200);
    expect([of.state, of.free, pool.cores.live, pool.cores.booting]).toEqual(['waking', 8, 8, 8]);
    expect(of).not.toHaveProperty('firstWidth');
    pool.register(of, 1235);
    pool.powerOff(of, 1240);
    expect(pool.bill).toMatchObject({ paid: 4 * 200 + 8 * 60, launched: 1, woken: 1, slept: 2, useless: 2 });
  });

  it('cannot be woken while it is awake', () => {
    const { pool, of } = asleep();
    pool.wake(of, { cores: 8 }, 1200);
    expect(() => pool.wake(of, { cores: 8 }, 1201)).toThrow('only a machine that sleeps');
  });

  it('ends at its power-off if that is no stop', () => {
    const { pool, of } = asleep();
    pool.wake(of, { cores: 2 }, 1200);
    of.mayStop = false;
    pool.register(of, 1235);
    pool.powerOff(of, 1300);
    expect([of.state, pool.machines.size]).toEqual(['gone', 0]);
  });
});

describe("EC2's tokens", () => {
  it('are a thousand, and two more each second', () => {
    const give = launchTokens(true);
    expect([give(0, 1500), give(0, 10), give(30, 100)]).toEqual([1000, 0, 60]);
  });
});

describe('a view', () => {
  it('is the newest that is old enough', () => {
    const look = delayed(100, (at: number) => ({ at }));
    expect([0, 60, 120, 180].map((now) => look(now).at)).toEqual([0, 0, 0, 60]);
  });
});

describe('a run', () => {
  const load = { name: 'three jobs', jobs: [job(0, 600), job(10, 600), job(4000, 60, 2)] };

  it('is the same each time', () => {
    const once = simulate(load, karpenter());
    expect(simulate(load, karpenter())).toEqual(once);
    expect(once.starts.every((start) => start > 45)).toBe(true);
  });

  it.each(Object.values(FAULTS))('of aerie begins every job: $name', (fault) => {
    const outcome = simulate(load, deployed('aerie', ANY_SIZE), { fault });
    const figures = figuresOf(load, outcome, boundOf(load));
    expect(figures.unfinished).toBe(0);
    expect(figures.cost).toBeGreaterThan(1);
  });

  it.each([FAULTS.exact, FAULTS.wakes, FAULTS.hard])(
    'of aerie whose workers sleep begins every job: $name',
    (fault) => {
      const days = {
        name: 'waves',
        jobs: [0, 1, 2, 3].flatMap((wave) => Array.from({ length: 40 }, () => job(3600 * wave, 600))),
      };
      const figures = figuresOf(
        days,
        simulate(days, deployed('aerie', ANY_SIZE, SLEEPS), { fault }),
        boundOf(days),
      );
      expect(figures.unfinished).toBe(0);
      expect(figures.sleep?.wakes).toBeGreaterThan(0);
    },
  );

  it('of aerie begins no job before a machine could have booted for it', () => {
    const { starts } = simulate(load, deployed('aerie', ANY_SIZE));
    for (const [index, start] of starts.entries()) {
      expect(start - (load.jobs[index]?.submitSeconds ?? 0)).toBeGreaterThan(60);
    }
  });
});
