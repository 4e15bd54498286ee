import { beforeAll, describe, expect, it } from 'vitest';
import { EVERYTHING_DONE, type Recorded, recorded } from './recorded.ts';

describe('workers that are not as they should be', () => {
  let run: Recorded;
  beforeAll(async () => {
    run = await recorded('odd-workers');
  });

  it('cost no job, and stop nobody', () => {
    expect(run.summary).toMatchObject({ ...EVERYTHING_DONE, holds: 0 });
    expect(run.summary.jobsDone).toBe(run.summary.jobsArrived);
  });

  it.each([
    'workers-small',
    'workers-boastful',
    'workers-elsewhere',
    'workers-contradictory',
    'workers-unmatched',
    'workers-black-hole',
  ] as const)('are told: %s', (kind) => {
    const found = run.told.filter(({ of, why }) => of === 'workers' && why.some((one) => one.kind === kind));
    expect(found.length).toBeGreaterThan(0);
  });
});
