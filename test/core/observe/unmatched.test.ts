import { describe, expect, it } from 'vitest';
import type { PoolWorker } from '../../../core/model/pool.ts';
import type { FleetPilots } from '../../../core/observe/fleet-pilots.ts';
import { unmatched } from '../../../core/observe/unmatched.ts';
import { inLedger, inPool, JOINED, NOW } from '../worlds.ts';

const PILOTS: FleetPilots = {
  ...{ running: 1, coresByWidth: new Map(), recentStarts: [0, 0] },
  ended: { count: 0, short: 0, shortSeconds: 300 },
};
const SINCE = NOW - 900;

/** Of two that have room which nobody is matched to, and one that has none, whose room is not counted on. */
const leftOut = (second: Partial<PoolWorker>, recentStarts: readonly number[] = [0, 0]) => {
  const ads: readonly Partial<PoolWorker>[] = [
    { busy: 1, idleSince: null, unmatchedSince: SINCE },
    { busy: 1, idleSince: null, unmatchedSince: SINCE, ...second },
    {},
  ];
  const members = ads.map((ad, n) => ({ record: inLedger(`i-${n}`, JOINED), pool: inPool(`i-${n}`, ad) }));
  return [...unmatched({ members, strangers: [], launches: [] }, { ...PILOTS, recentStarts }, NOW)];
};

const EMPTY = { busy: 0, idleSince: SINCE };

describe('workers to which no pilots are matched', () => {
  it.each<readonly [string, Parameters<typeof leftOut>, readonly string[]]>([
    ['are left out while pilots begin elsewhere', [{}, [0, 1]], ['i-0', 'i-1']],
    ['are left out one at a time while none does', [{}], ['i-0']],
    [
      'are counted on once one of them is new and has run nothing: a new machine does not help',
      [{ ...EMPTY, joinedAt: SINCE - 180 }],
      [],
    ],
    ['are no sign of that if it runs a pilot', [{ joinedAt: SINCE - 180 }], ['i-0']],
    [
      'are no sign of that if it was there before the pilots waited',
      [{ ...EMPTY, joinedAt: SINCE - 181 }],
      ['i-0'],
    ],
    ['are those that have waited for ten cycles alone', [{ unmatchedSince: NOW - 599 }, [0, 1]], ['i-0']],
    ['are those that have waited for ten cycles', [{ unmatchedSince: NOW - 600 }, [0, 1]], ['i-0', 'i-1']],
  ])('%s', (_, given, expected) => {
    expect(leftOut(...given)).toEqual(expected);
  });
});
