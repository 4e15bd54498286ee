import { expect, it } from 'vitest';
import { notOver } from '../../../twin/pool/not-over.ts';

it('what is over is asked about once, and what has come since is looked at, in its order', () => {
  const all = new Map<number, { readonly name: string; isOver: boolean }>();
  const [a, b, c] = ['a', 'b', 'c'].map((name) => ({ name, isOver: false }));
  if (a === undefined || b === undefined || c === undefined) throw new Error('three were made');
  const asked: string[] = [];
  const look = notOver(all);
  const live = () =>
    look(({ name, isOver }) => {
      asked.push(name);
      return isOver;
    }).map(({ name }) => name);

  expect(live()).toEqual([]);
  all.set(1, a).set(2, b);
  expect(live()).toEqual(['a', 'b']);
  a.isOver = true;
  expect(live()).toEqual(['b']);
  all.set(3, c);
  expect(live()).toEqual(['b', 'c']);
  b.isOver = true;
  expect(live()).toEqual(['c']);
  expect(asked.join('')).toBe('ababbcbc');
});
