import { expect, it } from 'vitest';
import { EVERYTHING_DONE, recorded } from './recorded.ts';

it('functions that get a SIGKILL at any moment lose nothing and do nothing twice', async () => {
  const { summary } = await recorded('functions-killed', { over: 'wires' });
  expect(summary).toMatchObject({ ...EVERYTHING_DONE, ticksFailed: expect.any(Number) });
  expect(summary.ticksFailed).toBeGreaterThan(10);
  expect(summary.jobsDone).toBe(summary.jobsArrived);
});
