import { describe, expect, it } from 'vitest';
import { endingCredentials } from '../../../../core/decide/pilots/ending-credentials.ts';
import type { PoolView } from '../../../../core/model/pool.ts';
import type { Reason } from '../../../../core/model/reason.ts';
import { NOW, pilots, poolView } from '../../worlds.ts';

const told = (view: Partial<PoolView>) =>
  endingCredentials({ now: NOW, pool: poolView([], [], view), pilots: () => pilots() }, 'BNL', 604_800);

const FILE = '/etc/grid-security/certificates/a.r0';

describe('what a queue rests on, and ends', () => {
  it.each<readonly [string, Partial<PoolView>, readonly Reason[]]>([
    ['an old endpoint that says nothing', {}, []],
    [
      "a file of the central manager's with two days left",
      { credentials: [{ file: FILE, expiresAt: NOW + 172_800 }] },
      [],
    ],
    [
      'one with an hour left',
      { credentials: [{ file: FILE, expiresAt: NOW + 3600 }] },
      [{ kind: 'credential-ends', leftSeconds: 3600, endsAt: NOW + 3600, file: FILE }],
    ],
    [
      'one that cannot be read',
      { credentials: [{ file: FILE, expiresAt: 0 }] },
      [{ kind: 'credential-ends', leftSeconds: -NOW, file: FILE }],
    ],
    ['tokens that live as long as workers may', { tokenSeconds: 604_800 }, []],
    [
      'tokens that end before their workers',
      { tokenSeconds: 604_799 },
      [{ kind: 'tokens-end-first', tokenSeconds: 604_799, lifeSeconds: 604_800 }],
    ],
  ])('is told: %s', (_, view, expected) => {
    expect(told(view)).toEqual(expected);
  });

  it('is not told of tokens where nobody knows how long workers may live', () => {
    const view = poolView([], [], { tokenSeconds: 1 });
    const facts = { now: NOW, pool: view, pilots: () => pilots() };
    expect(endingCredentials(facts, 'BNL', undefined)).toEqual([]);
  });
});
