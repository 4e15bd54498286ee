import { beforeAll, describe, expect, it } from 'vitest';
import { EVERYTHING_DONE, type Recorded, recorded } from './recorded.ts';

describe('a pool without PanDA, whose plain jobs name a fleet', () => {
  let run: Recorded;
  beforeAll(async () => {
    run = await recorded('burst');
  });

  it('bursts and empties again: every job is done, and no worker is left', () => {
    expect(run.summary).toMatchObject({ ...EVERYTHING_DONE, holds: 0, workersAtEnd: 0 });
    expect(run.summary.jobsArrived).toBeGreaterThan(300);
    expect(run.summary.jobsDone).toBe(run.summary.jobsArrived);
    expect(run.summary.workersLaunched).toBeGreaterThan(20);
  });

  it('decides about fleets alone, and never rests for want of PanDA', () => {
    expect(new Set(run.told.map(({ of, whose }) => `${of} ${whose}`))).toEqual(
      new Set(['workers default', 'workers wide']),
    );
    const kinds = new Set(run.told.flatMap(({ why }) => why.map(({ kind }) => kind)));
    expect(kinds).toContain('jobs-waiting');
    expect(kinds).not.toContain('source-unknown');
  });

  it('is measured: PlainJobs by fleet', () => {
    const seen = run.data.filter(({ name, value }) => name === 'PlainJobs' && value > 0);
    expect(new Set(seen.map(({ dimensions }) => dimensions.Fleet))).toEqual(new Set(['default', 'wide']));
  });
});
