import { expect, it, vi } from 'vitest';
import { inProcess } from '../../../twin/in-process/sandbox.ts';
import { runScenario } from '../../../twin/run/run.ts';
import { readScenario } from '../../../twin/scenario/scenario.ts';

it('a run of which nobody hears comes to the same', async () => {
  // A model that was played in this process before has silenced all logs.
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'INFO');
  vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false');
  const scenario = await readScenario('burst');
  const played = async (how: 'aloud' | 'quietly') => {
    const lines: string[] = [];
    const openSandbox = inProcess(undefined, how);
    const summary = await runScenario(scenario, {
      ...{ seed: 1, hours: 0.25, openSandbox },
      onLog: (name, line) => lines.push(`${name} ${line}`),
    });
    return {
      summary,
      told: lines.filter((line) => /^(pilots|workers) .*("decision|"_aws"|"counts")/.test(line)),
    };
  };
  const [aloud, quietly] = [await played('aloud'), await played('quietly')];
  expect(quietly.summary).toEqual(aloud.summary);
  expect(aloud.told.length).toBeGreaterThan(10);
  expect(quietly.told).toEqual([]);
  vi.unstubAllEnvs();
});
