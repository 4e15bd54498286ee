import { expect, it } from 'vitest';
import { isDrawn } from './sample.ts';

const CHANGES = Array.from({ length: 1_000 }, (_, n) => ({
  file: 'a.ts',
  code: `a > ${n}`,
  becomes: 'true',
}));

it('a sample is about one change in N, the same ones each time', () => {
  const drawn = CHANGES.filter((change) => isDrawn(change, 10));
  expect(drawn).toEqual(CHANGES.filter((change) => isDrawn(change, 10)));
  expect(drawn.length).toBeGreaterThan(70);
  expect(drawn.length).toBeLessThan(130);
});

it('a sample of one in one is all of them', () => {
  expect(CHANGES.every((change) => isDrawn(change, 1))).toBe(true);
});
