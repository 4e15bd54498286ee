import { describe, expect, it } from 'vitest';
import { AUDIT_SECONDS } from '../../../lib/functions/functions.ts';
import { alarmsOver, spanOf } from '../../../twin/stage/alarms.ts';
import { textOf } from '../../house/pages.ts';
import { readmeFigures } from './readme-figures.ts';
import { EVERYTHING_DONE, type Recorded, recorded } from './recorded.ts';

describe('six hours of the default scenario over the wires', () => {
  let first: Recorded | undefined;

  it('do every job, stay within every cap and leave no worker behind', async () => {
    first = await recorded('default', { over: 'wires' });
    const { summary } = first;
    expect(summary).toMatchObject(EVERYTHING_DONE);
    expect(summary.jobsArrived).toBeGreaterThan(1000);
    expect(summary.jobsDone).toBe(summary.jobsArrived);
    expect(summary.holds).toBe(0);
  });

  it('cost no less than the bound, which is no less than the work', () => {
    const { usefulCoreHours = 0, boundCoreHours = 0, paidCoreHours = 0 } = first?.summary ?? {};
    expect(boundCoreHours).toBeGreaterThan(usefulCoreHours);
    expect(paidCoreHours).toBeGreaterThan(boundCoreHours);
    expect(paidCoreHours).toBeLessThan(1.5 * boundCoreHours);
  });

  it('need less than one and a half EC2 calls per start of a worker, beside those of the audits', () => {
    const { ec2Calls = Number.NaN, workersLaunched = 0, workersWoken = 0 } = first?.summary ?? {};
    const audits = Math.floor(((first?.summary.simulatedHours ?? 0) * 3600) / AUDIT_SECONDS);
    expect(ec2Calls - audits).toBeLessThan(1.5 * (workersLaunched + workersWoken));
  });

  it('show a pool that fills and empties again', () => {
    const paid = (first?.samples ?? []).map(({ coresPaid }) => coresPaid);
    expect(paid.at(0)).toBe(0);
    expect(Math.max(...paid)).toBeGreaterThan(100);
    expect(paid.at(-1)).toBe(0);
  });

  it('come to what the README says, within two in a hundred', () => {
    if (first === undefined) throw new Error('expected a run; there was none.');
    const figures = Object.entries(readmeFigures(textOf('README.md'), first.summary));
    expect(
      figures.filter(([, { said, came }]) => !(Math.abs(said - came) <= Math.max(1, came) * 0.02)),
    ).toEqual([]);
  });

  it('set off no alarm', () => {
    const data = first?.data ?? [];
    expect(data.length).toBeGreaterThan(10_000);
    expect(alarmsOver(data, spanOf(data))).toEqual([]);
  });
});
