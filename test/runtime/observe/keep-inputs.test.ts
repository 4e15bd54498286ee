import { describe, expect, it } from 'vitest';
import type { Decision } from '../../../core/model/decision.ts';
import type { PoolView } from '../../../core/model/pool.ts';
import { known, unknown } from '../../../core/model/snapshot.ts';
import type { InputsBook, TickInputs } from '../../../core/replay/inputs.ts';
import { inputsKeeper } from '../../../runtime/observe/keep-inputs.ts';
import type { Outside } from '../../../runtime/observe/observe.ts';
import { pilotsTick } from '../../../runtime/pilots-tick.ts';
import { NEEDED_SECONDS, NO_END, type TimeLeft } from '../../../runtime/run/time-left.ts';
import { workersTick } from '../../../runtime/workers-tick.ts';
import { inPool, NARROW, NOW, pilots, poolView, queue } from '../../core/worlds.ts';
import { apart } from '../launching.ts';
import { outside } from '../ports.ts';

const GROWING = apart({ A: 5 }, { 'max-workers': '3', flavours: 'm6i.large' });
const QUIET = apart({ A: 0 }, { 'max-workers': '3', flavours: 'm6i.large' });

/** A world whose settings say what they were made of, and a book that does what is asked. */
const keeping = (given: Parameters<typeof outside>[0], keep?: InputsBook['keep']) => {
  const world = outside(given);
  const kept: TickInputs[] = [];
  const missed: string[] = [];
  const { settings } = world.ports;
  const book: InputsBook = {
    keep:
      keep ??
      (async (inputs) => {
        kept.push(inputs);
        return 'kept';
      }),
  };
  const ports = {
    ...world.ports,
    settings: {
      all: async (now: number) => ({ ...(await settings.all(now)), basis: { completeAt: now, records: [] } }),
    },
    inputs: { book, missed: (why: string) => void missed.push(why) },
  };
  return { world, ports, kept, missed };
};

const short = (decisions: readonly Decision[]) => decisions.map(({ kind }) => kind);

describe('what a tick decided on', () => {
  it('is kept with what it wrote down', async () => {
    const { ports, kept, missed } = keeping(GROWING);
    await workersTick(ports)(NOW);
    await pilotsTick(ports)(NOW);
    expect(kept.map(({ of, at, rested }) => [of, at, rested.of])).toEqual([
      ['workers', NOW, 'workers'],
      ['pilots', NOW, 'pilots'],
    ]);
    expect(missed).toEqual([]);
  });

  it('is kept where it was no more than that all had to hold', async () => {
    const { ports, kept } = keeping(GROWING);
    const pool = { view: async () => ({ kind: 'unknown', why: 'no route' }) as const };
    expect(short(await workersTick({ ...ports, pool })(NOW))).toEqual(['hold']);
    expect(kept.map(({ rested }) => rested)).toEqual([
      {
        of: 'held',
        why: { kind: 'source-unknown', source: 'pool', words: 'no route' },
        fleetsWithWorkers: [],
      },
    ]);
  });

  it('is kept once a minute as long as there is anything, though the same is only said again', async () => {
    const { ports, kept } = keeping({ ...GROWING, free: { 'm6i.large': 0 } });
    const tick = workersTick(ports);
    // All of it is told by then: EC2 has nothing.
    for (const seconds of [0, 20, 40, 60]) await tick(NOW + seconds);
    const { length } = kept;
    for (const seconds of [80, 100, 120, 140, 160, 180, 200, 220, 240]) await tick(NOW + seconds);
    const gaps = kept.slice(length).map(({ at }, index, all) => at - (all[index - 1]?.at ?? at - 60));
    expect(gaps).toEqual(gaps.map(() => 60));
    expect(gaps.length).toBeGreaterThan(1);
  });

  it('is not kept again where there is nothing', async () => {
    const { ports, kept } = keeping(QUIET);
    const tick = workersTick(ports);
    for (const seconds of [0, 60, 120, 180]) await tick(NOW + seconds);
    expect(kept.map(({ at }) => at - NOW)).toEqual([0]);
  });

  it.each<[string, InputsBook['keep'], TimeLeft, string]>([
    [
      'fails',
      async () => Promise.reject(new Error('the table does not answer')),
      NO_END,
      'Error: the table does not answer',
    ],
    ['is too large', async () => 'too-large', NO_END, 'too-large'],
  ])('harms no tick where keeping it %s', async (_, keep, timeLeft, why) => {
    const plain = outside(GROWING);
    const expected = await workersTick(plain.ports)(NOW, timeLeft);
    const { world, ports, missed } = keeping(GROWING, keep);
    expect(await workersTick(ports)(NOW, timeLeft)).toEqual(expected);
    expect(world.ec2.instances.size).toBe(plain.ec2.instances.size);
    expect(missed).toEqual([why]);
  });

  it('is not kept where no time is left for it', async () => {
    const { ports, kept, missed } = keeping(GROWING);
    const timeLeft: TimeLeft = () => 1;
    await workersTick(ports)(NOW, timeLeft);
    expect([kept, missed]).toEqual([[], ['no time was left']]);
  });
});

describe('a tick that wrote nothing down', () => {
  const READY = { A: { SCORE: { managed: { activated: 1, running: 0 } } } };
  const plain = (idle: number, running: number, held: number) => ({
    jobs: {
      complete: true,
      fleets: [0, 1].map((n) => ({
        ...{ fleet: `f${n}`, shapes: n === 0 ? [] : [{ shape: NARROW, idle, running, held }] },
        ...{ recentStarts: [], ended: { count: 0, short: 0, shortSeconds: 300 } },
      })),
    } as unknown as NonNullable<PoolView['jobs']>,
  });
  /** Whether it is kept, by the tick of this queue, of a world like this. */
  const isKept = async (given: Partial<Outside>, of: TickInputs['of'] = 'workers', left = NO_END) => {
    const book: InputsBook = { keep: async () => 'kept' };
    const asked: TickInputs[] = [];
    const missed: string[] = [];
    const ports = {
      book: {
        keep: async (inputs: TickInputs) => {
          asked.push(inputs);
          return book.keep(inputs);
        },
      },
      missed: (why: string) => void missed.push(why),
    };
    const world: Outside = {
      ...{
        now: NOW,
        queues: ['A', 'B'].map((name) => queue({}, name)),
        fleets: [],
        basis: { completeAt: NOW, records: [] },
        pandaBefore: undefined,
      },
      ...{ panda: known({}, NOW), sites: known({}, NOW), pool: known(poolView([]), NOW) },
      ...given,
    };
    const rested = { of: 'held', why: { kind: 'queue-paused' }, fleetsWithWorkers: [] } as const;
    await inputsKeeper(of, ports)({ world, rested, hasWritten: false }, left);
    return { count: asked.length, missed };
  };
  const seen = (view: PoolView) => ({ pool: known(view, NOW) });

  it.each<readonly [string, Partial<Outside>, number]>([
    ['nothing', {}, 0],
    ['a pool that nobody can see', { pool: unknown('away'), panda: known(READY, NOW) }, 0],
    ['a worker', seen(poolView([], [inPool('i-1')])), 1],
    ['a pilot that waits', seen(poolView([pilots({ idle: 1 })])), 1],
    ['a pilot that runs', seen(poolView([pilots({ running: 1 })])), 1],
    ['a pilot that is held', seen(poolView([pilots({ held: 1 })])), 1],
    ['pilots of which as many run as are held', seen(poolView([pilots({ running: 1, held: 1 })])), 1],
    ['queues without pilots', seen(poolView([pilots(), pilots([])])), 0],
    ['a plain job that waits', seen(poolView([], [], plain(1, 0, 0))), 1],
    ['plain jobs of which as many run as wait', seen(poolView([], [], plain(1, 1, 0))), 1],
    ['fleets without plain jobs', seen(poolView([], [], plain(0, 0, 0))), 0],
    ['a job that is ready', { panda: known({ B: {}, ...READY }, NOW) }, 1],
    ['jobs that run', { panda: known({ A: { SCORE: { managed: { running: 9 } } } }, NOW) }, 0],
    [
      'a PanDA that nobody can ask, and a worker',
      { panda: unknown('away'), ...seen(poolView([], [inPool('i-1')])) },
      1,
    ],
    ['a PanDA that nobody can ask', { panda: unknown('away') }, 0],
  ])('with %s is kept or not', async (_, given, count) => {
    expect(await isKept(given)).toEqual({ count, missed: [] });
  });

  it('is not kept of queue 1, which sees nothing besides', async () => {
    expect(await isKept({ panda: known(READY, NOW) }, 'pilots')).toEqual({ count: 0, missed: [] });
  });

  it('is kept as long as there is time for it, and says so if there is none', async () => {
    const given = { panda: known(READY, NOW) };
    expect(await isKept(given, 'workers', () => NEEDED_SECONDS.keep)).toEqual({ count: 1, missed: [] });
    expect(await isKept(given, 'workers', () => NEEDED_SECONDS.keep - 0.1)).toEqual({
      ...{ count: 0, missed: ['no time was left'] },
    });
    expect(await isKept({}, 'workers', () => 0)).toEqual({ count: 0, missed: [] });
  });
});

it('what is thrown and is no error is told as it is', async () => {
  const { ports, missed } = keeping(GROWING, () => Promise.reject('nothing'));
  await workersTick(ports)(NOW);
  expect(missed).toEqual(['nothing']);
});
