import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rate, sourceOf } from '../../../collector/serve/rate.ts';

/** A rate on a clock that stands still until time passes. */
const gate = (perMinute: number) => {
  const clock = { now: 1_000 };
  const { admits, refused, proved } = rate(perMinute, () => clock.now);
  return {
    proved,
    pass: (seconds: number) => {
      clock.now += seconds;
    },
    /** How many of so many who ask one after the other and prove nothing are let in. */
    failing: (address: string | ((n: number) => string), asked = 100): number =>
      Array.from({ length: asked }, (_, n) => {
        const from = typeof address === 'string' ? address : address(n);
        const isIn = admits(from);
        if (isIn) refused(from);
        return isIn;
      }).filter(Boolean).length,
    admits,
  };
};

describe('the rate of one source that proves nothing', () => {
  it('is so many at once, and as many again over a minute, never more', () => {
    const { failing, pass } = gate(30);
    expect(failing('192.0.2.1')).toBe(30);
    pass(10);
    expect(failing('192.0.2.1')).toBe(5);
    pass(3_600);
    expect(failing('192.0.2.1')).toBe(30);
  });

  it('is nobody else’s', () => {
    const { failing } = gate(3);
    expect([failing('192.0.2.1'), failing('192.0.2.2')]).toEqual([3, 3]);
  });

  it('is that of its 64 bits of IPv6, however many addresses it speaks from', () => {
    const { failing } = gate(1);
    expect(failing((n) => `2001:db8:0:1::${n.toString(16)}`, 30_000)).toBe(1);
    expect(failing('2001:db8:0:2::1')).toBe(1);
  });

  it('is forgotten of whoever has not been refused for longest, once there are more than ten thousand', () => {
    const { admits, failing } = gate(2_000);
    expect(failing('192.0.2.1', 2_000)).toBe(2_000);
    failing((n) => `2001:db8:0:${n.toString(16)}::1`, 9_999);
    expect(admits('192.0.2.1')).toBe(false);
    failing('2001:db9::1', 1);
    expect(admits('192.0.2.1')).toBe(true);
  });

  it('is remembered of whoever is refused again and again, however many others come', () => {
    const { admits, failing, pass } = gate(2_000);
    failing('192.0.2.1', 2_000);
    failing((n) => `2001:db8:0:${n.toString(16)}::1`, 9_999);
    pass(0.1);
    // Three more, and it is at the end of the line.
    expect(failing('192.0.2.1')).toBe(3);
    failing('2001:db9::1', 1);
    expect(admits('192.0.2.1')).toBe(false);
  });
});

describe('the rate of all sources that prove nothing', () => {
  it('is that of ten, however many they are', () => {
    const { failing, pass } = gate(30);
    expect(failing((n) => `2001:db8:${n.toString(16)}::1`, 30_000)).toBe(300);
    pass(60);
    expect(failing((n) => `2001:db8:${n.toString(16)}::1`, 30_000)).toBe(300);
  });

  it('shuts nobody out from where a worker has proved itself within the hour', () => {
    const { admits, failing, pass, proved } = gate(1);
    proved('192.0.2.1');
    failing((n) => `198.51.100.${n}`);
    expect([admits('192.0.2.1'), admits('192.0.2.2')]).toEqual([true, false]);
    pass(3_600);
    failing((n) => `198.51.100.${n}`);
    expect(admits('192.0.2.1')).toBe(false);
  });
});

it('workers that prove themselves cost their address nothing, whatever their number', () => {
  const { admits, proved } = gate(1);
  const all = Array.from({ length: 5_000 }, () => {
    const isIn = admits('192.0.2.1');
    proved('192.0.2.1');
    return isIn;
  });
  expect(all.every(Boolean)).toBe(true);
});

describe('what one caller can speak from', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:192.0.2.1', '192.0.2.1'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:0db8:0000:0000:1:2:3:4', '2001:db8:0:0::/64'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1::', '2001:db8:1:0::/64'],
    ['2001:db8::ffff:192.0.2.1', '2001:db8:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ])('is for %s %s', (address, source) => {
    expect(sourceOf(address)).toBe(source);
  });

  it('is the same for all addresses of 64 bits, and another for any other 64', () => {
    const network = fc.tuple(fc.ipV6().map(sourceOf), fc.ipV6().map(sourceOf));
    fc.assert(
      fc.property(network, fc.nat(0xffff), ([one, other], low) => {
        const inside = one.replace('::/64', `:0:0:0:${low.toString(16)}`);
        expect(sourceOf(inside)).toBe(one);
        if (one !== other) expect(sourceOf(other.replace('::/64', '::'))).not.toBe(one);
      }),
    );
  });
});
