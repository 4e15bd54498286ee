import type { Offer } from './flavours.ts';

/**
 * What a refusal of EC2 calls for. `capacity` and `quota` pass; `unsupported` lasts, and other offers do;
 * `configuration` needs a person. `throttled` and `caller` say nothing of an offer: EC2 wants fewer calls, or did not
 * accept the caller's clock, signature or credentials.
 */
export const REFUSAL_CLASSES = [
  'capacity',
  'quota',
  'unsupported',
  'configuration',
  'throttled',
  'caller',
] as const;
export type RefusalClass = (typeof REFUSAL_CLASSES)[number];

/** Why EC2 would not give an offer, in its own words. */
export interface Refusal {
  readonly offer: Offer;
  readonly class: RefusalClass;
  readonly why: string;
}
