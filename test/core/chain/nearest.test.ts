import { describe, expect, it } from 'vitest';
import { nearest } from '../../../core/chain/nearest.ts';

const NAMES = ['Ready', 'MaxPerCycle', 'MinPerCycle', 'MaxPending', 'MinPending', 'Null'];

describe('the name that was probably meant', () => {
  it.each([
    ['is the nearest, wherever it stands in the list', 'MinPerCycl', 'MinPerCycle'],
    ['is the nearest, though another comes after it', 'MaxPendin', 'MaxPending'],
    ['is the first of two that are equally near', 'MixPending', 'MaxPending'],
    ['may be in other letters, upper and lower case aside', 'NULL', 'Null'],
    ['has a letter more', 'Readdy', 'Ready'],
    ['has a letter less', 'Redy', 'Ready'],
    ['has another letter', 'Reads', 'Ready'],
    ['is half alike', 'Nuxx', 'Null'],
    ['is not less than half alike', 'Nxxx', undefined],
    ['is none of a text without letters', '', undefined],
  ])('%s: %j', (_, word, name) => expect(nearest(word, NAMES)).toBe(name));

  it('is sought for the beginning of a text that is longer than any name, so that a page costs nothing', () => {
    const name = 'x'.repeat(64);
    expect(nearest(name.repeat(10_000), [name])).toBe(name);
  });
});
