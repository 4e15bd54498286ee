import { beforeAll, describe, expect, it } from 'vitest';
import type { Sample, ToldDecision, ToldReason } from '../../../twin/report/sample.ts';
import { runScenario } from '../../../twin/run/run.ts';
import { scenarioSchema } from '../../../twin/scenario/schema.ts';
import type { Datum } from '../../../twin/stage/watched.ts';
import type { Summary } from '../../../twin/summary/summary.ts';
import { openInProcess } from '../in-process/sandbox.ts';
import { EVERYTHING_DONE, toldBetween } from './recorded.ts';

/** The settings function hears of a change within seconds, and a tick a minute later. */
const LIVE_MINUTE = 60;
const SHADOW_MINUTES: readonly [number, number] = [2, LIVE_MINUTE];

const shadow = (of: { readonly queue: string } | { readonly fleet: string }) => ({
  ...{ kind: 'setting', knob: 'mode', value: 'shadow', fromMinute: 0, forMinutes: LIVE_MINUTE, ...of },
});

/** A queue and a fleet in shadow for an hour, with plain jobs that wait for the fleet, and then live. */
const A_WEEK_BEFORE = scenarioSchema.parse({
  title: 'A queue and a fleet in shadow, and then live',
  hours: 2,
  tickSeconds: 60,
  fleets: { default: { 'max-workers': '5' } },
  queues: [
    {
      name: 'Q',
      load: { trace: 'LCG-2005', partitions: ['43'], cores: 1, maxRunSeconds: 1800 },
      settings: { state: 'active', mode: 'live' },
    },
  ],
  jobs: [
    {
      user: 'alice',
      fleet: 'default',
      load: { trace: 'LCG-2005', partitions: ['3'], cores: 1, maxRunSeconds: 1800 },
      wallSeconds: 7200,
    },
  ],
  faults: [shadow({ queue: 'Q' }), shadow({ fleet: 'default' })],
});

describe('a stage in shadow', () => {
  const told: ToldDecision[] = [];
  const samples: Sample[] = [];
  const data: Datum[] = [];
  let summary: Summary | undefined;
  beforeAll(async () => {
    summary = await runScenario(A_WEEK_BEFORE, {
      seed: 1,
      openSandbox: openInProcess,
      onMetric: (datum) => void data.push(datum),
      show(shown) {
        if (shown.kind === 'told') told.push(shown.told);
        if (shown.kind === 'sample') samples.push(shown);
      },
    });
  });

  const reasons = (kind: string): readonly ToldReason[] =>
    toldBetween(told, ...SHADOW_MINUTES).flatMap(({ why }) => why.filter((of) => of.kind === kind));
  const before = (minute: number) => samples.filter(({ atSeconds }) => atSeconds < minute * 60);

  it('submits nothing and launches nothing', () => {
    const inShadow = before(LIVE_MINUTE);
    expect(inShadow.length).toBeGreaterThan(10);
    for (const { queues, fleets } of inShadow) {
      for (const { idle, running } of queues) expect(idle + running).toBe(0);
      for (const { booting, joined, asleep } of fleets) expect(booting + joined + asleep).toBe(0);
    }
    expect(new Set(toldBetween(told, ...SHADOW_MINUTES).map(({ kind }) => kind))).toEqual(new Set(['rest']));
  });

  it('says what it would submit, and what it would launch for how much', () => {
    const submissions = reasons('queue-in-shadow').map(({ submit }) => Number(submit));
    expect(Math.max(...submissions)).toBeGreaterThan(0);
    const wishes = reasons('fleet-in-shadow').filter(({ dollarsPerHour }) => dollarsPerHour !== undefined);
    expect(wishes.length).toBeGreaterThan(10);
    for (const { launches, text } of wishes) {
      expect(launches).toMatchObject([{ market: 'on-demand' }]);
      expect(text).toMatch(
        /^the fleet is in shadow: it would launch [1-5] of .* at list prices, and does nothing$/,
      );
    }
  });

  it('keeps to its caps in what it would launch, however often it says so', () => {
    const workers = reasons('fleet-in-shadow').map(({ launches }) =>
      (launches as readonly { readonly workers: number }[]).reduce((sum, of) => sum + of.workers, 0),
    );
    expect(Math.max(...workers)).toBe(5);
  });

  it('has no demand unmet, though jobs wait', () => {
    const unmet = data.filter(({ name }) => name === 'JobsUnmet').map(({ value }) => value);
    expect(unmet.length).toBeGreaterThan(LIVE_MINUTE);
    const unplaced = data.filter(({ name }) => name === 'JobsUnplaced').map(({ value }) => value);
    expect(Math.max(...unplaced)).toBeGreaterThan(0);
    expect(Math.max(...unmet.slice(2, LIVE_MINUTE - 2))).toBe(0);
  });

  it('does everything once it is live', () => {
    expect(toldBetween(told, LIVE_MINUTE, 120).map(({ what }) => what)).toContainEqual(
      expect.stringMatching(/^launch/),
    );
    expect(summary).toMatchObject(EVERYTHING_DONE);
    expect(summary?.jobsDone).toBeGreaterThan(0);
    expect(summary?.jobsDone).toBe(summary?.jobsArrived);
  });
});
