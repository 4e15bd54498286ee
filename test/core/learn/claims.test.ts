import { expect, test } from 'vitest';
import { countClaims, missedKinds, unclaimedKinds } from '../../../core/learn/claims.ts';
import type { Boots } from '../../../core/model/learned.ts';

const KIND = 'jobs default 1c-2000m-10000d-0g';

/** Workers of one kind in the order of their launches: `.` claimed, `x` not. */
const outcomes = (story: string) =>
  [...story].map((letter, n) => ({
    worker: { fleet: 'default', meantFor: '1c-2000m-10000d-0g', instanceId: `i-${n}`, launchedAt: 100 + n },
    claimed: letter === '.',
  }));

const after = (story: string): readonly Boots[] =>
  outcomes(story).reduce<readonly Boots[]>((known, one) => {
    const [changed] = countClaims(known, [one]);
    return changed === undefined ? known : [changed];
  }, []);

test.each([
  ['...', 0, undefined],
  ['x', 1, undefined],
  ['xx', 1, undefined],
  ['xxx', 1, { workers: 3, launchedAt: 102 }],
  ['xxxx', 1, { workers: 4, launchedAt: 103 }],
  ['xxx.', 0, undefined],
  ['xx.x', 1, undefined],
  ['xx.xxx', 1, { workers: 3, launchedAt: 105 }],
  ['xxxxxxxxxxxx', 1, { workers: 10, launchedAt: 111 }],
])('%s', (story, missed, found) => {
  const known = after(story);
  expect(missedKinds(known).size).toBe(missed);
  expect(unclaimedKinds(known).get(KIND)).toEqual(found);
});

test('a worker counts once, and what is too old to be remembered changes nothing', () => {
  const known = after('xxxxxxxxxxxx');
  expect(countClaims(known, outcomes('xxxxxxxxxxxx'))).toEqual([]);
});

test('of a worker that was launched for nobody in particular nothing is counted', () => {
  const worker = { fleet: 'default', instanceId: 'i-1', launchedAt: 1 };
  expect(countClaims([], [{ worker, claimed: false }])).toEqual([]);
});

test('several of one look come to one record', () => {
  expect(countClaims([], outcomes('xxx'))).toMatchObject([{ kind: KIND, boots: { length: 3 } }]);
});
