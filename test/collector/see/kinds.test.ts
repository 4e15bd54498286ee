import { describe, expect, it } from 'vitest';
import type { JobRow } from '../../../collector/see/job-rows.ts';
import { bounded, count, type Kind, type Kinds } from '../../../collector/see/kinds.ts';

const NOW = 1_795_410_990;

interface Asks {
  readonly memoryMb?: number;
  readonly diskMb?: number;
  readonly wallSeconds?: number;
  readonly state?: JobRow['state'];
  readonly times?: number;
}

const kindsOf = (all: readonly Asks[]): Kinds => {
  const kinds: Kinds = new Map();
  for (const { memoryMb = 0, diskMb = 0, wallSeconds, state = 'idle', times = 1 } of all) {
    const shape = { cpus: 1, memoryMb, diskMb, gpus: 0 };
    const job = {
      ...{ queue: undefined, fleet: 'f', state, shape, wallSeconds },
      isMarked: false,
      since: NOW,
    };
    count(kinds, job, times, NOW);
  }
  return kinds;
};
const told = (all: readonly Asks[], most: number) =>
  bounded(kindsOf(all), most).map(({ shape, wallSeconds, idle, running, held }) => ({
    asks: [shape.memoryMb, shape.diskMb, ...(wallSeconds === undefined ? [] : [wallSeconds])],
    jobs: idle + running + held,
  }));
const memories = (all: readonly Asks[], most: number) =>
  told(all, most).map(({ asks: [memoryMb], jobs }) => [memoryMb, jobs]);

describe('jobs of more kinds than are told', () => {
  it('are told as they are where there are no more, those of most jobs first, whatever state they are in', () => {
    const all: readonly Asks[] = [
      { memoryMb: 1_001, times: 2 },
      { memoryMb: 1_002, times: 4, state: 'held' },
      { memoryMb: 1_003, times: 3, state: 'running' },
      { memoryMb: 1_004 },
    ];
    expect(memories(all, 4)).toEqual([
      [1_002, 4],
      [1_003, 3],
      [1_001, 2],
      [1_004, 1],
    ]);
  });

  const MANY: readonly Asks[] = [
    { memoryMb: 1_001, times: 9 },
    { memoryMb: 1_002, times: 8 },
  ];

  it.each<[string, readonly number[], readonly number[][]]>([
    [
      'by a quarter',
      [1_030, 1_280, 3_001],
      [
        [1_280, 2],
        [3_072, 1],
      ],
    ],
    [
      'by a half, where that is not enough',
      [1_030, 1_300, 1_500, 3_000],
      [
        [1_536, 3],
        [3_072, 1],
      ],
    ],
    [
      'to the next power of two',
      [1_030, 1_300, 1_600, 2_100],
      [
        [2_048, 3],
        [4_096, 1],
      ],
    ],
  ])('are rounded up %s, but for the half of most jobs', (_, others, expected) => {
    const all = [...MANY, ...others.map((memoryMb) => ({ memoryMb }))];
    expect(memories(all, 4)).toEqual([[1_001, 9], [1_002, 8], ...expected]);
  });

  it('are rounded in their disk and their longest run too, and nothing becomes something', () => {
    const others = [1, 2, 3].map((n) => ({ memoryMb: 0, diskMb: 1_020 + n, wallSeconds: 3_595 + n }));
    expect(told([...MANY, ...others], 4).slice(2)).toEqual([{ asks: [0, 1_024, 4_096], jobs: 3 }]);
  });

  it('that were never to end stay so, beside others of the same shape', () => {
    const others = [{ memoryMb: 1_025 }, { memoryMb: 1_026 }, { memoryMb: 1_027, wallSeconds: 60 }];
    expect(told([...MANY, ...others], 4).slice(2)).toEqual([
      { asks: [1_280, 0], jobs: 2 },
      { asks: [1_280, 0, 64], jobs: 1 },
    ]);
  });

  it('wait as long as they did, all of them', () => {
    const waits = bounded(kindsOf([...MANY, ...[1_025, 1_026, 1_027].map((memoryMb) => ({ memoryMb }))]), 4);
    const of = ({ waits: all }: Kind) => [...all.values()].reduce((sum, times) => sum + times, 0);
    expect(waits.map(of)).toEqual([9, 8, 3]);
  });

  it('are left out where they are too many all the same, those of fewest jobs, and of as many by what they ask for', () => {
    const powers = [6, 5, 4, 3, 2].map((n) => ({ memoryMb: 2 ** (10 + n), times: n === 2 ? 2 : 1 }));
    expect(memories([...MANY, ...powers], 4)).toEqual([
      [1_001, 9],
      [1_002, 8],
      [4_096, 2],
      // As a text, as keys are.
      [16_384, 1],
    ]);
    expect(memories([...powers].reverse(), 2)).toEqual(memories(powers, 2));
  });
});
