import { describe, expect, it } from 'vitest';
import { NO_ACCOUNT } from '../../../../core/model/account.ts';
import type { LedgerView } from '../../../../core/model/ledger.ts';
import { endsBy } from '../../../../core/model/lifetimes.ts';
import { monthsOf } from '../../../../core/model/months.ts';
import { planWorkers } from '../../planning.ts';
import {
  busy,
  type Given,
  inEc2,
  inLedger,
  inPool,
  JOINED,
  NARROW,
  NOW,
  only,
  openLaunch,
  pilots,
  workerWorld,
} from '../../worlds.ts';

/** An m6i.large costs $1 an hour, a worker lives ten hours. */
const KNOBS = {
  flavours: 'm6i.large',
  'dollars-per-core-hour': '0.5',
  'worker-overhead-percent': '0',
  'max-life-seconds': '36000',
  'pilot-wall-seconds': '3600',
};
const COST = { dollarsPerHour: 1, endsBy: endsBy(NOW - 3600, 36_000) };
const MONTH = monthsOf(NOW, NOW)[0]?.name ?? '';

const worker = (id: string) => inLedger(id, JOINED, { cost: COST });

const plan = (given: Given, money: Partial<LedgerView> = {}) => {
  const world = workerWorld({
    activated: 20,
    pilots: pilots({ shape: NARROW, idle: 20 }),
    ...given,
    knobs: { ...KNOBS, ...given.knobs },
  });
  const decision = only(planWorkers({ ...world, ledger: { ...world.ledger, ...money } }));
  const launches = decision.kind === 'act' ? decision.launches : [];
  return { ...decision, launched: launches.reduce((n, { request }) => n + request.count, 0), launches };
};

describe('a fleet without a budget', () => {
  it('is planned as if there were no money', () => {
    const { counts } = only(planWorkers(workerWorld({ activated: 2, pilots: pilots({ idle: 2 }) })));
    expect(Object.keys(counts).filter((name) => name.includes('ollars') || name.includes('udget'))).toEqual([
      'dollarsPerHourListed',
    ]);
  });

  it('tells what its workers, open launches and strangers cost at list prices, and books nothing', () => {
    const world = workerWorld({
      knobs: { flavours: 'm6i.large, m6i.2xlarge', 'worker-overhead-percent': '0', market: 'spot' },
      workers: [
        inLedger('i-1', JOINED),
        inLedger(
          'i-2',
          { kind: 'booting' },
          { offer: { flavour: 'm6i.2xlarge', zone: 'z', market: 'spot' } },
        ),
      ],
      launches: [openLaunch(2)],
      pool: [busy('i-1'), busy('i-3')],
      vouched: [inEc2('i-3')],
    });
    const { counts } = only(planWorkers(world));
    // 0.096 for each m6i.large, 0.384 for the m6i.2xlarge, on demand, though they are on spot.
    expect(counts.dollarsPerHourListed).toBeCloseTo(0.096 + 0.384 + 2 * 0.096 + 0.096, 9);
  });

  it.each([
    ['prices of its own', { 'dollars-per-core-hour': '0.05' }],
    ['a flavour that is not listed', { flavours: 'm6i.large, x9.large(2c,8192m)' }],
  ])('is not told at list prices with %s', (_, knobs) => {
    const { counts } = only(planWorkers(workerWorld({ knobs })));
    expect(counts).not.toHaveProperty('dollarsPerHourListed');
  });

  it('tells what it spends, if it has prices', () => {
    const account = { ...NO_ACCOUNT('default'), dollars: { [MONTH]: 7 } };
    const { counts, launched } = plan(
      { workers: [worker('i-1')], pool: [busy('i-1')] },
      { accounts: [account] },
    );
    expect(launched).toBe(10);
    expect(counts).toMatchObject({ dollarsPerHour: 1, dollarsThisMonth: 8, budgetNear: 0, budgetOver: 0 });
    expect(counts.dollarsCommitted).toBeCloseTo(7 + 10 + 1 / 6, 6);
  });
});

describe('a fleet with sleepers', () => {
  const DISK = (100 * 0.08) / 730;
  const asleep = inLedger('i-2', { kind: 'asleep', since: NOW - 1800 }, { cost: COST });

  it('tells that they cost their disks, and what they cost before', () => {
    const { counts } = plan({ workers: [worker('i-1'), asleep], pool: [busy('i-1')], activated: 0 });
    expect(counts.dollarsPerHour).toBeCloseTo(1 + DISK, 9);
    expect(counts.dollarsThisMonth).toBeCloseTo(1 + 0.5 + DISK / 2, 9);
    expect(counts.dollarsCommitted).toBeCloseTo(10 + 1 / 6 + 0.5 + DISK * (9.5 + 1 / 6), 6);
  });

  it('tells their disks at list prices where it has no prices', () => {
    const world = workerWorld({ knobs: { 'worker-overhead-percent': '0' }, workers: [asleep] });
    expect(only(planWorkers(world)).counts.dollarsPerHourListed).toBeCloseTo(DISK, 9);
  });

  it('tells that one that wakes costs what it costs awake', () => {
    const waking = inLedger(
      'i-2',
      { kind: 'waking', since: NOW - 1800 },
      { cost: COST, sleeps: [[NOW - 2700, NOW - 1800]] },
    );
    const { counts } = plan({ workers: [waking], activated: 0 });
    expect(counts.dollarsPerHour).toBe(1);
    expect(counts.dollarsThisMonth).toBeCloseTo(0.25 + DISK / 4 + 0.5, 9);
  });
});

describe('a budget by the hour', () => {
  it('is what all workers together may cost, open launches too', () => {
    const { launched, why, counts } = plan(
      {
        workers: [worker('i-1')],
        pool: [busy('i-1')],
        launches: [openLaunch(2)],
        knobs: { 'budget-dollars-per-hour': '6' },
      },
      {},
    );
    expect(launched).toBe(3);
    expect(why).toContainEqual({ kind: 'capped-by-budget', workers: 5 });
    expect(counts.budgetOver).toBe(1);
  });
});

describe('a budget by the month', () => {
  const knobs = { 'budget-dollars-per-month': '100' };

  it('keeps what every worker would cost if it lived as long as it may', () => {
    // 10 h 20 min each: the last minutes to power off, and for a launch that is asked for again.
    expect(plan({ knobs }).launched).toBe(9);
  });

  it('counts what is spent, what is over and not booked, and what lives', () => {
    const account = { ...NO_ACCOUNT('default'), dollars: { [MONTH]: 50 } };
    const over = {
      worker: { ...worker('i-2'), launchedAt: NOW - 36_000, cost: COST },
      endedAt: NOW,
    };
    const { launched } = plan(
      { workers: [worker('i-1')], pool: [busy('i-1')], knobs },
      { accounts: [account], ended: [over] },
    );
    expect(launched).toBe(Math.floor((100 - 50 - 10 - (10 + 1 / 6)) / (10 + 1 / 3)));
  });

  it('is near once 80 percent are spent, and from 80 percent committed on takes the cheapest offers only', () => {
    const flavours = 'm6i.large, m6a.large';
    const prices = 'm6i.large=1, m6a.large=0.9';
    const at = (spent: number) =>
      plan(
        { knobs: { ...knobs, flavours, prices } },
        { accounts: [{ ...NO_ACCOUNT('default'), dollars: { [MONTH]: spent } }] },
      );
    const names = ({ launches }: ReturnType<typeof at>) => [
      ...new Set(launches.flatMap(({ request }) => request.overrides.map(({ flavour }) => flavour))),
    ];
    expect(names(at(10))).toEqual(['m6i.large', 'm6a.large']);
    expect(at(10).counts.budgetNear).toBe(0);
    expect(names(at(80))).toEqual(['m6a.large']);
    expect(at(80).counts.budgetNear).toBe(1);
    expect(at(95).launched).toBe(0);
  });

  it('with spot first, does without on-demand when money is short', () => {
    const cooling = ['us-east-1a', 'us-east-1b'].map((zone) => ({
      offer: { flavour: 'm6i.large', zone, market: 'spot' as const },
      until: NOW + 100,
      why: 'x',
    }));
    const at = (spent: number) =>
      plan(
        { knobs: { ...knobs, market: 'spot-first' }, cooling },
        { accounts: [{ ...NO_ACCOUNT('default'), dollars: { [MONTH]: spent } }] },
      ).launches.map(({ request }) => request.market);
    expect(at(10)).toEqual(['on-demand']);
    expect(at(80)).toEqual([]);
  });

  it('that is overdrawn, because it was lowered, sends idle workers away for good and leaves busy ones', () => {
    const decision = plan({
      workers: [worker('i-1'), worker('i-2')],
      pool: [busy('i-1'), inPool('i-2')],
      knobs: { 'budget-dollars-per-month': '1' },
    });
    expect(decision.kind === 'act' && decision.retirements).toEqual([
      { instanceId: 'i-2', step: 'drain', cause: { kind: 'idle-over-budget' } },
    ]);
    expect(decision.launched).toBe(0);
    expect(decision.counts.budgetOver).toBe(1);
  });
});
