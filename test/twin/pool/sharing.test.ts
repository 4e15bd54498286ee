import { describe, expect, it } from 'vitest';
import { poolView } from '../../../core/model/pool.ts';
import { simulatedClock } from '../../../twin/clock/clock.ts';
import type { NewWorker } from '../../../twin/pool/collector.ts';
import { viewer } from '../../../twin/pool/view.ts';
import { poolWorld } from '../../../twin/pool/world.ts';

const START = 1_000_000;
/** The first cycle is 22.2 s after the start, and then there is one each minute. */
const FIRST = 22.2;
const ID = (n: number) => `i-${n.toString(16).padStart(17, '0')}`;
const shape = (cpus: number) => ({ cpus, memoryMb: 2000 * cpus, diskMb: 1000, gpus: 0 });

/** A pool whose jobs run as long as they say; a pilot as long as its wall. */
const pool = () => {
  const clock = simulatedClock(START);
  const world = poolWorld({
    clock,
    runJob: (job, end) => {
      const seconds = job.kind === 'plain' ? job.runSeconds : (job.wallSeconds ?? 600);
      return { stop: clock.at(clock.now + seconds, end) };
    },
  });
  let sent = 0;
  return {
    world,
    worker: (n: number, cpus = 8, more: Partial<NewWorker> = {}) =>
      world.join({ instanceId: ID(n), total: { ...shape(cpus), diskMb: 90_000 }, ...more }),
    send(
      user: string,
      count: number,
      cpus: number,
      runSeconds: (index: number) => number,
      fleet = 'default',
    ) {
      for (let i = 0; i < count; i += 1) {
        sent += 1;
        world.send({ name: `${sent}`, user, fleet, shape: shape(cpus), runSeconds: runSeconds(i) });
      }
    },
    until(seconds: number) {
      const end = START + seconds;
      for (let next = clock.next(); next !== undefined && next <= end; next = clock.next()) clock.step();
      clock.advance(end);
    },
    /** How many jobs run, by submitter. */
    running() {
      const now: Record<string, number> = {};
      for (const { submitter, life } of [...world.plain.values(), ...world.pilots.values()]) {
        if (life.kind === 'running') now[submitter] = (now[submitter] ?? 0) + 1;
      }
      return now;
    },
  };
};

describe('submitters', () => {
  it('get as many cores each, whoever came first', () => {
    const { worker, send, until, running } = pool();
    for (let n = 0; n < 10; n += 1) worker(n, 2);
    send('first', 100, 1, () => 3600);
    send('second', 100, 1, () => 3600);
    until(FIRST);
    expect(running()).toEqual({ first: 10, second: 10 });
  });

  it('of which one uses less than its share leave the rest to the other', () => {
    const { worker, send, until, running } = pool();
    for (let n = 0; n < 10; n += 1) worker(n, 2);
    send('big', 100, 1, () => 3600);
    send('small', 3, 1, () => 3600);
    until(FIRST);
    expect(running()).toEqual({ big: 16, small: 3 });
    // What small had left of its second worker is shared out a cycle later.
    until(FIRST + 60);
    expect(running()).toEqual({ big: 17, small: 3 });
  });

  it('take turns on one worker, each with all of it', () => {
    const { worker, send, until, running } = pool();
    worker(1);
    send('a', 40, 1, () => 1210);
    send('b', 40, 1, () => 1210);
    const turns = [1, 2, 3, 4].map((turn) => {
      until(FIRST + turn * 1260 - 1200);
      return running();
    });
    expect(turns).toEqual([{ a: 8 }, { b: 8 }, { a: 8 }, { b: 8 }]);
  });

  it('are the queues of pilots', () => {
    const { worker, world, until, running } = pool();
    for (let n = 0; n < 4; n += 1) worker(n, 2);
    for (const queue of ['P', 'Q']) world.submit({ requestId: queue, queue, count: 20, shape: shape(1) });
    until(FIRST);
    expect(running()).toEqual({ P: 4, Q: 4 });
  });

  it('with wide jobs wait for ever beside one with narrow jobs, though theirs is the best priority', () => {
    const { worker, send, until, running } = pool();
    worker(1);
    send('narrow', 400, 1, (index) => 300 + 37 * (index % 11));
    until(600);
    send('wide', 10, 8, () => 60);
    until(4 * 3600);
    expect(running()).toEqual({ narrow: 8 });
  });
});

describe('a claim', () => {
  it('of eight cores goes back when only narrow pilots of another queue wait, and they get eight slots of it', () => {
    const { worker, world, until, running } = pool();
    worker(1);
    world.submit({ requestId: 'w', queue: 'WIDE', count: 1, shape: shape(8), wallSeconds: 300 });
    until(FIRST);
    world.submit({ requestId: 'n', queue: 'NARROW', count: 12, shape: shape(1), wallSeconds: 3000 });
    until(FIRST + 300);
    expect(running()).toEqual({ NARROW: 8 });
  });

  it('of eight cores is not used by a narrow pilot of its own queue', () => {
    const { worker, world, until, running } = pool();
    worker(1);
    world.submit({ requestId: 'w', queue: 'Q', count: 1, shape: shape(8), wallSeconds: 290 });
    world.submit({ requestId: 'n', queue: 'Q', count: 12, shape: shape(1), wallSeconds: 3000 });
    until(FIRST + 299);
    expect(running()).toEqual({});
    until(FIRST + 300);
    expect(running()).toEqual({ Q: 8 });
  });

  it('is not used by a job that wants more memory than it has, and is by one that wants less', () => {
    const { worker, world, until } = pool();
    worker(1, 1, { total: { cpus: 1, memoryMb: 8000, diskMb: 90_000, gpus: 0 } });
    const send = (name: string, memoryMb: number) =>
      world.send({ name, user: 'a', fleet: 'default', shape: { ...shape(1), memoryMb }, runSeconds: 100 });
    send('1', 2000);
    send('2', 4000);
    send('3', 1000);
    until(FIRST + 101);
    const lives = [...world.plain.values()].map(({ life }) => life.kind);
    expect(lives).toEqual(['ended', 'idle', 'running']);
  });

  it('begins no job after twenty minutes: the negotiator has the slot then', () => {
    const { worker, send, until, running } = pool();
    worker(1, 1);
    send('a', 5, 1, () => 650);
    until(FIRST);
    send('b', 1, 1, () => 650);
    until(FIRST + 650);
    expect(running()).toEqual({ a: 1 });
    until(FIRST + 1300);
    expect(running()).toEqual({});
    until(FIRST + 1320);
    expect(running()).toEqual({ b: 1 });
  });
});

describe('fleets', () => {
  it('take the jobs that name them, and no others', () => {
    const { worker, send, until, running } = pool();
    worker(1, 4);
    worker(2, 4, { fleet: 'gpu' });
    send('a', 10, 1, () => 3600);
    send('b', 3, 1, () => 3600, 'gpu');
    until(FIRST);
    expect(running()).toEqual({ a: 4, b: 3 });
  });

  it('take no job that would outlive the worker', () => {
    const { worker, world, until, running } = pool();
    worker(1, 4, { endsAt: START + 1600 });
    for (const wallSeconds of [500, 5000]) {
      world.submit({ requestId: `${wallSeconds}`, queue: 'Q', count: 1, shape: shape(1), wallSeconds });
    }
    until(FIRST);
    expect(running()).toEqual({ Q: 1 });
  });

  it('are beside old workers, which go on with the pilots of their queue', () => {
    const { worker, world, until } = pool();
    worker(1, 2, { queue: 'OLD' });
    world.submit({ requestId: 'o', queue: 'OLD', count: 4, shape: shape(1) });
    world.submit({ requestId: 'n', queue: 'NEW', count: 4, shape: shape(1) });
    until(FIRST);
    expect([...(world.slots.get(ID(1))?.running.keys() ?? [])].map(({ submitter }) => submitter)).toEqual([
      'OLD',
      'OLD',
    ]);
    const { workers } = viewer(world)().workers;
    expect(workers).toMatchObject([{ fleet: 'default', queue: 'OLD', busy: 2 }]);
  });
});

describe('the view of fleets', () => {
  it('has a row for each fleet and wall that pilots of one shape ask for', () => {
    const { worker, world, until } = pool();
    worker(1, 1, { fleet: 'f' });
    const ask = { queue: 'Q', shape: shape(1) };
    world.submit({ ...ask, requestId: '1', count: 2, fleet: 'f', wallSeconds: 900 });
    world.submit({ ...ask, requestId: '2', count: 3, fleet: 'f', wallSeconds: 800 });
    world.submit({ ...ask, requestId: '3', count: 4 });
    until(FIRST);
    const none = { shape: shape(1), held: 0, elsewhere: 0 };
    const waits = (count: number) => ({ idle: count, waitingSince: [{ at: START + 22, count }] });
    expect(viewer(world)().pilots.queues[0]?.shapes).toEqual([
      { ...none, fleet: 'f', wallSeconds: 900, running: 1, ...waits(1) },
      { ...none, fleet: 'f', wallSeconds: 800, running: 0, ...waits(3) },
      { ...none, fleet: 'default', running: 0, ...waits(4) },
    ]);
    expect(world.remove('Q', 9, 'f')).toBe(4);
    expect([world.idleOf('Q', 'f'), world.idleOf('Q')]).toEqual([0, 4]);
  });

  it('has plain jobs by fleet, since when they wait, and which have lost a machine', () => {
    const { worker, world, send, until } = pool();
    worker(1, 2, { fleet: 'f' });
    send('a', 3, 1, () => 3600, 'f');
    until(FIRST);
    send('b', 2, 1, () => 3600, 'f');
    world.cutPower(ID(1));
    until(FIRST + 40);
    const view = viewer(world)();
    const row = { shape: shape(1), fleet: 'f', running: 0, held: 0, elsewhere: 0 };
    const waitingSince = [
      { at: START + 2, count: 1 },
      { at: START + 32, count: 4 },
    ];
    expect(view.jobs).toEqual({
      complete: true,
      fleets: [{ fleet: 'f', shapes: [{ ...row, idle: 5, restarting: 2, waitingSince }] }],
    });
    expect(poolView.parse(view)).toEqual(view);
  });

  it('says of a worker that plain jobs wait which it takes, and no others', () => {
    const { worker, world, send, until } = pool();
    worker(1, 4, { fleet: 'f', width: 2 });
    const look = viewer(world);
    send('a', 1, 1, () => 3600, 'f');
    until(10);
    expect(look().workers.workers[0]).not.toHaveProperty('unmatchedSince');
    send('a', 1, 2, () => 3600, 'f');
    expect(look().workers.workers[0]).toHaveProperty('unmatchedSince', START + 10);
  });

  it('has what workers say of the jobs that they take', () => {
    const { worker, world } = pool();
    const takes = { fleet: 'f', width: 8, firstWidth: 4, jobWallSeconds: 3600, endsAt: START + 86_400 };
    worker(1, 8, takes);
    worker(2);
    const [said, silent] = viewer(world)().workers.workers;
    expect(said).toMatchObject(takes);
    for (const limit of ['queue', 'width', 'firstWidth', 'jobWallSeconds', 'endsAt']) {
      expect(silent).not.toHaveProperty(limit);
    }
  });
});
