import { describe, expect, it } from 'vitest';
import { paceNow, quicker, slower } from '../../../core/learn/pace.ts';
import type { Pace } from '../../../core/model/learned.ts';
import { NOW } from '../worlds.ts';

const pace = (given: Partial<Pace> = {}): Pace => ({
  most: 20,
  notBefore: NOW - 60,
  waitSeconds: 60,
  ...given,
});

describe('after a throttled launch', () => {
  it('the next one is half as large, a tick later', () => {
    expect(slower(undefined, 80, NOW)).toEqual({ most: 40, notBefore: NOW + 60, waitSeconds: 60 });
  });

  it('again and again, they become smaller and later, down to what EC2 gives within seconds', () => {
    let now = NOW;
    let last = slower(undefined, 80, now);
    const seen = [last];
    for (let n = 0; n < 5; n += 1) {
      now = last.notBefore;
      last = slower(last, last.most, now);
      seen.push(last);
    }
    expect(seen.map(({ most }) => most)).toEqual([40, 20, 10, 5, 5, 5]);
    expect(seen.map(({ waitSeconds }) => waitSeconds)).toEqual([60, 120, 120, 120, 120, 120]);
  });

  it('full size is back within four ticks that go through', () => {
    let last: Pace | undefined = pace({ most: 5 });
    let ticks = 0;
    for (; last !== undefined; ticks += 1) last = quicker(last);
    expect(ticks).toBe(4);
  });
});

describe('a pace', () => {
  it.each<readonly [string, Pace | undefined, number | undefined]>([
    ['nothing was throttled', undefined, undefined],
    ['the wait is not over', pace({ notBefore: NOW + 1 }), 0],
    ['the wait is over', pace({ notBefore: NOW }), 20],
    ['it was long ago', pace({ notBefore: NOW - 601 }), undefined],
  ])('allows, where %s: %s', (_, of, most) => {
    expect(paceNow(of, NOW)?.most).toBe(most);
  });
});
