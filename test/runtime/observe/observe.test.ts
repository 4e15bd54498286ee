import { describe, expect, it } from 'vitest';
import type { PandaJobs } from '../../../core/model/panda.ts';
import type { PoolView } from '../../../core/model/pool.ts';
import { known, type Snapshot, unknown } from '../../../core/model/snapshot.ts';
import { observer } from '../../../runtime/observe/observe.ts';
import { NOW, pilots, poolView, queue } from '../../core/worlds.ts';

const running = (count: number): PandaJobs => ({ A: { SCORE: { managed: { running: count } } } });

type Look = readonly [after: number, running?: number, idle?: Readonly<Record<string, number>> | 'unknown'];

/** Looks at these moments; answers with what PanDA's counts were each time, those before, and how often it was asked. */
const looking = async (looks: readonly Look[]) => {
  let jobs: Snapshot<PandaJobs> = known({}, NOW);
  let pool: Snapshot<PoolView> = known(poolView([]), NOW);
  let asks = 0;
  const observe = observer({
    settings: { all: async () => ({ queues: [queue()], fleets: [] }) },
    panda: {
      async jobs() {
        asks += 1;
        return jobs;
      },
      sites: async (now) => known({ A: { status: 'online' } }, now),
    },
    pool: { view: async () => pool },
  });
  const seen: unknown[] = [];
  const countIn = (of: PandaJobs | undefined) => {
    const site = of?.A;
    return typeof site === 'object' ? site.SCORE?.managed?.running : undefined;
  };
  for (const [after, count = 1, idle = {}] of looks) {
    jobs = known(running(count), NOW + after);
    const waiting = idle === 'unknown' ? {} : idle;
    const queues = Object.entries(waiting).map(([name, n]) => pilots([{ idle: n }], { queue: name }));
    pool = idle === 'unknown' ? unknown('away') : known(poolView(queues), NOW + after);
    const { panda, pandaBefore } = await observe(NOW + after);
    seen.push([panda.kind === 'known' ? countIn(panda.value) : panda.why, countIn(pandaBefore)]);
  }
  return { seen, asks };
};

describe('a look at the world outside', () => {
  it('has all that is outside, as it was answered', async () => {
    const queues = [queue()];
    const observe = observer({
      settings: { all: async () => ({ queues, fleets: [] }) },
      panda: { jobs: async (now) => known(running(3), now), sites: async () => unknown('no sites') },
      pool: { view: async () => unknown('no pool') },
    });
    expect(await observe(NOW)).toEqual({
      ...{ now: NOW, queues, fleets: [], panda: known(running(3), NOW), pandaBefore: undefined },
      ...{ sites: unknown('no sites'), pool: unknown('no pool') },
    });
  });

  it.each<readonly [string, readonly Look[], number]>([
    ['fourteen seconds later: does with the same', [[0], [14]], 1],
    ['fifteen seconds later', [[0], [15]], 2],
    ['at the same moment', [[0], [0]], 2],
    ['of an earlier moment', [[0], [-9]], 2],
    ['that follows one which did with the same', [[0], [10], [20]], 2],
    [
      'with as many idle pilots',
      [
        [0, 1, { A: 2 }],
        [9, 1, { A: 2 }],
      ],
      1,
    ],
    [
      'with fewer idle pilots',
      [
        [0, 1, { A: 2 }],
        [9, 1, { A: 1 }],
      ],
      1,
    ],
    [
      'with more idle pilots',
      [
        [0, 1, { A: 2 }],
        [9, 1, { A: 3 }],
      ],
      2,
    ],
    [
      'with idle pilots of another queue',
      [
        [0, 1, { A: 2 }],
        [9, 1, { A: 2, B: 1 }],
      ],
      2,
    ],
    [
      'with more idle pilots than one that did with the same',
      [
        [0, 1, { A: 2 }],
        [5, 1, { A: 1 }],
        [9, 1, { A: 2 }],
      ],
      1,
    ],
    [
      'of which nobody can see the pool',
      [
        [0, 1, { A: 2 }],
        [9, 1, 'unknown'],
      ],
      1,
    ],
    [
      'with pilots that nobody could see before',
      [
        [0, 1, 'unknown'],
        [9, 1, { A: 1 }],
      ],
      2,
    ],
  ])('%s asks PanDA anew, or not', async (_, looks, asks) => {
    expect((await looking(looks)).asks).toBe(asks);
  });

  it('is compared with the counts of the last ten minutes, whichever came first', async () => {
    const moments = [[0], [600, 2], [1201, 3], [1200, 4]] as const;
    expect((await looking(moments)).seen).toEqual([
      [1, undefined],
      [2, 1],
      [3, undefined],
      [4, 3],
    ]);
  });

  it('is never compared with counts that could not be true', async () => {
    const { seen } = await looking([
      [0, 1000],
      [60, 5000],
      [120, 1001],
    ]);
    expect(seen).toEqual([
      [1000, undefined],
      [5000, 1000],
      [1001, 1000],
    ]);
  });
});
