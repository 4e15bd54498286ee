import { describe, expect, it } from 'vitest';
import {
  asRequested,
  fits,
  howManyFit,
  least,
  minus,
  type Resources,
  shapeKey,
} from '../../../core/model/resources.ts';
import { NARROW, WIDE } from '../worlds.ts';

const ROOM: Resources = { cpus: 8, memoryMb: 16_000, diskMb: 80_000, gpus: 2 };
const DIMENSIONS = ['cpus', 'memoryMb', 'diskMb', 'gpus'] as const;

describe('room', () => {
  it('holds what is as large as it is, and nothing that is larger in any way', () => {
    expect(fits(ROOM, ROOM)).toBe(true);
    for (const of of DIMENSIONS)
      expect([of, fits({ ...ROOM, [of]: ROOM[of] + 1 }, ROOM)]).toEqual([of, false]);
  });

  it.each<readonly [string, Resources, Resources, number]>([
    ['as many as its cores', NARROW, { ...ROOM, cpus: 3 }, 3],
    ['as many as its memory', NARROW, { ...ROOM, memoryMb: 3_999 }, 1],
    ['as many as its disk', NARROW, { ...ROOM, diskMb: 29_999 }, 2],
    ['as many as its GPUs', { ...NARROW, gpus: 1 }, ROOM, 2],
    ['no more for GPUs that nobody asks for', NARROW, { ...ROOM, gpus: 0 }, 8],
    ['one that fills it', WIDE, ROOM, 1],
    ['none that is larger', WIDE, { ...ROOM, cpus: 7 }, 0],
    ['none where more is taken than there is', NARROW, { ...ROOM, memoryMb: -5_000 }, 0],
    ['nothing that asks for nothing', { cpus: 0, memoryMb: 0, diskMb: 0, gpus: 0 }, ROOM, 0],
  ])('holds %s at once', (_, shape, room, count) => expect(howManyFit(shape, room)).toBe(count));

  it('is less by what is taken of it, once or several times', () => {
    expect(minus(ROOM, NARROW)).toEqual({ cpus: 7, memoryMb: 14_000, diskMb: 70_000, gpus: 2 });
    const taken = { ...NARROW, gpus: 1 };
    expect(minus(ROOM, taken, 2)).toEqual({ cpus: 6, memoryMb: 12_000, diskMb: 60_000, gpus: 0 });
  });

  it('that two agree on is the smaller of each', () => {
    const other = { cpus: 9, memoryMb: 1, diskMb: 90_000, gpus: 1 };
    expect(least(ROOM, other)).toEqual({ cpus: 8, memoryMb: 1, diskMb: 80_000, gpus: 1 });
    expect(least(other, ROOM)).toEqual(least(ROOM, other));
  });
});

describe('a shape', () => {
  it.each<readonly [Resources, Resources]>([
    [
      { cpus: 1.2, memoryMb: 0.1, diskMb: 1.5, gpus: 0.5 },
      { cpus: 2, memoryMb: 1, diskMb: 2, gpus: 1 },
    ],
    [
      { cpus: 0, memoryMb: 0, diskMb: 0, gpus: 0 },
      { cpus: 1, memoryMb: 0, diskMb: 0, gpus: 0 },
    ],
  ])('is asked for in whole numbers, and with a core at least: %j', (shape, asked) => {
    expect(asRequested(shape)).toEqual(asked);
  });

  it('has the name under which the ledger knows it', () => {
    expect(shapeKey({ cpus: 8, memoryMb: 16_000, diskMb: 10_000, gpus: 1 })).toBe('8c-16000m-10000d-1g');
  });
});
