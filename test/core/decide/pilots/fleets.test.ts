import { describe, expect, it } from 'vitest';
import { unknown } from '../../../../core/model/snapshot.ts';
import { planPilots } from '../../planning.ts';
import { fleet, type Given, only, pilots, pilotWorld, queue } from '../../worlds.ts';

describe('pilots that wait for a fleet', () => {
  const ofFleets = (...idle: readonly (readonly [string, number])[]) =>
    pilots(idle.map(([name, count]) => ({ idle: count, fleet: name })));
  const decide = (given: Given, fleets: readonly string[]) =>
    only(planPilots({ ...pilotWorld(given), fleets: fleets.map((name) => fleet({}, name)) }));

  it.each<readonly [string, Given, readonly string[], object]>([
    [
      'that is no more are removed, though there are jobs',
      { activated: 9, pilots: ofFleets(['gone', 3]) },
      ['default'],
      { kind: 'remove', fleet: 'gone', count: 3, leave: 0 },
    ],
    [
      'that is no more are removed, and the others stay',
      { activated: 9, pilots: ofFleets(['default', 4], ['gone', 3]) },
      ['default'],
      { kind: 'remove', fleet: 'gone', count: 3, leave: 0 },
    ],
    [
      'that is no more go fleet by fleet',
      { activated: 9, pilots: ofFleets(['gone', 1], ['lost', 2], ['gone', 4]) },
      ['default'],
      { kind: 'remove', fleet: 'gone', count: 5, leave: 0 },
    ],
    [
      'that their queue does not name any more stay, if it is there',
      { activated: 9, pilots: ofFleets(['gpu', 3]) },
      ['default', 'gpu'],
      { kind: 'submit', count: 6, fleet: 'default' },
    ],
    [
      'that is no more and that run are left alone',
      { activated: 9, pilots: pilots({ running: 3, fleet: 'gone' }), onPilots: 3 },
      ['default'],
      { kind: 'submit', count: 9 },
    ],
  ])('%s', (_, given, fleets, expected) => {
    expect(decide(given, fleets)).toMatchObject(expected);
  });

  it('are removed by what no PanDA is needed for', () => {
    const world = { ...pilotWorld({ pilots: ofFleets(['gone', 3]) }), panda: unknown('HTTP 503') };
    expect(only(planPilots(world))).toMatchObject({
      kind: 'remove',
      why: [{ kind: 'pilots-of-no-fleet', fleet: 'gone', idlePilots: 3 }],
    });
  });

  it('with bad settings stay: it is there', () => {
    const world = { ...pilotWorld({ activated: 9, pilots: ofFleets(['gpu', 3]) }) };
    const fleets = [fleet(), fleet({ market: 'cheap' }, 'gpu')];
    expect(only(planPilots({ ...world, fleets }))).toMatchObject({ kind: 'submit', count: 6 });
  });

  it('carry the fleet and the wall of their queue when they are submitted', () => {
    const knobs = { fleet: 'gpu', 'pilot-wall-seconds': '7200' };
    const world = { ...pilotWorld({ activated: 2 }), queues: [queue(knobs)], fleets: [fleet({}, 'gpu')] };
    expect(only(planPilots(world))).toMatchObject({ kind: 'submit', fleet: 'gpu', wallSeconds: 7200 });
  });
});
