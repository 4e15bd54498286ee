import type { Reason } from './reason.ts';
import type { Source } from './reason-facts.ts';
import { cut } from './words.ts';

/**
 * An observation of the outside world: either known, with the moment it was true, or unknown, with the cause in
 * the words of whoever did not answer.
 * All moments in core are seconds since 1970 (UTC).
 */
export type Snapshot<T> =
  | { readonly kind: 'known'; readonly observedAt: number; readonly value: T }
  | { readonly kind: 'unknown'; readonly why: string };

export const known = <T>(value: T, observedAt: number): Snapshot<T> => ({
  kind: 'known',
  observedAt,
  value,
});

export const unknown = (why: string): Snapshot<never> => ({ kind: 'unknown', why: cut(why) });

/** How far a snapshot may lie in the future before one of the two clocks must be wrong. */
const CLOCK_SKEW_SECONDS = 60;

/** A snapshot that may be acted on, or why it may not. */
export type Fact<T> =
  | { readonly ok: true; readonly value: T; readonly observedAt: number }
  | { readonly ok: false; readonly why: Reason };

/** Accepts a snapshot only if it is known, not older than its limit and not from the future. */
export const fresh = <T>(
  source: Source,
  snapshot: Snapshot<T>,
  nowSeconds: number,
  maxAgeSeconds: number,
): Fact<T> => {
  const not = (why: Reason): Fact<T> => ({ ok: false, why });
  if (snapshot.kind === 'unknown') return not({ kind: 'source-unknown', source, words: cut(snapshot.why) });
  const age = Math.round(nowSeconds - snapshot.observedAt);
  if (age > maxAgeSeconds) {
    return not({ kind: 'source-stale', source, ageSeconds: age, limitSeconds: maxAgeSeconds });
  }
  if (age < -CLOCK_SKEW_SECONDS) return not({ kind: 'source-ahead', source, aheadSeconds: -age });
  return { ok: true, value: snapshot.value, observedAt: snapshot.observedAt };
};
