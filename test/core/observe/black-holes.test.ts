import { describe, expect, it } from 'vitest';
import { blackHoles } from '../../../core/observe/black-holes.ts';
import type { Member } from '../../../core/observe/fleet.ts';
import type { FleetPilots } from '../../../core/observe/fleet-pilots.ts';
import { busy, inLedger, inPool, JOINED } from '../worlds.ts';

const ENDED = { count: 12, short: 12 };

const hole = (id: string, given: Partial<Member> = {}): Member => ({
  record: inLedger(id, JOINED),
  pool: inPool(id, { ended: ENDED }),
  ...given,
});
const well = (id: string): Member => ({ record: inLedger(id, JOINED), pool: busy(id) });
const away = (id: string): Member => ({ record: inLedger(id, JOINED), pool: undefined });

const pilots = (given: Partial<FleetPilots> = {}): FleetPilots => ({
  running: 6,
  coresByWidth: new Map(),
  recentStarts: [],
  ended: { ...ENDED, shortSeconds: 300 },
  ...given,
});

const found = (members: readonly Member[], of = pilots(), hasJobsReady = true) => [
  ...blackHoles({ members, strangers: [], launches: [] }, of, () => hasJobsReady),
];

describe('black holes', () => {
  it.each<readonly [string, readonly Member[], readonly string[]]>([
    ['one of two', [hole('i-1'), well('i-2')], ['i-1']],
    ['two of four', [hole('i-1'), hole('i-2'), well('i-3'), well('i-4')], ['i-1', 'i-2']],
    ['two of three: what strikes most is not the machine', [hole('i-1'), hole('i-2'), well('i-3')], []],
    ['one of those that are there, and others are not', [hole('i-1'), away('i-2'), away('i-3')], []],
    ['none whose ad is in doubt', [hole('i-1', { doubt: 'boastful' }), well('i-2')], []],
  ])('are %s', (_, members, expected) => {
    const of = pilots({ ended: { count: 24, short: 24, shortSeconds: 300 }, running: 40 });
    expect(found(members, of)).toEqual(expected);
  });

  it.each<readonly [string, Partial<FleetPilots>, boolean]>([
    ['pilots run elsewhere', { running: 1 }, true],
    ['none runs elsewhere', { running: 0 }, false],
    [
      'those that run have all begun within the time of a short one',
      { running: 6, recentStarts: [2, 1, 1, 1, 1, 0] },
      false,
    ],
    ['one of those that run has run for longer', { running: 6, recentStarts: [2, 1, 1, 1, 0, 1] }, true],
    [
      'one has lived elsewhere and ended',
      { running: 0, ended: { count: 13, short: 12, shortSeconds: 300 } },
      true,
    ],
    [
      'as many end at once elsewhere as live',
      { running: 3, ended: { count: 15, short: 15, shortSeconds: 300 } },
      false,
    ],
    [
      'fewer end at once elsewhere than live',
      { running: 4, ended: { count: 15, short: 15, shortSeconds: 300 } },
      true,
    ],
  ])('are told from pilots that find no job: %s', (_, of, isFound) => {
    expect(found([hole('i-1'), well('i-2')], pilots(of)).length > 0).toBe(isFound);
  });

  it('are none while no jobs are ready, which would tell pilots without one from a bad machine', () => {
    expect(found([hole('i-1'), well('i-2')], pilots(), false)).toEqual([]);
  });

  it.each<readonly [string, Partial<FleetPilots>, boolean]>([
    ['where it is the only one', { running: 0 }, true],
    ['not where a pilot lives there', { running: 1 }, false],
    [
      'not where others have ended at once on the one before it',
      { running: 0, ended: { count: 13, short: 13, shortSeconds: 300 } },
      false,
    ],
  ])('are replaced without any elsewhere %s', (_, of, isFound) => {
    expect(found([hole('i-1'), away('i-2')], pilots(of)).length > 0).toBe(isFound);
  });
});
