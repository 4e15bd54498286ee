/** How many letters have to be put in, taken out or replaced to get from one word to the other (Levenshtein). */
const distance = (from: string, to: string): number => {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...to].entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
};

/** Longer than any name, so that a page pasted by mistake costs nothing to compare. */
const LONGEST = 64;

/** The name that was probably meant, upper and lower case aside; undefined if none is even half alike. */
export const nearest = (word: string, names: readonly string[]): string | undefined => {
  const wanted = word.slice(0, LONGEST).toLowerCase();
  let best: { readonly name: string; readonly away: number } | undefined;
  for (const name of names) {
    const away = distance(wanted, name.toLowerCase());
    if (away <= name.length / 2 && (best === undefined || away < best.away)) best = { name, away };
  }
  return best?.name;
};
