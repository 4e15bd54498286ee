import { expect, it } from 'vitest';
import { AUDIT_SECONDS } from '../../../lib/functions/functions.ts';
import { EVERYTHING_DONE, recorded, toldBetween } from './recorded.ts';

/** The outages are over after three and a quarter; jobs come for less than an hour more. */
const HOURS = 4;

it('when the smallest size is out of capacity, the next size is launched', async () => {
  const { summary, told } = await recorded('no-capacity', { hours: HOURS });
  const forOneCore = (from: number, to: number) =>
    toldBetween(told, from, to)
      .filter(({ whose, what }) => whose !== 'mcore' && what.startsWith('launch'))
      .map(({ what }) => what)
      .join();
  expect(forOneCore(0, 165)).not.toMatch(/2xlarge/);
  expect(forOneCore(165, 195)).toMatch(/launch \d+ x \w+\.2xlarge/);
  expect(summary).toMatchObject({ ...EVERYTHING_DONE, holds: 0 });
  expect(summary.jobsDone).toBe(summary.jobsArrived);
});

it('while EC2 throttles, nothing is started; afterwards all that is needed is, without a storm', async () => {
  const { summary, samples } = await recorded('ec2-throttled', { hours: HOURS });
  /** Most workers that had power and had not joined, in these minutes. */
  const coming = (from: number, to: number) => {
    const within = samples.filter(({ atSeconds }) => atSeconds >= from * 60 && atSeconds <= to * 60);
    return Math.max(...within.map(({ fleets }) => fleets.reduce((n, { booting }) => n + booting, 0)));
  };
  expect(coming(180, 195)).toBe(0);
  expect(coming(195, 198)).toBeGreaterThan(0);
  const audits = Math.floor((summary.simulatedHours * 3600) / AUDIT_SECONDS);
  expect(summary.ec2Calls - audits).toBeLessThan(2 * (summary.workersLaunched + summary.workersWoken));
  // What was asked for in vain is not launched later, when nobody needs it any more.
  expect(summary.workersUseless).toBeLessThan(0.25 * summary.workersLaunched);
  expect(summary).toMatchObject({ ...EVERYTHING_DONE, holds: 0 });
  expect(summary.jobsDone).toBe(summary.jobsArrived);
});

it('a collector that restarts launches nothing and ends nothing', async () => {
  const { summary, told } = await recorded('collector-restart', { hours: HOURS });
  const after = toldBetween(told, 180, 182).filter(({ of }) => of === 'workers');
  expect(after.length).toBeGreaterThan(0);
  for (const { kind, why } of after) {
    expect(kind).toBe('hold');
    expect(why).toMatchObject([{ kind: 'collector-young', absentWorkers: expect.any(Number) }]);
  }
  expect(summary).toMatchObject(EVERYTHING_DONE);
  expect(summary.jobsDone).toBe(summary.jobsArrived);
});

it('a day on which everything goes wrong ends like any other', async () => {
  const { summary, told } = await recorded('hard-day');
  expect(summary).toMatchObject(EVERYTHING_DONE);
  expect(summary.jobsDone).toBe(summary.jobsArrived);
  const reasons = told.flatMap(({ why }) => why);
  for (const reason of [
    { kind: 'never-joined' },
    { kind: 'source-stale', source: 'pool', limitSeconds: 360 },
    { kind: 'pool-incomplete', part: 'workers' },
  ]) {
    expect(reasons).toContainEqual(expect.objectContaining(reason));
  }
});
