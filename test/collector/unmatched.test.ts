import { describe, expect, it } from 'vitest';
import { unmatchedSince } from '../../collector/unmatched.ts';
import type { PoolWorker } from '../../core/model/pool.ts';
import { inPool, LARGE, NARROW, NOW, pilots, poolView, WIDE } from '../core/worlds.ts';

const ID = 'i-0abc123def4567890';

/** Since when, after views one minute after the other. */
const watched = (
  ...views: readonly { worker?: Partial<PoolWorker>; idle?: number; shape?: typeof NARROW; later?: number }[]
) => {
  const see = unmatchedSince();
  let now = NOW;
  return views.map(({ worker = {}, idle = 1, shape = NARROW, later = 60 }) => {
    now += later;
    const [seen] = see([inPool(ID, worker)], poolView([pilots({ idle, shape })]).pilots, now);
    return seen?.unmatchedSince === undefined ? undefined : seen.unmatchedSince - NOW;
  });
};

describe('since when a free room is not matched', () => {
  it('is since the first view with a pilot that fits', () => {
    expect(watched({ idle: 0 }, {}, {}, {})).toEqual([undefined, 120, 120, 120]);
  });

  it.each([
    ['nobody waits', { idle: 0 }],
    ['nobody who waits fits', { shape: WIDE }],
    ['the worker takes nothing', { worker: { draining: true } }],
    ['nothing can be started there', { worker: { reachable: false } }],
  ])('is not said while %s, and begins anew after that', (_, view) => {
    expect(watched({}, view, {})).toEqual([60, undefined, 180]);
  });

  it.each([
    ['a core is taken', { free: { ...LARGE, cpus: 1 } }],
    ['a pilot has ended there', { ended: { count: 1, short: 1 } }],
  ])('begins anew when %s', (_, worker) => {
    expect(watched({}, { worker })).toEqual([60, 120]);
  });

  it('does not begin anew when the measured disk moves', () => {
    expect(watched({}, { worker: { free: { ...LARGE, diskMb: 99_000 } } })).toEqual([60, 60]);
  });

  it('begins anew after a time in which nobody has looked', () => {
    expect(watched({}, { later: 181 })).toEqual([60, 241]);
  });

  it.each([
    ['back an hour', -3_600],
    ['forward an hour', 3_600],
  ])('is as long ago as before when the wall clock is set %s', (_, set) => {
    const see = unmatchedSince();
    const { pilots: waiting } = poolView([pilots({ idle: 1 })]);
    const agoAt = (now: number, here: number) =>
      now - (see([inPool(ID)], waiting, now, here)[0]?.unmatchedSince ?? Number.NaN);
    expect(agoAt(NOW, 5)).toBe(0);
    expect(agoAt(NOW + 120 + set, 125)).toBe(120);
    expect(agoAt(NOW + 900 + set, 905)).toBe(0);
  });

  it('is told to the digit as before while the clocks agree', () => {
    const see = unmatchedSince();
    const { pilots: waiting } = poolView([pilots({ idle: 1 })]);
    const sinceAt = (now: number, here: number) => see([inPool(ID)], waiting, now, here)[0]?.unmatchedSince;
    expect([sinceAt(NOW, 5), sinceAt(NOW + 60.004, 65), sinceAt(NOW + 119.997, 125)]).toEqual([
      NOW,
      NOW,
      NOW,
    ]);
  });

  it('is not said, nor forgotten, while nothing is known of the pilots', () => {
    const see = unmatchedSince();
    const { pilots: known } = poolView([pilots({ idle: 1 })]);
    see([inPool(ID)], known, NOW);
    const [blind] = see([inPool(ID)], { ...known, complete: false }, NOW + 60);
    expect(blind).not.toHaveProperty('unmatchedSince');
    expect(see([inPool(ID)], known, NOW + 120)[0]?.unmatchedSince).toBe(NOW);
  });
});
