import { describe, expect, it } from 'vitest';
import type { WorkerState } from '../../../core/model/worker.ts';
import type { Member } from '../../../core/observe/fleet.ts';
import { unwellTogether } from '../../../core/observe/unwell.ts';
import { inLedger, inPool, JOINED, NOW } from '../worlds.ts';

const member = (unwell?: string, given: Partial<Member> = {}, state: WorkerState = JOINED): Member => ({
  record: inLedger('i-1', state),
  pool: inPool('i-1', unwell === undefined ? {} : { unwell }),
  ...given,
});

const CVMFS = 'no CVMFS';
const RETIRING: WorkerState = { kind: 'draining', since: NOW - 60, cause: { kind: 'spot-interruption' } };

/** How many of how many share a cause, and which; undefined: a fleet goes on. */
const shared = (...members: readonly Member[]) => {
  const why = unwellTogether({ members, strangers: [], launches: [] });
  return why?.kind === 'workers-unwell' ? `${why.workers} of ${why.joined}: ${why.words}` : undefined;
};

describe('a cause that most workers of a fleet share', () => {
  it.each<readonly [string, () => string | undefined, string | undefined]>([
    ['is told', () => shared(member(CVMFS), member(CVMFS), member()), '2 of 3: no CVMFS'],
    [
      'is none where half are well',
      () => shared(member(CVMFS), member(CVMFS), member(), member()),
      undefined,
    ],
    ['is none of one alone', () => shared(member(CVMFS)), undefined],
    ['is none of two with a cause each', () => shared(member(CVMFS), member('no squid')), undefined],
    [
      'is the one that most have, of several on each',
      () => shared(member('no squid; no CVMFS'), member('no CVMFS; no disk'), member('no disk')),
      '2 of 3: no CVMFS',
    ],
    [
      'counts once a machine, however often it says it',
      () => shared(member('disk 91% full; disk 95% full'), member()),
      undefined,
    ],
    [
      'is one though its numbers differ',
      () => shared(member('squid 10.0.0.1 is away since 17:05'), member('squid 10.0.0.2 is away since 9:11')),
      '2 of 2: squid 10.0.0.1 is away since 17:05',
    ],
    [
      'is one though its addresses do, of letters alone',
      () => shared(member('squid fe::ab is away'), member('squid fd::cd:e is away')),
      '2 of 2: squid fe::ab is away',
    ],
    [
      'is not that of a machine whose ad is in doubt',
      () => shared(member(CVMFS, { doubt: 'boastful' }), member(CVMFS)),
      undefined,
    ],
    [
      'is not that of one that EC2 takes back',
      () => shared(member(CVMFS, {}, RETIRING), member(CVMFS)),
      undefined,
    ],
    [
      'is not shared by those that are not there',
      () =>
        shared(
          member(CVMFS),
          member(CVMFS),
          member(undefined, { pool: undefined }),
          member(undefined, { pool: undefined }),
        ),
      '2 of 2: no CVMFS',
    ],
  ])('%s', (_, found, expected) => {
    expect(found()).toBe(expected);
  });
});
