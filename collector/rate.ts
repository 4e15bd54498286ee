/** Whether this source may have one more. `now` in seconds. */
export type Rate = (source: string, now: number) => boolean;

/** More sources than this are not told apart: the oldest is forgotten. */
const MOST_SOURCES = 10_000;

/** A bucket a source: `perMinute` at once, and as many again each minute. */
export const rate = (perMinute: number): Rate => {
  const buckets = new Map<string, { readonly left: number; readonly at: number }>();
  return (source, now) => {
    const before = buckets.get(source) ?? { left: perMinute, at: now };
    const refilled = Math.min(perMinute, before.left + ((now - before.at) * perMinute) / 60);
    const allowed = refilled >= 1;
    buckets.delete(source);
    buckets.set(source, { left: allowed ? refilled - 1 : refilled, at: now });
    const [oldest] = buckets.keys();
    if (buckets.size > MOST_SOURCES && oldest !== undefined) buckets.delete(oldest);
    return allowed;
  };
};
