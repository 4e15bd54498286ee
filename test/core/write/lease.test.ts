import { describe, expect, it } from 'vitest';
import type { Lease } from '../../../core/model/lease.ts';
import { nextLease } from '../../../core/write/lease.ts';
import { NOW } from '../worlds.ts';

const wish = (at = NOW, viewedAt = at - 10) => ({ name: 'workers', at, viewedAt }) as const;

const first = (): Lease => {
  const lease = nextLease(undefined, wish());
  if (lease.kind === 'refused') throw new Error(lease.why.kind);
  return lease;
};
const released = (): Lease => ({ ...first(), until: NOW });

describe('the lease', () => {
  it('is had by the first who asks, for less than a tick', () => {
    expect(first()).toEqual({ kind: 'lease', ...wish(), fence: 1, until: NOW + 55 });
  });

  it.each([
    ['the next tick, once it was let go of', released(), wish(NOW + 1), 2],
    ['the next tick, in the second in which it runs out', first(), wish(NOW + 55), 2],
    [
      'a tick with more jobs running, long after',
      { ...released(), pandaRunning: 5000 },
      { ...wish(NOW + 601), pandaRunning: 10_000 },
      2,
    ],
    ['a repeat of the same tick, at once: its first run is fenced off', first(), wish(), 2],
    ['a tick with the view of the one before', released(), wish(NOW + 1, NOW - 10), 2],
    ['the tick of the very moment at which it was let go of', released(), wish(NOW), 2],
  ])('is had by %s', (_, last, next, fence) => {
    expect(nextLease(last, next)).toMatchObject({ kind: 'lease', fence });
  });

  it.each([
    ['that knows none', wish(NOW + 60), { pandaRunning: 5000, countedAt: NOW }],
    ['that has others', { ...wish(NOW + 60), pandaRunning: 6000 }, { pandaRunning: 6000 }],
    ['that knows none, long after', wish(NOW + 601), {}],
  ])('carries PanDA’s counts on, through a tick %s', (_, next, expected) => {
    const lease = nextLease({ ...released(), pandaRunning: 5000 }, next);
    const { pandaRunning, countedAt } = lease.kind === 'lease' ? lease : {};
    expect({ pandaRunning, countedAt }).toEqual({
      pandaRunning: undefined,
      countedAt: undefined,
      ...expected,
    });
  });

  it('is refused for counts that jumped since a tick before the last, which had none', () => {
    const between = nextLease({ ...released(), pandaRunning: 5000 }, wish(NOW + 60));
    if (between.kind === 'refused') throw new Error(between.why.kind);
    const jump = { kind: 'running-jumped', runningBefore: 5000, runningNow: 10_000 };
    for (const [after, refused] of [
      [600, true],
      [601, false],
    ] as const) {
      const asked = { ...wish(NOW + after), pandaRunning: 10_000 };
      const taken = nextLease({ ...between, until: NOW + 60 }, asked);
      expect(taken).toMatchObject(refused ? { kind: 'refused', why: jump } : { kind: 'lease' });
    }
  });

  it.each([
    ['another tick holds it', first(), wish(NOW + 30), { kind: 'lease-held', leftSeconds: 25 }],
    ['the tick comes late', released(), wish(NOW - 60), { kind: 'tick-overtaken', laterSeconds: 60 }],
    [
      'PanDA has twice the jobs running that it had a minute ago, whichever container saw those',
      { ...released(), pandaRunning: 5000 },
      { ...wish(NOW + 60), pandaRunning: 10_000 },
      { kind: 'running-jumped', runningBefore: 5000, runningNow: 10_000 },
    ],
    [
      'the view is older than the one acted on',
      released(),
      wish(NOW + 60, NOW - 40),
      { kind: 'view-overtaken', olderSeconds: 30 },
    ],
    [
      'the view is older by less than a second',
      released(),
      wish(NOW + 60, NOW - 10.4),
      { kind: 'view-overtaken', olderSeconds: 1 },
    ],
  ])('is refused when %s', (_, last, next, why) => {
    expect(nextLease(last, next)).toEqual({ kind: 'refused', why });
  });
});
