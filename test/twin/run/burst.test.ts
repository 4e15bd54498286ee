import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadOf } from '../../../twin/scenario/load.ts';
import { readScenario } from '../../../twin/scenario/scenario.ts';
import { EVERYTHING_DONE, type Recorded, recorded } from './recorded.ts';

describe('two hours of plain jobs of a pool without PanDA', () => {
  let run: Recorded;
  beforeAll(async () => {
    run = await recorded('burst');
  });

  it('end with every job done, and nothing left', () => {
    expect(run.summary).toMatchObject({ ...EVERYTHING_DONE, holds: 0 });
    expect(run.summary.jobsArrived).toBeGreaterThan(200);
    expect(run.summary.jobsDone).toBe(run.summary.jobsArrived);
  });

  it('are decided about by fleet alone: there is no queue, and no tick of pilots', () => {
    expect(new Set(run.told.map(({ of, whose }) => `${of} ${whose}`))).toEqual(
      new Set(['workers default', 'workers wide']),
    );
  });

  it.each([
    ['default', 60],
    ['wide', 0],
  ])(
    'of the fleet %s wait for %i s before a machine is launched, and two ticks more at the most',
    async (fleet, seconds) => {
      const scenario = await readScenario(join(import.meta.dirname, '../../../twin/scenarios/burst.json'));
      const { plain } = await loadOf(scenario, scenario.hours);
      const arrivals = plain.filter((of) => of.fleet === fleet).map(({ arrivesAt }) => arrivesAt);
      const waited = Math.min(...arrivals) - Date.parse(scenario.startsAt) / 1000 + seconds;
      const first = run.told.find(({ whose, kind }) => whose === fleet && kind === 'act');
      expect(first?.why).toContainEqual(expect.objectContaining({ kind: 'jobs-waiting', pilots: 0 }));
      expect(first?.atSeconds).toBeGreaterThanOrEqual(waited);
      expect(first?.atSeconds).toBeLessThan(waited + 2 * scenario.tickSeconds);
    },
  );
});
