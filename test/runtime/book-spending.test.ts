import { describe, expect, it } from 'vitest';
import type { EndedWorker } from '../../core/model/worker.ts';
import { bookSpending } from '../../runtime/book-spending.ts';
import { gatherFailures } from '../../runtime/failures.ts';
import { fleet, inLedger, JOINED, NOW } from '../core/worlds.ts';
import { fakeLedger } from '../fakes/ledger.ts';

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

  it('are not booked while a worker of their fleet cannot be read: it may be booked already', async () => {
    const { ledger } = fakeLedger({ ended: [ended('i-00000001')] });
    const unread = [{ key: 'worker#i-00000002', whose: 'default', why: 'is of version 2' }];
    const view = { ...(await ledger.view()), unread };
    await bookSpending(view, PRICED, ledger.accounts, gatherFailures());
    expect((await ledger.view()).accounts ?? []).toEqual([]);
    await bookSpending({ ...view, unread: [] }, PRICED, ledger.accounts, gatherFailures());
    expect(spent((await ledger.view()).accounts?.[0]?.dollars)).toBeCloseTo(1);
  });
});
