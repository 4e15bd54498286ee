import { describe, expect, it } from 'vitest';
import { parseFlavour } from '../../../core/model/flavours.ts';
import { REGION_PRICES, UNEVEN_TYPES } from '../../../core/settings/list-price-table.ts';
import {
  evenFamilies,
  listPrice,
  listPriceOfCore,
  listPricesOf,
  PRICED_REGIONS,
} from '../../../core/settings/list-prices.ts';

const priceOf = (text: string, region: string): number | undefined => {
  const flavour = parseFlavour(text);
  if (flavour === undefined) throw new Error(`${text} is no flavour`);
  return listPrice(flavour, region);
};

describe('the list price of an instance type, dollars an hour', () => {
  // AWS's own figures, of plain sizes and of others.
  it.each([
    ['m6i.large', 'us-east-1', 0.096],
    ['m6a.2xlarge', 'us-east-1', 0.3456],
    ['c5.24xlarge', 'us-east-1', 4.08],
    ['c6a.48xlarge', 'us-east-1', 7.344],
    ['r7i.large', 'us-east-1', 0.1323],
    ['m7i-flex.large(2c,8192m)', 'us-east-1', 0.09576],
    ['g5.xlarge(4c,16384m,1g)', 'us-east-1', 1.006],
    ['g5.12xlarge(48c,196608m,4g)', 'us-east-1', 5.672],
    ['p5.48xlarge(192c,2097152m,8g)', 'us-east-1', 55.04],
    ['m5.large', 'eu-west-1', 0.107],
    ['m6i.large', 'eu-central-1', 0.115],
    ['g4dn.xlarge(4c,16384m,1g)', 'eu-west-1', 0.587],
    ['m5.large', 'sa-east-1', 0.153],
  ])('%s in %s', (flavour, region, dollars) => {
    expect(Math.abs((priceOf(flavour, region) ?? 0) / dollars - 1)).toBeLessThan(0.002);
  });

  it.each([
    ['m6i.large', 'cn-north-1', 'a region that is not listed'],
    ['m8a.large', 'af-south-1', 'a family that the region had not on that day'],
    ['x2idn.16xlarge(64c,1048576m)', 'us-east-1', 'a family that is not in the table'],
    ['c7i.metal-24xl(96c,196608m)', 'us-east-1', 'a whole machine'],
    ['g5.3xlarge(12c,49152m,1g)', 'us-east-1', 'a size that is none'],
    ['m6i.large', 'constructor', 'a region that is none'],
  ])('%s in %s is not known: %s', (flavour, region) => expect(priceOf(flavour, region)).toBeUndefined());
});

it('a region that is not listed has no families, however often it is asked for', () => {
  for (const region of ['moon-1', 'moon-1', 'constructor']) {
    expect([evenFamilies(region), listPricesOf(region)]).toEqual([[], undefined]);
  }
});

describe('the table of list prices', () => {
  const FAMILY = /^[a-z0-9]+(-flex)?$/;

  it('has every commercial region and GovCloud with a day, prices and a disk', () => {
    expect(PRICED_REGIONS).toHaveLength(34);
    for (const region of PRICED_REGIONS) {
      expect(region).toMatch(/^[a-z]{2}(-gov)?-[a-z]+-\d$/);
      expect(['2025-04-04', '2026-07-20']).toContain(listPricesOf(region));
      expect(evenFamilies(region).length).toBeGreaterThan(5);
    }
  });

  it('knows the default flavours in us-east-1, and m6i or m5 everywhere', () => {
    for (const name of ['m6i', 'm6a', 'm5']) expect(listPriceOfCore(name, 'us-east-1')).toBeGreaterThan(0);
    for (const region of PRICED_REGIONS) {
      expect(listPriceOfCore('m6i', region) ?? listPriceOfCore('m5', region)).toBeGreaterThan(0);
    }
  });

  it('says each family once, with a price that is possible', () => {
    for (const { cores, uneven, gp3 } of Object.values(REGION_PRICES)) {
      const pairs = cores.split(', ').map((pair) => pair.split(' '));
      expect(new Set(pairs.map(([family]) => family)).size).toBe(pairs.length);
      for (const [family, cents] of pairs) {
        expect(family).toMatch(FAMILY);
        expect(Number(cents)).toBeGreaterThan(2);
        expect(Number(cents)).toBeLessThan(20);
      }
      for (const pair of uneven.split(', ').filter((text) => text !== '')) {
        const [family = '', ratio] = pair.split(' ');
        expect(UNEVEN_TYPES).toHaveProperty(family);
        expect(Number(ratio)).toBeGreaterThan(0.8);
        expect(Number(ratio)).toBeLessThan(2);
      }
      if (gp3 !== undefined) expect(gp3).toBeGreaterThanOrEqual(0.08);
    }
  });

  /** AWS sets them so: memory and local disks cost more, and AMD's cores cost less than Intel's up to generation 6. */
  it('orders families as AWS does in every region', () => {
    const isAtMost = (less: string, more: string, region: string) => {
      const [a, b] = [listPriceOfCore(less, region), listPriceOfCore(more, region)];
      if (a !== undefined && b !== undefined)
        expect([region, less, more, a <= b]).toEqual([region, less, more, true]);
    };
    for (const region of PRICED_REGIONS) {
      for (const generation of ['5', '5a', '5d', '5ad', '6i', '6a', '6id', '7i', '7a', '8i', '8a']) {
        isAtMost(`c${generation}`, `m${generation}`, region);
        isAtMost(`m${generation}`, `r${generation}`, region);
      }
      for (const kind of ['c', 'm', 'r']) {
        isAtMost(`${kind}5a`, `${kind}5`, region);
        isAtMost(`${kind}6a`, `${kind}6i`, region);
        isAtMost(`${kind}5`, `${kind}5d`, region);
        isAtMost(`${kind}6i`, `${kind}6id`, region);
        isAtMost(`${kind}5`, `${kind}5n`, region);
      }
    }
  });
});
