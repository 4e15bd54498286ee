import { expect, it } from 'vitest';
import { python } from '../../../twin/panda/python.ts';

it.each([
  [null, 'None'],
  [true, 'True'],
  [1.5, '1.5'],
  ['a', "'a'"],
  ["it's", '"it\'s"'],
  ['it\'s "x"', "'it\\'s \"x\"'"],
  ['a\\b\n', "'a\\\\b\\n'"],
  [[1, 'b'], "[1, 'b']"],
  [{ a: { b: [] } }, "{'a': {'b': []}}"],
  [{}, '{}'],
])('Python prints %j as %s', (value, text) => {
  expect(python(value)).toBe(text);
});
