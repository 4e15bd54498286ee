/**
 * An observation of the outside world: either known, with the moment it was true, or unknown, with the cause.
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

export const unknown = (why: string): Snapshot<never> => ({ kind: 'unknown', why });

/** How far a snapshot may lie in the future before one of the two clocks must be wrong. */
const CLOCK_SKEW_SECONDS = 60;

/** A snapshot that may be acted on, or the sentence that says why it may not. */
export type Fact<T> =
  | { readonly ok: true; readonly value: T; readonly observedAt: number }
  | { readonly ok: false; readonly why: string };

/** Accepts a snapshot only if it is known, not older than its limit and not from the future. */
export const fresh = <T>(
  name: string,
  snapshot: Snapshot<T>,
  nowSeconds: number,
  maxAgeSeconds: number,
): Fact<T> => {
  if (snapshot.kind === 'unknown') return { ok: false, why: `${name} is unknown: ${snapshot.why}` };
  const age = Math.round(nowSeconds - snapshot.observedAt);
  if (age > maxAgeSeconds) {
    return { ok: false, why: `${name} snapshot is ${age} s old, limit ${maxAgeSeconds} s` };
  }
  if (age < -CLOCK_SKEW_SECONDS) {
    return { ok: false, why: `${name} snapshot is ${-age} s in the future: one of the clocks is wrong` };
  }
  return { ok: true, value: snapshot.value, observedAt: snapshot.observedAt };
};
