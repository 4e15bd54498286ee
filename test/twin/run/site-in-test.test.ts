import { beforeAll, describe, expect, it } from 'vitest';
import type { Sample, ToldDecision } from '../../../twin/report/sample.ts';
import { runScenario } from '../../../twin/run/run.ts';
import { scenarioSchema } from '../../../twin/scenario/schema.ts';
import type { Summary } from '../../../twin/summary/summary.ts';
import { openInProcess } from '../in-process/sandbox.ts';
import { EVERYTHING_DONE, toldBetween } from './recorded.ts';

const HOURS = 1;

/** A site in test, to which PanDA gives no job at all, and whose queue is drained in the end; beside one with jobs. */
const SITE_IN_TEST = scenarioSchema.parse({
  title: 'A site in test, with an empty pool and no jobs',
  hours: HOURS,
  tickSeconds: 60,
  fleets: { test: { flavours: 'm6i.large' } },
  queues: [
    {
      name: 'IN_TEST',
      status: 'test',
      // No job of the trace is so short.
      load: { trace: 'LCG-2005', cores: 1, maxRunSeconds: 0.001 },
      settings: { state: 'drain', chain: 'Ready, StatusTest(2), MaxPending(10)', fleet: 'test' },
    },
    {
      name: 'BESIDE',
      load: { trace: 'LCG-2005', partitions: ['43'], cores: 1, maxRunSeconds: 1800 },
      settings: { state: 'active' },
    },
  ],
  faults: [
    { kind: 'setting', queue: 'IN_TEST', knob: 'state', value: 'active', fromMinute: 1, forMinutes: 58 },
  ],
});

describe('a site in test with an empty pool', () => {
  const told: ToldDecision[] = [];
  const samples: Sample[] = [];
  const withoutJobs: number[] = [];
  let summary: Summary | undefined;
  beforeAll(async () => {
    summary = await runScenario(SITE_IN_TEST, {
      seed: 1,
      openSandbox: openInProcess,
      onMetric({ name, value }) {
        if (name === 'PilotsWithoutJobs') withoutJobs.push(value);
      },
      show(shown) {
        if (shown.kind === 'told') told.push(shown.told);
        if (shown.kind === 'sample') samples.push(shown);
      },
    });
  });

  const inTest = () => samples.flatMap(({ queues }) => queues.filter(({ queue }) => queue === 'IN_TEST'));

  it('is measured by its pilots without jobs', () => {
    expect(Math.max(...withoutJobs)).toBe(2);
  });

  it('has a machine launched for its test pilots, which nothing but the chain asks for', () => {
    const [first] = told.filter(
      ({ whose, of, kind }) => whose === 'test' && of === 'workers' && kind === 'act',
    );
    expect(first).toMatchObject({
      what: 'launch 1 x m6i.large',
      why: [{ kind: 'jobs-waiting', pilots: 2 }, { kind: 'pilots-asked-for', pilots: 2 }, { kind: 'launch' }],
    });
  });

  it('runs its test pilots there, again and again', () => {
    expect(inTest().filter(({ running }) => running > 0).length).toBeGreaterThan(10);
  });

  it('never has more machines than one cycle of the chain fills', () => {
    const ofFleet = samples.flatMap(({ fleets }) => fleets.filter(({ fleet }) => fleet === 'test'));
    for (const { booting, joined } of ofFleet) expect(booting + joined).toBeLessThanOrEqual(1);
    expect(toldBetween(told, 10, 58).filter(({ kind }) => kind === 'hold')).toEqual([]);
  });

  it('comes to its end', () => {
    expect(summary).toMatchObject(EVERYTHING_DONE);
  });
});
