import { describe, expect, it } from 'vitest';
import { excerpt } from '../../adapters/excerpt.ts';

describe('the beginning of what somebody sent', () => {
  it.each([
    ['a word', 'hello', 'hello'],
    ['blanks around it', '  hello\n', 'hello'],
    ['many blanks and control characters', 'a \t\n\u0007\u001b b', 'a b'],
    ['nothing', '', '(nothing)'],
    ['blanks alone', ' \n ', '(nothing)'],
    ['160 characters', 'x'.repeat(160), 'x'.repeat(160)],
    ['161 characters', 'x'.repeat(161), `${'x'.repeat(160)}…`],
    ['blanks that fill what is looked at', `${' '.repeat(640)}x`, '(nothing)'],
    ['a word at the end of what is looked at', `${' '.repeat(639)}xy`, 'x'],
  ])('of %s is one line', (_, text, line) => {
    expect(excerpt(text)).toBe(line);
  });
});
