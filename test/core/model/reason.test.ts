import { describe, expect, it } from 'vitest';
import { distinct, gistOf, isOfShadow, type Reason, reason, wouldAct } from '../../../core/model/reason.ts';
import { facts, takeStep } from '../chain/chain-facts.ts';
import { ALL } from '../tell/all-said.ts';

const reasons = Object.entries(ALL).flatMap(([kind, rows]) => rows.map(([fields]) => ({ kind, ...fields })));

/** The reasons of a chain's steps, as its plugins give them. */
const STEPS = [
  ['Ready(5)', { ready: 100, pending: 20 }],
  ['WeightedActivated(0.5)', { ready: 9 }],
  ['Simple(10)', { ready: 30 }],
  ['SimpleNQueue(10, 5)', { pending: 4 }],
  ['Trivial', { ready: 30, running: 6 }],
  ['KeepNRunning(20)', { running: 8 }],
  ['KeepNQueueLife(100)', { pilotsEver: 60 }],
  ['MaxPerFactory(0)', { pilotsInFactory: 95 }],
  ['MinToSubmit(100)', { pilotsEver: 60 }],
  ['StatusTest(1)', { siteStatus: 'test' }],
  ['Throttle', { ended: { count: 10, short: 6, shortSeconds: 300 } }],
  ['Activated', { ready: 100 }],
  ['Activated', { siteStatus: 'offline' }],
  ['Activated(testmode.allowed=True)', { siteStatus: 'test', pending: 3 }],
] as const;

/** Each name of which a reason has one of a few. */
const NAMED: readonly Reason[] = [
  ...(['panda', 'pool', 'sites'] as const).map(
    (source) => ({ kind: 'source-unknown', source, words: 'x' }) as const,
  ),
  ...(['pilots', 'jobs', 'workers'] as const).map((part) => ({ kind: 'pool-incomplete', part }) as const),
  ...(['spot', 'on-demand'] as const).map(
    (market) => ({ kind: 'launch', workers: 1, flavours: ['m6i.large'], market }) as const,
  ),
  ...(['launched', 'on-its-way'] as const).map(
    (canary) => ({ kind: 'breaker-open', breaker: 'x', failures: 5, canary }) as const,
  ),
];

describe('a reason', () => {
  it.each(STEPS)('of the step %s with %j comes back from JSON as it was', (plugin, given) => {
    const step = takeStep(plugin, 7, facts(given));
    const why = 'why' in step ? step.why : undefined;
    expect(why).toBeDefined();
    expect(reason.parse(JSON.parse(JSON.stringify(why)))).toStrictEqual(why);
  });

  it.each(NAMED)('%j comes back from JSON as it was', (of) => {
    expect(reason.parse(JSON.parse(JSON.stringify(of)))).toStrictEqual(of);
  });

  it.each(reasons)('of $kind comes back from JSON as it was', (of) => {
    expect(reason.parse(JSON.parse(JSON.stringify(of)))).toStrictEqual(of);
  });

  it.each<readonly [string, Reason, Reason, boolean]>([
    ['other numbers', { kind: 'lease-held', leftSeconds: 25 }, { kind: 'lease-held', leftSeconds: 5 }, true],
    [
      'other words',
      { kind: 'source-unknown', source: 'pool', words: 'refused' },
      { kind: 'source-unknown', source: 'pool', words: 'HTTP 503' },
      true,
    ],
    [
      'another name',
      { kind: 'source-unknown', source: 'pool', words: 'refused' },
      { kind: 'source-unknown', source: 'panda', words: 'refused' },
      false,
    ],
    [
      'another breaker',
      { kind: 'breaker-open', breaker: 'offer a', failures: 5, canary: 'launched' },
      { kind: 'breaker-open', breaker: 'offer b', failures: 5, canary: 'launched' },
      false,
    ],
    [
      'another setting',
      { kind: 'bad-settings', problems: [{ knob: 'cpus', why: 'is "many"' }] },
      { kind: 'bad-settings', problems: [{ knob: 'state', why: 'is "many"' }] },
      false,
    ],
    [
      'other words of the same end',
      { kind: 'boots-ended', workers: 1, reason: { code: 'Server.InternalError', message: 'a' } },
      { kind: 'boots-ended', workers: 2, reason: { code: 'Server.InternalError', message: 'b' } },
      true,
    ],
    [
      'another end',
      { kind: 'boots-ended', workers: 1, reason: { code: 'Server.InternalError', message: 'a' } },
      { kind: 'boots-ended', workers: 1, reason: { code: 'Server.SpotInstanceTermination', message: 'a' } },
      false,
    ],
    ['another kind', { kind: 'queue-paused' }, { kind: 'queue-drained' }, false],
  ])('with %s is the same later, or not', (_, one, other, isSame) => {
    expect(gistOf(one) === gistOf(other)).toBe(isSame);
  });

  it('is the same in whatever order its fields stand, as when it comes from the ledger', () => {
    const one: Reason = { kind: 'chain-by-status', plugin: 'StatusTest', status: 'test', to: 1 };
    const other: Reason = { to: 1, status: 'test', plugin: 'StatusTest', kind: 'chain-by-status' };
    expect(gistOf(one)).toBe(gistOf(other));
  });

  it('that says what one before it says is left out', () => {
    const late: Reason = { kind: 'capped-by-fleet', workers: 1 };
    expect(distinct([late, { ...late }, { ...late, workers: 2 }])).toEqual([late, { ...late, workers: 2 }]);
  });
});

describe('somebody in shadow', () => {
  const nothing = { launches: [], wake: 0, letSleep: 0, undrain: 0, drain: 0, terminate: 0 };
  const fleet = (given: Partial<Extract<Reason, { kind: 'fleet-in-shadow' }>>): Reason => ({
    ...{ kind: 'fleet-in-shadow', ...nothing },
    ...given,
  });
  const launch = { workers: 1, flavours: ['m6i.large'], market: 'on-demand' } as const;

  it.each<readonly [Reason, boolean]>([
    [fleet({}), true],
    [{ kind: 'queue-in-shadow', submit: 0, remove: 0 }, true],
    [{ kind: 'queue-paused' }, false],
  ])('is what a reason is of, or not: %j', (of, isShadow) => expect(isOfShadow(of)).toBe(isShadow));

  it.each<readonly [boolean, Reason]>([
    [false, fleet({})],
    [true, fleet({ launches: [launch] })],
    [true, fleet({ wake: 1 })],
    [true, fleet({ letSleep: 1 })],
    [true, fleet({ undrain: 1 })],
    [true, fleet({ drain: 1 })],
    [true, fleet({ terminate: 1 })],
    [false, { kind: 'queue-in-shadow', submit: 0, remove: 0 }],
    [true, { kind: 'queue-in-shadow', submit: 1, remove: 0 }],
    [true, { kind: 'queue-in-shadow', submit: 0, remove: 1 }],
    [false, { kind: 'queue-paused' }],
  ])('would act, or not: %s, by %j', (expected, of) => expect(wouldAct(of)).toBe(expected));
});
