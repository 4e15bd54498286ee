import { describe, expect, it } from 'vitest';
import { rate } from '../../collector/rate.ts';

const NOW = 1_795_411_000;
/** How many of so many who ask at the same moment may. */
const allowed = (may: ReturnType<typeof rate>, source: string, now: number, asked = 100): number =>
  Array.from({ length: asked }, () => may(source, now)).filter(Boolean).length;

describe('the rate of one source', () => {
  it('is so many at once, and as many again over a minute, never more', () => {
    const may = rate(30);
    expect(allowed(may, 'a', NOW)).toBe(30);
    expect(allowed(may, 'a', NOW + 10)).toBe(5);
    expect(allowed(may, 'a', NOW + 3_600)).toBe(30);
  });

  it('is refilled bit by bit, also while it is refused', () => {
    const may = rate(30);
    allowed(may, 'a', NOW);
    expect([1, 2, 3, 4].map((seconds) => may('a', NOW + seconds))).toEqual([false, true, false, true]);
  });

  it('is nobody else’s', () => {
    const may = rate(3);
    expect(allowed(may, 'a', NOW)).toBe(3);
    expect(allowed(may, 'b', NOW)).toBe(3);
  });

  it('is forgotten of whoever has not asked for longest, once there are more than ten thousand', () => {
    const may = rate(1);
    const others = (from: number, to: number) => {
      for (let n = from; n < to; n += 1) may(`other-${n}`, NOW);
    };
    may('first', NOW);
    may('second', NOW);
    others(0, 9_998);
    expect([may('first', NOW), may('second', NOW)]).toEqual([false, false]);
    others(9_998, 9_999);
    expect(may('other-0', NOW)).toBe(true);
    expect(may('second', NOW)).toBe(false);
  });
});
