import { describe, expect, it } from 'vitest';
import { endingCredentials } from '../../../../core/decide/pilots/ending-credentials.ts';
import type { PoolView } from '../../../../core/model/pool.ts';
import type { Reason } from '../../../../core/model/reason.ts';
import { unknown } from '../../../../core/model/snapshot.ts';
import { planPilots } from '../../planning.ts';
import { type Given, NOW, only, pilots, pilotWorld, poolView } from '../../worlds.ts';

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

describe('a credential of pilots', () => {
  const plan = (given: Given) => only(planPilots(pilotWorld(given)));
  const told = (credentialExpiresAt: number | null, more: Given = {}) =>
    plan({ activated: 7, pilots: pilots([], { credentialExpiresAt }), ...more }).why.filter(
      ({ kind }) => kind === 'credential-ends',
    );

  it.each([
    ['ends within a day', NOW + 86_400, [{ leftSeconds: 86_400, endsAt: NOW + 86_400 }]],
    ['has ended', NOW - 60, [{ leftSeconds: -60, endsAt: NOW - 60 }]],
    ['cannot be read', 0, [{ leftSeconds: -NOW }]],
    ['ends later', NOW + 86_401, []],
    ['is not there', null, []],
  ])('that %s', (_, end, expected) => {
    expect(told(end)).toEqual(expected.map((reason) => ({ kind: 'credential-ends', ...reason })));
  });

  it('changes nothing of what is decided: the endpoint refuses where it has ended', () => {
    const given = { activated: 7, pilots: pilots([], { credentialExpiresAt: NOW - 60 }) };
    expect(plan(given)).toMatchObject({ kind: 'submit', count: 7 });
  });

  it('is told of a queue that holds, too', () => {
    const given = {
      knobs: { chain: 'Ready, StatusOffline(0)' },
      pilots: pilots([], { credentialExpiresAt: 0 }),
    };
    const [held] = planPilots({ ...pilotWorld(given), sites: unknown('HTTP 500') });
    expect(held?.why.map(({ kind }) => kind)).toEqual(['chain-stuck', 'credential-ends']);
  });

  it('is not told of a queue that submits nothing', () => {
    expect(told(NOW + 60, { knobs: { state: 'paused' } })).toEqual([]);
  });
});
