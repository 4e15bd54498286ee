/** So many cores from one moment to another. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly cores: number;
}

/** The mean of all spans together in each of so many equal parts of a time. */
export const meansOver = (
  spans: readonly Span[],
  { from, to, parts }: { readonly from: number; readonly to: number; readonly parts: number },
): readonly number[] => {
  const length = (to - from) / parts;
  const sums = new Array<number>(parts).fill(0);
  for (const span of spans) {
    const first = Math.max(0, Math.floor((span.from - from) / length));
    const last = Math.min(parts - 1, Math.floor((span.to - from) / length));
    for (let part = first; part <= last; part += 1) {
      const begins = from + part * length;
      const within = Math.min(span.to, begins + length) - Math.max(span.from, begins);
      sums[part] = (sums[part] ?? 0) + Math.max(0, within) * span.cores;
    }
  }
  return sums.map((sum) => sum / length);
};

/** The most cores at one moment; at a moment, ends come before beginnings. */
export const mostAtOnce = (spans: readonly Span[]): number => {
  const steps = spans
    .flatMap(({ from, to, cores }) => [
      { at: from, by: cores },
      { at: to, by: -cores },
    ])
    .sort((a, b) => a.at - b.at || a.by - b.by);
  let now = 0;
  let most = 0;
  for (const { by } of steps) {
    now += by;
    most = Math.max(most, now);
  }
  return most;
};
