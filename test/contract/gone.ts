import { describe, expect, it } from 'vitest';
import { workersReply } from '../../core/model/pool.ts';
import { countsOf, type Pool, seenWorker, workerOf } from './pool.ts';
import { LOWER_ONE, ONE } from './subject.ts';
import { A, WITNESS } from './workers.ts';

const NOBODY = 'i-0ddddddddddddddd4';
const DOOMED = 'i-0eeeeeeeeeeeeeee5';
const NEXT = 'i-0fffffffffffffff6';

/** Workers that are gone, and those of which somebody thinks so. */
export const gone = (pool: () => Pool): void => {
  const say = async (verb: 'drain' | 'undrain' | 'forget', instanceIds: readonly string[]) =>
    workersReply.parse(await pool().done(`/v1/workers/${verb}`, { instanceIds }));

  describe('forgetting', () => {
    it('a worker that is not there is done', async () => {
      const before = await pool().view();
      expect(await say('forget', [NOBODY, NOBODY])).toEqual({ done: [NOBODY], failed: [] });
      expect((await pool().view()).workers.workers).toHaveLength(before.workers.workers.length);
    });

    it('a live worker hides it until its next update, and harms nothing there', async () => {
      const { subject, within, submit, runs, viewUntil } = pool();
      await submit(ONE, 1);
      const before = await runs(ONE, 1);
      const forgotten = await subject.until(
        async () => ({
          reply: await say('forget', [A]),
          view: await pool().view(),
          drained: await say('drain', [A]),
        }),
        // Its next update may come just then.
        ({ view, drained }) => workerOf(view, A) === undefined && drained.done.length === 0,
        within.shows,
      );
      expect(forgotten.reply).toEqual({ done: [A], failed: [] });
      expect(forgotten.drained.failed).toEqual([{ instanceId: A, why: 'not in the collector' }]);
      expect(countsOf(forgotten.view, ONE).running).toBe(1);

      const again = await viewUntil((view) => workerOf(view, A) !== undefined, within.returns);
      expect(seenWorker(again, A)).toMatchObject({ busy: 1, joinedAt: seenWorker(before, A).joinedAt });
      expect(countsOf(again, ONE).running).toBe(1);
      await say('undrain', [A]);
      await viewUntil((view) => !seenWorker(view, A).draining, within.shows);
      await pool().ends(A);
    });
  });

  describe('a worker whose power is cut', () => {
    it('stays in the view as it was, and its pilot waits again', async () => {
      const { subject, within, submit, runs, viewUntil } = pool();
      await subject.addWorker({ instanceId: DOOMED, queue: LOWER_ONE, cpus: 2, memoryMb: 1500 });
      await viewUntil((view) => workerOf(view, DOOMED) !== undefined, within.joins);
      await submit(LOWER_ONE, 1);
      await runs(LOWER_ONE, 1);
      const before = await viewUntil((view) => seenWorker(view, DOOMED).busy === 1, within.shows);
      await subject.cutPower(DOOMED);
      const waits = await viewUntil((view) => countsOf(view, LOWER_ONE).idle === 1, within.waitsAgain);
      await pool().twoCycles(WITNESS);
      const after = await pool().view();
      for (const view of [waits, after]) {
        expect(seenWorker(view, DOOMED)).toMatchObject({
          ...{ busy: 1, free: { cpus: 1 }, idleSince: null, draining: false },
          joinedAt: seenWorker(before, DOOMED).joinedAt,
        });
      }
      expect(countsOf(after, LOWER_ONE)).toEqual({ idle: 1, running: 0, held: 0 });
      expect((await say('drain', [DOOMED])).failed).toEqual([
        { instanceId: DOOMED, why: expect.stringMatching(/\S/) },
      ]);
    });

    it('is gone for good when it is forgotten, and another one gets its pilot', async () => {
      const { subject, within, viewUntil, runs } = pool();
      expect(await say('forget', [DOOMED])).toEqual({ done: [DOOMED], failed: [] });
      const forgotten = await viewUntil((view) => workerOf(view, DOOMED) === undefined, within.shows);
      await subject.addWorker({ instanceId: NEXT, queue: LOWER_ONE, cpus: 2, memoryMb: 1500 });
      const view = await runs(LOWER_ONE, 1);
      const joined = await viewUntil((seen) => seenWorker(seen, NEXT).busy === 1, within.shows);
      expect(seenWorker(joined, NEXT).joinedAt).toBeGreaterThanOrEqual(Math.floor(forgotten.observedAt));
      const heard = seenWorker(view, A).lastHeardAt;
      const later = await viewUntil((seen) => seenWorker(seen, A).lastHeardAt > heard, within.returns);
      expect(workerOf(later, DOOMED)).toBeUndefined();
    });
  });
};
