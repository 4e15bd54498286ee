import { afterEach, describe, expect, it } from 'vitest';
import { countsOf, type Pool, queueOf, rowOf, rowsOf } from './pool.ts';
import { LOWER_ONE, ONE, SHAPE, SPENT, TWO } from './subject.ts';

const OLD = { ...SHAPE, memoryMb: 700 };
const sentence = { error: expect.stringMatching(/^[A-Z/].*\.$/s) };

/** Pilots in the schedd, in a pool without workers. */
export const pilots = (pool: () => Pool): void => {
  const idle = async (queue: string): Promise<number> => countsOf(await pool().view(), queue).idle;
  const submit = (more: object) =>
    pool().post('/v1/pilots', {
      requestId: pool().newRequest(),
      queue: ONE,
      count: 1,
      shape: SHAPE,
      ...more,
    });

  describe('submitting', () => {
    afterEach(() => pool().clear());

    it('puts so many pilots of this shape into this queue and no other', async () => {
      expect(await submit({ count: 3 })).toEqual({ status: 200, body: { submitted: 3, repeated: false } });
      await submit({ count: 2, shape: OLD });
      const view = await pool().view();
      expect(new Set(rowsOf(view, ONE))).toEqual(
        new Set([rowOf(SHAPE, { idle: 3 }), rowOf(OLD, { idle: 2 })]),
      );
      for (const other of [TWO, LOWER_ONE, SPENT]) expect(queueOf(view, other).shapes).toEqual([]);
    });

    it('again with the same request id submits nothing and says what was submitted', async () => {
      const requestId = pool().newRequest();
      const repeated = { status: 200, body: { submitted: 2, repeated: true } };
      await submit({ requestId, count: 2 });
      expect(await submit({ requestId, count: 2 })).toEqual(repeated);
      expect(await submit({ requestId, count: 5, shape: OLD })).toEqual(repeated);
      expect(await idle(ONE)).toBe(2);
    });

    it('for another queue with the same request id is refused, and submits nothing', async () => {
      const requestId = pool().newRequest();
      await submit({ requestId, count: 2 });
      expect(await submit({ requestId, count: 5, queue: TWO })).toEqual({ status: 409, body: sentence });
      expect([await idle(ONE), await idle(TWO)]).toEqual([2, 0]);
    });

    it('remembers a request whose pilots have been removed', async () => {
      const requestId = pool().newRequest();
      await submit({ requestId, count: 2 });
      await pool().clear();
      expect(await submit({ requestId, count: 2 })).toMatchObject({ body: { submitted: 2, repeated: true } });
      expect(await idle(ONE)).toBe(0);
    });

    it('takes request ids that differ in case for different ones', async () => {
      const requestId = pool().newRequest();
      await submit({ requestId });
      expect(await submit({ requestId: requestId.toUpperCase() })).toMatchObject({
        body: { repeated: false },
      });
      expect(await idle(ONE)).toBe(2);
    });

    it('asks for whole cores, one at least, and whole MB', async () => {
      await submit({ shape: { cpus: 0, memoryMb: 100.5, diskMb: 0.2, gpus: 0 } });
      const shape = { cpus: 1, memoryMb: 101, diskMb: 1, gpus: 0 };
      expect(rowsOf(await pool().view(), ONE)).toEqual([rowOf(shape, { idle: 1 })]);
    });

    it('has the fleet and the longest run ride on each pilot, and tells them apart by both', async () => {
      await submit({ count: 3, fleet: 'gpu', wallSeconds: 7200 });
      await submit({ count: 2, fleet: 'gpu', wallSeconds: 3600 });
      await submit({ fleet: 'default' });
      await submit({});
      expect(new Set(rowsOf(await pool().view(), ONE))).toEqual(
        new Set([
          rowOf(SHAPE, { fleet: 'gpu', wallSeconds: 7200, idle: 3 }),
          rowOf(SHAPE, { fleet: 'gpu', wallSeconds: 3600, idle: 2 }),
          rowOf(SHAPE, { idle: 2 }),
        ]),
      );
    });

    it('to a queue without a template is refused', async () => {
      expect(await submit({ queue: 'NOBODY' })).toEqual({ status: 404, body: sentence });
    });

    it('to a queue whose credential has ended is refused, and submits nothing', async () => {
      expect(await submit({ queue: SPENT })).toEqual({ status: 409, body: sentence });
      expect(await idle(SPENT)).toBe(0);
    });
  });

  describe('removing', () => {
    afterEach(() => pool().clear());
    const remove = (queue: string, count: number, leave: number) =>
      pool().post('/v1/pilots/remove', { queue, count, leave });

    it('leaves as many as it is told to, and so removes nothing when it is asked again', async () => {
      await submit({ count: 5 });
      expect(await remove(ONE, 2, 2)).toEqual({ status: 200, body: { removed: 2 } });
      expect(await remove(ONE, 10, 2)).toEqual({ status: 200, body: { removed: 1 } });
      expect(await remove(ONE, 10, 2)).toEqual({ status: 200, body: { removed: 0 } });
      expect(await remove(ONE, 10, 100)).toEqual({ status: 200, body: { removed: 0 } });
      expect(await idle(ONE)).toBe(2);
    });

    it('takes the newest first', async () => {
      await submit({ count: 2, shape: OLD });
      await submit({ count: 3 });
      await remove(ONE, 4, 0);
      expect(rowsOf(await pool().view(), ONE)).toEqual([rowOf(OLD, { idle: 1 })]);
    });

    it('takes those of one fleet only where it names one, and counts no others among those that stay', async () => {
      await submit({ count: 3, fleet: 'gone' });
      await submit({ count: 4, fleet: 'GONE' });
      await submit({ count: 2 });
      const removed = async (count: number, leave: number, fleet: string) =>
        (await pool().post('/v1/pilots/remove', { queue: ONE, count, leave, fleet })).body;
      expect(await removed(10, 1, 'gone')).toEqual({ removed: 2 });
      expect(await removed(10, 1, 'gone')).toEqual({ removed: 0 });
      expect(await removed(10, 0, 'default')).toEqual({ removed: 2 });
      expect(new Set(rowsOf(await pool().view(), ONE))).toEqual(
        new Set([rowOf(SHAPE, { fleet: 'gone', idle: 1 }), rowOf(SHAPE, { fleet: 'GONE', idle: 4 })]),
      );
    });

    it('leaves other queues alone, also one of the same letters', async () => {
      for (const queue of [ONE, TWO, LOWER_ONE]) await submit({ queue });
      expect(await remove(LOWER_ONE, 10, 0)).toEqual({ status: 200, body: { removed: 1 } });
      expect([await idle(ONE), await idle(TWO), await idle(LOWER_ONE)]).toEqual([1, 1, 0]);
    });

    it('from a queue without a template is refused', async () => {
      expect(await remove('NOBODY', 1, 0)).toEqual({ status: 404, body: sentence });
    });
  });
};
