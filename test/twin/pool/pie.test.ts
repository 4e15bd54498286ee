import { describe, expect, it } from 'vitest';
import { newAccountant } from '../../../twin/pool/accountant.ts';
import { mayHave, type Submitter, shareOut } from '../../../twin/pool/pie.ts';

const HALFLIFE = 86_400;

const of = (name: string, usedCores: number, priority: number): Submitter => ({ name, usedCores, priority });

/** Shares out free one-core slots; answers what each got. */
const dealt = (
  submitters: readonly Submitter[],
  freeCores: number,
  wanted: Readonly<Record<string, number>>,
) => {
  const got: Record<string, number> = {};
  const order: string[] = [];
  const used = submitters.reduce((sum, { usedCores }) => sum + usedCores, 0);
  let free = freeCores;
  shareOut(submitters, used + freeCores, ({ name }, limit) => {
    order.push(name);
    let cores = 0;
    while (free > 0 && (got[name] ?? 0) < (wanted[name] ?? 0)) {
      if (cores >= limit || !mayHave(cores, limit, 1)) return { cores, isDone: false };
      got[name] = (got[name] ?? 0) + 1;
      cores += 1;
      free -= 1;
    }
    return { cores, isDone: true };
  });
  return { got, order };
};

describe('the pie', () => {
  it.each([
    ['is halved between two alike', [of('a', 0, 0.5), of('b', 0, 0.5)], 10, { a: 99, b: 99 }, { a: 5, b: 5 }],
    ['is cut by one over the priority', [of('a', 0, 1), of('b', 0, 3)], 8, { a: 99, b: 99 }, { a: 6, b: 2 }],
    ['counts what each holds already', [of('a', 6, 1), of('b', 0, 1)], 4, { a: 99, b: 99 }, { b: 4 }],
    [
      'goes to others where one wants little',
      [of('a', 0, 1), of('b', 0, 1)],
      8,
      { a: 1, b: 99 },
      { a: 1, b: 7 },
    ],
    [
      'leaves in who holds and waits no more for the first spin only',
      [of('a', 4, 1), of('b', 0, 1)],
      4,
      { b: 99 },
      { b: 4 },
    ],
    ['has no crumbs', [of('a', 0, 1), of('b', 0, 1), of('c', 0, 1)], 2, { a: 9, b: 9, c: 9 }, { a: 1, b: 1 }],
  ])('%s', (_, submitters, free, wanted, given) => {
    expect(dealt(submitters, free, wanted).got).toEqual(given);
  });

  it('is dealt to the best priority first, then to whom holds less, then by name', () => {
    const submitters = [of('d', 0, 2), of('c', 0, 1), of('b', 0, 1), of('a', 1, 1)];
    expect(dealt(submitters, 8, {}).order).toEqual(['b', 'c', 'a', 'd']);
  });
});

describe('the accountant', () => {
  it('moves a priority half of the way to what is used in a day', () => {
    const accountant = newAccountant();
    accountant.book('a', 100, 0);
    expect(accountant.priorityOf('a', 0)).toBe(0.5);
    expect(accountant.priorityOf('a', HALFLIFE)).toBeCloseTo((0.5 + 100) / 2, 9);
    accountant.book('a', -100, HALFLIFE);
    expect(accountant.priorityOf('a', 2 * HALFLIFE)).toBeCloseTo(50.25 / 2, 9);
  });

  it('has the same whether it is asked often or not', () => {
    const [often, once] = [newAccountant(), newAccountant()];
    for (const accountant of [often, once]) accountant.book('a', 8, 0);
    for (let now = 60; now < HALFLIFE; now += 60) often.priorityOf('a', now);
    expect(often.priorityOf('a', HALFLIFE)).toBeCloseTo(once.priorityOf('a', HALFLIFE), 9);
  });

  it('has no priority that is better than 0.5, and names who holds something', () => {
    const accountant = newAccountant();
    expect(accountant.priorityOf('new', 0)).toBe(0.5);
    accountant.book('a', 1, 0);
    accountant.book('b', 1, 0);
    accountant.book('b', -1, 10);
    expect(accountant.priorityOf('b', 100 * HALFLIFE)).toBe(0.5);
    expect([...accountant.holders()]).toEqual(['a']);
    expect(accountant.usedBy('a')).toBe(1);
  });
});
