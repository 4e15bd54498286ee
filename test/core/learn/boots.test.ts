import { describe, expect, it } from 'vitest';
import { countRefused, failingLately, mergedBoots, templateKind } from '../../../core/learn/boots.ts';
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
