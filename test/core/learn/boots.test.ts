import { describe, expect, it } from 'vitest';
import {
  added,
  countRefused,
  failingLately,
  mergedBoots,
  openBreakers,
  templateKind,
} from '../../../core/learn/boots.ts';
import type { Boots } from '../../../core/model/learned.ts';
import { NOW, openLaunch, STAGE } from '../worlds.ts';

const KIND = templateKind(STAGE.template);
const launch = openLaunch(1, NOW);
const boots = (kind: string, ...joined: readonly boolean[]): Boots => ({
  kind,
  boots: joined.map((is, n) => ({ instanceId: `i-${n}`, launchedAt: NOW - 900 + n, joined: is })),
});

describe('canaries that were refused', () => {
  const refused = { instanceId: launch.request.launchId, launchedAt: NOW, joined: false };

  it('count for their template as boots that failed, after those that are known of it and of no other', () => {
    const known = [boots('template lt-other version 1', true), boots(KIND, true)];
    expect(countRefused(known, [launch])).toEqual([
      { kind: KIND, template: STAGE.template, boots: [...(known[1]?.boots ?? []), refused] },
    ]);
  });

  it('count once each, and several of one template together', () => {
    const [once] = countRefused([], [launch]);
    expect(once?.boots).toEqual([refused]);
    expect(countRefused(once === undefined ? [] : [once], [launch])).toEqual([]);
    const another = { ...launch, request: { ...launch.request, launchId: 'another' } };
    expect(countRefused([], [launch, another])).toMatchObject([{ kind: KIND, boots: { length: 2 } }]);
  });
});

it.each([
  ['i-a', 'i-b', false],
  ['i-b', 'i-a', true],
])('of boots in one second the order is that of their ids: %s, then %s', (failed, joined, isLast) => {
  const at = { launchedAt: NOW };
  const both = added([{ ...at, instanceId: failed, joined: false }], {
    ...at,
    instanceId: joined,
    joined: true,
  });
  expect(both.at(-1)?.joined).toBe(!isLast);
});

it('a boot that is older than all ten that are remembered changes nothing', () => {
  const [ten] = [boots('a', ...Array.from({ length: 10 }, () => true)).boots];
  expect(added(ten, { instanceId: 'i-old', launchedAt: NOW - 901, joined: false })).toBe(ten);
  expect(added(ten, { instanceId: 'i-new', launchedAt: NOW, joined: false })).toHaveLength(10);
});

it('a breaker fails at the launch of the latest worker that never joined', () => {
  expect(openBreakers([boots('a', true, ...Array.from({ length: 5 }, () => false))])).toEqual([
    { kind: 'a', failures: 5, failedAt: NOW - 895 },
  ]);
});

it('what has changed takes the place of what was known of its kind', () => {
  const [a, b, newer] = [boots('a', true), boots('b', true), boots('b', false)];
  expect(mergedBoots([a, b], [newer])).toEqual([a, newer]);
});

it.each([
  [[false, false, true, true], false],
  [[false, false, true, false], true],
])('of boots %j so many failed that something has changed: %s', (joined, isFailing) => {
  expect(failingLately([boots('a', ...joined)]).has('a')).toBe(isFailing);
});
