import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ownClauses } from '../../../collector/see/start-clauses.ts';

/** START of the shipped workers, as it stands in their configuration. */
const [, SHIPPED = ''] =
  /^START = ((?:.*\\\n)*.*)$/m.exec(readFileSync('worker/files/aerie.conf', 'utf8')) ?? [];
const START = SHIPPED.replaceAll('\\\n', '').replace('$(AERIE_LIFE)', '604800');

const textsOf = (start: string) => ownClauses(start).map(({ text }) => text);

it('has no clause of the machine alone in what workers come with, but for their health, which is asked by itself', () => {
  expect(START).toContain('NODE_HEALTHY');
  expect(textsOf(START)).toEqual([]);
});

it.each([
  ['an attribute of an operator', 'MY.Closed isnt true', 'Closed isnt true'],
  ['one behind what workers come with', `(${START}) && (MY.Closed isnt true)`, 'Closed isnt true'],
  [
    'the time of the day',
    '(ClockMin > 480 && ClockMin < 1200) && true',
    'ClockMin > 480|ClockMin < 1200|true',
  ],
  ['the time itself', 'formatTime(time(),"%H") > "08" && TARGET.X', 'formatTime(time(),"%H") > "08"'],
  ['one or the other', '(ClockDay == 0 || ClockMin < 480) && Owner', 'ClockDay == 0 || ClockMin < 480|Owner'],
  [
    'an and that binds tighter than what stands beside it',
    'A == 1 || B == 2 && C == 3',
    'A == 1 || B == 2 && C == 3',
  ],
  ['one within a condition', 'Open ? B == 2 && C == 3 : D', 'Open ? B == 2 && C == 3 : D'],
  ['a condition', 'ifThenElse(MY.Open is undefined,true,MY.Open)', 'ifThenElse(Open is undefined,true,Open)'],
  ['the word false', 'false && TARGET.X', 'false'],
  ['the larger of two', 'max({ClockMin,480}) > 500 && Owner', 'max({ClockMin,480}) > 500|Owner'],
  [
    'a number as unparse writes it',
    'Age > 1.500000000000000E+02 && Owner',
    'Age > 1.500000000000000E+02|Owner',
  ],
  ['a small one', 'Share < 1E-07', 'Share < 1E-07'],
  ['one of a sum and one of a product', 'A+B-1 > 2*C/D%7', 'A+B-1 > 2*C/D%7'],
  ['a text with an and in it', 'member(Site,   {  "a && b"   })', 'member(Site,   {  "a && b"   })'],
])('finds %s', (_, start, clauses) => {
  expect(textsOf(start).join('|')).toBe(clauses);
});

it('tells what has to be in the ad, so that it is not of the job, from what may be absent', () => {
  expect(ownClauses('MY.Closed isnt true && Site == "x"')).toEqual([
    { text: 'Closed isnt true', present: [], looked: ['Closed'] },
    { text: 'Site == "x"', present: ['Site'], looked: [] },
  ]);
});

it.each(
  [
    ...['time', 'formatTime', 'int', 'real', 'floor', 'ceiling', 'round', 'min', 'max', 'ifThenElse'],
    ...['isUndefined', 'isError', 'member', 'stringListMember', 'toLower', 'toUpper', 'strcat'],
  ].map((name) => [name, `${name}(Site) is undefined`]),
)('knows that %s looks at nothing but what it is given', (_, start) => {
  expect(ownClauses(start)).toEqual([{ text: start, present: ['Site'], looked: [] }]);
});

it.each([
  ...['Cpus', 'Memory', 'Disk', 'GPUs', 'State', 'Activity', 'NumDynamicSlots', 'ChildCpus', 'ChildState'],
  ...[
    'LoadAvg',
    'TotalCondorLoadAvg',
    'KeyboardIdle',
    'ConsoleIdle',
    'RetirementTimeRemaining',
    'NODE_HEALTHY',
  ],
])('passes over %s, which moves as jobs come and go', (name) => {
  expect(ownClauses(`MY.${name} == 1`)).toEqual([]);
});

it.each([
  'MyCpus',
  'CpusOfSite',
  'TheState',
  'GrandChildren',
  'LoadAvgOfSite',
  'IdleSince',
  'EarlyRetirement',
])('finds %s, which is only called like what moves', (name) => {
  expect(ownClauses(`${name} == 1`)).toMatchObject([{ present: [name] }]);
});

it.each([
  ['a job has a say in', 'TARGET.Owner == "a" || MY.Open'],
  ['a job may be let in by', 'MY.Open || true'.replace('true', 'TARGET.X')],
  ['jobs that run change', 'Cpus > 0'],
  ['load changes', 'MY.LoadAvg < 0.3'],
  ['evaluates a text', 'eval("C40")'],
  ['asks somebody else', 'userHome("x")'],
  ['looks into an ad in the ad', 'MY.A.B == 1'],
  ['has an ad in it', '[ a = 1 ].a == 1'],
  ['has a backslash in it', 'X == "a\\"b"'],
  ['is nothing', ''],
])('has no clause of what %s', (_, start) => {
  expect(ownClauses(start)).toEqual([]);
});
