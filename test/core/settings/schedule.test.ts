import { describe, expect, test } from 'vitest';
import { allScheduled } from '../../../core/settings/schedule.ts';
import { parseFleetSettings, parseQueueSettings } from '../../../core/settings/settings.ts';

/** A moment of a week: 2026-11-30 is a Monday. */
const at = (day: string, time: string): number => {
  const days = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
  return Date.parse(`2026-11-30T${time}:00Z`) / 1000 + days.indexOf(day) * 86_400;
};

const maxWorkers = (schedule: string, when: number | undefined): number | string => {
  const read = parseFleetSettings('default', { 'max-workers': '20', schedule }, {}, when);
  return read.ok ? read.settings.maxWorkers : read.problems.map(({ knob, why }) => `${knob} ${why}`).join();
};

describe('a schedule', () => {
  test.each([
    ['22:00-06:00 max-workers=200', 'Mon', '21:59', 20],
    ['22:00-06:00 max-workers=200', 'Mon', '22:00', 200],
    ['22:00-06:00 max-workers=200', 'Tue', '05:59', 200],
    ['22:00-06:00 max-workers=200', 'Tue', '06:00', 20],
    ['Fri   22:00-06:00   max-workers=200', 'Sat', '03:00', 200],
    ['Fri 22:00-06:00 max-workers=200', 'Fri', '03:00', 20],
    ['Sun 22:00-06:00 max-workers=200', 'Mon', '03:00', 200],
    ['Wed 22:00-06:00 max-workers=200', 'Thu', '03:00', 200],
    ['Sat-Sun max-workers=300', 'Sat', '00:00', 300],
    ['Sat-Sun max-workers=300', 'Sun', '23:59', 300],
    ['Sat-Sun max-workers=300', 'Mon', '00:00', 20],
    ['Fri-Mon max-workers=300', 'Mon', '12:00', 300],
    ['Fri-Mon max-workers=300', 'Tue', '12:00', 20],
    ['Mon,Wed max-workers=300', 'Wed', '12:00', 300],
    ['Mon,Wed max-workers=300', 'Tue', '12:00', 20],
    ['Thu max-workers=300', 'Thu', '12:00', 300],
    ['Mon-Thu max-workers=300', 'Thu', '12:00', 300],
    ['Mon-Thu max-workers=300', 'Fri', '12:00', 20],
    ['Mon-Tue,Sat max-workers=300', 'Tue', '12:00', 300],
    ['Mon-Tue,Sat max-workers=300', 'Sat', '12:00', 300],
    ['Mon-Tue,Sat max-workers=300', 'Wed', '12:00', 20],
    ['Mon-Fri 08:00-24:00 max-workers=5', 'Tue', '23:59', 5],
    ['Mon-Mon max-workers=5', 'Mon', '23:59', 5],
    ['Mon-Mon max-workers=5', 'Tue', '00:00', 20],
    ['Mon 07:30-08:15 max-workers=5', 'Mon', '08:14', 5],
    ['Mon 07:30-08:15 max-workers=5', 'Mon', '08:15', 20],
    ['08:00-20:00 max-workers=5; Sat-Sun max-workers=50', 'Sat', '12:00', 50],
    ['Sat-Sun max-workers=50; 08:00-20:00 max-workers=5', 'Sat', '12:00', 5],
    ['  Sat-Sun   max-workers= 50 ; ', 'Sat', '12:00', 50],
    [Array.from({ length: 20 }, () => 'Mon max-workers=1').join(';'), 'Mon', '12:00', 1],
    ['', 'Sat', '12:00', 20],
  ])('%s on %s at %s: %s', (schedule, day, time, expected) => {
    expect(maxWorkers(schedule, at(day, time))).toBe(expected);
  });

  test('holds at no time where no time is asked for', () => {
    expect(maxWorkers('00:00-24:00 max-workers=200', undefined)).toBe(20);
  });

  test('tells what holds now', () => {
    const raw = { schedule: 'Mon 08:00-09:00 max-workers=7; Tue market=spot' };
    const read = parseFleetSettings('default', raw, {}, at('Mon', '08:30'));
    expect(read.ok && read.settings.scheduled).toEqual([
      { knob: 'max-workers', value: '7', text: 'Mon 08:00-09:00 max-workers=7' },
    ]);
  });

  test('of a queue changes the knobs of queues', () => {
    const raw = { state: 'active', schedule: 'Sat-Sun state=paused' };
    const read = parseQueueSettings('BNL', raw, at('Sun', '10:00'));
    expect(read.ok && read.settings.state).toBe('paused');
  });

  test.each([
    ['max-workers=200', 'says no days or times, or no knob'],
    ['Mon', 'says no days or times, or no knob'],
    ['Foo max-workers=200', '"Foo" are no days'],
    ['Foo-Mon max-workers=200', '"Foo-Mon" are no days'],
    ['Mon-Foo max-workers=200', '"Mon-Foo" are no days'],
    ['Mon,Foo max-workers=200', '"Mon,Foo" are no days'],
    ['08:00-24:01 max-workers=200', '"08:00-24:01" are no times of a day'],
    ['24:00-08:00 max-workers=200', '"24:00-08:00" are no times of a day'],
    ['Mon-Tue-Wed max-workers=200', '"Mon-Tue-Wed" are no days'],
    ['25:00-26:00 max-workers=200', '"25:00-26:00" are no times of a day'],
    ['24:00-06:00 max-workers=200', '"24:00-06:00" are no times of a day'],
    ['08:00-24:01 max-workers=200', '"08:00-24:01" are no times of a day'],
    ['08:60-09:00 max-workers=200', 'says no days or times, or no knob'],
    ['08:00-08:60 max-workers=200', 'says no days or times, or no knob'],
    ['08:00-08:00 max-workers=200', '"08:00-08:00" are no times of a day'],
    ['Mon max-workers=many', 'max-workers is "many"'],
    ['Mon min-workers=21', 'min-workers is 21, and max-workers is 20; expected at most that'],
    ['Mon cpus=4', 'cpus is a knob of queues'],
    ['Mon budget-dollars-per-hour=5', 'there is no price of'],
    [Array.from({ length: 21 }, () => 'Mon max-workers=1').join(';'), 'it has 21 entries'],
  ])('%s cannot be used: %s', (schedule, why) => {
    expect(maxWorkers(schedule, at('Thu', '12:00'))).toContain(why);
  });
});

test('a schedule is refused with the entries that hold together, and all that is wrong with them', () => {
  const schedule = 'Mon min-workers=15; Mon-Tue max-workers=10; Mon widths=odd';
  expect(maxWorkers(schedule, at('Thu', '12:00'))).toBe(
    'schedule makes settings that cannot be used (Mon min-workers=15; Mon-Tue max-workers=10; Mon widths=odd): widths is "odd"; expected mixed, apart',
  );
  expect(maxWorkers('Mon widths=odd; Mon max-workers=x', undefined)).toBe(
    'schedule makes settings that cannot be used (Mon widths=odd; Mon max-workers=x): max-workers is "x"; expected a whole number from 0 to 100000; widths is "odd"; expected mixed, apart',
  );
});

describe('what a schedule can come to in a week, each once, to be judged before it holds', () => {
  test.each([
    ['Mon 08:00-12:00 a=1; Mon 10:00-14:00 b=2', ['a', 'ab', 'b']],
    ['Mon 22:00-06:00 a=1; Tue 00:00-08:00 b=2', ['a', 'ab', 'b']],
    ['Wed 22:00-06:00 a=1; Thu b=2', ['a', 'ab', 'b']],
    ['Mon-Fri a=1', ['a']],
    ['', []],
    ['no schedule', []],
  ])('%s', (schedule, expected) => {
    const sets = allScheduled({ schedule }).map((set) => set.map(({ knob }) => knob).join(''));
    expect(sets.toSorted()).toEqual(expected);
  });

  test('is nothing without one', () => {
    expect(allScheduled({})).toEqual([]);
  });
});
