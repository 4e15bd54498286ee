import { expect, it } from 'vitest';
import { areLiterals } from '../../../collector/condor/written.ts';

/** Whether what stands in an ad passes for a literal. To HTCondor a bracket that comes first in a class is one of it. */
const isLiteral = (...written: readonly string[]): boolean => {
  const [, pattern = ''] = /^regexp\("(.*)", strcat/.exec(areLiterals(['Cpus'])) ?? [];
  const regexp = new RegExp(String(JSON.parse(`"${pattern}"`)).replaceAll('[]', '[\\]'));
  return regexp.test(written.map((text) => `${text};`).join(''));
};

// As unparse of HTCondor 23.9 prints them.
it.each([
  ['an attribute that is absent', ''],
  ['an integer', '5'],
  ['a negative one', '-5'],
  ['a real', '1.500000000000000E+300'],
  ['a small one', '-1.250000000000000E-07'],
  ['zero', '0.0'],
  ['a truth value', 'true'],
  ['an undefined one', 'undefined'],
  ['a text', '"slot1@i-0a@x y"'],
  ['a list', '{ 1.000000000000000E+00,2,"Claimed" }'],
  ['an empty list', '{  }'],
])('%s may be asked for', (_, text) => {
  expect(isLiteral(text)).toBe(true);
  expect(isLiteral('4', text, '"x"')).toBe(true);
});

it.each([
  ['another attribute', 'C1'],
  ['one whose name might be an exponent', 'E'],
  ['a small one of that', 'e'],
  ['a longer one', 'E0e1'],
  ['one of an ad in the ad', 'E.E'],
  ['its negative', ' -E'],
  ['a sum', 'E + E'],
  ['a call', 'time()'],
  ['a real that is none', 'real("INF")'],
  ['a list with a name in it', '{ 1,E }'],
  ['an ad', '[ E = 1 ]'],
  ['a text with a line break', '"a\nb"'],
  ['a text with a quote', '"a\\"b"'],
])('%s may not be asked for', (_, text) => {
  expect(isLiteral(text)).toBe(false);
  expect(isLiteral('4', text, '"x"')).toBe(false);
});
