import { beforeAll, describe, expect, it } from 'vitest';
import { EVERYTHING_DONE, type Recorded, recorded, toldBetween } from './recorded.ts';

/** Minutes of `twin/scenarios/cloud-odd.json`. */
const FULL = [10, 30] as const;
const LAGS = [35, 70] as const;
const TOKENS_END = [75, 105] as const;

describe('a fleet on an OpenStack that fails what it has accepted, whose lists lag and whose tokens end', () => {
  let run: Recorded;
  beforeAll(async () => {
    run = await recorded('cloud-odd');
  });
  const reasons = ([from, to]: readonly [number, number]) =>
    toldBetween(run.told, from, to)
      .filter(({ of, whose }) => of === 'workers' && whose === 'site')
      .flatMap(({ why }) => why.map(({ kind }) => kind));

  it('does all jobs, keeps to its caps, ends nobody who works, and leaves no server', () => {
    expect(run.summary).toMatchObject(EVERYTHING_DONE);
    expect(run.summary.jobsDone).toBe(run.summary.jobsArrived);
  });

  it('lets an offer rest whose launches were accepted and failed, and counts no failed boot', () => {
    expect(reasons(FULL)).toContain('offers-cooling');
    expect(reasons([0, FULL[1]])).not.toContain('breaker');
  });

  it('goes on launching while lists lag and tokens end', () => {
    for (const window of [LAGS, TOKENS_END]) expect(reasons(window)).toContain('launch');
  });

  it('holds for nothing but the minutes in which its cloud is away', () => {
    const holds = run.told.filter(
      ({ of, whose, kind }) => of === 'workers' && whose === 'site' && kind === 'hold',
    );
    expect(
      holds.flatMap(({ why }) => why.map(({ kind }) => kind)).filter((kind) => kind !== 'cloud-unknown'),
    ).toEqual([]);
  });
});
