import { describe, expect, it } from 'vitest';
import type { Shape } from '../../../core/model/resources.ts';
import { expandAny, parseAny } from '../../../core/settings/any-flavour.ts';
import { FLEET_KNOBS } from '../../../core/settings/fleet-knobs.ts';
import { evenFamilies, listPrice } from '../../../core/settings/list-prices.ts';
import { describeKnobs } from '../../../core/settings/parse.ts';
import { type Place, USUAL_PLACE } from '../../../core/settings/place.ts';
import { parseFleetSettings, type Serving } from '../../../core/settings/settings.ts';
import { problemsInWords } from '../../../core/tell/fact-sentence.ts';

const ONE_CORE = { cpus: 1, memoryMb: 2000, diskMb: 10_000, gpus: 0 };
const EU = { ...USUAL_PLACE, region: 'eu-west-1' };

const flavours = (knobs: Readonly<Record<string, string>>, place: Place = USUAL_PLACE) => {
  const parsed = parseFleetSettings('default', knobs, { place });
  if (!parsed.ok) throw new Error(problemsInWords(parsed.problems));
  return parsed.settings.flavours;
};

describe('any(…)', () => {
  it.each([
    ['any(2c)', { fromCpus: 2, toCpus: 8, memoryMb: 0 }],
    ['any(8c)', { fromCpus: 8, toCpus: 16, memoryMb: 0 }],
    ['any(1c)', { fromCpus: 1, toCpus: 4, memoryMb: 0 }],
    ['any(16c)', { fromCpus: 16, toCpus: 16, memoryMb: 0 }],
    ['any(4-4c)', { fromCpus: 4, toCpus: 4, memoryMb: 0 }],
    ['any( 2-16c , 1m )', { fromCpus: 2, toCpus: 16, memoryMb: 1 }],
    ['any(2-4c)', { fromCpus: 2, toCpus: 4, memoryMb: 0 }],
    ['any(2-8c, 8192m)', { fromCpus: 2, toCpus: 8, memoryMb: 8192 }],
    ['any(1-16c,4000m)', { fromCpus: 1, toCpus: 16, memoryMb: 4000 }],
  ])('%s is read', (text, expected) => expect(parseAny(text)).toEqual(expected));

  it.each([
    'xany(2c)',
    'any(2c)x',
    'any(2-c)',
    'any(123c)',
    'any',
    'any()',
    'any(0c)',
    'any(0-2c)',
    'any(4-2c)',
    'any(2-32c)',
    'any(17c)',
    'any(8192m)',
    'any(2c,8g)',
  ])('%s is none', (text) => expect(parseAny(text)).toBeUndefined());

  it('is the eight cheapest of each size, of those that hold the most of the pilots', () => {
    const any = expandAny({ fromCpus: 2, toCpus: 4, memoryMb: 0 }, ONE_CORE, 'us-east-1');
    const names = any.map(({ name }) => name);
    expect(names.slice(0, 4)).toEqual(['m5a.large', 'm6a.large', 'm5.large', 'm6i.large']);
    expect(names.filter((name) => name.endsWith('.large'))).toHaveLength(8);
    expect(names.filter((name) => name.endsWith('.xlarge'))).toHaveLength(8);
    // One pilot of 2000 MB fits on a c5.large, and two on an m5.large.
    expect(names.filter((name) => name.startsWith('c'))).toEqual([]);
    const dearest = Math.max(
      ...any.filter(({ cpus }) => cpus === 2).map((of) => listPrice(of, 'us-east-1') ?? 0),
    );
    const left = evenFamilies('us-east-1').filter((family) => /^m[5-8](a|i|d|ad|id)?$/.test(family));
    for (const family of left.filter((of) => !names.includes(`${of}.large`))) {
      expect(listPrice({ name: `${family}.large`, cpus: 2 }, 'us-east-1')).toBeGreaterThanOrEqual(dearest);
    }
  });

  it('comes by size, and among equally dear types by name: the same list every time', () => {
    const any = expandAny({ fromCpus: 2, toCpus: 8, memoryMb: 0 }, ONE_CORE, 'us-east-1');
    const keys = any.map((of) => [of.cpus, listPrice(of, 'us-east-1') ?? 0, of.name] as const);
    const sorted = keys.toSorted(([a, p, x], [b, q, y]) => a - b || p - q || (x < y ? -1 : 1));
    expect(keys).toEqual(sorted);
    expect(new Set(any.map(({ cpus }) => cpus))).toEqual(new Set([2, 4, 8]));
  });

  it('is within its bounds, both included', () => {
    const sizes = (fromCpus: number, toCpus: number, memoryMb = 0) => {
      const any = expandAny({ fromCpus, toCpus, memoryMb }, ONE_CORE, 'us-east-1');
      return [...new Set(any.map(({ cpus }) => cpus))];
    };
    expect([sizes(1, 1), sizes(4, 8), sizes(3, 3)]).toEqual([[1], [4, 8], []]);
    // An r type of two cores has 16 GiB.
    expect([sizes(2, 2, 16_384), sizes(2, 2, 16_385)]).toEqual([[2], []]);
  });

  it('takes small memory for pilots that need little', () => {
    const small = { ...ONE_CORE, memoryMb: 500 };
    const [first] = expandAny({ fromCpus: 2, toCpus: 2, memoryMb: 0 }, small, 'us-east-1');
    expect(first?.name).toBe('c6a.large');
    const [roomy] = expandAny({ fromCpus: 2, toCpus: 2, memoryMb: 16_384 }, small, 'us-east-1');
    expect(roomy?.memoryMb).toBe(16_384);
  });

  it("has only what the stage's region lists", () => {
    const here = flavours({ flavours: 'any(2c)' });
    const there = flavours({ flavours: 'any(2c)' }, EU);
    expect(here.some(({ name }) => name.startsWith('m8'))).toBe(true);
    expect(there.some(({ name }) => name.startsWith('m8'))).toBe(false);
    expect(there.length).toBeGreaterThanOrEqual(20);
  });

  it('stands beside names, each type once and as it is written out', () => {
    const mixed = flavours({ flavours: 'm6i.large(2c,4096m), any(2-2c), g5.xlarge(4c,16384m,1g)' });
    expect(mixed.filter(({ name }) => name === 'm6i.large')).toEqual([
      { name: 'm6i.large', cpus: 2, memoryMb: 4096, gpus: 0 },
    ]);
    expect(mixed.map(({ name }) => name)).toContain('g5.xlarge');
  });

  const mistake = (serving: Serving): string => {
    const parsed = parseFleetSettings('default', { flavours: 'any(2c)' }, serving);
    return parsed.ok ? 'none' : problemsInWords(parsed.problems);
  };

  it.each([
    [
      { place: USUAL_PLACE, shapes: [{ ...ONE_CORE, gpus: 1 }] },
      "the setting flavours asks for any type, and no plain c, m or r type of us-east-1 in these bounds holds a pilot of the fleet's queues; widen them, or name types",
    ],
    [
      { place: { ...USUAL_PLACE, region: 'cn-north-1' } },
      'the setting flavours asks for any type, and aerie has no list of the types of cn-north-1; name them, such as m6i.large',
    ],
  ])('says why it is nothing: %o', (serving, why) => expect(mistake(serving)).toBe(why));

  it('has types for the pilots of each of its queues', () => {
    const of = (...shapes: readonly Shape[]) => {
      const parsed = parseFleetSettings('default', { flavours: 'any(2-2c)' }, { shapes });
      return parsed.ok ? parsed.settings.flavours.map(({ name }) => name) : [];
    };
    const [lean, rich] = [
      { ...ONE_CORE, memoryMb: 500 },
      { ...ONE_CORE, memoryMb: 14_000 },
    ];
    expect(of(lean)).toContain('c6a.large');
    expect(of(lean)).not.toContain('r6a.large');
    expect(of(rich)).toContain('r6a.large');
    expect([...of(lean, rich)].sort()).toEqual([...of(lean), ...of(rich)].sort());
    // A fleet of which no queue is known serves pilots as they are by default.
    expect(of()).toEqual(of(ONE_CORE));
  });
});

describe('prices = list', () => {
  const pricesOf = (prices: string, place: Place = USUAL_PLACE) => {
    const given = {
      flavours: 'm6i.large, m6a.large',
      prices,
      'budget-dollars-per-hour': '1',
    };
    const parsed = parseFleetSettings('default', given, { place });
    return parsed.ok ? parsed.settings.prices : problemsInWords(parsed.problems);
  };

  it("stands for the region's list prices, and a name goes before it", () => {
    expect(pricesOf('list')).toEqual({ 'm6i.large': 0.096, 'm6a.large': 0.0864 });
    expect(pricesOf('list, m6a.large=0.05')).toEqual({ 'm6i.large': 0.096, 'm6a.large': 0.05 });
    expect(pricesOf('list', EU)).toEqual({ 'm6i.large': 0.107, 'm6a.large': expect.closeTo(0.0963, 6) });
  });

  it('keeps no budget where the region lists no price', () => {
    expect(pricesOf('list', { ...USUAL_PLACE, region: 'moon-1' })).toMatch(
      /there is no price of m6i.large, m6a.large: a budget cannot be kept without prices/,
    );
  });
});

describe("SSM's pattern", () => {
  const patternOf = (name: string) =>
    new RegExp(describeKnobs(FLEET_KNOBS).find((knob) => knob.name === name)?.pattern ?? '^$');

  it.each([
    ['flavours', 'any(2c)'],
    ['flavours', 'm6i.large, any(2-8c, 8192m), g5.xlarge(4c,16384m,1g)'],
    ['prices', 'list'],
    ['prices', 'list, g5.xlarge=1.006'],
    ['worker-overhead-percent', 'auto'],
    ['worker-overhead-percent', '40'],
    ['capacity-reservations', 'first'],
  ])('of %s lets %s through', (name, value) => expect(value).toMatch(patternOf(name)));

  it.each([
    ['flavours', 'any(all)'],
    ['flavours', 'any'],
    ['prices', 'lists'],
    ['worker-overhead-percent', 'automatic'],
    ['capacity-reservations', 'only'],
  ])('of %s stops %s', (name, value) => expect(value).not.toMatch(patternOf(name)));
});
