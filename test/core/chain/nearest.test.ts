import { expect, it } from 'vitest';
import { nearest } from '../../../core/chain/nearest.ts';

const NAMES = ['MaxPending', 'MinPending', 'Scale', 'Fixed'];

it.each([
  ['maxpending', 'MaxPending'],
  ['MinPendng', 'MinPending'],
  ['MnxPending', 'MaxPending'],
  ['Sclae', 'Scale'],
  ['Fxd', 'Fixed'],
  ['Throttle', undefined],
  ['', undefined],
])('of %j probably %s was meant', (word, name) => {
  expect(nearest(word, NAMES)).toBe(name);
});

it.each([
  ['the one that is nearer, though it comes later', 'Maxpendink', ['MinPending', 'MaxPending'], 'MaxPending'],
  ['the first of two that are as near', 'MixPending', ['MinPending', 'MaxPending'], 'MinPending'],
  ['one of which just half is as it is written', 'abXY', ['abcd'], 'abcd'],
  ['none of which less is', 'aXYZ', ['abcd'], undefined],
  ['the beginning of a page that was pasted by mistake', 'a'.repeat(9000), ['a'.repeat(60)], 'a'.repeat(60)],
])('is %s', (_, word, names, name) => {
  expect(nearest(word, names)).toBe(name);
});
