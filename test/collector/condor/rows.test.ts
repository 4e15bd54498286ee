import { describe, expect, it } from 'vitest';
import { linesOf, numberOr, readValue, rowsOf } from '../../../collector/condor/rows.ts';

describe('a value as HTCondor prints it', () => {
  it.each([
    ['7', 7],
    ['-7.5', -7.5],
    ['1e3', 1_000],
    ['true', true],
    ['false', false],
    ['undefined', undefined],
    ['error', undefined],
    ['', undefined],
    ['Infinity', undefined],
    ['Owner == "a"', undefined],
    ['"undefined"', 'undefined'],
    ['"7"', '7'],
    ['""', ''],
    ['"a\\"b\\\\c"', 'a"b\\c'],
    ['"\\n\\t\\r\\b\\f"', '\n\t\r\b\f'],
    ['"\\303\\274\\0011"', '\u00c3\u00bc\u00011'],
    ['"\\400"', '400'],
    ['"\\q"', 'q'],
  ])('%s is %o', (text, value) => {
    expect(readValue(text)).toBe(value);
  });

  it('is a number, or what is taken instead', () => {
    expect([numberOr(0, 5), numberOr('7', 5), numberOr(undefined, undefined)]).toEqual([0, 5, undefined]);
  });
});

describe('the lines of an answer', () => {
  it.each([
    ['', []],
    ['\n', []],
    ['a', ['a']],
    ['a\n', ['a']],
    ['a\n\nbc\n', ['a', 'bc']],
    ['\na', ['a']],
  ])('%j are %j', (stdout, lines) => {
    expect([...linesOf(stdout)]).toEqual(lines);
  });

  it('are rows of values between tabs', () => {
    expect(rowsOf('1\t"a b"\tundefined\n2\n')).toEqual([[1, 'a b', undefined], [2]]);
  });
});
