import { expect, it } from 'vitest';
import { EVERYTHING_DONE, recorded } from './recorded.ts';

it('the same seed gives the same run, and another seed another', async () => {
  const one = await recorded('short-jobs', { hours: 0.3 });
  const again = await recorded('short-jobs', { hours: 0.3 });
  expect(again.told.length).toBeGreaterThan(300);
  expect(again.summary).toEqual(one.summary);
  expect(again.told).toEqual(one.told);
  const other = await recorded('short-jobs', { hours: 0.3, seed: 2 });
  expect(other.summary.jobsArrived).toBe(one.summary.jobsArrived);
  expect(other.summary.waitMeanSeconds).not.toBe(one.summary.waitMeanSeconds);
});

it('an hour over the wires ends with everything done, and as plain calls decides the same', async () => {
  const wires = await recorded('short-jobs', { hours: 1, over: 'wires' });
  expect(wires.summary).toMatchObject({ ...EVERYTHING_DONE, holds: 0 });
  expect(wires.summary.jobsDone).toBe(wires.summary.jobsArrived);
  const calls = await recorded('short-jobs', { hours: 1 });
  expect(calls.told).toEqual(wires.told);
  expect(calls.summary).toEqual(wires.summary);
});
