import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BoundJob, zeroWaitBound } from '../../../twin/load/bound.ts';

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
