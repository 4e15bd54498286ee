import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fewerJobs, looksRepeated } from '../../../core/observe/repeated-counts.ts';
import { inflated } from '../../../twin/panda/statistics.ts';

const site = (activated: number, running: number, assigned = 0) => ({
  BNL: { SCORE: { managed: { activated, running, assigned } } },
});

describe("counts of PanDA's that a repeated read may have made", () => {
  it.each([
    ['15 activated became 30', site(15, 7), site(30, 14), true],
    ['15 activated became 45', site(15, 7), site(45, 21), true],
    ['and some have come or gone in between', site(15, 7), site(32, 12), true],
    ['assigned jobs are read once, whatever happens', site(15, 7, 5), site(30, 14, 5), true],
    ['the first jobs after none', site(0, 0), site(2, 0), true],
    ['a count that is odd for 2 and for 3', site(15, 7), site(30, 13), false],
    ['nothing has changed', site(30, 14), site(30, 14), false],
    ['jobs have gone', site(30, 14), site(16, 8), false],
    ['few have come', site(30, 14), site(34, 14), false],
    ['there are none', site(15, 7), site(0, 0), false],
    ['there was no sample before', undefined, site(30, 14), false],
  ])('%s: %s, %s: %s', (_, before, now, expected) => {
    expect(looksRepeated(now, before)).toBe(expected);
  });

  it('are looked for on the sites that could be read both times', () => {
    const odd = 'data.CERN: expected record, received null';
    expect(looksRepeated({ ...site(30, 14), CERN: odd }, { ...site(15, 7), CERN: site(9, 9).BNL })).toBe(
      true,
    );
    expect(looksRepeated({ ...site(30, 14), CERN: site(9, 9).BNL }, { ...site(15, 7), CERN: odd })).toBe(
      true,
    );
  });

  it('are noticed at every size', () => {
    const jobs = fc.integer({ min: 0, max: 1_000_000 });
    fc.assert(
      fc.property(jobs, jobs, jobs, fc.constantFrom(2, 3), (activated, running, assigned, times) => {
        fc.pre(activated + running > 0);
        const once = site(activated, running, assigned);
        expect(looksRepeated(inflated(once, times), once)).toBe(true);
      }),
    );
  });
});

describe('of two answers', () => {
  it('the one with fewer jobs is nearer to the truth: a repeated read only adds', () => {
    const [fewer, more] = [site(15, 7, 9), site(30, 14, 5)];
    expect(fewerJobs(more, fewer)).toBe(fewer);
    expect(fewerJobs(fewer, more)).toBe(fewer);
  });
});
