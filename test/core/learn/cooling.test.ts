import { describe, expect, it } from 'vitest';
import { coolingNow, unsupportedNow } from '../../../core/learn/cooling.ts';
import { offerKey } from '../../../core/model/flavours.ts';
import type { CoolingRecord } from '../../../core/model/ledger.ts';
import { cooling, NOW } from '../worlds.ts';

const [small, large] = ['m6i.large', 'm6i.2xlarge'].map((flavour) => cooling(flavour, 'us-east-1a'));
if (small === undefined || large === undefined) throw new Error('expected two offers');

describe('offers that EC2 has refused', () => {
  it.each<readonly [string, Partial<CoolingRecord>, boolean, boolean]>([
    ['for want of capacity', { class: 'capacity' }, true, false],
    ['because it does not have them', { class: 'unsupported' }, true, true],
    ['until now', { class: 'unsupported', until: NOW }, false, false],
    ['with others, of which one is meant', { class: 'unsupported', halvings: 1 }, false, false],
  ])('%s', (_, given, isCooling, isUnsupported) => {
    const records = [{ ...small, until: NOW + 60, ...given }];
    const key = offerKey(small.offer);
    expect([coolingNow(records, NOW).has(key), unsupportedNow(records, NOW).has(key)]).toEqual([
      isCooling,
      isUnsupported,
    ]);
  });

  it('are known one by one', () => {
    const records = [
      { ...small, until: NOW + 60, class: 'unsupported' as const },
      { ...large, until: NOW + 60, class: 'capacity' as const },
    ];
    expect([...unsupportedNow(records, NOW)]).toEqual([offerKey(small.offer)]);
    expect(coolingNow(records, NOW).size).toBe(2);
  });
});
