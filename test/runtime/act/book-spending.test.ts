import { describe, expect, it } from 'vitest';
import { accountsOf, bookedIn } from '../../../core/learn/accounts.ts';
import type { Account } from '../../../core/model/account.ts';
import type { EndedWorker } from '../../../core/model/worker.ts';
import { bookSpending, stillOwed } from '../../../runtime/act/book-spending.ts';
import { gatherFailures } from '../../../runtime/run/failures.ts';
import { fleet, inLedger, JOINED, NOW } from '../../core/worlds.ts';
import { fakeLedger } from '../../fakes/ledger.ts';

const HOUR = 3600;

const ended = (id: string): EndedWorker => ({
  worker: {
    ...inLedger(id, JOINED, { launchedAt: NOW - HOUR }),
    cost: { dollarsPerHour: 1, endsBy: NOW + HOUR },
  },
  endedAt: NOW,
});

const PRICED = [fleet({ 'dollars-per-core-hour': '0.5' })];
const spent = (dollars: Readonly<Record<string, number>> = {}): number =>
  Object.values(dollars).reduce((sum, each) => sum + each, 0);

describe('workers that are over', () => {
  it('are booked once, however often they are seen', async () => {
    const { ledger } = fakeLedger({ ended: [ended('i-00000001'), ended('i-00000002')] });
    const view = await ledger.view();
    for (const _ of [1, 2]) await bookSpending(view, PRICED, ledger.accounts, gatherFailures());
    const [account] = (await ledger.view()).accounts ?? [];
    expect(spent(account?.dollars)).toBeCloseTo(2);
  });

  it('are booked into the account that their fleet has, of which there is one then', async () => {
    const { ledger } = fakeLedger({ ended: [ended('i-00000001')] });
    await bookSpending(await ledger.view(), PRICED, ledger.accounts, gatherFailures());
    const view = { ...(await ledger.view()), ended: [ended('i-00000002')] };
    const { accounts = [] } = await bookSpending(view, PRICED, ledger.accounts, gatherFailures());
    expect(accounts.map(({ version, dollars }) => [version, Math.round(spent(dollars))])).toEqual([[2, 2]]);
  });

  it.each([
    ['their disks while they slept', [fleet({})], (100 * 0.08) / 730],
    ['all their time as awake where the settings of their fleet are not known', [], 1],
  ])('are booked with %s', async (_, fleets, dollarsAsleep) => {
    const { worker, endedAt } = ended('i-00000001');
    const slept = { ...worker, sleeps: [[NOW - HOUR / 2, NOW - HOUR / 4] as [number, number]] };
    const { ledger } = fakeLedger({ ended: [{ worker: slept, endedAt }] });
    await bookSpending(await ledger.view(), fleets, ledger.accounts, gatherFailures());
    const [account] = (await ledger.view()).accounts ?? [];
    expect(spent(account?.dollars)).toBeCloseTo(0.75 + dollarsAsleep / 4, 9);
  });

  it('are not booked while a worker of their fleet cannot be read: it may be booked already', async () => {
    const { ledger } = fakeLedger({ ended: [ended('i-00000001')] });
    const unread = [{ key: 'worker#i-00000002', whose: 'default', why: 'is of version 2' }];
    const view = { ...(await ledger.view()), unread };
    await bookSpending(view, PRICED, ledger.accounts, gatherFailures());
    expect((await ledger.view()).accounts ?? []).toEqual([]);
    await bookSpending({ ...view, unread: [] }, PRICED, ledger.accounts, gatherFailures());
    expect(spent((await ledger.view()).accounts?.[0]?.dollars)).toBeCloseTo(1);
  });

  it('are booked in the account of their fleet alone, and those of another fleet in its own', async () => {
    const of = (id: string, name: string): EndedWorker => {
      const { worker, ...rest } = ended(id);
      return { ...rest, worker: { ...worker, fleet: name } };
    };
    const { ledger } = fakeLedger({ ended: [of('i-00000001', 'gpu'), of('i-00000002', 'default')] });
    await bookSpending(await ledger.view(), [...PRICED, fleet({}, 'gpu')], ledger.accounts, gatherFailures());
    const { accounts = [], ended: left } = await ledger.view();
    expect(accounts.map((account) => [account.fleet, spent(account.dollars), account.booked]).sort()).toEqual(
      [
        ['default', 1, ['i-00000002']],
        ['gpu', 1, ['i-00000001']],
      ],
    );
    expect(left).toBeUndefined();
  });
});

describe('workers that live', () => {
  const COST = { dollarsPerHour: 1, endsBy: NOW + HOUR };

  it('are given a cost if their fleet has prices and they have none, and keep what they have', async () => {
    const workers = [
      inLedger('i-00000001', JOINED),
      inLedger('i-00000002', JOINED, { cost: COST }),
      inLedger('i-00000003', JOINED, { fleet: 'free' }),
    ];
    const { ledger } = fakeLedger({ workers });
    const fleets = [...PRICED, fleet({}, 'free'), fleet({ 'max-workers': 'many' }, 'bad')];
    const after = await bookSpending(await ledger.view(), fleets, ledger.accounts, gatherFailures());
    for (const view of [after, await ledger.view()]) {
      const [first, second, third] = view.workers;
      expect(first?.cost?.dollarsPerHour).toBeCloseTo(1, 1);
      expect(second?.cost).toEqual(COST);
      expect(third).not.toHaveProperty('cost');
    }
  });

  it('are as they were where all have a cost, or no fleet has prices', async () => {
    const { ledger } = fakeLedger({ workers: [inLedger('i-00000001', JOINED, { cost: COST })] });
    const price = () => Promise.reject(new Error('nothing is to be written'));
    const view = await ledger.view();
    for (const [workers, fleets] of [
      [view.workers, PRICED],
      [[inLedger('i-00000001', JOINED)], [fleet({})]],
    ] as const) {
      const given = { ...view, workers };
      expect(await bookSpending(given, fleets, { ...ledger.accounts, price }, gatherFailures())).toBe(given);
    }
  });

  it('that a reconciliation has let go of are owed until they are booked, from the moment of their end', async () => {
    const [gone, failed, free, left] = [
      inLedger('i-1', JOINED, { cost: COST }),
      inLedger(
        'i-2',
        { kind: 'failed', at: NOW - 60, cause: { kind: 'ended-before-joining' } },
        { cost: COST },
      ),
      inLedger('i-3', JOINED),
      inLedger('i-4', JOINED, { cost: COST }),
    ] as const;
    const empty = await fakeLedger().ledger.view();
    const before = { ...empty, workers: [gone, failed, free, left] };
    const owed = [ended('i-9')];
    expect(stillOwed(before, { ...empty, workers: [left], ended: owed }, NOW).ended).toEqual([
      ...owed,
      { worker: gone, endedAt: NOW },
      { worker: failed, endedAt: NOW - 60 },
    ]);
    const same = { ...empty, workers: [gone, failed, left] };
    expect(stillOwed(before, same, NOW)).toBe(same);
    expect(stillOwed(before, before, NOW)).toBe(before);
  });
});

it('what another tick has booked meanwhile is left for the next one', async () => {
  const { ledger } = fakeLedger({ ended: [ended('i-00000001')] });
  const view = await ledger.view();
  const enter = async () => false;
  expect(await bookSpending(view, PRICED, { ...ledger.accounts, enter }, gatherFailures())).toBe(view);
  expect((await ledger.view()).ended).toHaveLength(1);
});

describe('a fleet whose queues had accounts before there were fleets', () => {
  const MONTH = '2027-01';
  const former = (name: string, booked: readonly string[] = []): Account => ({
    ...{ fleet: 'default', former: name, dollars: { [MONTH]: 40 }, booked, version: 7 },
  });

  it('books into its own, and leaves theirs as they are', async () => {
    const { ledger } = fakeLedger({ accounts: [former('A'), former('B')], ended: [ended('i-00000001')] });
    const after = await bookSpending(await ledger.view(), PRICED, ledger.accounts, gatherFailures());
    const read = await ledger.view();
    for (const { accounts = [] } of [after, read]) {
      expect(accounts.filter((account) => account.former !== undefined)).toEqual([former('A'), former('B')]);
      const { own, former: old } = accountsOf('default', accounts);
      expect(spent(own.dollars)).toBeCloseTo(1);
      expect(own.version).toBe(1);
      expect(bookedIn(MONTH, { own, former: old })).toBeCloseTo(81);
    }
    expect(read.ended).toBeUndefined();
  });

  it('does not book a worker again that one of them has booked, and lets go of it', async () => {
    const { ledger } = fakeLedger({
      accounts: [former('A'), former('B', ['i-00000001'])],
      ended: [ended('i-00000001')],
    });
    await bookSpending(await ledger.view(), PRICED, ledger.accounts, gatherFailures());
    const { accounts = [], ended: left } = await ledger.view();
    expect(bookedIn(MONTH, accountsOf('default', accounts))).toBe(80);
    expect(left).toBeUndefined();
  });

  it('books nothing while one of them cannot be read: it may be booked there', async () => {
    const { ledger } = fakeLedger({ ended: [ended('i-00000001')] });
    const unread = [{ key: 'account#BNL', whose: 'default', why: 'does not read' }];
    await bookSpending({ ...(await ledger.view()), unread }, PRICED, ledger.accounts, gatherFailures());
    expect((await ledger.view()).accounts ?? []).toEqual([]);
    expect((await ledger.view()).ended).toHaveLength(1);
  });
});
