import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { countsOf, type Pool, queueOf, rowOf, rowsOf, seenWorker, workerOf } from './pool.ts';
import { LOWER_ONE, ONE, SHAPE, TWO } from './subject.ts';

/** The worker of the queue ONE, and that of TWO, whose pilots are the witnesses of a negotiation. */
export const A = 'i-0aaaaaaaaaaaaaaa1';
export const WITNESS = 'i-0bbbbbbbbbbbbbbb2';
const MUTE = 'i-0ccccccccccccccc3';

/** No multiple of what HTCondor would round memory to: three of them fit on A if nothing is rounded. */
const UNEVEN = { ...SHAPE, memoryMb: 1320 };
const HUGE = { ...SHAPE, cpus: 64 };

/** Workers, and pilots that start and end on them. */
export const workers = (pool: () => Pool): void => {
  describe('workers', () => {
    beforeAll(async () => {
      const { subject, within, viewUntil } = pool();
      await subject.addWorker({ instanceId: A, queue: ONE, cpus: 4, memoryMb: 4000 });
      await subject.addWorker({ instanceId: WITNESS, queue: TWO, cpus: 2, memoryMb: 1500 });
      await viewUntil((view) => view.workers.workers.length === 2, within.joins);
    });
    afterEach(async () => {
      await pool().clear();
      await pool().ends(A);
    });

    it('are in the view with their queue, whole and idle since they joined', async () => {
      const view = await pool().view();
      const expected = [
        [A, ONE, 4, 4000],
        [WITNESS, TWO, 2, 1500],
      ] as const;
      for (const [instanceId, queue, cpus, memoryMb] of expected) {
        const worker = seenWorker(view, instanceId);
        const { joinedAt, lastHeardAt, total } = worker;
        expect(worker).toMatchObject({ queue, busy: 0, draining: false, reachable: true });
        expect(total).toMatchObject({ cpus, memoryMb, gpus: 0 });
        expect(total.diskMb).toBeGreaterThan(0);
        expect(worker.free).toEqual(total);
        expect(worker.idleSince).toBe(joinedAt);
        expect(lastHeardAt).toBeGreaterThanOrEqual(joinedAt);
        expect(Math.floor(lastHeardAt)).toBeLessThanOrEqual(view.observedAt);
      }
    });

    it('of its own queue and no other get a pilot, and it takes of them what it asks for', async () => {
      await pool().submit(ONE, 3, UNEVEN);
      const view = await pool().runs(ONE, 3);
      expect(rowsOf(view, ONE)).toEqual([rowOf(UNEVEN, { running: 3 })]);
      expect(queueOf(view, ONE).recentStarts.reduce((sum, starts) => sum + starts, 0)).toBe(3);
      const busy = await pool().viewUntil((seen) => seenWorker(seen, A).busy === 3, pool().within.shows);
      expect(seenWorker(busy, A)).toMatchObject({
        free: { cpus: 1, memoryMb: 4000 - 3 * 1320 },
        total: { cpus: 4, memoryMb: 4000 },
        idleSince: null,
      });
      const other = seenWorker(busy, WITNESS);
      expect(other).toMatchObject({ busy: 0, idleSince: other.joinedAt });
    });

    it('are idle again when their pilots have ended, since between the two views that say so', async () => {
      const { subject, within, viewUntil } = pool();
      const before = queueOf(await pool().view(), ONE).ended.count;
      await pool().submit(ONE, 2);
      await pool().runs(ONE, 2);
      const busy = await viewUntil((seen) => seenWorker(seen, A).busy === 2, within.shows);
      await subject.endPilots(A);
      const over = await viewUntil((seen) => seenWorker(seen, A).busy === 0, within.ends);
      expect(seenWorker(over, A).free).toMatchObject({ cpus: 4, memoryMb: 4000 });
      const { idleSince } = seenWorker(over, A);
      expect(idleSince).toBeGreaterThanOrEqual(busy.observedAt);
      expect(idleSince).toBeLessThanOrEqual(over.observedAt);
      const counted = await viewUntil((seen) => queueOf(seen, ONE).ended.count === before + 2, within.ends);
      expect(countsOf(counted, ONE)).toEqual({ idle: 0, running: 0, held: 0 });
      expect(queueOf(counted, ONE).ended.short).toBeGreaterThanOrEqual(2);
    });

    it('do not get a pilot that is bigger than they are; smaller ones behind it pass', async () => {
      await pool().submit(ONE, 1, HUGE);
      await pool().submit(ONE, 1);
      const view = await pool().runs(ONE, 1);
      expect(new Set(rowsOf(view, ONE))).toEqual(
        new Set([rowOf(HUGE, { idle: 1 }), rowOf(SHAPE, { running: 1 })]),
      );
      await pool().twoCycles(WITNESS);
      expect(countsOf(await pool().view(), ONE)).toEqual({ idle: 1, running: 1, held: 0 });
    });

    it('do not get a pilot of another queue, not even of one with the same letters', async () => {
      await pool().submit(LOWER_ONE, 1);
      await pool().twoCycles(WITNESS);
      const view = await pool().view();
      expect(countsOf(view, LOWER_ONE)).toEqual({ idle: 1, running: 0, held: 0 });
      expect(seenWorker(view, A).busy).toBe(0);
    });

    it('keep the pilots that run there when idle ones are removed', async () => {
      await pool().submit(ONE, 1);
      await pool().runs(ONE, 1);
      await pool().submit(ONE, 2, HUGE);
      const removed = await pool().done('/v1/pilots/remove', { queue: ONE, count: 100, leave: 0 });
      expect(removed).toEqual({ removed: 2 });
      await pool().twoCycles(WITNESS);
      expect(countsOf(await pool().view(), ONE)).toEqual({ idle: 0, running: 1, held: 0 });
    });

    it('are counted by fleet and state for Prometheus', async () => {
      await pool().submit(ONE, 1);
      await pool().runs(ONE, 1);
      await pool().viewUntil((seen) => seenWorker(seen, A).busy === 1, pool().within.shows);
      const { status, headers, text } = await pool().get('/metrics');
      expect([status, headers['content-type']]).toEqual([200, expect.stringMatching(/^text\/plain; /)]);
      expect(text.split('\n')).toEqual(
        expect.arrayContaining([
          `aerie_endpoint_pilots{queue="${ONE}",state="running"} 1`,
          'aerie_endpoint_workers{fleet="default",state="busy"} 1',
          'aerie_endpoint_workers{fleet="default",state="idle"} 1',
        ]),
      );
    });

    it('without CCB are in the view as out of reach, and no pilot starts there', async () => {
      const { subject, within, viewUntil, done } = pool();
      await subject.addWorker({
        instanceId: MUTE,
        queue: LOWER_ONE,
        cpus: 2,
        memoryMb: 1500,
        reachable: false,
      });
      const view = await viewUntil((seen) => workerOf(seen, MUTE) !== undefined, within.joins);
      expect(seenWorker(view, MUTE)).toMatchObject({ reachable: false, busy: 0, free: { cpus: 2 } });
      await pool().submit(LOWER_ONE, 1);
      await pool().twoCycles(WITNESS);
      expect(countsOf(await pool().view(), LOWER_ONE)).toEqual({ idle: 1, running: 0, held: 0 });
      await subject.cutPower(MUTE);
      await done('/v1/workers/forget', { instanceIds: [MUTE] });
    });
  });
};
