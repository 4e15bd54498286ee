import { describe, expect, it } from 'vitest';
import { episode } from './episode.ts';
import type { Script } from './script.ts';
import { tally } from './tally.ts';

/** What the simulation has found, each as the shortest script that broke a law. */
const FOUND: Readonly<Record<string, Script>> = {
  'pilots that all ended at once are tried one by one, and that one’s worker never joins': {
    seed: 553448472,
    faults: [{ kind: 'jobs', queue: 'NARROW', minute: 69, count: 10, runMinutes: 2 }],
  },
  'a worker that half of the views leave out joins, works, and is not ended as one that never joined': {
    seed: 24,
    faults: [{ kind: 'window', what: 'view without half of the workers', fromMinute: 1, minutes: 13 }],
  },
  'a worker that has joined while ticks held drains when EC2 advises to leave it': {
    seed: 1127676181,
    faults: [
      { kind: 'jobs', queue: 'WIDE', minute: 6, count: 6, runMinutes: 16 },
      { kind: 'call', of: 'workers', fromMinute: 25, call: 15, fate: 'request late' },
      { kind: 'moment', what: 'rebalance advice', minute: 20, which: 1 },
      { kind: 'moment', what: 'collector restarts', minute: 22, which: 7 },
      { kind: 'window', what: "pool's clock ahead", fromMinute: 6, minutes: 17 },
    ],
  },
  'a worker that joined while ticks held is not ended as one that never joined, when the collector has just started':
    {
      seed: 1954883854,
      faults: [
        { kind: 'window', what: 'view stale', fromMinute: 0, minutes: 22 },
        { kind: 'moment', what: 'collector restarts', minute: 21, which: 6 },
      ],
    },
  'an intent that is asked for while the next tick takes it back counts against the cap': {
    seed: 1195860460,
    faults: [
      { kind: 'jobs', queue: 'NARROW', minute: 27, count: 7, runMinutes: 10 },
      { kind: 'jobs', queue: 'WIDE', minute: 36, count: 14, runMinutes: 23 },
      { kind: 'tick', of: 'workers', minute: 38, fate: 'twice at once', seconds: 57 },
      { kind: 'tick', of: 'workers', minute: 37, fate: 'late', seconds: 58 },
    ],
  },
  'a worker that is lost without an event holds its place in the cap only until the next audit': {
    seed: 1397078837,
    faults: [
      { kind: 'window', what: 'events lost', fromMinute: 77, minutes: 23 },
      { kind: 'jobs', queue: 'WIDE', minute: 67, count: 9, runMinutes: 22 },
      { kind: 'moment', what: 'worker lost', minute: 86, which: 3 },
    ],
  },
  'a launch whose reply was lost is given up before long, if fleets are throttled when it is asked for again':
    {
      seed: 215672431,
      faults: [
        { kind: 'window', what: 'EC2 unreachable', fromMinute: 86, minutes: 12 },
        { kind: 'window', what: 'fleets throttled inside', fromMinute: 81, minutes: 17 },
      ],
    },
  'a worker whose drain did not take hold is given its time anew when the drain is ordered again': {
    seed: 1481640399,
    faults: [
      { kind: 'jobs', queue: 'WIDE', minute: 4, count: 11, runMinutes: 24 },
      { kind: 'jobs', minute: 70, queue: 'NARROW', count: 11, runMinutes: 10 },
      { kind: 'call', of: 'workers', fromMinute: 45, call: 11, fate: 'request lost' },
      { kind: 'call', of: 'workers', fromMinute: 64, call: 14, fate: 'throttled' },
      { kind: 'call', of: 'workers', fromMinute: 40, call: 20, fate: 'killed after the call' },
      { kind: 'window', what: 'endpoint down', fromMinute: 59, minutes: 15 },
      { kind: 'jobs', queue: 'WIDE', minute: 61, count: 9, runMinutes: 19 },
    ],
  },
  'pilots that name the fleet which their queue has left wait for that one, and while it is full they may': {
    seed: 590805952,
    faults: [{ kind: 'settings', what: 'queue moved', queue: 'LARGE', fromMinute: 65, minutes: 28 }],
    hasOld: true,
  },
  'a launch that EC2 would not hear of is asked for again when it does, though PanDA is not known then': {
    seed: 835413708,
    faults: [
      { kind: 'window', what: 'caller not accepted', fromMinute: 16, minutes: 20 },
      { kind: 'jobs', queue: 'WIDE', minute: 28, count: 7, runMinutes: 2 },
      { kind: 'window', what: 'PanDA down', fromMinute: 32, minutes: 9 },
    ],
  },
  'a server that its cloud has broken holds its place in the cap and in the quota only until the next tick': {
    seed: 1053232489,
    hasOld: true,
    hasSite: true,
    faults: [
      { kind: 'window', what: 'workers boot slowly', fromMinute: 21, minutes: 12 },
      { kind: 'moment', what: 'server broken', minute: 83, which: 2 },
      { kind: 'jobs', queue: 'UNPRICED', minute: 61, count: 13, runMinutes: 2 },
      { kind: 'jobs', queue: 'UNPRICED', minute: 87, count: 14, runMinutes: 10 },
      { kind: 'jobs', queue: 'UNPRICED', minute: 13, count: 14, runMinutes: 4 },
      { kind: 'call', of: 'workers', fromMinute: 13, call: 18, fate: 'killed before the call' },
      { kind: 'jobs', queue: 'UNPRICED', minute: 56, count: 12, runMinutes: 4 },
    ],
  },
  'a server that somebody launched by hand, and that found no host, is ended once the audit has found it': {
    seed: 2060615332,
    hasSite: true,
    faults: [
      { kind: 'window', what: 'servers find no host', fromMinute: 78, minutes: 13 },
      { kind: 'moment', what: 'server launched by hand', minute: 88, which: 4 },
    ],
  },
  'a server of a launch that hangs while lists lag is the only one of its launch': {
    seed: 1002065608,
    hasSite: true,
    faults: [
      { kind: 'window', what: 'lists lag', fromMinute: 73, minutes: 14 },
      { kind: 'jobs', queue: 'UNPRICED', minute: 45, count: 3, runMinutes: 17 },
      { kind: 'moment', what: 'server hangs', minute: 73, which: 7 },
      { kind: 'call', of: 'workers', fromMinute: 73, call: 24, fate: 'killed after the call' },
    ],
  },
  'a server whose start comes minutes late, by a proxy, is still waking then': {
    seed: 158913275,
    hasSite: true,
    faults: [
      { kind: 'jobs', queue: 'NARROW', minute: 22, count: 10, runMinutes: 2 },
      { kind: 'jobs', queue: 'SMALL', minute: 35, count: 10, runMinutes: 4 },
      { kind: 'tick', of: 'workers', fate: 'lost', seconds: 52, minute: 37 },
      { kind: 'window', what: 'Nova hears late', fromMinute: 22, minutes: 17 },
      { kind: 'moment', what: 'collector restarts', minute: 29, which: 7 },
      { kind: 'jobs', queue: 'NARROW', minute: 13, count: 13, runMinutes: 2 },
      { kind: 'tick', of: 'workers', minute: 36, fate: 'late', seconds: 58 },
      { kind: 'tick', of: 'workers', minute: 5, fate: 'twice at once', seconds: 50 },
      { kind: 'window', what: 'view stale', fromMinute: 12, minutes: 25 },
    ],
  },
};

describe('found by the simulation, and so no more:', () => {
  it.each(Object.entries(FOUND))('%s', async (_, script) => {
    const { breaks, ticks } = await episode(script, { tally: tally() });
    expect(breaks).toEqual([]);
    expect(ticks).toBeGreaterThan(200);
  });
});
