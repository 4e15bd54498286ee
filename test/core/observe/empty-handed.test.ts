import { describe, expect, it } from 'vitest';
import { emptyHanded } from '../../../core/observe/empty-handed.ts';
import { planPilots } from '../planning.ts';
import { only, pilots, pilotWorld } from '../worlds.ts';

const ended = (count: number, short: number) => ({ ended: { count, short, shortSeconds: 300 } });

describe('pilots that end at once', () => {
  it.each([
    ['nearly all of many', pilots({}, ended(20, 19)), 0, true],
    ['a few', pilots({}, ended(9, 9)), 0, false],
    ['some of many', pilots({}, ended(40, 20)), 0, false],
    ['nearly all, while PanDA has jobs on pilots: they are short', pilots({}, ended(20, 20)), 3, false],
    ['nearly all, and one lives', pilots({ running: 1 }, ended(20, 20)), 0, false],
    [
      'nearly all, and one has just begun',
      pilots({ running: 1 }, { ...ended(20, 20), recentStarts: [1, 0, 0, 0, 0, 0, 0, 0, 0, 0] }),
      0,
      true,
    ],
    [
      'nearly all, and one has run for a minute longer than they do',
      pilots({ running: 1 }, { ...ended(20, 20), recentStarts: [0, 0, 0, 0, 0, 1, 0, 0, 0, 0] }),
      0,
      false,
    ],
    [
      'nearly all, and one has begun in the last minute that counts, of a time that is no whole minutes',
      pilots(
        { running: 1 },
        {
          ...{ ended: { count: 20, short: 20, shortSeconds: 301 } },
          recentStarts: [0, 0, 0, 0, 0, 1, 0, 0, 0, 0],
        },
      ),
      0,
      true,
    ],
  ])('are %s: the next one goes alone, or not', (_, of, onPilots, isBraked) => {
    expect(emptyHanded(of, onPilots) !== undefined).toBe(isBraked);
  });

  it('leave room for one canary, and for no other while it waits', () => {
    const decided = (idle: number) =>
      only(planPilots(pilotWorld({ activated: 30, pilots: pilots({ idle }, ended(20, 20)) })));
    expect(decided(0)).toMatchObject({ kind: 'submit', count: 1, counts: { breakersOpen: 1 } });
    expect(decided(1)).toMatchObject({ kind: 'rest', counts: { breakersOpen: 1 } });
  });
});
