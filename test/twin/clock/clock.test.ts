import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { simulatedClock } from '../../../twin/clock/clock.ts';
import { stream } from '../../../twin/clock/random.ts';

describe('simulated time', () => {
  it('lets things happen by moment, then by order, then as they came', () => {
    const happening = fc.record({
      at: fc.integer({ min: 0, max: 20 }),
      order: fc.integer({ min: 0, max: 3 }),
    });
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 60 }), (all) => {
        const clock = simulatedClock(0);
        const seen: number[] = [];
        for (const [index, { at, order }] of all.entries()) clock.at(at, () => seen.push(index), order);
        while (clock.next() !== undefined) clock.step();
        const expected = all
          .map((of, index) => ({ ...of, index }))
          .sort((a, b) => a.at - b.at || a.order - b.order || a.index - b.index);
        expect(seen).toEqual(expected.map(({ index }) => index));
      }),
    );
  });

  it('stands at the moment of what happens', () => {
    const clock = simulatedClock(100);
    let seen = 0;
    clock.at(107.5, () => {
      seen = clock.now;
    });
    expect(clock.now).toBe(100);
    clock.step();
    expect(seen).toBe(107.5);
  });

  it('forgets what is called off', () => {
    const clock = simulatedClock(0);
    const happened: string[] = [];
    clock.at(1, () => happened.push('first'));
    clock.at(2, () => happened.push('called off'))();
    clock.at(3, () => happened.push('last'));
    while (clock.next() !== undefined) clock.step();
    expect(happened).toEqual(['first', 'last']);
  });

  it('neither runs backwards nor past what is going to happen', () => {
    const clock = simulatedClock(10);
    clock.at(20, () => {});
    expect(() => clock.at(9, () => {})).toThrow(/already 10/);
    expect(() => clock.advance(21)).toThrow(/something happens at 20/);
    clock.advance(20);
    expect(clock.now).toBe(20);
  });
});

describe('chance', () => {
  const draws = (seed: number, ...labels: readonly (string | number)[]) => {
    const random = stream(seed, ...labels);
    return Array.from({ length: 1000 }, random);
  };

  it('is the same for the same seed and label, and another for any other', () => {
    expect(draws(1, 'boot', 'i-1')).toEqual(draws(1, 'boot', 'i-1'));
    expect(draws(1, 'boot', 'i-1')).not.toEqual(draws(1, 'boot', 'i-2'));
    expect(draws(1, 'boot', 'i-1')).not.toEqual(draws(2, 'boot', 'i-1'));
  });

  it('is spread evenly over [0, 1)', () => {
    const all = draws(7, 'even');
    expect(Math.min(...all)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...all)).toBeLessThan(1);
    for (let tenth = 0; tenth < 10; tenth += 1) {
      const share = all.filter((u) => Math.floor(u * 10) === tenth).length / all.length;
      expect(share).toBeGreaterThan(0.05);
      expect(share).toBeLessThan(0.15);
    }
  });
});
