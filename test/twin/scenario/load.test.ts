import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadOf } from '../../../twin/scenario/load.ts';
import { readScenario } from '../../../twin/scenario/scenario.ts';

const FOLDER = fileURLToPath(new URL('../../../twin/scenarios/', import.meta.url));
const files = await readdir(FOLDER);
const byDefault = await readScenario(`${FOLDER}default.json`);

describe('the scenarios that come with the project', () => {
  it.each(files)('%s can be read', async (file) => {
    const scenario = await readScenario(FOLDER + file);
    expect(scenario.queues.length + scenario.jobs.length).toBeGreaterThan(0);
  });

  it('that extend another take from it what they do not say themselves', async () => {
    const scenario = await readScenario(`${FOLDER}panda-refuses.json`);
    expect(scenario.queues).toEqual(byDefault.queues);
    expect(scenario.title).not.toBe(byDefault.title);
    expect(scenario.faults).toEqual([{ kind: 'panda', mode: 'refuses', fromMinute: 165, forMinutes: 30 }]);
  });
});

describe('the load of a scenario', () => {
  it('has each queue’s jobs of the trace, in order, within the hours and the queue’s maxtime', async () => {
    const { jobs, notBrokered } = await loadOf(byDefault, 6);
    const start = Date.parse(byDefault.startsAt) / 1000;
    expect(jobs).toHaveLength(1166);
    expect(notBrokered).toBe(19);
    expect(jobs.map(({ id }) => id)).toEqual(jobs.map((_, index) => index + 1));
    for (const [index, { arrivesAt, runSeconds }] of jobs.entries()) {
      expect(arrivesAt).toBeGreaterThanOrEqual(jobs[index - 1]?.arrivesAt ?? start);
      expect(arrivesAt).toBeLessThan(start + 6 * 3600);
      expect(runSeconds).toBeLessThanOrEqual(43_200);
    }
    const widths = new Map(jobs.map(({ siteid, cores }) => [siteid, cores]));
    expect(Object.fromEntries(widths)).toEqual({
      RU_KIAE: 1,
      UK_RAL: 1,
      RU_SINP: 1,
      CERN_GRID: 1,
      CERIT_MCORE: 8,
    });
  });

  it('of fewer hours is the beginning of that of more', async () => {
    const { jobs: short } = await loadOf(byDefault, 1);
    const { jobs: long } = await loadOf(byDefault, 6);
    expect(short.length).toBeGreaterThan(0);
    expect(long.slice(0, short.length)).toEqual(short);
  });
});
