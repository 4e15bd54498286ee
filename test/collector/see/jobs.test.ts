import { describe, expect, it } from 'vitest';
import { readJobs } from '../../../collector/see/jobs.ts';
import { MOST_MOMENTS } from '../../../core/model/pool.ts';

/** The end of one of the grains of 30 s in which moments are asked for. */
const NOW = 1_795_410_990;
const grainOf = (at: number): number => Math.floor(at / 30);

/** A line of the answer as condor_q 23.9.6 prints it: an idle pilot. */
const line = (changes: Readonly<Record<string, string | number>> = {}): string =>
  `${Object.values({
    queue: '"BNL_CLOUD"',
    fleet: '"default"',
    status: 1,
    ...{ cpus: '1.0', memory: '2000.0', disk: '20971520.0', gpus: 'undefined' },
    ...{ wall: 'undefined', mark: 'undefined', moment: grainOf(NOW) },
    ...changes,
  }).join('\t')}\n`;
const running = (startedAt: number, more: Readonly<Record<string, string | number>> = {}) =>
  line({ status: 2, mark: 'true', moment: startedAt, ...more });
/** A plain job that waits since a moment, so long ago. */
const plain = ({ waits = 330, ...changes }: Readonly<Record<string, string | number>> = {}) =>
  line({ queue: '', moment: grainOf(NOW - Number(waits) - 1), ...changes });

const NARROW = { cpus: 1, memoryMb: 2000, diskMb: 20_480, gpus: 0 };

describe('pilots', () => {
  const of = (stdout: string) => readJobs(stdout, NOW).queues.get('BNL_CLOUD');

  it('are counted by queue, shape and state', () => {
    const held = line({ status: 5, cpus: 8, memory: 16_000, gpus: 1, moment: 'undefined' });
    const going = running(1_795_400_000, { status: 6 });
    const other = line({ queue: '"OTHER"', memory: 45, disk: 45 });
    const stdout = line().repeat(3) + held + going + running(NOW - 30) + other;
    expect([...readJobs(stdout, NOW).queues]).toMatchObject([
      [
        'BNL_CLOUD',
        {
          shapes: [
            { shape: NARROW, idle: 3, running: 2, held: 0 },
            { shape: { ...NARROW, cpus: 8, memoryMb: 16_000, gpus: 1 }, idle: 0, running: 0, held: 1 },
          ],
        },
      ],
      ['OTHER', { shapes: [{ shape: { cpus: 1, memoryMb: 45, diskMb: 1, gpus: 0 }, idle: 1 }] }],
    ]);
  });

  it('are counted by fleet and longest run too; who names no fleet is of the default one', () => {
    const asks = { wall: '3600.0' };
    const stdout = line() + line({ fleet: '' }) + line({ fleet: '"gpu"' }) + line(asks).repeat(2);
    const row = (fleet: string, idle: number) => ({
      ...{ shape: NARROW, fleet, idle, running: 0, held: 0, elsewhere: 0 },
      waitingSince: [{ at: NOW, count: idle }],
    });
    expect(of(stdout)?.shapes).toEqual([
      row('default', 2),
      row('gpu', 1),
      { ...row('default', 2), wallSeconds: 3600 },
    ]);
  });

  it('that run on machines of others, and those that lost their machine, are told', () => {
    const elsewhere = running(NOW - 30, { mark: 'false' });
    const unknown = running(NOW - 30, { mark: 'undefined' });
    const lost = [2, 6, 7].map((mark) => line({ mark })).join('');
    const released = line({ mark: 5 }) + line({ mark: 1 });
    expect(of(elsewhere.repeat(2) + unknown + running(NOW) + lost + released)?.shapes).toMatchObject([
      { running: 4, elsewhere: 2, idle: 5, restarting: 3 },
    ]);
  });

  it.each([
    ['removed', 3],
    ['completed', 4],
  ])('leave out those that are %s', (_, status) => {
    expect(readJobs(line({ status }), NOW).queues.size).toBe(0);
  });

  it('began in the minute that their start says', () => {
    const ages = [0, 59, 60, 599, 600, 4000];
    const stdout = ages.map((age) => running(NOW - age)).join('') + running(NOW + 5);
    // Those that wait have not begun.
    expect(of(line().repeat(9) + stdout)?.recentStarts).toEqual([3, 1, 0, 0, 0, 0, 0, 0, 0, 1]);
  });

  it.each([
    [
      'come to shapes even where a request is no number',
      { cpus: 'undefined', memory: 'error', disk: 'undefined' },
      { shape: { cpus: 1, memoryMb: 0, diskMb: 0, gpus: 0 }, idle: 1 },
    ],
    [
      'count where a request is beyond all bounds, as pilots that fit nowhere',
      { cpus: '-3.0', memory: '1E+300', disk: '1E+300', gpus: '0.0', wall: '1E+300' },
      {
        shape: { cpus: 0, memoryMb: 2 ** 31 - 1, diskMb: 2 ** 31 - 1, gpus: 0 },
        wallSeconds: 2 ** 31 - 1,
        idle: 1,
      },
    ],
    ['may run for no time at all', { wall: '0.0' }, { shape: NARROW, wallSeconds: 0, idle: 1 }],
    ['say no longest run that is none', { wall: '-1.0' }, { shape: NARROW, idle: 1 }],
  ])('%s', (_, changes, expected) => {
    expect(of(line(changes))?.shapes).toEqual([
      {
        ...{ fleet: 'default', running: 0, held: 0, elsewhere: 0 },
        waitingSince: [{ at: NOW, count: 1 }],
        ...expected,
      },
    ]);
  });

  it.each([
    ['queue is an expression', { queue: 'strcat("BNL","_CLOUD")' }],
    ['queue is undefined in so many words', { queue: 'undefined' }],
    ['queue is no name', { queue: '"a queue"' }],
    ['queue is a text that went over two lines', { queue: '"BNL_CLOUD OTHER"' }],
    ['fleet is an expression', { fleet: 'Owner' }],
    ['fleet is no name', { fleet: '"a fleet"' }],
    ['fleet is a number', { fleet: '7' }],
  ])('are counted apart if their %s', (_, odd) => {
    const seen = readJobs(line(odd).repeat(2) + line(), NOW);
    expect([seen.unreadable, seen.unreadablePlain]).toEqual([2, 0]);
    expect([...seen.queues].map(([queue, { shapes }]) => [queue, shapes[0]?.idle])).toEqual([
      ['BNL_CLOUD', 1],
    ]);
  });
});

describe('plain jobs', () => {
  const of = (stdout: string) => readJobs(stdout, NOW).fleets;

  it('are counted by fleet, apart from pilots, with how long they wait', () => {
    const stdout =
      line() +
      plain().repeat(2) +
      plain({ waits: 86_400 }) +
      plain({ fleet: '"gpu"', gpus: '1.0', wall: '60', waits: -1 }) +
      plain({ status: 2, mark: 'false' }) +
      plain({ status: 5, mark: 'undefined', moment: 0 });
    expect(of(stdout)).toEqual([
      {
        fleet: 'default',
        shapes: [
          {
            ...{ shape: NARROW, fleet: 'default', idle: 3, running: 1, held: 1, elsewhere: 1 },
            waitingSince: [
              { at: NOW - 86_400, count: 1 },
              { at: NOW - 330, count: 2 },
            ],
          },
        ],
      },
      {
        fleet: 'gpu',
        shapes: [
          {
            ...{ shape: { ...NARROW, gpus: 1 }, fleet: 'gpu', wallSeconds: 60 },
            ...{ idle: 1, running: 0, held: 0, elsewhere: 0 },
            waitingSince: [{ at: NOW, count: 1 }],
          },
        ],
      },
    ]);
  });

  it('come in the order of their fleets, whichever has most', () => {
    const stdout = plain({ fleet: '"b"' }).repeat(3) + plain({ fleet: '"a"' }) + plain({ fleet: '"c"' });
    expect(of(stdout).map(({ fleet }) => fleet)).toEqual(['a', 'b', 'c']);
  });

  it('have lost their machine, where they were running before', () => {
    expect(of(plain({ mark: 2 }))[0]?.shapes).toMatchObject([{ idle: 1, restarting: 1 }]);
  });

  it('that begin to wait in time to come wait since now', () => {
    expect(of(plain({ waits: -90 }))[0]?.shapes[0]?.waitingSince).toEqual([{ at: NOW, count: 1 }]);
  });

  it.each([
    ['is an expression', 'Owner'],
    ['is no name', '"a fleet"'],
  ])('are counted apart if their fleet %s', (_, fleet) => {
    const seen = readJobs(plain({ fleet }).repeat(3) + plain(), NOW);
    expect([seen.unreadablePlain, seen.unreadable]).toEqual([3, 0]);
    expect(seen.fleets).toMatchObject([{ fleet: 'default', shapes: [{ idle: 1 }] }]);
  });

  const idleIn = (fleets: ReturnType<typeof of>) =>
    fleets.flatMap(({ shapes }) => shapes).reduce((sum, { idle }) => sum + idle, 0);

  it('of many kinds ask for a little more than they do, and none is lost', () => {
    const memories = Array.from({ length: 400 }, (_, n) => 1_000 + n * 3);
    const fleets = of(
      memories.map((memory) => plain({ memory })).join('') + plain({ memory: 3_333 }).repeat(2),
    );
    const shapes = fleets[0]?.shapes ?? [];
    expect(shapes.length).toBeLessThanOrEqual(100);
    expect(shapes.length).toBeGreaterThan(1);
    expect(idleIn(fleets)).toBe(402);
    expect(shapes).toContainEqual(
      expect.objectContaining({ idle: 2, shape: { ...NARROW, memoryMb: 3_333 } }),
    );
    const total = shapes.reduce((sum, { idle, shape }) => sum + idle * shape.memoryMb, 0);
    const asked = memories.reduce((sum, memory) => sum + memory, 2 * 3_333);
    expect(total).toBeGreaterThanOrEqual(asked);
    expect(total).toBeLessThan(asked * 1.25);
  });

  it('keep what they ask for exactly, where they are of few kinds', () => {
    const memories = Array.from({ length: 100 }, (_, n) => 1_001 + n);
    expect(of(memories.map((memory) => plain({ memory })).join(''))[0]?.shapes).toHaveLength(100);
  });

  it('of more kinds than are told are counted, those of most jobs told', () => {
    const odd = Array.from({ length: 300 }, (_, n) => plain({ cpus: n + 2 })).join('');
    const seen = readJobs(odd + plain().repeat(5), NOW);
    const [first] = seen.fleets[0]?.shapes ?? [];
    expect(first).toMatchObject({ shape: NARROW, idle: 5 });
    expect(idleIn(seen.fleets)).toBe(104);
    expect(seen.unreadablePlain).toBe(201);
  });

  it('of more fleets than anybody has are counted', () => {
    const names = Array.from({ length: 60 }, (_, n) => `f${10 + n}`);
    const stdout = [...names.slice(30).toReversed(), ...names.slice(0, 30)]
      .map((fleet) => plain({ fleet: `"${fleet}"` }))
      .join('');
    const seen = readJobs(stdout + plain({ fleet: '"z"' }).repeat(2), NOW);
    // Those of most jobs, and of as many in the order of their names.
    expect(seen.fleets.map(({ fleet }) => fleet)).toEqual([...names.slice(0, 49), 'z']);
    expect(seen.unreadablePlain).toBe(11);
  });

  it.each([
    [0, 0],
    [29, 0],
    [30, 30],
    [599, 570],
    [600, 600],
    [1_199, 900],
    [3_600, 3_600],
    [7_199, 3_600],
    [86_399, 82_800],
    [86_400, 86_400],
    [1_000_000, 86_400],
  ])('that wait for %i s are told to wait for %i s, and for no longer than they do', (waits, told) => {
    const [since] = of(plain({ waits }))[0]?.shapes[0]?.waitingSince ?? [];
    expect(since).toEqual({ at: NOW - told, count: 1 });
  });

  it('are told of few moments, however many have been', () => {
    const stdout = Array.from({ length: 5_000 }, (_, n) => plain({ waits: 30 * n })).join('');
    const moments = of(stdout)[0]?.shapes[0]?.waitingSince ?? [];
    expect(moments.length).toBeLessThanOrEqual(MOST_MOMENTS);
    expect(moments.reduce((sum, { count }) => sum + count, 0)).toBe(5_000);
    expect(moments).toEqual(moments.toSorted((a, b) => a.at - b.at));
  });
});
