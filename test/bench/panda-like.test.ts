import { describe, expect, it } from 'vitest';
import { firstPart, workOf } from '../../bench/load/load.ts';
import { step } from '../../bench/load/made.ts';
import { pandaLike } from '../../bench/load/panda-like.ts';
import { xorshift32 } from '../../twin/clock/random.ts';
import { zeroWaitBound } from '../../twin/load/bound.ts';

const HOUR = 3600;

describe('the PanDA-like load', () => {
  it('draws the published numbers', () => {
    const random = xorshift32(11);
    const drawn = [random(), random(), random()].map((u) => u.toFixed(9));
    expect(drawn).toEqual(['0.000692452', '0.172038677', '0.071152832']);
  });

  it('has the published jobs of seed 11', () => {
    const load = pandaLike(11);
    const wide = load.jobs.filter(({ cores }) => cores === 8);
    expect(load.jobs).toHaveLength(42_428);
    expect(wide).toHaveLength(8277);
    expect(workOf(load) / HOUR).toBeCloseTo(429_854.74, 1);
    expect(load.jobs.filter(({ landingKnown }) => landingKnown)).toHaveLength(29_568);
    expect(load.jobs.at(-1)?.submitSeconds).toBeCloseTo(1_180_205.7, 1);
    expect(load.jobs[0]?.runSeconds).toBeCloseTo(16_277.65, 2);
    expect(zeroWaitBound(load.jobs, 180) / HOUR).toBeCloseTo(434_585.8, 1);
  });

  it.each([
    [21, 46_468, 742_380],
    [22, 39_380, 452_161],
    [23, 48_080, 614_632],
    [24, 49_509, 481_015],
    [25, 47_681, 659_113],
  ])('has the published jobs of seed %i', (seed, jobs, coreHours) => {
    const load = pandaLike(seed);
    expect(load.jobs).toHaveLength(jobs);
    expect(Math.round(workOf(load) / HOUR)).toBe(coreHours);
  });

  it('can be cut short', () => {
    const part = firstPart(pandaLike(11), 86_400);
    expect(part.jobs.length).toBeGreaterThan(0);
    expect(part.jobs.every(({ submitSeconds }) => submitSeconds < 86_400)).toBe(true);
  });
});

describe('the step', () => {
  it('has the published work and bound', () => {
    expect(workOf(step()) / HOUR).toBeCloseTo(63_967, 0);
    expect(zeroWaitBound(step().jobs, 180) / HOUR).toBeCloseTo(64_767, 0);
  });
});
