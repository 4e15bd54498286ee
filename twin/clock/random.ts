/** Draws in [0, 1). */
export type Random = () => number;

/** FNV-1a, 32 bit: spreads labels over seeds. */
const hash = (text: string): number => {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  }
  return value >>> 0;
};

/** Marsaglia's xorshift32 (13, 17, 5). A zero state would stay zero and is replaced by 1. */
export const xorshift32 = (seed: number): Random => {
  let x = seed >>> 0 || 1;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    x >>>= 0;
    return x / 2 ** 32;
  };
};

/**
 * A stream of draws of its own for each thing that needs chance (an instance, a queue). What one draws never shifts
 * what another draws, so the order in which concurrent requests arrive does not change a run.
 */
export const stream = (seed: number, ...labels: readonly (string | number)[]): Random => {
  const random = xorshift32(hash(`${seed}/${labels.join('/')}`));
  for (let i = 0; i < 8; i += 1) random();
  return random;
};

/** A draw from the standard normal distribution (Box and Muller; two draws each). */
export const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(Math.max(1e-12, random()))) * Math.cos(2 * Math.PI * random());

/** A draw from the exponential distribution with the given mean. */
export const exponential = (random: Random, mean: number): number =>
  -mean * Math.log(Math.max(1e-12, random()));
