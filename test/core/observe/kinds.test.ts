import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fits } from '../../../core/model/resources.ts';
import type { Waiters } from '../../../core/observe/demand.ts';
import { fewKinds } from '../../../core/observe/kinds.ts';
import { NARROW, WIDE } from '../worlds.ts';

const MOST_KINDS = 100;
const HOUR = 3600;

const jobs = (given: Partial<Waiters> = {}): Waiters => ({
  ...{ shape: NARROW, wallSeconds: HOUR, count: 1 },
  ...given,
});
const countOf = (all: readonly Waiters[]): number => all.reduce((n, { count }) => n + count, 0);
const many = (length: number, of: (n: number) => Partial<Waiters>) =>
  Array.from({ length }, (_, n) => jobs(of(n)));

describe('kinds of jobs', () => {
  it.each<readonly [string, readonly Waiters[], boolean, readonly Waiters[]]>([
    ['are one where all is alike', [jobs(), jobs({ count: 2 })], false, [jobs({ count: 3 })]],
    ['are two by their shape', [jobs(), jobs({ shape: WIDE })], false, [jobs(), jobs({ shape: WIDE })]],
    [
      'are two by how long they may run',
      [jobs(), jobs({ wallSeconds: 60 })],
      false,
      [jobs(), jobs({ wallSeconds: 60 })],
    ],
    [
      'are one whatever their queue, where no worker asks',
      [jobs({ queue: 'A' }), jobs({ queue: 'B' }), jobs()],
      false,
      [jobs({ count: 3 })],
    ],
    [
      'are two by their queue, where one does',
      [jobs({ queue: 'A' }), jobs({ queue: 'B' }), jobs({ queue: 'A' })],
      true,
      [jobs({ queue: 'A', count: 2 }), jobs({ queue: 'B' })],
    ],
  ])('%s', (_, waiting, isOwned, expected) => {
    expect(fewKinds(waiting, isOwned)).toEqual(expected);
  });

  it('wait since the first of them came, alike or rounded up to be', () => {
    const since = (moment: number) => ({ since: moment });
    expect(fewKinds([jobs(since(900)), jobs(since(700)), jobs()], false)).toEqual([
      jobs({ count: 3, since: 700 }),
    ]);
    const all = many(MOST_KINDS + 1, (n) => ({
      shape: { ...NARROW, memoryMb: 1793 + n },
      ...since(900 - n),
    }));
    expect(fewKinds(all, false)).toMatchObject([{ count: MOST_KINDS + 1, since: 900 - MOST_KINDS }]);
  });

  it('of the rest, beyond a hundred, ask for all that any of them does and wait since the first', () => {
    const all = many(MOST_KINDS + 2, (n) => ({
      wallSeconds: HOUR + n,
      count: n < MOST_KINDS ? 9 : 1,
      since: 5000 - n,
      shape: n === MOST_KINDS ? { ...NARROW, memoryMb: 4096, gpus: 1 } : { ...NARROW, diskMb: 2048, gpus: 1 },
    }));
    expect(fewKinds(all, false).slice(MOST_KINDS)).toEqual([
      {
        ...{ count: 2, wallSeconds: HOUR + MOST_KINDS + 1, since: 5000 - MOST_KINDS - 1 },
        shape: { cpus: 1, memoryMb: 4096, diskMb: 10_240, gpus: 1 },
      },
    ]);
  });

  it('stay as they are up to a hundred', () => {
    const all = many(MOST_KINDS, (n) => ({ shape: { ...NARROW, memoryMb: 2001 + n } }));
    expect(fewKinds(all, false)).toEqual(all);
  });

  it('are rounded up beyond that: memory to 256 MB, disk to 1 GiB, time not at all', () => {
    const all = many(MOST_KINDS + 1, (n) => ({ shape: { ...NARROW, memoryMb: 1793 + n, diskMb: 1025 + n } }));
    expect(fewKinds(all, false)).toEqual([
      jobs({ count: MOST_KINDS + 1, shape: { ...NARROW, memoryMb: 2048, diskMb: 2048 } }),
    ]);
  });

  const anyJobs = fc.array(
    fc
      .record({
        shape: fc.record({
          cpus: fc.constantFrom(1, 4, 8),
          memoryMb: fc.nat(60_000),
          diskMb: fc.nat(50_000),
          gpus: fc.constantFrom(0, 0, 1),
        }),
        wallSeconds: fc.constantFrom(60, HOUR, 2 * HOUR),
        count: fc.integer({ min: 1, max: 50 }),
        queue: fc.constantFrom('A', 'B', undefined),
      })
      .map(({ queue, ...of }): Waiters => (queue === undefined ? of : { ...of, queue })),
    { maxLength: 400, minLength: 90 },
  );

  it('are few, lose nobody, and give nobody less room or time than it asks for', () => {
    fc.assert(
      fc.property(anyJobs, fc.boolean(), (all, isOwned) => {
        const few = fewKinds(all, isOwned);
        expect(countOf(few)).toBe(countOf(all));
        // The rest is one kind for each width, number of GPUs and owner: 3 x 2 x 3.
        expect(few.length).toBeLessThanOrEqual(MOST_KINDS + (isOwned ? 18 : 6));
        for (const { shape, wallSeconds, queue } of all) {
          const room = few.filter(
            (kind) =>
              kind.shape.cpus === shape.cpus &&
              kind.wallSeconds >= wallSeconds &&
              fits(shape, kind.shape) &&
              (!isOwned || kind.queue === queue),
          );
          expect(room).not.toEqual([]);
        }
        // Per width and owner nobody is lost to another.
        for (const cpus of [1, 4, 8]) {
          const ofWidth = (kinds: readonly Waiters[]) => kinds.filter(({ shape }) => shape.cpus === cpus);
          expect(countOf(ofWidth(few))).toBe(countOf(ofWidth(all)));
        }
      }),
    );
  });
});
