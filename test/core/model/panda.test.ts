import { describe, expect, it } from 'vitest';
import { isOpen, isWhole } from '../../../core/model/panda.ts';

describe('the status of a site', () => {
  it.each([
    ['online', true],
    ['test', true],
    ['brokeroff', true],
    ['offline', true],
    ['standby', false],
    ['maintenance', false],
    ['paused', false],
    ['weird', undefined],
    ['', undefined],
  ])('%j lets pilots be submitted, not, or is none: %s', (status, expected) => {
    expect(isOpen(status)).toBe(expected);
  });
});

describe('jobs of which some sites could not be read', () => {
  const jobs = { BNL: { SCORE: { managed: { activated: 1 } } }, CERN: 'activated is no number' };

  it('are not whole', () => {
    expect(isWhole(jobs)).toBe(false);
    expect(isWhole({ BNL: jobs.BNL })).toBe(true);
  });
});
