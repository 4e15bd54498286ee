import { describe, expect, it } from 'vitest';
import { lingerAtLaunch } from '../../../../core/model/lifetimes.ts';

describe('the linger of a worker', () => {
  it.each([
    { of: 'a new view', age: 5, linger: 180 },
    { of: 'a view of the last tick', age: 60, linger: 180 },
    { of: 'an old view: it lives to be seen', age: 300.2, linger: 481 },
  ])('launched on $of is $linger s', ({ age, linger }) => {
    expect(lingerAtLaunch(180, age)).toBe(linger);
  });
});
