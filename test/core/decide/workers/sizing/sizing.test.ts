import { describe, expect, it } from 'vitest';
import { costPerPilot, type Size, sizeFor } from '../../../../../core/decide/workers/sizing/sizing.ts';
import { parseFlavour } from '../../../../../core/model/flavours.ts';

/** Sizes for pilots of one core. */
const NARROW_SIZES: readonly Size[] = [1, 2, 4, 8, 16, 32].map((cpus) => ({ cpus, pilots: cpus }));
const PLENTY = 1000;

describe('the size of workers for pilots of one core', () => {
  it.each([
    { of: 'a worker costs little besides its cores', count: 10, tokens: PLENTY, overhead: 5, cpus: 1 },
    { of: 'a worker costs two fifths of a core besides', count: 10, tokens: PLENTY, overhead: 40, cpus: 2 },
    { of: 'a worker costs as much as two cores besides', count: 10, tokens: PLENTY, overhead: 200, cpus: 16 },
    { of: 'more are wanted than EC2 starts', count: 16_000, tokens: PLENTY, overhead: 5, cpus: 16 },
    { of: 'EC2 has few tokens left', count: 100, tokens: 30, overhead: 5, cpus: 4 },
    { of: 'EC2 has no tokens for any size', count: 100_000, tokens: 10, overhead: 5, cpus: 32 },
  ])('where $of: $cpus', ({ count, tokens, overhead, cpus }) => {
    expect(sizeFor(NARROW_SIZES, count, tokens, overhead)?.cpus).toBe(cpus);
  });

  it('is none where there is none', () => {
    expect(sizeFor([], 1, PLENTY, 5)).toBeUndefined();
  });

  it('is the cheapest, in whatever order they come, and though a smaller one would do', () => {
    for (const sizes of [NARROW_SIZES, NARROW_SIZES.toReversed()])
      expect(sizeFor(sizes, 10, PLENTY, 40)?.cpus).toBe(2);
  });

  it('is the smallest of those that hold as many', () => {
    const sizes = [8, 2, 4].map((cpus) => ({ cpus, pilots: 1 }));
    expect(sizeFor(sizes, 1, PLENTY, 0)?.cpus).toBe(2);
  });

  it('is the larger one where the pilots of a smaller one would leave a part of it empty', () => {
    expect(
      sizeFor(
        [
          { cpus: 8, pilots: 1 },
          { cpus: 12, pilots: 2 },
        ],
        4,
        PLENTY,
        5,
      )?.cpus,
    ).toBe(12);
  });

  it('costs what the measured trace says', () => {
    const measured = [
      { cpus: 1, plain: 1.005, dear: 1.408 },
      { cpus: 2, plain: 1.147, dear: 1.376 },
      { cpus: 4, plain: 1.305, dear: 1.436 },
      { cpus: 8, plain: 1.458, dear: 1.53 },
    ];
    for (const { cpus, plain, dear } of measured) {
      expect(Math.abs(costPerPilot({ cpus, pilots: cpus }, 0) - plain)).toBeLessThan(0.02);
      expect(Math.abs(costPerPilot({ cpus, pilots: cpus }, 40) - dear)).toBeLessThan(0.02);
    }
  });
});

describe('of sizes on which a pilot costs as much', () => {
  it.each([
    [
      [
        { cpus: 4, pilots: 2 },
        { cpus: 2, pilots: 2 },
      ],
    ],
    [
      [
        { cpus: 2, pilots: 2 },
        { cpus: 4, pilots: 2 },
      ],
    ],
  ])('the smaller is taken, in whatever order they are: %j', (sizes) => {
    expect(sizeFor(sizes, 2, 100, 0)?.cpus).toBe(2);
  });

  it('the smaller one is taken where all is the same', () => {
    const same = [8, 2, 4].map((cpus) => ({ cpus, pilots: 0 }));
    expect(
      sizeFor(
        same.map((of) => ({ ...of, pilots: 1 })),
        1,
        100,
        0,
      )?.cpus,
    ).toBe(2);
  });
});

describe('flavours of one vCPU', () => {
  it('are known where EC2 has them', () => {
    expect(parseFlavour('m7a.medium')).toMatchObject({ cpus: 1, memoryMb: 4096 });
    expect(parseFlavour('m5.medium')).toBeUndefined();
  });
});
