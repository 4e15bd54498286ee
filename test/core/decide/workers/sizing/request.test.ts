import { describe, expect, it } from 'vitest';
import { planLaunches } from '../../../../../core/decide/workers/sizing/launches.ts';
import type { OpenLaunch } from '../../../../../core/model/launch.ts';
import type { Situation } from '../../../../../core/observe/situation.ts';
import { situationIn } from '../../../planning.ts';
import { busy, type Given, inLedger, JOINED, NARROW, openLaunch, workerWorld } from '../../../worlds.ts';

const AFTER_JOB = 'aerie:linger-after-job-seconds';

/** What is launched for two narrow jobs. */
const launched = (given: Given = {}, changes: Partial<Situation> = {}) => {
  const situation = { ...situationIn(workerWorld(given)), ...changes };
  const waiting = { shape: NARROW, wallSeconds: 3600, count: 2 };
  const { launches } = planLaunches({ residual: [waiting], later: [] }, situation, { workers: 9, cores: 99 });
  const [launch] = launches;
  if (launch === undefined) throw new Error('expected a launch');
  return launch;
};

const SPOT = { flavour: 'm6i.large', zone: 'us-east-1a', market: 'spot' } as const;
const requested = (change: Partial<OpenLaunch['request']>) => {
  const open = openLaunch(1);
  return { ...open, request: { ...open.request, ...change } };
};

describe('a worker that is launched', () => {
  /** One may sleep, beside what is there. */
  const knobs = { 'max-asleep': '1' };
  const beside = (given: Given): Given => ({ ...given, knobs });
  const there = (record: Parameters<typeof inLedger>[2]): Given =>
    beside({ workers: [inLedger('i-1', JOINED, record)], pool: [busy('i-1')] });

  it.each<readonly [string, Given, boolean]>([
    ['with nobody else', beside({}), true],
    ['beside one that may', there({}), false],
    ['beside one on spot, which may not', there({ offer: SPOT }), true],
    ['beside one that is kept, which does not', there({ kept: true }), true],
    ['beside a launch that may', beside({ launches: [requested({})] }), false],
    ['beside a launch on spot', beside({ launches: [requested({ market: 'spot' })] }), true],
    ['beside a launch of one that is kept', beside({ launches: [requested({ kept: true })] }), true],
  ])('may sleep after its jobs, if that is not one too many: %s', (_, given, maySleep) => {
    expect(AFTER_JOB in launched(given).request.tags).toBe(maySleep);
  });

  it('is not to sleep where that is not worth its disk', () => {
    expect(launched({}, { keepSecondsOf: () => 0 }).request.tags).not.toHaveProperty(AFTER_JOB);
    expect(launched({}, { keepSecondsOf: () => 1 }).request.tags).toHaveProperty(AFTER_JOB);
  });

  it.each([
    ['mixed', undefined],
    ['apart', 1],
  ])('is of the width of its jobs where widths are %s, or of any', (widths, width) => {
    const { request } = launched({ knobs: { widths } });
    expect([request.width, request.tags['aerie:width']]).toEqual([width, width?.toString()]);
  });

  it('says nothing that it is not: kept, contended, or on trial', () => {
    const launch = launched();
    expect(Object.keys(launch)).toEqual(['offers', 'request']);
    for (const name of ['kept', 'firstWidth', 'width', 'reservationsFirst']) {
      expect(launch.request).not.toHaveProperty(name);
    }
  });
});
