import { describe, expect, it } from 'vitest';
import type { Ledger } from '../../../core/ledger.ts';
import type { WorkerRecord } from '../../../core/model/worker.ts';
import { inLedger, JOINED, NOW } from '../../core/worlds.ts';
import { bring } from './bring.ts';

const ID = 'i-00000001';
const BOOTING = inLedger(ID, { kind: 'booting' });
const DRAINING = { kind: 'draining', since: NOW, cause: { kind: 'told', words: 'idle' } } as const;

export const workers = (book: () => Ledger): void => {
  describe('a worker', () => {
    it('that is not known is not found', async () => {
      expect(await book().workers.find(ID)).toBeUndefined();
    });

    it('moves to its next state', async () => {
      await bring(book(), BOOTING);
      await book().workers.change({ worker: BOOTING, to: JOINED }, NOW);
      expect(await book().workers.find(ID)).toEqual({ ...BOOTING, state: JOINED });
    });

    it('is not moved by one who saw it in another state', async () => {
      await bring(book(), BOOTING);
      await book().workers.change({ worker: BOOTING, to: DRAINING }, NOW);
      await book().workers.change({ worker: BOOTING, to: JOINED }, NOW);
      expect((await book().workers.find(ID))?.state).toEqual(DRAINING);
    });

    it('that is gone is not brought back by one who saw it alive', async () => {
      await bring(book(), BOOTING);
      await book().workers.change({ worker: BOOTING, to: 'gone' }, NOW + 5);
      await book().workers.change({ worker: BOOTING, to: 'gone' }, NOW + 5);
      await book().workers.change({ worker: BOOTING, to: JOINED }, NOW + 6);
      expect((await book().view()).workers).toEqual([]);
    });
  });

  describe('a worker that is read', () => {
    const draining = (since: number) =>
      ({ kind: 'draining', since, cause: { kind: 'told', words: 'x' }, surplus: true }) as const;

    it('is not moved by one who saw another drain of it', async () => {
      const worker = inLedger(ID, draining(NOW));
      expect(await book().workers.adopt(worker)).toBe(true);
      expect(await book().workers.adopt(worker)).toBe(false);
      const stale = { ...worker, state: draining(NOW - 60) };
      const to = {
        kind: 'retiring',
        since: NOW,
        cause: { kind: 'told', words: 'drained' },
        pending: true,
      } as const;
      expect(await book().workers.change({ worker: stale, to }, NOW)).toBe(false);
      expect(await book().workers.change({ worker, to }, NOW)).toBe(true);
      expect((await book().workers.find(ID))?.state).toEqual(to);
    });

    it('can be marked as one that EC2 will not end, and what is gone is not brought back by that', async () => {
      const worker = inLedger(ID, { kind: 'booting' }, { template: { id: 'lt-1', version: '2' } });
      const refusal = { at: NOW, why: 'OperationNotPermitted: no' };
      await book().workers.adopt(worker);
      await book().workers.refuseEnd(worker, refusal);
      expect(await book().workers.find(worker.instanceId)).toEqual({ ...worker, endRefused: refusal });
      await book().workers.change({ worker, to: 'gone' }, NOW);
      await book().workers.refuseEnd(worker, refusal);
      expect(await book().workers.find(worker.instanceId)).toBeUndefined();
    });

    it('that has a cost only for the one who read it goes all the same', async () => {
      const worker = inLedger(ID, { kind: 'booting' });
      const priced = { ...worker, cost: { dollarsPerHour: 1, endsBy: NOW } };
      await book().workers.adopt(worker);
      expect(await book().workers.change({ worker: priced, to: 'gone' }, NOW)).toBe(true);
      expect(await book().workers.adopt(worker)).toBe(true);
    });

    it('can be protected, and what is gone is not brought back by that', async () => {
      const worker = inLedger(ID, { kind: 'booting' }, { template: { id: 'lt-1', version: '2' } });
      await book().workers.adopt(worker);
      await book().workers.protect(worker, true);
      expect(await book().workers.find(ID)).toEqual({ ...worker, isProtected: true });
      await book().workers.change({ worker, to: 'gone' }, NOW);
      await book().workers.protect(worker, true);
      expect((await book().view()).workers).toEqual([]);
    });

    it('is let sleep by one of two, until that is refused', async () => {
      const worker = inLedger(ID, { kind: 'joined', joinedAt: NOW });
      await book().workers.adopt(worker);
      expect(await book().workers.letStop(worker, true)).toBe(true);
      expect(await book().workers.letStop(worker, true)).toBe(false);
      expect(await book().workers.find(ID)).toEqual({ ...worker, mayStop: true });
      await book().workers.letStop(worker, { refusedAt: NOW });
      expect(await book().workers.find(ID)).toEqual({ ...worker, stopRefusedAt: NOW });
      expect(await book().workers.letStop(worker, true)).toBe(true);
      expect(await book().workers.find(ID)).toEqual({ ...worker, mayStop: true });
    });
  });

  describe('a worker that takes not all jobs of its fleet', () => {
    it.each<readonly [string, Partial<WorkerRecord>]>([
      ['but the pilots of one queue', { onlyQueue: 'BNL' }],
      ['but those of one width', { width: 8 }],
      ['but wide ones at first', { firstWidth: 8, meantFor: '8 16000 10000 0' }],
      ['and stays when it is idle', { kept: true }],
      ['and is of another fleet', { fleet: 'gpu' }],
    ])('%s is the same whenever it is read', async (_, takes) => {
      const worker = { ...BOOTING, ...takes };
      await bring(book(), worker);
      await book().workers.change({ worker, to: DRAINING }, NOW);
      const draining = { ...worker, state: DRAINING };
      expect(await book().workers.find(ID)).toEqual(draining);
      expect((await book().view()).workers).toEqual([draining]);
    });
  });

  describe('an end', () => {
    it('is kept once, with the reason that EC2 gives', async () => {
      const reason = { code: 'Client.InternalError', message: 'Client error on launch' };
      const { instanceId, fleet, offer, launchedAt } = BOOTING;
      const note = { instanceId, fleet, offer, launchedAt, reason, at: NOW };
      expect(await book().ends.keep(note)).toBe(true);
      expect(await book().ends.keep({ ...note, at: NOW + 600 })).toBe(false);
    });

    it('is of a worker that can be looked up as it last stood', async () => {
      const { fleet } = BOOTING;
      expect(await book().ends.lastState(fleet, ID)).toBeUndefined();
      await bring(book(), BOOTING);
      expect(await book().ends.lastState(fleet, ID)).toBe('booting');
      await book().workers.change({ worker: { ...BOOTING, state: DRAINING }, to: 'gone' }, NOW);
      expect(await book().ends.lastState(fleet, ID)).toBe('draining');
    });
  });
};
