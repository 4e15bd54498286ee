import { describe, expect, it } from 'vitest';
import { dearestCore, dollarsPerHour, hasPrices } from '../../../core/settings/prices.ts';
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
    const larger = { prices: 'm6i.large=0.3, m6i.2xlarge=0.8', 'worker-overhead-percent': '10' };
    expect(dearestCore(fleetSettings(larger))).toBeCloseTo(0.15 + 0.0075, 12);
  });

  it('is not known of any, where it is not known of one', () => {
    const partly = fleetSettings({ prices: 'm6i.large=0.1' });
    expect([hasPrices(partly), dearestCore(partly)]).toEqual([false, undefined]);
    expect(hasPrices(fleetSettings({ prices: 'm6i.large=0.1, m6i.2xlarge=0.4' }))).toBe(true);
    expect(hasPrices(fleetSettings({ prices: 'm6i.large=0.1', 'dollars-per-core-hour': '0.05' }))).toBe(true);
  });

  it('is that of its name, of a type that nobody knows the cores of', () => {
    const settings = fleetSettings({ prices: 'x1.odd=0.5', 'worker-overhead-percent': '10' });
    const price = (flavour: string) => dollarsPerHour({ flavour, cpus: 0, market: 'on-demand' }, settings);
    expect(price('x1.odd')).toBeCloseTo(0.55, 12);
    expect([price('x2.odd'), price('constructor')]).toEqual([undefined, undefined]);
  });

  it('is what a disk and an address cost in full on spot, too', () => {
    const knobs = { prices: 'm6i.large=0.2', 'worker-overhead-percent': '50', 'spot-price-percent': '10' };
    expect(dollarsPerHour({ ...LARGE, market: 'spot' }, fleetSettings(knobs))).toBeCloseTo(0.02 + 0.05, 12);
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
