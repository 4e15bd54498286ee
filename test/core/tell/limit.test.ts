import { describe, expect, it } from 'vitest';
import type { Decision } from '../../../core/model/decision.ts';
import type { Reason, ReasonKind } from '../../../core/model/reason.ts';
import { gistOfLimit, isFleetToBlame, type Limit, limitOf } from '../../../core/tell/limit.ts';
import { LARGE, openLaunch } from '../worlds.ts';
import { ALL } from './all-said.ts';

const rest = (...why: readonly Reason[]): Decision => ({
  of: 'workers',
  kind: 'rest',
  fleet: 'default',
  at: 0,
  why,
  counts: {},
});
const hold = (...why: readonly Reason[]): Decision => ({ ...rest(...why), kind: 'hold' }) as Decision;

/** Every kind of reason, with the first of its examples. */
const EXAMPLES = Object.entries(ALL).map(([kind, [first]]) => ({ kind, ...first?.[0] }) as Reason);

const CAPPED: Reason = { kind: 'capped-by-fleet', workers: 3 };
const COOLING: Reason = { kind: 'offers-cooling', pilots: 2, cpus: 1, memoryMb: 2000 };
const UNSUPPORTED: Reason = { kind: 'offers-unsupported', pilots: 1, cpus: 8, memoryMb: 16_000 };
const WAITING: Reason = { kind: 'jobs-waiting', pilots: 2, plainJobs: 0, onJoined: 1, onBooting: 1 };
const moved = (plugin: string, from: number, to: number): Reason => ({
  ...{ kind: 'chain-moved', plugin, parameters: [], seen: [] },
  from,
  to,
});

describe('the one thing that limits', () => {
  it('is one of these kinds of reason, and no other', () => {
    const limiting = EXAMPLES.filter((reason) => limitOf(rest(reason)).kind === 'limited');
    expect(limiting.map(({ kind }) => kind).sort()).toEqual([
      'bad-settings',
      'breaker-open',
      'capped-by-budget',
      'capped-by-fleet',
      'chain-by-status',
      'chain-moved',
      'chain-stuck',
      'cloud-unknown',
      'collector-ahead',
      'collector-young',
      'count-impossible',
      'fits-no-flavour',
      'fleet-drained',
      'fleet-in-shadow',
      'fleet-paused',
      'image-unknown',
      'instances-unknown',
      'item-unread',
      'jobs-outlast-workers',
      'launches-paced',
      'launches-throttled',
      'lease-contested',
      'lease-held',
      'offers-cooling',
      'offers-unsupported',
      'pilots-empty-handed',
      'pool-contradictory',
      'pool-incomplete',
      'queue-drained',
      'queue-in-shadow',
      'queue-paused',
      'running-jumped',
      'short-impossible',
      'site-shut',
      'site-status-strange',
      'site-unreadable',
      'source-ahead',
      'source-stale',
      'source-unknown',
      'submissions-unshown',
      'tick-overtaken',
      'view-overtaken',
      'workers-doubted',
      'workers-unclaimed',
      'workers-unwell',
      'workers-vanished',
    ] satisfies ReasonKind[]);
  });

  it.each(EXAMPLES)('of a hold is its reason, whatever that is: $kind', (reason) => {
    expect(limitOf(hold(reason))).toEqual({ kind: 'limited', by: reason });
  });

  it.each<[string, readonly Reason[], Limit]>([
    [
      'a type that nobody has comes before one that is short',
      [COOLING, UNSUPPORTED],
      { kind: 'limited', by: UNSUPPORTED },
    ],
    ['and one that is short before the cap', [WAITING, CAPPED, COOLING], { kind: 'limited', by: COOLING }],
    [
      'of two alike the one that keeps more back',
      [COOLING, { ...COOLING, pilots: 9 }],
      { kind: 'limited', by: { ...COOLING, pilots: 9 } },
    ],
    [
      'of a chain the last step that asks for less',
      [
        moved('Scale', 10, 20),
        moved('MaxPerCycle', 20, 10),
        moved('MaxPending', 10, 4),
        moved('MinPending', 4, 5),
      ],
      { kind: 'limited', by: moved('MaxPending', 10, 4) },
    ],
    [
      'an image that another takes the place of is none',
      [{ kind: 'image-unknown', words: 'no', instead: { id: 'lt-0', version: '1' } }],
      { kind: 'no-demand' },
    ],
    [
      'a step that comes to what was there keeps nothing back',
      [moved('MaxPerCycle', 10, 10), WAITING],
      { kind: 'met' },
    ],
    ['what has its place is met', [WAITING], { kind: 'met' }],
    [
      'plain jobs have their place, too',
      [{ ...WAITING, pilots: 0, plainJobs: 1 } as Reason],
      { kind: 'met' },
    ],
    [
      'jobs that pilots wait for have them',
      [{ kind: 'pilots-seen', activated: 4, taken: 3, waiting: 1, running: 3 }],
      { kind: 'met' },
    ],
    [
      'a worker that is tried for what should fit keeps nothing back',
      [{ ...COOLING, kind: 'fits-no-flavour', canary: true } as Reason],
      { kind: 'no-demand' },
    ],
    ['nothing waits', [{ ...WAITING, pilots: 0 } as Reason], { kind: 'no-demand' }],
    [
      'jobs that pilots have taken since do not wait',
      [{ kind: 'pilots-seen', activated: 4, taken: 4, waiting: 0, running: 4 }],
      { kind: 'no-demand' },
    ],
  ])('%s', (_, why, limit) => {
    expect(limitOf(rest(...why))).toEqual(limit);
  });

  const limiting = EXAMPLES.filter((reason) => limitOf(rest(reason)).kind === 'limited');

  it.each(limiting)('is what somebody has said, whatever else there is: $kind', (reason) => {
    const said: Reason = { kind: reason.kind === 'fleet-paused' ? 'queue-paused' : 'fleet-paused' };
    expect(limitOf(rest(said, reason))).toEqual({ kind: 'limited', by: said });
  });

  it('is what makes the rest not matter: of each two, whichever comes first', () => {
    const ranked: readonly Reason[] = [
      { kind: 'fleet-paused' },
      { kind: 'count-impossible', count: 'ready', value: 'NaN' },
      UNSUPPORTED,
      COOLING,
      CAPPED,
      { kind: 'launches-paced', mostWorkers: 3 },
      moved('MaxPerCycle', 20, 10),
      { kind: 'collector-ahead' },
    ];
    for (const [place, by] of ranked.entries()) {
      for (const other of ranked.slice(place + 1)) {
        expect(limitOf(rest(other, by))).toEqual({ kind: 'limited', by });
        expect(limitOf(rest(by, other))).toEqual({ kind: 'limited', by });
      }
    }
  });

  it('of several that keep workers back is the one that keeps more', () => {
    const more: Reason = { kind: 'capped-by-budget', workers: 4 };
    expect(limitOf(rest(CAPPED, more))).toEqual({ kind: 'limited', by: more });
    expect(limitOf(rest(more, { ...CAPPED, workers: 4 }))).toEqual({ kind: 'limited', by: more });
  });

  it('of a hold is what keeps it, and not what is told beside that', () => {
    const unknown: Reason = { kind: 'source-unknown', source: 'pool', words: 'HTTP 503' };
    const beside: Reason = { kind: 'last-good-settings', problems: [] };
    expect(limitOf(hold(beside, unknown))).toEqual({ kind: 'limited', by: unknown });
    expect(limitOf(hold(WAITING, beside))).toEqual({ kind: 'limited', by: WAITING });
  });

  it('is nothing while workers are woken or launched, and while pilots are submitted', () => {
    const wakes = [
      {
        instanceId: 'i-1',
        offer: { flavour: 'm6i.large', zone: 'a', market: 'on-demand' as const },
        offers: { cpus: 2, memoryMb: 1, diskMb: 1, gpus: 0 },
        meantFor: '1c',
      },
    ];
    const act = { ...rest(WAITING), kind: 'act', launches: [], retirements: [] } as const;
    expect(limitOf(act as Decision)).toEqual({ kind: 'met' });
    expect(limitOf({ ...act, wakes: [] } as Decision)).toEqual({ kind: 'met' });
    expect(limitOf({ ...act, wakes } as Decision)).toEqual({ kind: 'acting' });
    const launches = [{ request: openLaunch(1).request, offers: LARGE }];
    expect(limitOf({ ...act, launches } as Decision)).toEqual({ kind: 'acting' });
    const submit = { ...{ of: 'pilots', queue: 'BNL', at: 0, counts: {} }, kind: 'submit', count: 1 };
    expect(limitOf({ ...submit, why: [WAITING] } as unknown as Decision)).toEqual({ kind: 'acting' });
  });

  it('goes on as the same while only its numbers change', () => {
    const limited = (by: Reason) => gistOfLimit({ kind: 'limited', by });
    expect(limited(CAPPED)).toBe(limited({ ...CAPPED, workers: 40 } as Reason));
    expect(limited(CAPPED)).not.toBe(limited(COOLING));
    expect(gistOfLimit({ kind: 'met' })).not.toBe(gistOfLimit({ kind: 'acting' }));
  });

  it.each<[string, Limit, Limit, number, boolean]>([
    ['its pilots wait for a fleet at its cap', { kind: 'met' }, { kind: 'limited', by: CAPPED }, 3, true],
    ['no pilot waits', { kind: 'met' }, { kind: 'limited', by: CAPPED }, 0, false],
    [
      'the chain stops at enough that wait',
      { kind: 'limited', by: moved('MaxPending', 9, 1) },
      { kind: 'limited', by: CAPPED },
      500,
      true,
    ],
    [
      'it is paused itself',
      { kind: 'limited', by: { kind: 'queue-paused' } },
      { kind: 'limited', by: CAPPED },
      3,
      false,
    ],
    ['its fleet launches', { kind: 'met' }, { kind: 'acting' }, 3, false],
  ])('of a queue is its fleet’s, or not: %s', (_, own, ofFleet, waiting, isFleets) => {
    expect(isFleetToBlame(own, ofFleet, waiting)).toBe(isFleets);
  });
});
