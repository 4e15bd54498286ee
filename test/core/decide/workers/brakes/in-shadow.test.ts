import { describe, expect, it } from 'vitest';
import { inShadow } from '../../../../../core/decide/workers/brakes/in-shadow.ts';
import type { PlannedLaunch, WorkerDecision } from '../../../../../core/model/decision.ts';
import { known } from '../../../../../core/model/snapshot.ts';
import type { PlannedWake } from '../../../../../core/model/wake.ts';
import { planWorkers, situationIn } from '../../../planning.ts';
import {
  fleet,
  fleetSettings,
  type Given,
  inLedger,
  inPool,
  JOINED,
  type Knobs,
  LARGE,
  NOW,
  only,
  openLaunch,
  pilots,
  poolView,
  queue,
  STAGE,
  workerWorld,
} from '../../../worlds.ts';

const WAITING = { activated: 30, pilots: pilots({ idle: 30 }) };

/** What is decided for one fleet in shadow, or live. */
const decide = (given: Given, knobs: Knobs = {}, mode = 'shadow'): WorkerDecision =>
  only(planWorkers({ ...workerWorld(given), fleets: [fleet({ ...knobs, mode })] }));

const shadowOf = ({ why }: WorkerDecision) => only(why.filter(({ kind }) => kind === 'fleet-in-shadow'));

const NOTHING = { launches: [], wake: 0, letSleep: 0, undrain: 0, drain: 0, terminate: 0 };

const idle = (id: string) => ({
  record: inLedger(id, JOINED, { mayStop: true }),
  pool: inPool(id, { idleSince: NOW - 2000 }),
});

const asleep = (id: string) =>
  inLedger(id, { kind: 'asleep', since: NOW - 300 }, { mayStop: true, template: STAGE.template });

describe('a fleet in shadow', () => {
  it('launches nothing, and says what it would launch now and for how much at list prices', () => {
    const live = decide(WAITING, { flavours: 'm6i.large', 'max-workers': '3' }, 'live');
    expect(live).toMatchObject({ kind: 'act', launches: [{ request: { count: 3 } }] });
    const decision = decide(WAITING, { flavours: 'm6i.large', 'max-workers': '3' });
    expect(decision.kind).toBe('rest');
    expect(decision).not.toHaveProperty('launches');
    expect(decision.counts).toEqual(live.counts);
    expect(decision.why.slice(0, -1)).toEqual(live.why);
    expect(shadowOf(decision)).toEqual({
      ...NOTHING,
      kind: 'fleet-in-shadow',
      launches: [{ workers: 3, flavours: ['m6i.large'], market: 'on-demand' }],
      // 0.096 of the type, and 100 GiB and an address beside it.
      dollarsPerHour: expect.closeTo(3 * (0.096 + (100 * 0.08) / 730 + 0.005), 2),
      isListed: true,
    });
  });

  it.each<readonly [string, Knobs, number | undefined]>([
    [
      'its own, of the dearest that it may become, whatever comes',
      { prices: 'm6i.large=0.1, m6a.large=0.2', 'worker-overhead-percent': '0' },
      0.6,
    ],
    ['none, of a type that nobody lists', { flavours: 'm6i.large, x9z.large(2c,8192m)' }, undefined],
  ])('counts by prices: %s', (_, knobs, dollarsPerHour) => {
    const decision = decide(WAITING, { flavours: 'm6i.large, m6a.large', 'max-workers': '3', ...knobs });
    const shadow = shadowOf(decision);
    expect(shadow).toMatchObject({ launches: [{ workers: 3 }] });
    expect('dollarsPerHour' in shadow ? shadow.dollarsPerHour : undefined).toEqual(
      dollarsPerHour === undefined ? undefined : expect.closeTo(dollarsPerHour, 6),
    );
    expect(shadow).not.toHaveProperty('isListed');
  });

  it('wakes none, and says how many it would wake', () => {
    const given = { ...WAITING, workers: [asleep('i-00000001')] };
    expect(decide(given, { 'max-workers': '1' }, 'live')).toMatchObject({ kind: 'act', wakes: [{}] });
    const decision = decide(given, { 'max-workers': '1' });
    expect(decision.kind).toBe('rest');
    expect(shadowOf(decision)).toMatchObject({ launches: [], wake: 1, isListed: true });
  });

  it('drains none, and says how many it would drain', () => {
    const { record, pool } = idle('i-00000001');
    const given = { workers: [record], pool: [pool] };
    expect(decide(given, {}, 'live')).toMatchObject({ kind: 'act', retirements: [{ step: 'drain' }] });
    const decision = decide(given);
    expect(decision.kind).toBe('rest');
    expect(shadowOf(decision)).toEqual({ ...NOTHING, kind: 'fleet-in-shadow', drain: 1 });
  });

  it('ends none, and says how many it would end', () => {
    const since = NOW - 300;
    const record = inLedger('i-00000001', { kind: 'draining', since, cause: { kind: 'fleet-drained' } });
    const given = { workers: [record], pool: [inPool('i-00000001', { draining: true })] };
    expect(decide(given, {}, 'live')).toMatchObject({ kind: 'act', retirements: [{ step: 'terminate' }] });
    const decision = decide(given);
    expect(decision.kind).toBe('rest');
    expect(shadowOf(decision)).toMatchObject({ terminate: 1, drain: 0 });
  });

  it('lets none sleep, and says how many it would let', () => {
    const record = inLedger('i-00000001', JOINED);
    const given = { workers: [record], pool: [inPool('i-00000001')] };
    expect(decide(given, {}, 'live')).toMatchObject({ kind: 'act', mayStop: ['i-00000001'] });
    const decision = decide(given);
    expect(decision.kind).toBe('rest');
    expect(shadowOf(decision)).toMatchObject({ letSleep: 1 });
  });

  it('says that it is in shadow where it would do nothing', () => {
    expect(shadowOf(decide({}))).toEqual({ ...NOTHING, kind: 'fleet-in-shadow' });
  });

  it('still holds where a live one would', () => {
    const ids = ['i-00000001', 'i-00000002', 'i-00000003', 'i-00000004'];
    const workers = ids.map((id) => inLedger(id, JOINED));
    const pool = ids.map((id) => inPool(id, { unwell: 'no CVMFS' }));
    expect(decide({ workers, pool }, {}, 'live').kind).toBe('hold');
    const decision = decide({ workers, pool });
    expect(decision.kind).toBe('hold');
    expect(shadowOf(decision)).toMatchObject(NOTHING);
  });

  it('asks for the same in the next tick, because nothing of it has come', () => {
    const first = shadowOf(decide(WAITING));
    expect(shadowOf(decide(WAITING))).toEqual(first);
  });
});

describe('what a fleet in shadow would start', () => {
  const launch = openLaunch(2);
  const offer = { flavour: 'm6i.large', zone: 'us-east-1a', market: 'on-demand' } as const;
  const wake: PlannedWake = { instanceId: 'i-1', offer, offers: LARGE, meantFor: 'x', dollarsPerHour: 0.1 };
  const acts = (launches: readonly PlannedLaunch[], wakes: readonly PlannedWake[]): WorkerDecision => ({
    ...{ kind: 'act', fleet: 'default', at: NOW, why: [], counts: {}, launches, retirements: [], wakes },
  });

  it.each<readonly [string, WorkerDecision, number | undefined]>([
    ['a machine that is woken', acts([], [wake]), 0.1],
    [
      'launches and what is woken beside them',
      acts([{ ...launch, prices: { 'm6i.large': 0.2 } }], [wake]),
      0.5,
    ],
    ['nothing, where the price of one is not known', acts([{ ...launch, prices: {} }], [wake]), undefined],
    ['nothing, where it starts nothing', acts([], []), undefined],
  ])('costs as much as %s', (_, decision, dollarsPerHour) => {
    const settings = fleetSettings({ mode: 'shadow', prices: 'm6i.large=0.1, m6i.2xlarge=0.4' });
    const [told] = inShadow([decision], { ...situationIn(workerWorld()), settingsOf: () => settings });
    const shadow = told === undefined ? undefined : shadowOf(told);
    expect(shadow && 'dollarsPerHour' in shadow ? shadow.dollarsPerHour : undefined).toEqual(
      dollarsPerHour === undefined ? undefined : expect.closeTo(dollarsPerHour, 6),
    );
  });
});

describe('a fleet in shadow beside a live one', () => {
  const both = (names: readonly [string, string], mode: string) => {
    const all = names.map((name) => [name, name === 'shadowy' ? mode : 'live'] as const);
    const world = workerWorld();
    return planWorkers({
      ...world,
      ledger: { ...world.ledger, pace: { notBefore: NOW - 600, most: 2, waitSeconds: 60 } },
      queues: names.map((name) => queue({ fleet: name }, name)),
      fleets: all.map(([name, of]) => fleet({ flavours: 'm6i.large', mode: of }, name)),
      panda: known(
        Object.fromEntries(names.map((name) => [name, { SCORE: { managed: { activated: 4 } } }])),
        NOW,
      ),
      pool: known(
        poolView(names.map((name) => ({ ...pilots({ idle: 4, fleet: name }), queue: name }))),
        NOW - 10,
      ),
    });
  };
  const launched = (decisions: readonly WorkerDecision[], name: string) =>
    decisions
      .filter(({ fleet: of }) => of === name)
      .flatMap((of) => (of.kind === 'act' ? of.launches.map(({ request }) => request.count) : []))
      .reduce((sum, count) => sum + count, 0);

  it('takes none of the pace of EC2 away from it', () => {
    const names = ['shadowy', 'there'] as const;
    const alone = launched(both(['nobody', 'there'], 'live').slice(1), 'there');
    expect(launched(both(names, 'live'), 'there')).toBeLessThan(launched(both(names, 'shadow'), 'there'));
    expect(alone).toBeLessThanOrEqual(launched(both(names, 'shadow'), 'there'));
    expect(launched(both(names, 'shadow'), 'shadowy')).toBe(0);
  });
});
