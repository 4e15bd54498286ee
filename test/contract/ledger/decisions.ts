import { describe, expect, it } from 'vitest';
import type { Ledger } from '../../../core/ledger.ts';
import type { Decision } from '../../../core/model/decision.ts';
import { LARGE, NARROW, NOW, openLaunch } from '../../core/worlds.ts';

const ID = 'i-00000001';
const SAID = {
  at: NOW,
  why: [{ kind: 'jobs-waiting', pilots: 3, plainJobs: 2, onJoined: 0, onBooting: 0 }],
  counts: { jobsWaiting: 5 },
} as const;
const TOLD = { queue: 'BNL', ...SAID } as const;
const TOLD_OF_FLEET = { fleet: 'gpu', ...SAID } as const;
const SUBMIT: Extract<Decision, { readonly kind: 'submit' }> = {
  ...{ of: 'pilots', kind: 'submit', requestId: 'BNL.1', viewedAt: NOW - 3, count: 5, shape: NARROW },
  ...TOLD,
};
const DECISIONS: readonly Decision[] = [
  SUBMIT,
  { ...SUBMIT, fleet: 'gpu', wallSeconds: 7200 },
  { of: 'pilots', kind: 'remove', count: 5, leave: 2, ...TOLD },
  { of: 'pilots', kind: 'remove', count: 5, leave: 2, fleet: 'gone', ...TOLD },
  { of: 'pilots', kind: 'rest', ...TOLD },
  { of: 'workers', kind: 'hold', ...TOLD_OF_FLEET },
  {
    of: 'workers',
    kind: 'act',
    launches: [{ request: openLaunch(2).request, offers: LARGE }],
    retirements: [{ instanceId: ID, step: 'drain', cause: { kind: 'told', words: 'idle' } }],
    ...TOLD_OF_FLEET,
  },
];

export const decisions = (book: () => Ledger): void => {
  describe('a decision', () => {
    it.each(DECISIONS)('of $of to $kind is kept, and comes back as it was', async (decision) => {
      expect(await book().decisions.keep(decision)).toEqual(decision);
      const held = { kind: 'hold', why: [{ kind: 'queue-paused' }] } as const;
      const other: Decision =
        decision.of === 'pilots'
          ? { of: 'pilots', ...TOLD, ...held }
          : { of: 'workers', ...TOLD_OF_FLEET, ...held };
      expect(await book().decisions.keep(other)).toEqual(decision);
    });

    it('is another for another moment, another queue, and a fleet of its name', async () => {
      await book().decisions.keep(SUBMIT);
      const others: readonly Decision[] = [
        { ...SUBMIT, at: NOW + 60 },
        { ...SUBMIT, queue: 'CERN' },
        { of: 'workers', kind: 'rest', ...SAID, fleet: 'BNL' },
      ];
      for (const other of others) expect(await book().decisions.keep(other)).toEqual(other);
    });

    it('is the same for all who write at once', async () => {
      const rivals = DECISIONS.filter(({ of }) => of === 'pilots');
      const kept = await Promise.all(rivals.map((decision) => book().decisions.keep(decision)));
      for (const decision of kept) expect(decision).toEqual(kept[0]);
    });

    it('keeps which launch is of a canary', async () => {
      const { request, offers } = openLaunch(1);
      const launches = [{ request, offers, isCanary: true as const }];
      const decision: Decision = {
        ...{ of: 'workers', kind: 'act', fleet: 'gpu', at: NOW, why: [], counts: {} },
        ...{ launches, retirements: [] },
      };
      await book().decisions.keep(decision);
      const rest: Decision = { ...TOLD_OF_FLEET, of: 'workers', kind: 'rest' };
      expect(await book().decisions.keep(rest)).toEqual(decision);
    });
  });
};
