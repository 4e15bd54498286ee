import type { Deployed } from '../policies/aerie.ts';
import { AHEAD, ANY_SIZE, EACH_MINUTE, EC2_SIZES, SMALL, SMALLEST } from './suite.ts';

/** aerie in several set-ups: name, sizes, and what differs from what is deployed. */
export type Own = readonly (readonly [string, readonly number[], Partial<Deployed>?])[];

export const OWN: Own = [
  ['aerie', SMALL],
  ['aerie, 1-core machines', SMALLEST],
  ['aerie, a tick each minute', SMALL, EACH_MINUTE],
  ['aerie, landings known', SMALL, AHEAD],
];

export const WAGAP_OWN: Own = [
  ['aerie', ANY_SIZE],
  ["aerie, EC2's own sizes", SMALL],
  ['aerie, a tick each minute', ANY_SIZE, EACH_MINUTE],
];
export const NASA_OWN: Own = [
  ['aerie', EC2_SIZES],
  ['aerie, a tick each minute', EC2_SIZES, EACH_MINUTE],
];
