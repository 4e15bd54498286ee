import { describe, expect, it } from 'vitest';
import {
  bootCurve,
  isLate,
  learnedDeadline,
  meanSeconds,
  usualSeconds,
} from '../../../core/learn/boot-curve.ts';

const took = (count: number, seconds: number): readonly number[] =>
  Array.from({ length: count }, () => seconds);
const curve = (of: readonly (number | null)[]) => {
  const made = bootCurve(of);
  if (made === undefined) throw new Error('expected enough boots');
  return made;
};

describe('what boots say of the next one', () => {
  it('is nothing until there are twenty that came', () => {
    expect(bootCurve([...took(19, 100), null, null])).toBeUndefined();
    expect(bootCurve([...took(20, 100), null])).toEqual({ took: took(20, 100), never: 1 });
  });

  it('is how long half of them took, and how long they took on average', () => {
    const known = curve([...took(15, 50), ...took(10, 200)]);
    expect([usualSeconds(known, 'cold'), meanSeconds(known, 'cold')]).toEqual([50, 110]);
    expect([usualSeconds(undefined, 'cold'), meanSeconds(undefined, 'cold')]).toEqual([180, 180]);
    expect([usualSeconds(undefined, 'woken'), meanSeconds(undefined, 'woken')]).toEqual([60, 60]);
  });

  it.each([
    ['where two never came, thrice what nearly all need', [...took(20, 200), null, null], 900, 600],
    ['where one never came, six times that: it may have been slow', [...took(20, 100), null], 900, 600],
    ['never longer than the setting', took(20, 400), 900, 900],
    [
      'never shorter than a startd that speaks once in five minutes needs',
      [...took(20, 20), null, null],
      900,
      300,
    ],
    ['in whole seconds', [...took(20, 110.1), null, null], 900, 331],
  ])('is a deadline: %s', (_, known, setting, deadline) => {
    expect(learnedDeadline(curve(known), setting)).toBe(deadline);
  });

  it.each([
    ['as old as a quarter more than nearly all needed', [...took(20, 100), null, null], 125, false],
    ['older than that', [...took(20, 100), null, null], 126, true],
    ['older than that, of a kind whose machines do not fail', [...took(20, 100), null], 999, false],
  ])('is that one is late, or not: %s', (_, known, age, expected) => {
    expect(isLate(curve(known), age)).toBe(expected);
  });
});
