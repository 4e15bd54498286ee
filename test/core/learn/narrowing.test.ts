import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coolingNow, coolingOf } from '../../../core/learn/cooling.ts';
import { asked, remembered, suspectsNow } from '../../../core/learn/narrowing.ts';
import { type Offer, offerKey } from '../../../core/model/flavours.ts';
import type { LaunchOutcome, RefusalClass } from '../../../core/model/launch.ts';
import type { CoolingRecord } from '../../../core/model/ledger.ts';
import { NOW } from '../worlds.ts';
import '../../property-seed.ts';

const MINUTE = 60;

const offersOf = (count: number): readonly Offer[] =>
  Array.from({ length: count }, (_, n) => ({
    ...{ flavour: `m${n}.large`, zone: 'us-east-1a', market: 'on-demand' },
  }));

/** What one launch a minute comes to, where EC2 refuses every fleet with one of the bad offers and names nothing. */
const search = (offers: readonly Offer[], bad: ReadonlySet<string>, ticks: number) => {
  let ledger: readonly CoolingRecord[] = [];
  const launches: { readonly keys: readonly string[]; readonly isTaken: boolean }[] = [];
  for (let tick = 0; tick < ticks; tick += 1) {
    const now = NOW + tick * MINUTE;
    const cooling = coolingNow(ledger, now);
    const open = offers.filter((offer) => !cooling.has(offerKey(offer)));
    if (open.length === 0) break;
    const chosen = asked(open, suspectsNow(ledger, now));
    const keys = chosen.offers.map(offerKey);
    const isTaken = keys.every((key) => !bad.has(key));
    const launched = chosen.offers.slice(0, 1).map((offer) => ({ instanceId: 'i-00000001', offer }));
    const outcome: LaunchOutcome = isTaken
      ? { kind: 'answered', launched, refused: [] }
      : { kind: 'rejected', class: 'unsupported', code: 'InvalidFleetConfig', why: 'InvalidFleetConfig: no' };
    const request = {
      market: 'on-demand',
      overrides: chosen.offers.map((offer) => ({ ...offer, subnetId: 'subnet-0a' })),
    } as const;
    const written = remembered({ ...chosen, request }, outcome, now);
    const replaced = new Set(written.map(({ offer }) => offerKey(offer)));
    ledger = [...ledger.filter(({ offer }) => !replaced.has(offerKey(offer))), ...written];
    launches.push({ keys, isTaken });
  }
  return { launches, cooling: coolingNow(ledger, NOW + ticks * MINUTE), ledger };
};

describe('one bad offer that EC2 does not name', () => {
  it.each([2, 3, 5, 9, 18])('among %i is found, and all others are asked for together again', (count) => {
    const offers = offersOf(count);
    for (const one of offers.map(offerKey)) {
      const { launches, cooling } = search(offers, new Set([one]), 14);
      expect(cooling).toEqual(new Set([one]));
      expect(launches.filter(({ isTaken }) => !isTaken).length).toBeLessThanOrEqual(
        1 + Math.ceil(Math.log2(count)),
      );
      expect(launches.at(-1)?.keys).toHaveLength(count - 1);
    }
  });

  it('is asked for once in a day when it is a type that the zone does not have', () => {
    const offers = offersOf(3);
    const { launches } = search(offers, new Set(offers.slice(0, 1).map(offerKey)), 1440);
    expect(launches.filter(({ isTaken }) => !isTaken)).toHaveLength(3);
  });
});

describe('the search', () => {
  it('blames no offer that is good, whatever else is bad, and forgets nothing that is', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }), (isBad) => {
        const offers = offersOf(isBad.length);
        const bad = new Set(offers.filter((_, n) => isBad[n]).map(offerKey));
        const { cooling, launches } = search(offers, bad, 60);
        expect(cooling).toEqual(bad);
        // In a search of n there are no more launches than nodes in the tree of halves, and one after it.
        expect(launches.findLastIndex(({ isTaken }) => !isTaken)).toBeLessThan(3 * isBad.length);
      }),
    );
  });

  it('asks for suspects alone, whatever else could be had', () => {
    const [one, two, three] = offersOf(3);
    if (one === undefined || two === undefined || three === undefined) throw new Error('three were made');
    const suspects = new Map([
      [offerKey(two), 1],
      [offerKey(three), 0],
    ]);
    expect(asked([one, two, three], suspects)).toEqual({ halvings: 1, offers: [two] });
    expect(asked([one, three], suspects)).toEqual({ halvings: 0, offers: [three] });
    expect(asked([one], suspects)).toEqual({ offers: [one] });
  });
});

describe('a launch of suspects alone', () => {
  const [one, two] = offersOf(2);
  if (one === undefined || two === undefined) throw new Error('two were made');
  const overrides = [one, two].map((offer) => ({ ...offer, subnetId: 'subnet-0a' }));
  const trial = { halvings: 1, request: { market: 'on-demand', overrides } } as const;
  const refusedFor = (kind: RefusalClass) => [{ offer: one, class: kind, code: 'no', why: 'no' }];
  const launched = [{ instanceId: 'i-00000001', offer: one }];

  it.each<readonly [string, Partial<Extract<LaunchOutcome, { kind: 'answered' }>>, readonly Offer[]]>([
    ['that brings a worker clears them all', { launched }, [one, two]],
    ['that is throttled in part clears them all', { launched, refused: refusedFor('throttled') }, [one, two]],
    ['that is short of capacity in one clears the others', { refused: refusedFor('capacity') }, [two]],
    ['that a quota stops for one clears the others', { refused: refusedFor('quota') }, [two]],
    ['that is throttled throughout clears none', { refused: refusedFor('throttled') }, []],
    ['whose caller is not accepted inside the answer clears none', { refused: refusedFor('caller') }, []],
    ['that is refused in one of them for good clears none', { refused: refusedFor('unsupported') }, []],
    ['of which nothing shows clears none', {}, []],
    ['that makes no fleet clears none', { refused: refusedFor('quota'), noFleet: true }, []],
  ])('%s', (_, given, cleared) => {
    const outcome: LaunchOutcome = { kind: 'answered', launched: [], refused: [], ...given };
    const written = remembered(trial, outcome, NOW);
    expect(written.filter(({ until }) => until <= NOW).map(({ offer }) => offer)).toEqual(cleared);
  });
});

describe('a canary', () => {
  const [one, two] = offersOf(2);
  if (one === undefined || two === undefined) throw new Error('two were made');
  const request = {
    market: 'on-demand',
    overrides: [one, two].map((offer) => ({ ...offer, subnetId: 'subnet-0a' })),
  } as const;

  it.each(['configuration', 'unsupported'] as const)(
    'that is refused as %s says nothing of its offers: it may be its template',
    (kind) => {
      const said = { class: kind, code: 'No', why: 'No: no' };
      const rejected = { kind: 'rejected', ...said } as const;
      const refused = [one, two].map((offer) => ({ offer, ...said }));
      const answered = { kind: 'answered', launched: [], refused } as const;
      for (const outcome of [rejected, answered]) {
        expect(remembered({ request, isCanary: true }, outcome, NOW)).toEqual([]);
        expect(remembered({ request }, outcome, NOW)).toHaveLength(2);
      }
    },
  );

  it('that is short of capacity in one offer says so of that', () => {
    const refused = [
      { offer: one, class: 'capacity', code: 'InsufficientInstanceCapacity', why: 'none left' },
      { offer: two, class: 'configuration', code: 'no', why: 'no' },
    ] as const;
    const outcome = { kind: 'answered', launched: [], refused } as const;
    expect(remembered({ request, isCanary: true }, outcome, NOW).map(({ offer }) => offer)).toEqual([one]);
  });
});

describe('a refusal', () => {
  const [offer] = offersOf(1);
  it.each([
    ['capacity', 300],
    ['quota', 600],
    ['configuration', 600],
    ['unsupported', 86_400],
    ['throttled', undefined],
    ['caller', undefined],
  ] as const)('for %s leaves its offer alone for %s s', (kind, seconds) => {
    if (offer === undefined) throw new Error('one was made');
    const [record] = coolingOf([{ offer, class: kind, why: 'no' }], NOW);
    expect(record && record.until - NOW).toBe(seconds);
  });
});
