import { describe, expect, it } from 'vitest';
import { dearestCore, dollarsPerHour } from '../../../core/settings/prices.ts';
import { parseFleetSettings } from '../../../core/settings/settings.ts';
import { problemsInWords } from '../../../core/tell/fact-sentence.ts';
import { fleetSettings } from '../worlds.ts';

const LARGE = { flavour: 'm6i.large', cpus: 2 } as const;

describe('what a worker costs an hour', () => {
  it.each([
    ['nothing is known without prices', {}, 'on-demand', undefined],
    [
      'by its cores, with a disk of 100 GiB and an address',
      { 'dollars-per-core-hour': '0.05' },
      'on-demand',
      0.116,
    ],
    ['by its flavour, where that is named', { prices: 'm6i.large=0.2, m6i.2xlarge=0.4' }, 'on-demand', 0.232],
    ['spot counts as on-demand', { 'dollars-per-core-hour': '0.05' }, 'spot', 0.116],
    [
      'unless told what share of it',
      { 'dollars-per-core-hour': '0.05', 'spot-price-percent': '30' },
      'spot',
      0.046,
    ],
    [
      'with what each costs whatever its size',
      { 'dollars-per-core-hour': '0.05', 'worker-overhead-percent': '40' },
      'on-demand',
      0.12,
    ],
  ] as const)('%s', (_, knobs, market, expected) => {
    const price = dollarsPerHour({ ...LARGE, market }, fleetSettings(knobs));
    if (expected === undefined) expect(price).toBeUndefined();
    else expect(price).toBeCloseTo(expected, 12);
  });

  it('is at the most that of the dearest flavour, by the core', () => {
    const knobs = { prices: 'm6i.large=0.1, m6i.2xlarge=0.8', 'worker-overhead-percent': '0' };
    expect(dearestCore(fleetSettings(knobs))).toBeCloseTo(0.1, 12);
  });
});

const problem = (knobs: Readonly<Record<string, string>>): string => {
  const parsed = parseFleetSettings('default', { flavours: 'm6i.large, m6i.2xlarge', ...knobs });
  return parsed.ok ? 'none' : problemsInWords(parsed.problems);
};

describe('settings about money', () => {
  it.each([
    [
      { 'budget-dollars-per-month': '100' },
      'the setting budget-dollars-per-month is 100, and there is no price of m6i.large, m6i.2xlarge: a budget cannot be kept without prices; set dollars-per-core-hour, or name them in prices',
    ],
    [
      { 'budget-dollars-per-hour': '1', prices: 'm6i.large=0.096' },
      'the setting budget-dollars-per-hour is 1, and there is no price of m6i.2xlarge: a budget cannot be kept without prices; set dollars-per-core-hour, or name them in prices',
    ],
    [
      { market: 'spot-if-cheaper' },
      'the setting market is spot-if-cheaper, and there is no price of m6i.large, m6i.2xlarge: what is cheaper cannot be known without prices; set dollars-per-core-hour, or name them in prices',
    ],
    [
      { prices: 'm6i.large' },
      'the setting prices is "m6i.large"; expected prices such as m6i.large=0.096, g5.xlarge=1.006, or list, or none',
    ],
    [
      { 'budget-dollars-per-month': '-5' },
      'the setting budget-dollars-per-month is "-5"; expected dollars such as 12.5, or none',
    ],
    [{ 'budget-dollars-per-month': '0', 'dollars-per-core-hour': '0.05' }, 'none'],
    [{ 'budget-dollars-per-month': 'none' }, 'none'],
  ])('%o: %s', (knobs, expected) => {
    expect(problem(knobs)).toBe(expected);
  });
});
