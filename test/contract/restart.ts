import { describe, expect, it } from 'vitest';
import { countsOf, isComplete, type Pool } from './pool.ts';
import { LOWER_ONE, ONE, SHAPE } from './subject.ts';

const HUGE = { ...SHAPE, cpus: 64 };

/** A collector that begins anew. */
export const restart = (pool: () => Pool): void => {
  describe('a restarted collector', () => {
    it('has started later, knows its workers again in time, and no pilot has noticed', async () => {
      const { subject, submit, viewUntil, within } = pool();
      await submit(ONE, 2, HUGE);
      const before = await viewUntil((view) => countsOf(view, ONE).idle === 2, within.shows);
      const workers = before.workers.workers.map(({ instanceId, joinedAt }) => ({ instanceId, joinedAt }));
      expect(workers.length).toBeGreaterThan(2);
      expect(countsOf(before, LOWER_ONE).running).toBe(1);

      await subject.restartCollector();
      const anew = await viewUntil(
        (view) => isComplete(view) && view.collectorStartedAt > before.collectorStartedAt,
        within.answers,
      );
      expect(anew.collectorStartedAt).toBeGreaterThanOrEqual(Math.floor(before.observedAt));
      const whole = await viewUntil(
        (view) => view.workers.workers.length === workers.length,
        within.allReturn,
      );
      expect(
        new Set(whole.workers.workers.map(({ instanceId, joinedAt }) => ({ instanceId, joinedAt }))),
      ).toEqual(new Set(workers));
      expect(whole.collectorStartedAt).toBe(anew.collectorStartedAt);
      for (const queue of [ONE, LOWER_ONE]) expect(countsOf(whole, queue)).toEqual(countsOf(before, queue));
    });
  });
};
