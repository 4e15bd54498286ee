import { type Flavour, offered, parseFlavour } from '../model/flavours.ts';
import { howManyFit, type Shape } from '../model/resources.ts';
import { evenFamilies, listPrice } from './list-prices.ts';

/** Any instance type of some cores and memory, in the place of a list of names. */
export interface AnyFlavour {
  readonly fromCpus: number;
  readonly toCpus: number;
  /** Memory as EC2 sells it, MB; 0 where nothing is said. */
  readonly memoryMb: number;
}

/** Every plain family has these sizes; beyond them each has its own, and names have to be written out. */
const SIZES = ['medium', 'large', 'xlarge', '2xlarge', '4xlarge'] as const;

const MOST_CPUS = 16;

/** `any(2c)` goes up to four times as many cores: the sizes between which aerie chooses by default. */
const UP_TO_TIMES = 4;

/**
 * Types of one size that are offered to EC2. Eight in three zones are 24 of the 300 overrides that a fleet may have, and
 * what is dearer than the eighth would only make budgets count with it.
 */
const TYPES_OF_A_SIZE = 8;

const ANY = /^any\(\s*(\d{1,2})(?:-(\d{1,2}))?c\s*(?:,\s*(\d{1,7})m\s*)?\)$/;

/** Reads `any(2c)`, `any(2-8c)` or `any(2-8c, 8192m)`. Undefined: it is none of these, or no size has so many cores. */
export const parseAny = (text: string): AnyFlavour | undefined => {
  const read = ANY.exec(text);
  if (read === null) return undefined;
  const fromCpus = Number(read[1]);
  const toCpus = read[2] === undefined ? Math.min(MOST_CPUS, fromCpus * UP_TO_TIMES) : Number(read[2]);
  if (fromCpus < 1 || toCpus < fromCpus || toCpus > MOST_CPUS) return undefined;
  return { fromCpus, toCpus, memoryMb: Number(read[3] ?? 0) };
};

/** Disk is the same on every type. */
const ANY_DISK = Number.MAX_SAFE_INTEGER;

const cheapestFirst = (region: string) => (a: Flavour, b: Flavour) =>
  (listPrice(a, region) ?? 0) - (listPrice(b, region) ?? 0) || (a.name < b.name ? -1 : 1);

/**
 * The instance types that a fleet asks for without naming them: of each size in its bounds the eight cheapest, by the
 * list prices of the region, of those that hold the most pilots of a shape. Types are x86_64 and of the plain families c, m
 * and r, so that what a worker offers is known before it is launched. Empty: no type of the region holds a pilot.
 */
export const expandAny = (
  { fromCpus, toCpus, memoryMb }: AnyFlavour,
  shape: Shape,
  region: string,
): readonly Flavour[] => {
  const types = evenFamilies(region)
    .flatMap((family) => SIZES.map((size) => parseFlavour(`${family}.${size}`)))
    .filter((type) => type !== undefined)
    .filter((type) => type.cpus >= fromCpus && type.cpus <= toCpus && type.memoryMb >= memoryMb);
  return [...Map.groupBy(types, ({ cpus }) => cpus)]
    .sort(([a], [b]) => a - b)
    .flatMap(([, ofSize]) => {
      const held = ofSize.map((type) => ({ type, pilots: howManyFit(shape, offered(type, ANY_DISK)) }));
      const most = Math.max(...held.map(({ pilots }) => pilots));
      if (most === 0) return [];
      return held
        .filter(({ pilots }) => pilots === most)
        .map(({ type }) => type)
        .sort(cheapestFirst(region))
        .slice(0, TYPES_OF_A_SIZE);
    });
};
