import { describe, expect, it } from 'vitest';
import { bootCurves, type CurveOf } from '../../../core/learn/joins.ts';
import type { WorkerRecord } from '../../../core/model/worker.ts';
import { keepSeconds, keepTimes, mostAsleep, termsOf } from '../../../core/observe/keep-asleep.ts';
import { fleetSettings, inLedger, JOINED, type Knobs, NOW, STAGE } from '../worlds.ts';

const { template } = STAGE;
const flavour = 'm6i.large';
const sleeper = inLedger('i-00000001', { kind: 'asleep', since: NOW - 60 }, { template });
const NOTHING_LEARNED: CurveOf = () => undefined;

const learned = (cold: number, woken: number): CurveOf => {
  const took = (seconds: number) => Array.from({ length: 20 }, () => seconds);
  const common = { template, flavour, launchedAt: NOW };
  return bootCurves(
    [
      { ...common, took: took(cold) },
      { ...common, woken: true, took: took(woken) },
    ],
    [],
  );
};

const TERMS = { cores: 2, wakes: 0, sleptSeconds: 0 };
const PRICED = { prices: 'm6i.large=0.1, m6i.2xlarge=0.4', 'worker-overhead-percent': '0' };
const kept = (knobs: Knobs = PRICED, curveOf = NOTHING_LEARNED, terms = TERMS): number | undefined =>
  keepSeconds(sleeper, fleetSettings(knobs), curveOf, terms);

/** 100 GiB of gp3 in us-east-1. */
const DISK = (100 * 0.08) / 730;

describe('how long a worker is kept asleep', () => {
  it.each([
    ['until its disk has cost what 120 s of it cost, where nothing is learned', PRICED, undefined, 120 * 0.1],
    [
      'until it has cost what the boots and wakes that are learned differ by',
      PRICED,
      learned(95, 35),
      60 * 0.1,
    ],
    [
      'longer where the machine costs more',
      { ...PRICED, prices: 'm6i.large=0.3, m6i.2xlarge=1' },
      undefined,
      120 * 0.3,
    ],
    [
      'at the list price where the fleet has none',
      { 'worker-overhead-percent': '0' },
      undefined,
      120 * 0.096,
    ],
    ['with what its disk and address cost awake', { 'worker-overhead-percent': '50' }, undefined, 120 * 0.12],
    ['not at all where a wake takes as long as a boot', PRICED, learned(60, 60), 0],
    ['not at all where a wake takes longer', PRICED, learned(60, 90), 0],
    [
      'not at all where machines cost nothing',
      { ...PRICED, prices: 'm6i.large=0, m6i.2xlarge=0' },
      undefined,
      0,
    ],
  ])('%s', (_, knobs, curveOf, worth) => expect(kept(knobs, curveOf)).toBeCloseTo((2 * worth) / DISK, 6));

  const once = (kept() ?? 0) / 2;
  it.each([
    ['twice that while few are woken', { wakes: 0.5 }, 2],
    ['as many times that as each wake has saved, with its linger: 120 s and 150 s', { wakes: 4 }, 9],
    ['less what it has slept already', { wakes: 4, sleptSeconds: 2 * once }, 7],
    ['twice that at least, whatever it has slept', { wakes: 4, sleptSeconds: 9 * once }, 2],
    ['ten times that at most', { wakes: 40 }, 10],
    ['longer where larger ones are woken', { cores: 8 }, 8],
  ])('is %s', (_, terms, times) => {
    expect(kept(PRICED, NOTHING_LEARNED, { ...TERMS, ...terms })).toBeCloseTo(times * once, 6);
  });

  it('is unknown of a type that has no price anywhere', () => {
    const flavours = 'x.y(2c,8192m), m6i.large';
    const offer = { ...sleeper.offer, flavour: 'x.y' };
    expect(
      keepSeconds({ ...sleeper, offer }, fleetSettings({ flavours }), NOTHING_LEARNED, TERMS),
    ).toBeUndefined();
  });
});

describe('how long each worker of a fleet is kept asleep', () => {
  const other = inLedger('i-00000002', JOINED, { template });
  const keepOf = (asked: (kind: string) => void) =>
    keepTimes(
      { members: [], strangers: [], launches: [], asleep: [sleeper] },
      fleetSettings(PRICED),
      (of, start) => {
        asked(`${of.offer.zone} ${start}`);
        return undefined;
      },
    );

  it('is worked out once for all of one kind', () => {
    const asked: string[] = [];
    const keep = keepOf((kind) => asked.push(kind));
    expect(keep(sleeper)).toBeCloseTo((2 * 120 * 0.1) / DISK, 6);
    expect(keep(other)).toBe(keep(sleeper));
    expect(asked).toEqual(['us-east-1a cold', 'us-east-1a woken']);
    keep({ ...sleeper, offer: { ...sleeper.offer, zone: 'us-east-1b' } });
    expect(asked).toHaveLength(4);
  });

  it('is its own for each size, and nothing for a type that has no price anywhere', () => {
    const keep = keepOf(() => undefined);
    const large = {
      ...sleeper,
      offers: { ...sleeper.offers, cpus: 8 },
      offer: { ...sleeper.offer, flavour: 'm6i.2xlarge' },
    };
    expect(keep(large)).toBeCloseTo((((2 * 120 * 0.4) / 8) * 2) / DISK, 6);
    expect(keep({ ...sleeper, offer: { ...sleeper.offer, flavour: 'x.y' } })).toBe(0);
  });
});

describe('what the sleepers of a fleet have in common', () => {
  const woken = { ...sleeper, sleeps: [[NOW - 900, NOW - 600]] as [number, number][] };
  const large = { ...sleeper, offers: { ...sleeper.offers, cpus: 8 } };
  const of = (...asleep: readonly WorkerRecord[]) =>
    termsOf({ members: [], strangers: [], launches: [], asleep });
  it.each([
    ['none was ever woken', () => of(sleeper), { cores: 2, wakes: 0, sleptSeconds: 0 }],
    ['one of two was, once', () => of(sleeper, woken), { cores: 2, wakes: 0.5, sleptSeconds: 150 }],
    [
      'one was, and another did not wake',
      () => of(woken, { ...woken, state: { kind: 'asleep', since: NOW - 600, refusedAt: NOW - 600 } }),
      { cores: 2, wakes: 0.5, sleptSeconds: 150 },
    ],
    ['they have more cores', () => of(sleeper, large), { cores: 5, wakes: 0, sleptSeconds: 0 }],
    ['nobody sleeps', () => of(), { cores: 1, wakes: 0, sleptSeconds: 0 }],
  ])('%s', (_, terms, expected) => expect(terms()).toEqual(expected));

  it('counts those awake that may sleep too, and no others', () => {
    const awake = (record: WorkerRecord) => ({ record: { ...record, state: JOINED }, pool: undefined });
    const { mayStop: _, ...never } = { ...sleeper, mayStop: true };
    const members = [awake({ ...woken, mayStop: true }), awake({ ...never, offers: large.offers })];
    expect(termsOf({ members, strangers: [], launches: [] })).toEqual({
      cores: 2,
      wakes: 1,
      sleptSeconds: 300,
    });
  });
});

it.each([
  [{}, 20],
  [{ 'max-asleep': '5' }, 5],
  [{ 'max-asleep': '0' }, 0],
  [{ 'max-workers': '300' }, 300],
] as const)('as many sleep as max-asleep says, and could be awake: %o', (knobs, most) => {
  expect(mostAsleep(fleetSettings(knobs))).toBe(most);
});
