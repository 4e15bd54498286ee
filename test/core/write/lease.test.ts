import { describe, expect, it } from 'vitest';
import type { Lease } from '../../../core/model/lease.ts';
import { nextLease } from '../../../core/write/lease.ts';
import { NOW } from '../worlds.ts';

const wish = (at = NOW, viewedAt = at - 10) => ({ name: 'workers', at, viewedAt }) as const;

const first = (): Lease => {
  const lease = nextLease(undefined, wish());
  if (lease.kind === 'refused') throw new Error(lease.why);
  return lease;
};
const released = (): Lease => ({ ...first(), until: NOW });

describe('the lease', () => {
  it('is had by the first who asks, for less than a tick', () => {
    expect(first()).toEqual({ kind: 'lease', ...wish(), fence: 1, until: NOW + 55 });
  });

  it.each([
    ['the next tick, once it was let go of', released(), wish(NOW + 1), 2],
    ['the next tick, once it has run out', first(), wish(NOW + 60), 2],
    [
      'a tick with more jobs running, long after',
      { ...released(), pandaRunning: 5000 },
      { ...wish(NOW + 601), pandaRunning: 10_000 },
      2,
    ],
    ['a repeat of the same tick, at once: its first run is fenced off', first(), wish(), 2],
  ])('is had by %s', (_, last, next, fence) => {
    expect(nextLease(last, next)).toMatchObject({ kind: 'lease', fence });
  });

  it.each([
    ['another tick holds it', first(), wish(NOW + 30), 'another tick holds the lease for 25 s more'],
    [
      'the tick comes late',
      released(),
      wish(NOW - 60),
      'a tick of a moment 60 s later has run already: this one is late, or a clock runs backwards',
    ],
    [
      'PanDA has twice the jobs running that it had a minute ago, whichever container saw those',
      { ...released(), pandaRunning: 5000 },
      { ...wish(NOW + 60), pandaRunning: 10_000 },
      "PanDA's running jobs went from 5000 to 10000 between two samples: the reply is probably inflated",
    ],
    [
      'the view is older than the one acted on',
      released(),
      wish(NOW + 60, NOW - 40),
      "the pool's view is 30 s older than the one that was last acted on",
    ],
  ])('is refused when %s', (_, last, next, why) => {
    expect(nextLease(last, next)).toEqual({ kind: 'refused', why });
  });
});
