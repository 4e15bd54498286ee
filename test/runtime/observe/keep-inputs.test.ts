import { describe, expect, it } from 'vitest';
import type { Decision } from '../../../core/model/decision.ts';
import type { InputsBook, TickInputs } from '../../../core/replay/inputs.ts';
import { pilotsTick } from '../../../runtime/pilots-tick.ts';
import { NO_END, type TimeLeft } from '../../../runtime/run/time-left.ts';
import { workersTick } from '../../../runtime/workers-tick.ts';
import { NOW } from '../../core/worlds.ts';
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
