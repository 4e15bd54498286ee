import { expect, it } from 'vitest';
import { isDrawn } from './sample.ts';

const CHANGES = Array.from({ length: 1_000 }, (_, n) => ({
  file: 'a.ts',
  code: `a > ${n}`,
  becomes: 'true',
}));

it('a sample is about one change in N, the same ones each time', () => {
  const drawn = CHANGES.filter((change) => isDrawn(change, { oneIn: 10, seed: 0 }));
  expect(drawn).toEqual(CHANGES.filter((change) => isDrawn(change, { oneIn: 10, seed: 0 })));
  expect(drawn.length).toBeGreaterThan(70);
  expect(drawn.length).toBeLessThan(130);
});

it('another seed draws other changes', () => {
  const drawn = (seed: number) => CHANGES.filter((change) => isDrawn(change, { oneIn: 10, seed }));
  const both = drawn(1).filter((change) => drawn(2).includes(change));
  expect(both.length).toBeLessThan(drawn(2).length / 2);
});

it('a sample of one in one is all of them', () => {
  expect(CHANGES.every((change) => isDrawn(change, { oneIn: 1, seed: 0 }))).toBe(true);
});
