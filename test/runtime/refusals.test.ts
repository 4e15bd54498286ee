import { describe, expect, it } from 'vitest';
import type {
  EndReply,
  LaunchOutcome,
  Refusal,
  RefusalClass,
  RefusedOrder,
} from '../../core/model/launch.ts';
import type { Cloud } from '../../core/ports.ts';
import type { MetricName } from '../../core/tell/metrics.ts';
import { countDecision } from '../../runtime/tell/count-decision.ts';
import { countedCloud } from '../../runtime/tell/count-launches.ts';
import { refusedInWords, type ToldRefusal, toldCloud } from '../../runtime/tell/tell-refusals.ts';
import { workersTick } from '../../runtime/workers-tick.ts';
import { inLedger, NOW, openLaunch, queue } from '../core/worlds.ts';
import { memoryEc2 } from './memory-ec2.ts';
import { outside } from './ports.ts';

const MINUTE = 60;
/** Four workers of one type, in either of two zones. */
const { request } = openLaunch(4);
const offer = (zone: string) => ({ flavour: 'm6i.large', zone, market: 'on-demand' }) as const;
const refusal = (zone: string, kind: RefusalClass, why: string): Refusal => {
  const [code = ''] = why.split(':');
  return { offer: offer(zone), class: kind, code, why };
};

/** An answer that brings so many workers, and refuses the rest like this. */
const answered = (count: number, ...refused: readonly Refusal[]): LaunchOutcome => ({
  kind: 'answered',
  launched: Array.from({ length: count }, (_, n) => ({ instanceId: `i-${n}`, offer: offer('us-east-1b') })),
  refused,
});
const SHORT = refusal('us-east-1a', 'capacity', 'InsufficientInstanceCapacity: none');
const FULL = refusal('us-east-1a', 'quota', 'VolumeLimitExceeded: full');
const NOT_THERE = refusal('us-east-1a', 'unsupported', 'Unsupported: not there');
const WRONG = refusal('us-east-1a', 'configuration', 'InvalidSubnetID.NotFound: gone');
const SLOW = refusal('us-east-1a', 'throttled', 'RequestLimitExceeded: slow');

/** A cloud that gives these answers, one after the other. */
const giving = (outcomes: readonly LaunchOutcome[], replies: readonly EndReply[] = []): Cloud => {
  const [launches, ends] = [outcomes.values(), replies.values()];
  return {
    ...memoryEc2().cloud,
    launch: async () => launches.next().value ?? answered(4),
    terminate: async (ids) => ends.next().value ?? { taken: ids, refused: [] },
  };
};

describe('refusals are counted by their class', () => {
  it.each([
    ['a shortage that costs workers', answered(1, SHORT), { RefusedForCapacity: 1 }],
    ['a shortage that costs none', answered(4, SHORT), {}],
    ['a quota that costs workers', answered(0, FULL), { RefusedForQuota: 1 }],
    ['a quota that costs none', answered(4, FULL), {}],
    ['a type that a zone lacks', answered(4, NOT_THERE), { RefusedAsUnsupported: 1 }],
    ['a subnet that is gone', answered(4, WRONG), { RefusedForConfiguration: 1 }],
    [
      'instances that are throttled, in however many places',
      answered(1, SLOW, { ...SLOW, offer: offer('us-east-1b') }),
      { LaunchesThrottled: 1 },
    ],
    ['a call that is throttled', { kind: 'throttled', code: 'slow', why: 'slow' }, { LaunchesThrottled: 1 }],
    ['a caller that is not accepted', { kind: 'unheard', code: 'late', why: 'late' }, { CallsUnheard: 1 }],
    [
      'a whole that is refused for rights',
      { kind: 'rejected', class: 'configuration', code: 'no', why: 'no' },
      { RefusedForConfiguration: 1 },
    ],
    [
      'a whole that is refused for a type',
      { kind: 'rejected', class: 'unsupported', code: 'no', why: 'no' },
      { RefusedAsUnsupported: 1 },
    ],
    [
      'a token with other parameters',
      { kind: 'mismatched', code: 'no', why: 'no' },
      { RefusedForConfiguration: 1 },
    ],
    ['a token that is spent', { kind: 'spent', code: 'no', why: 'no' }, {}],
    ['no answer', { kind: 'unclear', why: 'no' }, {}],
  ] as const)('%s', async (_, outcome, expected) => {
    const counts: Partial<Record<MetricName, number>> = {};
    const cloud = countedCloud(giving([outcome]), (name, by) => {
      counts[name] = (counts[name] ?? 0) + by;
    });
    await cloud.launch(request);
    expect(counts).toEqual(expected);
  });
});

describe('refused wakes are counted', () => {
  const refused = (...classes: readonly RefusedOrder['class'][]) =>
    classes.map((kind, n) => ({ instanceId: `i-${n}`, class: kind, code: 'no', why: 'no' }));

  it.each([
    ['and lack nobody where EC2 has no machine now, or it is not stopped', ['capacity', 'state'], {}],
    ['with what is wrong, once', ['configuration', 'configuration'], { RefusedForConfiguration: 1 }],
    ['with what is wrong of one', ['state', 'configuration'], { RefusedForConfiguration: 1 }],
  ] as const)('%s', async (_, classes, expected) => {
    const counts: Partial<Record<MetricName, number>> = {};
    const wake = async () => ({ taken: [], refused: refused(...classes), unasked: [] });
    const cloud = countedCloud({ ...giving([]), wake }, (name, by) => {
      counts[name] = (counts[name] ?? 0) + by;
    });
    await cloud.wake([], () => true);
    expect(counts).toEqual({ WakesRefused: 2, ...expected });
  });
});

it.each([
  ['a refusal for want of rights', ['configuration', 'configuration'], 1],
  ['the same of one of them', ['state', 'configuration'], 1],
  ['none of one that is ending', ['state'], undefined],
] as const)('of power-offs that are to be stops is counted, once: %s', async (_, classes, expected) => {
  const counts: Partial<Record<MetricName, number>> = {};
  const letStop = async () => ({
    taken: [],
    refused: classes.map((of, n) => ({ instanceId: `i-${n}`, class: of, code: 'No', why: 'no' })),
  });
  await countedCloud({ ...giving([]), letStop }, (name, by) => {
    counts[name] = (counts[name] ?? 0) + by;
  }).letStop([], () => true);
  expect(counts.RefusedForConfiguration).toBe(expected);
});

it('wakes that are throttled are counted, once', async () => {
  const counts: Partial<Record<MetricName, number>> = {};
  const throttled = { code: 'RequestLimitExceeded', why: 'slow' };
  const wake = async () => ({ taken: [], refused: [], unasked: ['i-1', 'i-2'], throttled });
  await countedCloud({ ...giving([]), wake }, (name, by) => {
    counts[name] = (counts[name] ?? 0) + by;
  }).wake([], () => true);
  expect(counts).toEqual({ WakesRefused: 0, LaunchesThrottled: 1 });
});

it.each(['wake', 'letStop', 'terminate'] as const)(
  'a caller that is not accepted is counted, of a %s too',
  async (call) => {
    const unheard = async () => ({
      ...{ taken: [], refused: [], unasked: [] },
      unheard: { code: 'RequestExpired', why: 'late' },
    });
    const counts: Partial<Record<MetricName, number>> = {};
    const cloud = countedCloud({ ...giving([]), [call]: unheard }, (name, by) => {
      counts[name] = (counts[name] ?? 0) + by;
    });
    await cloud[call]([], () => true);
    expect(counts).toMatchObject({ CallsUnheard: 1 });
  },
);

/** What is told while these answers are given. */
const toldOf = async (outcomes: readonly LaunchOutcome[], replies: readonly EndReply[] = []) => {
  const told: ToldRefusal[] = [];
  const cloud = toldCloud(giving(outcomes, replies), (one) => void told.push(one));
  for (const _ of outcomes) await cloud.launch(request);
  for (const _ of replies) await cloud.terminate(['i-1', 'i-2'], () => true);
  return told.map((one) => `${one.class}: ${one.subjects.join(' ')}`);
};

const REJECTED = { kind: 'rejected', class: 'configuration', code: 'No', why: 'No: no' } as const;

const A = 'm6i.large/us-east-1a/on-demand';
const B = 'm6i.large/us-east-1b/on-demand';

describe('a refusal is told', () => {
  it('once, however often EC2 repeats it', async () => {
    expect(await toldOf([answered(1, SHORT), answered(1, SHORT), answered(1, SHORT)])).toEqual([
      `capacity: ${A}`,
    ]);
  });

  it('once of each kind that EC2 says of the offer, however they alternate', async () => {
    const alternating = [SHORT, FULL, SHORT, FULL].map((one) => answered(1, one));
    expect(await toldOf(alternating)).toEqual([`capacity: ${A}`, `quota: ${A}`]);
  });

  it('once of each kind for all offers, however they alternate', async () => {
    const slow = {
      kind: 'throttled',
      code: 'RequestLimitExceeded',
      why: 'RequestLimitExceeded: slow',
    } as const;
    const unheard = { kind: 'unheard', code: 'RequestExpired', why: 'RequestExpired: late' } as const;
    const unsigned = { kind: 'unheard', code: 'AuthFailure', why: 'AuthFailure: who' } as const;
    expect(await toldOf([slow, unheard, unsigned, slow, unheard, unsigned])).toEqual([
      'throttled: all offers',
      'caller: all offers',
      'caller: all offers',
    ]);
  });

  it('again when the offer was had in between', async () => {
    const there: LaunchOutcome = {
      ...{ kind: 'answered', refused: [] },
      launched: [{ instanceId: 'i-9', offer: offer('us-east-1a') }],
    };
    expect(await toldOf([answered(1, SHORT), there, answered(1, SHORT)])).toHaveLength(2);
  });

  it('for all offers of which EC2 says the same in one line', async () => {
    const both = answered(0, SHORT, { ...SHORT, offer: offer('us-east-1b') });
    expect(await toldOf([both])).toEqual([`capacity: ${A} ${B}`]);
  });

  it('of launches as such where EC2 names no offer', async () => {
    const rejected = {
      kind: 'rejected',
      class: 'configuration',
      code: 'UnauthorizedOperation',
      why: 'UnauthorizedOperation: no',
    } as const;
    const unheard = { kind: 'unheard', code: 'RequestExpired', why: 'RequestExpired: late' } as const;
    expect(await toldOf([rejected, rejected, unheard, answered(4), rejected])).toEqual([
      'configuration: all offers',
      'caller: all offers',
      'configuration: all offers',
    ]);
  });

  it('of an end once, and again when the instance could be ended since', async () => {
    const no = {
      taken: ['i-1'],
      refused: [{ instanceId: 'i-2', code: 'OperationNotPermitted', why: 'OperationNotPermitted: no' }],
    };
    expect(await toldOf([], [no, no, { taken: ['i-1', 'i-2'], refused: [] }, no])).toEqual([
      'configuration: i-2',
      'configuration: i-2',
    ]);
  });

  it('with all that was said, under the name of whoever said it', async () => {
    const told: ToldRefusal[] = [];
    const cloud = toldCloud(giving([answered(1, SHORT)]), (one) => void told.push(one), 'site');
    await cloud.launch(request);
    const { code, why } = SHORT;
    expect(told).toEqual([{ of: 'launch', by: 'site', class: 'capacity', subjects: [A], code, why }]);
  });

  it('of the offer of a launch that has only one, and of launches as such if it has more', async () => {
    const rejected = { kind: 'rejected', class: 'unsupported', code: 'No', why: 'No: no' } as const;
    const mismatched = { kind: 'mismatched', code: 'Idempotent', why: 'Idempotent: no' } as const;
    const told: string[] = [];
    const cloud = toldCloud(
      giving([rejected, mismatched, rejected]),
      ({ class: kind, subjects }) => void told.push(`${kind}: ${subjects.join(' ')}`),
    );
    await cloud.launch({ ...request, overrides: request.overrides.slice(0, 1) });
    await cloud.launch(request);
    await cloud.launch(request);
    expect(told).toEqual([`unsupported: ${A}`, 'configuration: all offers', 'unsupported: all offers']);
  });

  it('once of launches as such, however few of their offers are had meanwhile', async () => {
    const outcomes: LaunchOutcome[] = [REJECTED, answered(1), REJECTED, REJECTED, answered(1), REJECTED];
    const told: string[] = [];
    const cloud = toldCloud(giving(outcomes), ({ subjects }) => void told.push(subjects.join(' ')));
    const part = { ...request, overrides: request.overrides.slice(1) };
    // A part of what was refused is taken, and then it is asked for as a whole again; at last the whole is taken.
    for (const asked of [request, part, request, request, request, request]) await cloud.launch(asked);
    expect(told).toEqual(['all offers', 'all offers']);
  });

  it.each<readonly [string, readonly (readonly [string, LaunchOutcome])[], readonly string[]]>([
    [
      'again once all that was refused last is had, though more was refused before',
      [
        ['ab', REJECTED],
        ['bc', REJECTED],
        ['bc', answered(1)],
        ['ab', REJECTED],
      ],
      ['all offers', 'all offers'],
    ],
    [
      'once though a part is had that was refused by itself as well',
      [
        ['ab', REJECTED],
        ['b', REJECTED],
        ['b', answered(1)],
        ['ab', REJECTED],
      ],
      ['all offers', 'm6i.large/b/on-demand'],
    ],
  ])('of launches as such %s', async (_, launches, expected) => {
    const told: string[] = [];
    const cloud = toldCloud(
      giving(launches.map(([, outcome]) => outcome)),
      ({ subjects }) => void told.push(subjects.join(' ')),
    );
    for (const [zones] of launches) {
      const overrides = [...zones].map((zone) => ({ flavour: 'm6i.large', zone, subnetId: zone }));
      await cloud.launch({ ...request, overrides });
    }
    expect(told).toEqual(expected);
  });

  it('again of launches as such that have other offers', async () => {
    const told: string[] = [];
    const outcomes = [REJECTED, REJECTED, answered(1), REJECTED];
    const cloud = toldCloud(giving(outcomes), ({ subjects }) => void told.push(subjects.join(' ')));
    const others = {
      ...request,
      overrides: request.overrides.map((of) => ({ ...of, flavour: 'm6a.large' })),
    };
    // What is remembered as refused together is what was refused last.
    for (const asked of [request, others, request, others]) await cloud.launch(asked);
    expect(told).toEqual(['all offers']);
  });

  const REFUSED = { instanceId: 'i-2', class: 'state', code: 'No', why: 'No: no' } as const;
  const UNHEARD = { code: 'RequestExpired', why: 'RequestExpired: late' };
  const THROTTLES = { code: 'slow', why: 'slow' };

  it.each(['wake', 'letStop', 'terminate'] as const)(
    'of a %s once of each worker and once of all, and again when it was taken since',
    async (call) => {
      const told: string[] = [];
      const replies = [
        { taken: [], refused: [REFUSED], unheard: UNHEARD, throttled: THROTTLES },
        { taken: [], refused: [REFUSED], unheard: UNHEARD, throttled: THROTTLES },
        { taken: ['i-2'], refused: [] },
        { taken: [], refused: [REFUSED], unheard: UNHEARD, throttled: THROTTLES },
      ].map((of) => ({ ...of, unasked: [] }));
      const answers = replies.values();
      const answer = async () => answers.next().value ?? { taken: [], refused: [], unasked: [] };
      const cloud = toldCloud(
        { ...giving([]), [call]: answer },
        ({ of, class: kind, subjects, code, why }) =>
          void told.push(`${of} ${kind} ${subjects.join(' ')} ${code} (${why})`),
      );
      for (const reply of replies) expect(await cloud[call]([], () => true)).toBe(reply);
      const of = { wake: 'wake', letStop: 'sleep', terminate: 'end' }[call];
      const one = `${of} ${call === 'wake' ? 'state' : 'configuration'} i-2 No (No: no)`;
      const all = [
        `${of} caller all workers RequestExpired (RequestExpired: late)`,
        ...(call === 'wake' ? [`${of} throttled all workers slow (slow)`] : []),
      ];
      expect(told).toEqual([one, ...all, one, ...(call === 'letStop' ? [] : all)]);
    },
  );

  it.each([
    ['launch', 'EC2 refuses all offers (quota): no'],
    ['end', 'EC2 refuses to end all offers (quota): no'],
    ['wake', 'EC2 refuses to start all offers (quota): no'],
    ['sleep', 'EC2 refuses to stop at their power-off all offers (quota): no'],
  ] as const)('of a %s in these words', (what, words) => {
    const said = { by: 'EC2', class: 'quota', subjects: ['all offers'], code: 'No', why: 'no' } as const;
    expect(refusedInWords({ of: what, ...said })).toBe(words);
  });

  it('in a sentence with its class and what EC2 said', () => {
    const said = { code: 'OperationNotPermitted', why: 'OperationNotPermitted: no' };
    expect(refusedInWords({ of: 'end', by: 'EC2', class: 'configuration', subjects: ['i-2'], ...said })).toBe(
      'EC2 refuses to end i-2 (configuration): OperationNotPermitted: no',
    );
    expect(
      refusedInWords({
        of: 'launch',
        by: 'site',
        class: 'capacity',
        subjects: [A, B],
        code: 'none',
        why: 'none',
      }),
    ).toBe(`site refuses ${A}, ${B} (capacity): none`);
  });
});

describe('a worker that EC2 will not end', () => {
  const overdue = ['i-00000001', 'i-00000002', 'i-00000003'].map((id) =>
    inLedger(id, { kind: 'booting' }, { launchedAt: NOW - 3600, template: { id: 'lt-1', version: '1' } }),
  );
  const refusing = (refused: EndReply['refused']) => {
    const world = outside({
      queues: [queue()],
      ledger: { workers: overdue },
      instances: overdue.map(({ instanceId, offer: of }) => ({
        ...{ instanceId, state: 'running', launchedAt: NOW - 3600, offer: of, tags: {} },
      })),
    });
    const orders: (readonly string[])[] = [];
    const { cloud } = world.ports;
    const terminate: Cloud['terminate'] = async (ids, hasTime) => {
      orders.push(ids);
      const kept = new Set(refused.map(({ instanceId }) => instanceId));
      const reply = await cloud.terminate(
        ids.filter((id) => !kept.has(id)),
        hasTime,
      );
      return { ...reply, refused: refused.filter(({ instanceId }) => ids.includes(instanceId)) };
    };
    return { world, orders, tick: workersTick({ ...world.ports, cloud: { ...cloud, terminate } }) };
  };
  const NO = [{ instanceId: 'i-00000002', code: 'UnauthorizedOperation', why: 'UnauthorizedOperation: no' }];

  it('fails no tick, keeps no other alive, and is asked for again after ten minutes', async () => {
    const { world, orders, tick } = refusing(NO);
    for (let minute = 0; minute <= 20; minute += 1) await tick(NOW + minute * MINUTE);
    expect(orders[0]).toHaveLength(3);
    expect(orders.slice(1)).toEqual([['i-00000002'], ['i-00000002']]);
    const { boots = [], workers } = await world.ports.ledger.view();
    const ofTemplate = boots.find(({ kind }) => kind.startsWith('template'));
    expect(ofTemplate?.boots.map(({ instanceId }) => instanceId)).toEqual(['i-00000001', 'i-00000003']);
    expect(workers.find(({ instanceId }) => instanceId === 'i-00000002')).toMatchObject({
      state: { kind: 'booting' },
      endRefused: { why: 'UnauthorizedOperation: no' },
    });
  });

  it('is counted in each tick as not ended, and once as one that never joined', async () => {
    const { tick } = refusing(NO);
    const sums: Partial<Record<MetricName, number[]>> = {};
    for (let minute = 0; minute <= 20; minute += 1) {
      for (const decision of await tick(NOW + minute * MINUTE)) {
        countDecision(decision, (name, by) => {
          sums[name] = [...(sums[name] ?? []), by];
        });
      }
    }
    const sum = (name: MetricName) => (sums[name] ?? []).reduce((n, by) => n + by, 0);
    expect(sum('WorkersNeverJoined')).toBe(3);
    expect(sums.WorkersNotEnded).toEqual([0, ...Array.from({ length: 20 }, () => 1)]);
  });

  it('is not known of the rest when EC2 does not answer: what was taken is written down, and the tick fails', async () => {
    const { world } = refusing([]);
    const terminate = async () => ({ taken: ['i-00000001'], refused: [], unanswered: 'Unavailable: out' });
    const tick = workersTick({ ...world.ports, cloud: { ...world.ports.cloud, terminate } });
    await expect(tick(NOW)).rejects.toThrow(
      'The cloud did not answer an order to end workers: Unavailable: out',
    );
    const { workers } = await world.ports.ledger.view();
    expect(workers.map(({ state }) => state.kind).sort()).toEqual(['booting', 'booting', 'retiring']);
  });
});
