import type { Flavour } from '../model/flavours.ts';
import { REGION_PRICES, UNEVEN_TYPES } from './list-price-table.ts';

/**
 * AWS's list prices: what anybody pays on demand, as AWS published them on a day. A bill may be lower (spot, savings
 * plans, a grant), and AWS may have changed a price since. They are for telling; whether they are a bound for budgets,
 * an admin decides (`prices` = `list`).
 */
const tableOf = (text: string): ReadonlyMap<string, number> =>
  new Map(
    text
      .split(', ')
      .filter((pair) => pair !== '')
      .map((pair) => {
        const [name = '', value = ''] = pair.split(' ');
        return [name, Number(value)];
      }),
  );

interface Region {
  readonly published: string;
  readonly cores: ReadonlyMap<string, number>;
  readonly uneven: ReadonlyMap<string, number>;
}

const known = new Map<string, Region>();

/** Reads a region's line of the table once. */
const regionOf = (region: string): Region | undefined => {
  const seen = known.get(region);
  if (seen !== undefined || !Object.hasOwn(REGION_PRICES, region)) return seen;
  const row = REGION_PRICES[region];
  if (row === undefined) return undefined;
  const read = { published: row.published, cores: tableOf(row.cores), uneven: tableOf(row.uneven) };
  known.set(region, read);
  return read;
};

/** The regions whose list prices are known. */
export const PRICED_REGIONS: readonly string[] = Object.keys(REGION_PRICES);

/** Returns the day of the list prices of a region, such as 2026-07-20; undefined if there are none. */
export const listPricesOf = (region: string): string | undefined => regionOf(region)?.published;

const CENTS = 100;

/** Returns what a vCPU costs an hour in a family such as `m6i`, dollars; undefined if the region does not list it. */
export const listPriceOfCore = (family: string, region: string): number | undefined => {
  const cents = regionOf(region)?.cores.get(family);
  return cents === undefined ? undefined : cents / CENTS;
};

/** Returns the families of a region that cost in proportion to their vCPUs. */
export const evenFamilies = (region: string): readonly string[] => [
  ...(regionOf(region)?.cores.keys() ?? []),
];

/** Returns what an instance type costs an hour on demand, dollars; undefined if the region does not list it. */
export const listPrice = (
  { name, cpus }: Pick<Flavour, 'name' | 'cpus'>,
  region: string,
): number | undefined => {
  const [family = '', size = ''] = name.split('.');
  // Whole machines cost up to a tenth more than the size beside them.
  if (size.startsWith('metal')) return undefined;
  const core = listPriceOfCore(family, region);
  if (core !== undefined) return core * cpus;
  const dearer = regionOf(region)?.uneven.get(family);
  const types = Object.hasOwn(UNEVEN_TYPES, family) ? UNEVEN_TYPES[family] : undefined;
  const base = types === undefined ? undefined : tableOf(types).get(size);
  return dearer === undefined || base === undefined ? undefined : base * dearer;
};
