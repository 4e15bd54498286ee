import { describe, expect, it } from 'vitest';
import { type Going, standstill } from '../../../twin/run/standstill.ts';

const HOUR = 3600;
const LOAD_ENDS = 6 * HOUR;

interface Run {
  readonly faultsEndAt?: number;
  readonly longestJobSeconds?: number;
  /** What the run is like at a moment; left out: quiet, with nothing done. */
  readonly at?: (now: number) => Partial<Going> & { readonly acts?: boolean };
}

/** Looks each minute; answers the hour at which the run is given up, and why. */
const givenUp = ({ faultsEndAt = 0, longestJobSeconds = 600, at = () => ({}) }: Run) => {
  const watch = standstill({ loadEndsAt: LOAD_ENDS, faultsEndAt, longestJobSeconds });
  for (let now = 0; now < 1000 * HOUR; now += 60) {
    const { acts = false, jobsDone = 0, anythingAlive = false } = at(now);
    watch.told({ kind: acts ? 'act' : 'hold' });
    const why = watch.look({ now, jobsDone, anythingAlive });
    if (why !== undefined) return { hour: now / HOUR, why };
  }
  return undefined;
};

describe('a run is given up', () => {
  it('an hour after its load if nothing happens any more', () => {
    expect(givenUp({})).toEqual({ hour: 7, why: expect.stringMatching(/^nothing has happened for 1 h/) });
  });

  it('not before an hour after the last fault', () => {
    expect(givenUp({ faultsEndAt: 30 * HOUR })?.hour).toBe(31);
  });

  it('not while a worker is alive or aerie acts, as long as jobs come to their ends', () => {
    const busy = (now: number) => ({
      anythingAlive: now < 20 * HOUR,
      acts: now >= 20 * HOUR && now < 21 * HOUR,
      jobsDone: Math.floor(now / HOUR),
    });
    // The last decision of an hour of them is a minute before the full hour.
    expect(givenUp({ at: busy })?.hour).toBeCloseTo(22 - 1 / 60);
  });

  it('if workers come and go, and no job comes to its end for six hours and twice the longest', () => {
    const inVain = () => ({ anythingAlive: true, acts: true });
    expect(givenUp({ at: inVain, longestJobSeconds: 2 * HOUR })).toEqual({
      hour: 16,
      why: 'no job has come to its end for 10 h',
    });
  });

  it('two weeks after its load, whatever happens', () => {
    const forEver = (now: number) => ({ anythingAlive: true, acts: true, jobsDone: now });
    expect(givenUp({ at: forEver })).toEqual({
      hour: 6 + 14 * 24,
      why: 'it has gone on for 14 days after its load',
    });
  });
});
