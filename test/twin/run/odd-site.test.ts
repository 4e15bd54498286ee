import { expect, it } from 'vitest';
import type { ToldDecision } from '../../../twin/report/sample.ts';
import { runScenario } from '../../../twin/run/run.ts';
import { scenarioSchema } from '../../../twin/scenario/schema.ts';
import { openInProcess } from '../in-process/sandbox.ts';
import { EVERYTHING_DONE, toldBetween } from './recorded.ts';

const ODD_SITE = scenarioSchema.parse({
  title: 'PanDA tells null counts of a site that is not ours',
  hours: 1,
  tickSeconds: 60,
  queues: [
    {
      name: 'RU_SINP',
      load: { trace: 'LCG-2005', partitions: ['43'], cores: 1, maxRunSeconds: 1800 },
      settings: { state: 'active' },
    },
  ],
  faults: [{ kind: 'panda', mode: 'odd-site', fromMinute: 5, forMinutes: 50 }],
});

it('no queue notices that PanDA tells null counts of another site', async () => {
  const told: ToldDecision[] = [];
  const summary = await runScenario(ODD_SITE, {
    seed: 1,
    openSandbox: openInProcess,
    show: (shown) => void (shown.kind === 'told' && told.push(shown.told)),
  });
  expect(summary).toMatchObject({ ...EVERYTHING_DONE, holds: 0, jobsDone: summary?.jobsArrived });
  expect(toldBetween(told, 5, 55).some(({ kind }) => kind === 'submit')).toBe(true);
});
