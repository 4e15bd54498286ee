import { expect, it } from 'vitest';
import { zeroWaitBound } from '../../../twin/load/bound.ts';
import { readTrace } from '../../../twin/load/trace.ts';

const coreHours = (jobs: readonly { readonly runSeconds: number; readonly cores: number }[]): number =>
  jobs.reduce((sum, { runSeconds, cores }) => sum + runSeconds * cores, 0) / 3600;

it('the LCG trace has its jobs, its work and its bound', async () => {
  const jobs = await readTrace('LCG-2005');
  expect(jobs).toHaveLength(187_520);
  expect(jobs[0]?.submitSeconds).toBe(0);
  expect(new Set(jobs.map(({ cores }) => cores))).toEqual(new Set([1]));
  expect(coreHours(jobs)).toBeCloseTo(417_370, -1);
  expect(zeroWaitBound(jobs, 180) / 3600).toBeCloseTo(419_889, -1);
});

it('the wagap trace, jobs of eight cores at most, has its jobs and its work', async () => {
  const jobs = (await readTrace('wagap-2013')).filter(({ cores }) => cores <= 8);
  expect(jobs).toHaveLength(13_727);
  expect(coreHours(jobs)).toBeCloseTo(554_214, -1);
});

it('the NASA trace has powers of two', async () => {
  const jobs = await readTrace('NASA-iPSC-1993');
  expect(jobs).toHaveLength(18_066);
  expect(jobs.every(({ cores }) => Number.isInteger(Math.log2(cores)))).toBe(true);
});
