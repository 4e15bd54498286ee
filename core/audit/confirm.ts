import { DISCREPANCIES, type Discrepancy, type DiscrepancyName, type Mark } from '../model/discrepancy.ts';

/**
 * The least time between the first look and the second: longer than EC2 hides a new instance, an event is on its way, or
 * a tick takes to write down what it did.
 */
const LOOK_AGAIN_SECONDS = 300;

const keyOf = ({ name, subject }: Discrepancy): string => `${name}#${subject}`;

/** Discrepancies of one name in an audit. */
export interface Tally {
  readonly name: DiscrepancyName;
  readonly count: number;
  /** Since when the oldest of them has been seen, seconds; 0 if there is none. */
  readonly oldestSeconds: number;
  /** Those that are acted on now. */
  readonly due: number;
}

/** What becomes of the marks, what may be acted on, and how it stands with each name, also where it stands well. */
export interface SecondLook<F extends Discrepancy> {
  readonly fresh: readonly Mark[];
  readonly over: readonly Mark[];
  readonly due: readonly F[];
  readonly tallies: readonly Tally[];
}

/** Mark, look again, act: what is found now against what was found before. What has `waited` long enough is due at once. */
export const lookAgain = <F extends Discrepancy & { readonly waited?: true }>(
  found: readonly F[],
  marks: readonly Mark[],
  now: number,
): SecondLook<F> => {
  const marked = new Map(marks.map((mark) => [keyOf(mark), mark]));
  const foundKeys = new Set(found.map(keyOf));
  const ageOf = (of: F): number => Math.max(0, now - (marked.get(keyOf(of))?.firstSeenAt ?? now));
  const isDue = (of: F): boolean =>
    of.waited === true || (marked.has(keyOf(of)) && ageOf(of) >= LOOK_AGAIN_SECONDS);
  const due = found.filter(isDue);
  return {
    due,
    fresh: found
      .filter((of) => !marked.has(keyOf(of)))
      .map(({ name, subject }) => ({ name, subject, firstSeenAt: now })),
    over: marks.filter((mark) => !foundKeys.has(keyOf(mark))),
    tallies: DISCREPANCIES.map((name) => {
      const alike = found.filter((of) => of.name === name);
      return {
        name,
        count: alike.length,
        oldestSeconds: Math.max(0, ...alike.map(ageOf)),
        due: due.filter((of) => of.name === name).length,
      };
    }),
  };
};
