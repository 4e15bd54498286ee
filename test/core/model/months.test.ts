import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { monthsOf, secondsIn } from '../../../core/model/months.ts';

const at = (text: string): number => Date.parse(`${text}Z`) / 1000;
const names = (from: string, to: string) => monthsOf(at(from), at(to)).map(({ name }) => name);

describe('the months of a time, in UTC', () => {
  it.each([
    ['2027-01-15T08:00', '2027-01-15T09:00', ['2027-01']],
    ['2027-01-31T23:59', '2027-02-01T00:00', ['2027-01']],
    ['2027-01-31T23:59', '2027-02-01T00:01', ['2027-01', '2027-02']],
    ['2027-02-01T00:00', '2027-02-01T00:00', ['2027-02']],
    ['2026-11-30T00:00', '2027-03-01T00:01', ['2026-11', '2026-12', '2027-01', '2027-02', '2027-03']],
    ['2028-02-29T12:00', '2028-03-01T12:00', ['2028-02', '2028-03']],
    ['1970-01-01T00:00', '1970-01-01T00:01', ['1970-01']],
  ])('from %s to %s are %j', (from, to, expected) => expect(names(from, to)).toEqual(expected));

  it('begin and end as calendars say, leap years and centuries too', () => {
    // Up to the year 2400, which is one, and past 2100, which is none.
    const moment = fc.integer({ min: 0, max: at('2401-01-01T00:00') });
    fc.assert(
      fc.property(moment, (from) => {
        const date = new Date(from * 1000);
        const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
        expect(monthsOf(from, from + 1)[0]).toEqual({
          name: date.toISOString().slice(0, 7),
          from: Date.UTC(year, month) / 1000,
          to: Date.UTC(year, month + 1) / 1000,
        });
      }),
    );
    for (const day of ['2000-02-29', '2100-03-01', '2399-12-31', '2400-02-29', '2400-03-01']) {
      expect(names(`${day}T23:59`, `${day}T23:59`)).toEqual([day.slice(0, 7)]);
    }
  });

  it.each([
    ['all of it', '2027-01-10T00:00', '2027-01-10T00:10', 600],
    ['what of it lies before its end', '2027-01-31T23:59', '2027-02-05T00:00', 60],
    ['what of it lies after its beginning', '2026-12-01T00:00', '2027-01-01T00:01', 60],
    ['none of one before it', '2026-12-01T00:00', '2026-12-02T00:00', 0],
    ['none of one after it', '2027-02-01T00:00', '2027-02-02T00:00', 0],
    ['a whole month of a year', '2026-06-01T00:00', '2027-06-01T00:00', 31 * 86_400],
  ])('have of a time in January %s', (_, from, to, seconds) => {
    const [january] = monthsOf(at('2027-01-01T00:00'), at('2027-01-01T00:01'));
    if (january === undefined) throw new Error('there is one');
    expect(secondsIn(january, at(from), at(to))).toBe(seconds);
  });
});
