import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BoundJob, leastWithSleepers, zeroWaitBound } from '../../../twin/load/bound.ts';

const BOOT = 180;

const job = ([submitSeconds, runSeconds, cores]: readonly [number, number, number]): BoundJob => ({
  submitSeconds,
  runSeconds,
  cores,
});

describe('the zero-wait bound', () => {
  it.each([
    { of: 'one job: its work and one boot', jobs: [[0, 100, 1]], coreSeconds: 280 },
    {
      of: 'a short gap: the server is kept',
      jobs: [
        [0, 100, 1],
        [150, 100, 1],
      ],
      coreSeconds: 430,
    },
    {
      of: 'a long gap: it is ended and booted again',
      jobs: [
        [0, 100, 1],
        [400, 100, 1],
      ],
      coreSeconds: 560,
    },
    {
      of: 'a job that begins as another ends: no gap',
      jobs: [
        [0, 100, 2],
        [100, 100, 1],
      ],
      coreSeconds: 660,
    },
    {
      of: 'widths that overlap and return',
      jobs: [
        [0, 100, 8],
        [50, 100, 1],
        [250, 600, 4],
      ],
      coreSeconds: 5470,
    },
  ] as const)('of $of', ({ jobs, coreSeconds }) => {
    expect(zeroWaitBound(jobs.map(job), BOOT)).toBe(coreSeconds);
  });

  const anyJob = fc
    .tuple(
      fc.integer({ min: 0, max: 5000 }),
      fc.integer({ min: 1, max: 3000 }),
      fc.integer({ min: 1, max: 9 }),
    )
    .map(job);

  it('is never below the work, and never above a machine of its own for each job', () => {
    fc.assert(
      fc.property(fc.array(anyJob, { maxLength: 30 }), (jobs) => {
        const work = jobs.reduce((sum, { runSeconds, cores }) => sum + runSeconds * cores, 0);
        const ownMachines = jobs.reduce((sum, { cores }) => sum + BOOT * cores, work);
        const bound = zeroWaitBound(jobs, BOOT);
        expect(bound).toBeGreaterThanOrEqual(work);
        expect(bound).toBeLessThanOrEqual(ownMachines);
      }),
    );
  });

  it('does not fall when boots take longer', () => {
    fc.assert(
      fc.property(fc.array(anyJob, { maxLength: 30 }), fc.integer({ min: 0, max: 600 }), (jobs, boot) => {
        expect(zeroWaitBound(jobs, boot + 1)).toBeGreaterThanOrEqual(zeroWaitBound(jobs, boot));
      }),
    );
  });
});

describe('the least with machines that sleep', () => {
  const COST = { bootSeconds: BOOT, wakeSeconds: 35, diskCores: 0.04, mostCores: 4 };

  it.each([
    { of: 'a gap shorter than a wake: the server is kept', gap: 30, overhead: 30 },
    { of: 'a longer one: it sleeps until its wake', gap: 135, overhead: 35 + 1 },
    { of: 'one whose disk costs more than a boot: it is ended', gap: 20_000, overhead: 180 },
  ])('of $of', ({ gap, overhead }) => {
    const jobs = [job([0, 100, 1]), job([100 + gap, 100, 1])];
    expect(leastWithSleepers(jobs, COST)).toBe(200 + BOOT + overhead);
  });

  const unitJob = fc
    .tuple(fc.integer({ min: 0, max: 9000 }), fc.integer({ min: 1, max: 3000 }))
    .map(([submitSeconds, runSeconds]) => job([submitSeconds, runSeconds, 1]));

  /** Tries every way to hand the jobs out to servers: a new one, or one that is free. */
  const leastOfAll = (jobs: readonly BoundJob[]): number => {
    const sorted = [...jobs].sort((a, b) => a.submitSeconds - b.submitSeconds);
    const gapCost = (gap: number) => Math.min(gap, BOOT, 35 + 0.01 * Math.max(0, gap - 35));
    const from = (index: number, freeAt: readonly number[]): number => {
      const next = sorted[index];
      if (next === undefined) return 0;
      const { submitSeconds, runSeconds } = next;
      const end = submitSeconds + runSeconds;
      const used = freeAt.flatMap((at, server) =>
        at > submitSeconds ? [] : [gapCost(submitSeconds - at) + from(index + 1, freeAt.with(server, end))],
      );
      return runSeconds + Math.min(BOOT + from(index + 1, [...freeAt, end]), ...used);
    };
    return from(0, []);
  };

  it('is what the best of all ways to use unit servers costs', () => {
    fc.assert(
      fc.property(fc.array(unitJob, { minLength: 1, maxLength: 6 }), (jobs) => {
        expect(leastWithSleepers(jobs, COST)).toBeCloseTo(leastOfAll(jobs), 6);
      }),
    );
  });

  it('is between the bounds of a boot and of a wake', () => {
    fc.assert(
      fc.property(fc.array(unitJob, { minLength: 1, maxLength: 30 }), (jobs) => {
        const least = leastWithSleepers(jobs, COST);
        expect(least).toBeLessThanOrEqual(zeroWaitBound(jobs, BOOT));
        expect(least).toBeGreaterThanOrEqual(zeroWaitBound(jobs, COST.wakeSeconds));
      }),
    );
  });
});
