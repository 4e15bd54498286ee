import { createHash } from 'node:crypto';

/** Hex digits that follow from what they name alone, never from the order in which things were asked for. */
const digits = (seed: number, ...labels: readonly (string | number)[]): string =>
  createHash('sha1')
    .update(`${seed}/${labels.join('/')}`)
    .digest('hex');

/** `i-` and 17 digits, from the token of its launch and its number in it. */
export const instanceIdOf = (seed: number, scope: string, index: number): string =>
  `i-${digits(seed, 'instance', scope, index).slice(0, 17)}`;

export const reservationIdOf = (seed: number, scope: string): string =>
  `r-${digits(seed, 'reservation', scope).slice(0, 17)}`;

/** Digits in the groups of a UUID. */
export const uuidOf = (seed: number, ...labels: readonly (string | number)[]): string => {
  const d = digits(seed, ...labels);
  return `${d.slice(0, 8)}-${d.slice(8, 12)}-${d.slice(12, 16)}-${d.slice(16, 20)}-${d.slice(20, 32)}`;
};
