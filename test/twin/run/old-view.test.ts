import { expect, it } from 'vitest';
import { EVERYTHING_DONE, recorded } from './recorded.ts';

/** Two ticks a minute, were none lost, and six audits an hour, of which none is. */
const EACH_HOUR = { ticks: 120, audits: 6 } as const;

it('a view five minutes late, 30 % of the ticks lost and 5 % of bad boots cost little and harm no job', async () => {
  const { summary } = await recorded('old-view');
  const { simulatedHours, ticks, workersLaunched, workersUseless } = summary;
  expect(summary).toMatchObject(EVERYTHING_DONE);
  expect(summary.jobsDone).toBe(summary.jobsArrived);
  expect(summary.costRatio).toBeLessThanOrEqual(1.07);
  expect(workersUseless / workersLaunched).toBeLessThanOrEqual(0.12);
  // The faults did strike: so many ticks are gone, and workers that never joined are among the useless ones.
  const came = (ticks / simulatedHours - EACH_HOUR.audits) / EACH_HOUR.ticks;
  expect(came).toBeGreaterThan(0.65);
  expect(came).toBeLessThan(0.75);
  expect(workersUseless / workersLaunched).toBeGreaterThan(0.02);
});
