/** A calendar month in UTC, `2026-11`, with its moments: from the first second, to before the last. */
export interface Month {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

const DAY = 86_400;

/**
 * Days from 1970-01-01 to the first of a month, counted from 0 for January 1970, in the Gregorian calendar. Years are
 * taken to begin in March, so that a leap day is the last of its year. Source: H. Hinnant, "chrono-compatible low-level
 * date algorithms", days_from_civil.
 */
const daysBefore = (month: number): number => {
  const year = 1970 + Math.floor((month - 2) / 12);
  const fromMarch = (month + 10) % 12;
  const leapDays = Math.floor(year / 4) - Math.floor(year / 100) + Math.floor(year / 400);
  return 365 * year + leapDays + Math.floor((153 * fromMarch + 2) / 5) - 719_468;
};

const monthAt = (month: number): Month => ({
  name: `${1970 + Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`,
  from: daysBefore(month) * DAY,
  to: daysBefore(month + 1) * DAY,
});

const LONGEST_MONTH_DAYS = 31;

/** The month that a moment lies in, counted from January 1970. */
const indexOf = (at: number): number => {
  // Never too late, and early by a few at the most: months are never longer than this.
  let index = Math.max(0, Math.floor(at / (LONGEST_MONTH_DAYS * DAY)));
  while (daysBefore(index + 1) * DAY <= at) index += 1;
  return index;
};

/** The months that a time touches, in order; seconds since 1970. */
export const monthsOf = (from: number, to: number): readonly Month[] => {
  const months = [monthAt(indexOf(from))];
  for (let next = indexOf(from) + 1; daysBefore(next) * DAY < to; next += 1) months.push(monthAt(next));
  return months;
};

/** How many seconds of a time lie in a month. */
export const secondsIn = (month: Month, from: number, to: number): number =>
  Math.max(0, Math.min(to, month.to) - Math.max(from, month.from));
