import { describe, expect, it } from 'vitest';
import { lanes } from '../../../collector/condor/lanes.ts';

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Acts that are over when they are told to be, in lanes on a clock that stands still. */
const road = (options: { lanes: number; waiting: number; waitSeconds?: number }) => {
  const clock = { now: 1_000 };
  const begun: string[] = [];
  const ends = new Map<string, PromiseWithResolvers<string>>();
  const { pass } = lanes({ waitSeconds: 15, ...options, elapsed: () => clock.now });
  return {
    clock,
    begun,
    come: (name: string, hasGone?: () => boolean) =>
      pass(() => {
        begun.push(name);
        const mine = Promise.withResolvers<string>();
        ends.set(name, mine);
        return mine.promise;
      }, hasGone),
    async end(name: string, how: 'well' | 'badly' = 'well') {
      if (how === 'well') ends.get(name)?.resolve(name);
      else ends.get(name)?.reject(new Error(name));
      await settled();
    },
  };
};

describe('lanes', () => {
  it('let so many act at a time, and the others in the order in which they came', async () => {
    const { begun, come, end } = road({ lanes: 2, waiting: 10 });
    const all = Promise.allSettled(['a', 'b', 'c', 'd'].map((name) => come(name)));
    await settled();
    expect(begun).toEqual(['a', 'b']);
    await end('b');
    expect(begun).toEqual(['a', 'b', 'c']);
    await end('a', 'badly');
    expect(begun).toEqual(['a', 'b', 'c', 'd']);
    await end('c');
    await end('d');
    expect((await all).map(({ status }) => status)).toEqual([
      'rejected',
      'fulfilled',
      'fulfilled',
      'fulfilled',
    ]);
  });

  it('let no more than so many wait; nothing of the others is begun', async () => {
    const { begun, come, end } = road({ lanes: 1, waiting: 1 });
    const [first, second] = [come('a'), come('b')];
    expect(await come('c')).toEqual({ kind: 'full' });
    await end('a');
    await end('b');
    expect([await first, await second]).toEqual([
      { kind: 'done', value: 'a' },
      { kind: 'done', value: 'b' },
    ]);
    expect(begun).toEqual(['a', 'b']);
    const fourth = come('d');
    await settled();
    await end('d');
    expect(await fourth).toEqual({ kind: 'done', value: 'd' });
  });

  it('pass over those who have gone, who make room as soon as it is wanted', async () => {
    const { begun, come, end } = road({ lanes: 1, waiting: 2 });
    const gone = new Set<string>();
    const first = come('a');
    const [b, c] = ['b', 'c'].map((name) => come(name, () => gone.has(name)));
    gone.add('b');
    const d = come('d', () => gone.has('d'));
    expect(await b).toEqual({ kind: 'gone' });
    gone.add('c');
    await end('a');
    expect(await c).toEqual({ kind: 'gone' });
    await end('d');
    expect([await first, await d]).toMatchObject([{ kind: 'done' }, { kind: 'done' }]);
    expect(begun).toEqual(['a', 'd']);
  });

  it('look at those who wait once a second at the most, however many come', async () => {
    const { clock, come, end } = road({ lanes: 1, waiting: 1 });
    let looks = 0;
    const first = come('a');
    const waiting = come('b', () => {
      looks += 1;
      return false;
    });
    for (let n = 0; n < 30; n += 1) {
      expect(await come('c')).toEqual({ kind: 'full' });
      clock.now += 0.125;
    }
    // At once, and at 1, 2 and 3 s.
    expect(looks).toBe(4);
    await end('a');
    await end('b');
    expect([await first, await waiting]).toMatchObject([{ kind: 'done' }, { kind: 'done' }]);
  });

  it('begin nothing for who has waited longer than it may, and go on with the next', async () => {
    const { begun, clock, come, end } = road({ lanes: 1, waiting: 3, waitSeconds: 15 });
    const first = come('a');
    await settled();
    const b = come('b');
    clock.now += 0.5;
    const c = come('c');
    clock.now += 15;
    await end('a');
    expect(await b).toEqual({ kind: 'late' });
    await end('c');
    expect([await first, await c]).toMatchObject([{ kind: 'done' }, { kind: 'done' }]);
    expect(begun).toEqual(['a', 'c']);
  });
});
