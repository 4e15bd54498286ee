import { expect, it } from 'vitest';
import { recorded } from './recorded.ts';

it('a launch is told with the machines that were had for it, which are of other types where one is out', async () => {
  const { told, summary } = await recorded('no-capacity', { hours: 0.25 });
  const launches = told.filter(({ what }) => /\blaunch \d/.test(what));
  const had = launches.flatMap(({ launched = [] }) => launched);
  expect(launches.length).toBeGreaterThan(3);
  expect(launches.some(({ what }) => what.includes('x m6i.large'))).toBe(true);
  expect(had.map(({ flavour }) => flavour)).not.toContain('m6i.large');
  expect(had.reduce((sum, { count }) => sum + count, 0)).toBe(summary.workersLaunched);
  expect(
    told.filter(({ what }) => !/\blaunch \d/.test(what)).every((one) => one.launched === undefined),
  ).toBe(true);
});
