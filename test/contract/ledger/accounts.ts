import { describe, expect, it } from 'vitest';
import { accountsOf, withEnded } from '../../../core/learn/accounts.ts';
import type { Ledger } from '../../../core/ledger.ts';
import type { LedgerView } from '../../../core/model/ledger.ts';
import type { WorkerRecord } from '../../../core/model/worker.ts';
import { bookSpending } from '../../../runtime/act/book-spending.ts';
import { gatherFailures } from '../../../runtime/run/failures.ts';
import { fleet, inLedger, JOINED, NOW } from '../../core/worlds.ts';
import { bring } from './bring.ts';

const COST = { dollarsPerHour: 2, endsBy: NOW + 86_400 };
const PRICED = inLedger('i-00000001', JOINED, { cost: COST });
const UNPRICED = inLedger('i-00000002', JOINED);
const FLEETS = ['default', 'gpu'].map((name) => fleet({ 'dollars-per-core-hour': '0.05' }, name));

export const accounts = (book: () => Ledger): void => {
  const gone = (worker: WorkerRecord, at = NOW) => book().workers.change({ worker, to: 'gone' }, at);

  const tick = async (): Promise<LedgerView> => {
    const failures = gatherFailures();
    const after = await bookSpending(await book().view(), FLEETS, book().accounts, failures);
    failures.throwAny();
    return after;
  };
  const spent = (view: LedgerView) => view.accounts?.map(({ dollars }) => Object.values(dollars));

  describe('a worker with a cost', () => {
    it('is over when it is gone, for everybody, and stays until it is booked', async () => {
      await bring(book(), PRICED);
      await gone(PRICED);
      expect(await book().view()).toMatchObject({ workers: [], ended: [{ worker: PRICED, endedAt: NOW }] });
      expect(await book().workers.find(PRICED.instanceId)).toBeUndefined();
      expect(
        await book().workers.change(
          { worker: PRICED, to: { kind: 'retiring', since: NOW, cause: { kind: 'told', words: 'x' } } },
          NOW,
        ),
      ).toBe(false);
      expect(await book().workers.adopt(PRICED)).toBe(false);
    });

    it('ends once, at the first moment that is told', async () => {
      await bring(book(), PRICED);
      await gone(PRICED, NOW - 100);
      expect(await gone(PRICED, NOW)).toBe(false);
      expect((await book().view()).ended?.[0]?.endedAt).toBe(NOW - 100);
    });

    it('is booked once and then no more there', async () => {
      await bring(book(), PRICED);
      await gone(PRICED);
      expect(spent(await tick())).toEqual([[2]]);
      const after = await tick();
      expect(spent(after)).toEqual([[2]]);
      expect(after.ended).toBeUndefined();
      // Somebody who read it long ago finds nothing to end any more.
      expect(await gone(PRICED)).toBe(false);
      expect(spent(await tick())).toEqual([[2]]);
    });

    it('is booked once when a function dies between booking and letting go', async () => {
      await bring(book(), PRICED);
      await gone(PRICED);
      const { ended = [] } = await book().view();
      await book().accounts.enter(withEnded(accountsOf('default', []), ended));
      expect(spent(await tick())).toEqual([[2]]);
      expect((await book().view()).ended).toBeUndefined();
    });

    it('is booked with its own fleet, whose account comes back as it was written', async () => {
      const other = inLedger('i-00000003', JOINED, { fleet: 'gpu', cost: COST, launchedAt: NOW - 7200 });
      await bring(book(), PRICED, other);
      for (const worker of [PRICED, other]) await gone(worker);
      const { accounts: told = [] } = await tick();
      const { accounts: read = [] } = await book().view();
      const byFleet = (all: typeof told) => new Map(all.map((account) => [account.fleet, account]));
      expect(byFleet(read)).toEqual(byFleet(told));
      const spentOn = ([name, { dollars }]: [string, (typeof told)[number]]) => [
        name,
        Object.values(dollars),
      ];
      expect([...byFleet(read)].map(spentOn).sort()).toEqual([
        ['default', [2]],
        ['gpu', [4]],
      ]);
    });

    it('is booked once by two ticks at a time', async () => {
      await bring(book(), PRICED);
      await gone(PRICED);
      await Promise.all([tick(), tick(), tick()]);
      expect(spent(await tick())).toEqual([[2]]);
    });
  });

  describe('a worker without one', () => {
    it('is given one by the next tick, where its fleet has prices', async () => {
      await bring(book(), UNPRICED);
      await tick();
      const [worker] = (await book().view()).workers;
      expect(worker?.cost?.dollarsPerHour).toBeCloseTo(0.116, 12);
    });

    it('loses nothing when its end is told by somebody who has read it before', async () => {
      await bring(book(), UNPRICED);
      await tick();
      await gone(UNPRICED);
      expect((await tick()).accounts?.[0]?.dollars).toEqual({ '2027-01': expect.closeTo(0.116, 9) });
    });

    it('goes without a trace where its fleet has none', async () => {
      await bring(book(), UNPRICED);
      await gone(UNPRICED);
      expect(await book().view()).not.toHaveProperty('ended');
    });
  });
};
