import { describe, expect, it } from 'vitest';
import type { Ledger } from '../../../core/ledger.ts';
import type { Decision } from '../../../core/model/decision.ts';
import { LARGE, NARROW, NOW, openLaunch } from '../../core/worlds.ts';

const ID = 'i-00000001';
const TOLD = {
  queue: 'BNL',
  at: NOW,
  why: [{ kind: 'pilots-waiting', pilots: 5, onJoined: 0, onBooting: 0 }],
  counts: { pilotsWaiting: 5 },
} as const;
const DECISIONS: readonly Decision[] = [
  { of: 'pilots', kind: 'submit', requestId: 'BNL.1', viewedAt: NOW - 3, count: 5, shape: NARROW, ...TOLD },
  { of: 'pilots', kind: 'remove', count: 5, leave: 2, ...TOLD },
  { of: 'pilots', kind: 'rest', ...TOLD },
  { of: 'workers', kind: 'hold', ...TOLD },
  {
    of: 'workers',
    kind: 'act',
    launches: [{ request: openLaunch(2).request, offers: LARGE }],
    retirements: [{ instanceId: ID, step: 'drain', cause: { kind: 'told', words: 'idle' } }],
    ...TOLD,
  },
];

export const decisions = (book: () => Ledger): void => {
  describe('a decision', () => {
    it.each(DECISIONS)('of $of to $kind is kept, and comes back as it was', async (decision) => {
      expect(await book().decisions.keep(decision)).toEqual(decision);
      const other: Decision = { of: decision.of, kind: 'hold', ...TOLD, why: [{ kind: 'queue-paused' }] };
      expect(await book().decisions.keep(other)).toEqual(decision);
    });

    it('is another for another moment, another queue, and for the workers', async () => {
      const [first] = DECISIONS;
      if (first === undefined) throw new Error('there is one');
      await book().decisions.keep(first);
      const others: readonly Decision[] = [
        { ...first, at: NOW + 60 },
        { ...first, queue: 'CERN' },
        { of: 'workers', kind: 'rest', ...TOLD },
      ];
      for (const other of others) expect(await book().decisions.keep(other)).toEqual(other);
    });

    it('is the same for all who write at once', async () => {
      const rivals = DECISIONS.slice(0, 3);
      const kept = await Promise.all(rivals.map((decision) => book().decisions.keep(decision)));
      expect(new Set(kept.map(({ kind }) => kind)).size).toBe(1);
    });

    it('keeps which launch is of a canary', async () => {
      const { request, offers } = openLaunch(1);
      const launches = [{ request, offers, isCanary: true as const }];
      const decision: Decision = {
        ...{ of: 'workers', kind: 'act', queue: 'BNL', at: NOW, why: [], counts: {} },
        ...{ launches, retirements: [] },
      };
      await book().decisions.keep(decision);
      expect(await book().decisions.keep({ ...decision, launches: [] })).toEqual(decision);
    });
  });
};
