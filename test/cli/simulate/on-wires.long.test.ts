import { expect, it } from 'vitest';
import { housed } from '../../../cli/simulate/homes.ts';
import { outcomeOf } from '../../../cli/simulate/outcome.ts';
import { played, simulatedScenario, stageToPlay } from '../../../cli/simulate/play.ts';
import { readLoad } from '../../../cli/simulate/read.ts';
import { runScenario } from '../../../twin/run/run.ts';
import { stageOf } from './stage.ts';

/** Two queues that share a fleet which cannot hold all of them, and one with a fleet of its own. */
const STAGE = {
  queues: {
    NIGHT: { cpus: '1', 'memory-mb': '2000' },
    DAY: { cpus: '1', 'memory-mb': '2000' },
    WIDE: { cpus: '8', 'memory-mb': '16000', fleet: 'wide' },
  },
  fleets: {
    default: { flavours: 'm6i.large, m6i.2xlarge', 'max-workers': '12' },
    wide: { 'max-workers': '10' },
  },
};

it('a load comes out on the wires of npm start as it is simulated', async () => {
  const setUp = stageOf(STAGE);
  const stage = await stageToPlay(setUp, (await setUp.settings()).records);
  const sketches = ['40/once x 40m, NIGHT', '30/hour x 20m, DAY', '6/hour x 50m, 8 cores, WIDE'];
  const load = housed(await readLoad({ sketches, forSeconds: 4 * 3600 }), stage, undefined);
  const scenario = simulatedScenario(stage, load, 'both ways');
  const outcome = outcomeOf(await played(scenario, load, { seed: 3, hear() {} }), stage, load);
  const wires = await runScenario(scenario, { seed: 3, load });
  expect(outcome.done).toBe(load.jobs.length);
  expect(outcome.launched).toBeGreaterThan(10);
  // Waits are told to a tenth of a second there.
  expect({ ...outcome, waitSeconds: outcome.waitSeconds.mean.toFixed(1) }).toMatchObject({
    done: wires?.jobsDone,
    launched: wires?.workersLaunched,
    woken: wires?.workersWoken,
    useless: wires?.workersUseless,
    waitSeconds: wires?.waitMeanSeconds.toFixed(1),
    coreHoursUsed: wires?.usefulCoreHours,
    coreHoursPaid: wires?.paidCoreHours,
    dollars: wires?.paidAtListPricesDollars,
  });
  expect(outcome.overBound).toBeCloseTo(wires?.costRatio ?? Number.NaN, 2);
});
