import { expect, it } from 'vitest';
import { areMoney } from '../../../core/model/stage.ts';

it.each([
  [{}, false],
  [{ workers: 10, cores: 80 }, false],
  [{ dollarsPerHour: 10 }, true],
  [{ dollarsPerMonth: 750 }, true],
])('caps of a stage %j need prices: %s', (caps, needed) => {
  expect(areMoney(caps)).toBe(needed);
});
