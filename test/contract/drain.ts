import { describe, expect, it } from 'vitest';
import { workersReply } from '../../core/model/pool.ts';
import { countsOf, type Pool, seenWorker } from './pool.ts';
import { ONE } from './subject.ts';
import { A, WITNESS } from './workers.ts';

const NOBODY = 'i-0ddddddddddddddd4';

/** Taking a worker out of use without harming what runs there, and taking that back. */
export const drain = (pool: () => Pool): void => {
  const say = async (verb: 'drain' | 'undrain', instanceIds: readonly string[]) =>
    workersReply.parse(await pool().done(`/v1/workers/${verb}`, { instanceIds }));
  const isDraining = (wanted: boolean) =>
    pool().viewUntil((view) => seenWorker(view, A).draining === wanted, pool().within.shows);

  describe('a drain', () => {
    it('lets running pilots end by themselves and no new one start, until it is taken back', async () => {
      const { submit, runs } = pool();
      await submit(ONE, 1);
      await runs(ONE, 1);
      expect(await say('drain', [A])).toEqual({ done: [A], failed: [] });
      await isDraining(true);
      await submit(ONE, 1);
      await pool().twoCycles(WITNESS);
      expect(countsOf(await pool().view(), ONE)).toEqual({ idle: 1, running: 1, held: 0 });

      await pool().ends(A);
      await pool().twoCycles(WITNESS);
      const drained = await pool().view();
      expect(countsOf(drained, ONE)).toEqual({ idle: 1, running: 0, held: 0 });
      expect(seenWorker(drained, A)).toMatchObject({ draining: true, busy: 0 });

      expect(await say('undrain', [A])).toEqual({ done: [A], failed: [] });
      await isDraining(false);
      await runs(ONE, 1);
      await pool().ends(A);
    });

    it('is done when it is so already, and so is its end; a worker that is named twice is answered once', async () => {
      expect(await say('drain', [A, A])).toEqual({ done: [A], failed: [] });
      expect(await say('drain', [A])).toEqual({ done: [A], failed: [] });
      await isDraining(true);
      expect(await say('drain', [A])).toEqual({ done: [A], failed: [] });
      expect(await say('undrain', [A, A])).toEqual({ done: [A], failed: [] });
      expect(await say('undrain', [A])).toEqual({ done: [A], failed: [] });
      await isDraining(false);
      expect(await say('undrain', [A])).toEqual({ done: [A], failed: [] });
    });

    it.each(['drain', 'undrain'] as const)(
      '%s: a worker that is not there has failed, and why',
      async (verb) => {
        expect(await say(verb, [NOBODY, WITNESS])).toEqual({
          done: [WITNESS],
          failed: [{ instanceId: NOBODY, why: 'not in the collector' }],
        });
        await say('undrain', [WITNESS]);
        await pool().viewUntil((view) => !seenWorker(view, WITNESS).draining, pool().within.shows);
      },
    );
  });
};
