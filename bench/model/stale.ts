/** Keeps views and gives the newest that is old enough; the oldest if none is. */
export const delayed = <T extends { readonly at: number }>(
  staleSeconds: number,
  look: (now: number) => T,
): ((now: number) => T) => {
  const kept: T[] = [];
  return (now) => {
    const fresh = look(now);
    if (staleSeconds === 0) return fresh;
    kept.push(fresh);
    while ((kept[1]?.at ?? Number.POSITIVE_INFINITY) <= now - staleSeconds) kept.shift();
    return kept[0] ?? fresh;
  };
};
