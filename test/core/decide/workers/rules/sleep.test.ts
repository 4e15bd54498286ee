import { describe, expect, it } from 'vitest';
import { offered } from '../../../../../core/model/flavours.ts';
import { shapeKey } from '../../../../../core/model/resources.ts';
import type { PlannedWake } from '../../../../../core/model/wake.ts';
import type { WorkerRecord, WorkerState } from '../../../../../core/model/worker.ts';
import { planWorkers } from '../../../planning.ts';
import {
  busy,
  cooling,
  type Given,
  inLedger,
  inPool,
  JOINED,
  NARROW,
  NOW,
  only,
  pilots,
  STAGE,
  WIDE,
  workerWorld,
} from '../../../worlds.ts';

const plan = (given: Given) => only(planWorkers(workerWorld(given)));

const acting = (given: Given) => {
  const decision = plan(given);
  return decision.kind === 'act' ? decision : { launches: [], retirements: [], wakes: [], mayStop: [] };
};

/** What a plan comes to: `wake 1 as m6i.large`, `2 m6i.large`, `terminate 1`, `may stop 1`. */
const planned = (given: Given): readonly string[] => {
  const { launches, retirements, wakes = [], mayStop = [] } = acting(given);
  return [
    ...wakes.map(({ instanceId, offer }) => `wake ${instanceId.at(-1)} as ${offer.flavour}`),
    ...launches.map(({ request: { count, overrides } }) => `${count} ${overrides[0]?.flavour}`),
    ...retirements.map(({ step, instanceId }) => `${step} ${instanceId.at(-1)}`),
    ...mayStop.map((instanceId) => `may stop ${instanceId.at(-1)}`),
  ];
};

const ASLEEP: Extract<WorkerState, { kind: 'asleep' }> = { kind: 'asleep', since: NOW - 600 };

const asleep = (id: string, given: Partial<WorkerRecord> = {}, more: Partial<typeof ASLEEP> = {}) =>
  inLedger(id, { ...ASLEEP, ...more }, { mayStop: true, ...given });

const waiting = (idle: number, shape = NARROW): Given => ({
  activated: idle,
  pilots: pilots({ shape, idle }),
});

const DAY = 86_400;
const M6I_LARGE = { name: 'm6i.large', cpus: 2, memoryMb: 8192, gpus: 0 };
const HAS_DRIFTED = { ...STAGE.template, version: '2' };

describe('a worker that powers itself off', () => {
  const awake = (record: Partial<WorkerRecord> = {}, pool = busy('i-1')): Given => ({
    workers: [inLedger('i-1', JOINED, record)],
    pool: [pool],
  });
  it.each<readonly [string, Given, readonly string[]]>([
    ['may sleep once it has joined', awake(), ['may stop 1']],
    ['is told of it once', awake({ mayStop: true }), []],
    ['ends, where the fleet lets none sleep', { ...awake(), knobs: { 'max-asleep': '0' } }, []],
    ['ends, on spot', awake({ offer: { flavour: 'm6i.large', zone: 'us-east-1a', market: 'spot' } }), []],
    ['ends, if nobody knows its template', awake({ template: HAS_DRIFTED }), ['drain 1']],
    ['ends, if its life is over soon', awake({ launchedAt: NOW - 6 * DAY - 80_000 }), ['drain 1']],
    ['ends, while its fleet is paused', { ...awake(), knobs: { state: 'paused' } }, []],
    ['ends, if an operator protects it', awake({ isProtected: true }), []],
    ['stays on, if it is kept', { ...awake({ kept: true }), knobs: { 'min-workers': '1' } }, []],
    ['ends, if EC2 has just refused to let it sleep', awake({ stopRefusedAt: NOW - 60 }), []],
    ['is asked about again after a while', awake({ stopRefusedAt: NOW - 660 }), ['may stop 1']],
  ])('%s', (_, given, expected) => {
    expect(planned(given)).toEqual(expected);
  });

  it('may not sleep if its template is not launched any more, though it is not its turn to be replaced', () => {
    const ids = ['i-1', 'i-2', 'i-3', 'i-4', 'i-5', 'i-6'];
    const workers = ids.map((id) => inLedger(id, JOINED, { template: HAS_DRIFTED }));
    const steps = planned({ workers, pool: ids.map((id) => busy(id)) });
    expect(steps.length).toBeLessThan(ids.length);
    expect(steps.every((step) => step.startsWith('drain'))).toBe(true);
    const { template: _, ...bare } = inLedger('i-1', JOINED);
    expect(planned({ workers: [bare], pool: [busy('i-1')] })).not.toContain('may stop 1');
  });

  it('may sleep only if no more may than the fleet lets, those asleep among them', () => {
    const workers = [inLedger('i-1', JOINED), inLedger('i-2', JOINED), asleep('i-3')];
    const pool = [busy('i-1'), busy('i-2')];
    expect(planned({ workers, pool, knobs: { 'max-asleep': '2' } })).toEqual(['may stop 1']);
    expect(planned({ workers, pool, knobs: { 'max-asleep': '1' } })).toEqual([]);
  });
});

describe('waking', () => {
  it.each<readonly [string, Given, readonly string[]]>([
    ['nobody is woken while nobody waits', { workers: [asleep('i-1')] }, []],
    ['comes before a launch', { ...waiting(2), workers: [asleep('i-1')] }, ['wake 1 as m6i.large']],
    [
      'leaves to launches what sleepers cannot do',
      { ...waiting(5), workers: [asleep('i-1')] },
      ['wake 1 as m6i.large', '2 m6i.large'],
    ],
    [
      'takes who fell asleep last',
      {
        ...waiting(2),
        workers: [asleep('i-1', {}, { since: NOW - 700 }), asleep('i-2', {}, { since: NOW - 60 })],
      },
      ['wake 2 as m6i.large'],
    ],
    [
      'takes who fell asleep last, and no wake that was refused counts',
      {
        ...waiting(2),
        workers: [
          asleep('i-1', { sleeps: [[NOW - 1000, NOW - 400]] }, { since: NOW - 400, refusedAt: NOW - 400 }),
          asleep('i-2', {}, { since: NOW - 900 }),
        ],
      },
      ['wake 2 as m6i.large'],
    ],
    [
      'makes of it the size that is wanted',
      { ...waiting(1, WIDE), workers: [asleep('i-1')], knobs: { cpus: '8' } },
      ['wake 1 as m6i.2xlarge'],
    ],
    [
      'is for machines of the family that is launched',
      {
        ...waiting(2),
        workers: [asleep('i-1', { offer: { flavour: 'm5.large', zone: 'us-east-1a', market: 'on-demand' } })],
      },
      ['1 m6i.large', 'terminate 1'],
    ],
    [
      'is not tried where EC2 has none of that type',
      { ...waiting(2), workers: [asleep('i-1')], cooling: [cooling('m6i.large', 'us-east-1a')] },
      ['1 m6i.large'],
    ],
    [
      'is not tried again at once',
      { ...waiting(2), workers: [asleep('i-1', {}, { refusedAt: NOW - 60 })] },
      ['1 m6i.large'],
    ],
    [
      'waits until it has no power any more',
      { ...waiting(2), workers: [asleep('i-1', {}, { stopping: true })] },
      ['1 m6i.large'],
    ],
    [
      'is within the caps',
      { ...waiting(9), workers: [asleep('i-1'), asleep('i-2')], knobs: { 'max-workers': '1' } },
      ['wake 1 as m6i.large', 'terminate 2'],
    ],
    [
      'stands in for no spot machine',
      { ...waiting(2), workers: [asleep('i-1')], knobs: { market: 'spot' } },
      ['1 m6i.large'],
    ],
    [
      'is for jobs that end before it does',
      {
        ...waiting(2),
        workers: [asleep('i-1', { launchedAt: NOW - 5 * DAY })],
        knobs: { 'pilot-wall-seconds': '200000' },
      },
      ['1 m6i.large', 'terminate 1'],
    ],
    [
      'is no more than a launch while they are doubted',
      { ...waiting(2), workers: [asleep('i-1')], knobs: { state: 'paused' } },
      [],
    ],
  ])('%s', (_, given, expected) => {
    expect(planned(given)).toEqual(expected);
  });

  it('says what it is woken as, and writes its promise anew if its size is another', () => {
    const [same] = acting({ ...waiting(2), workers: [asleep('i-1')] }).wakes ?? [];
    const expected: PlannedWake = {
      instanceId: 'i-1',
      offer: { flavour: 'm6i.large', zone: 'us-east-1a', market: 'on-demand' },
      offers: offered(M6I_LARGE, STAGE.workerDiskMb),
      meantFor: shapeKey(NARROW),
    };
    expect(same).toEqual(expected);
    const [larger] =
      acting({ ...waiting(1, WIDE), workers: [asleep('i-1')], knobs: { cpus: '8' } }).wakes ?? [];
    expect(larger).toMatchObject({
      isResized: true,
      offers: { cpus: 8 },
      tags: { 'aerie:promised': expect.stringMatching(/^8c,/) },
    });
  });

  it.each<readonly [string, Partial<typeof ASLEEP>]>([
    ['a wake was refused', { refusedAt: NOW - 600 }],
    ['a wake as another size came to nothing', { isTypeUnknown: true }],
  ])('says the size to EC2, though it is its own, after %s', (_, state) => {
    const [same] = acting({ ...waiting(2), workers: [asleep('i-1', {}, state)] }).wakes ?? [];
    expect(same).toMatchObject({ offer: { flavour: 'm6i.large' }, isResized: true });
  });

  it('takes who has the size that is wanted before those that have another, and changes these', () => {
    const other = { flavour: 'm6i.2xlarge', zone: 'us-east-1a', market: 'on-demand' } as const;
    const workers = [
      asleep('i-1', { offer: other }, { since: NOW - 60 }),
      asleep('i-2', {}, { since: NOW - 900 }),
    ];
    expect(planned({ ...waiting(2), workers })).toEqual(['wake 2 as m6i.large']);
    expect(planned({ ...waiting(4), workers })).toEqual(['wake 2 as m6i.large', 'wake 1 as m6i.large']);
  });

  it('is what launches make ready for: a worker that may sleep lingers less after its jobs', () => {
    const lingering = (given: Given) =>
      acting(given).launches.map(({ request }) => request.tags['aerie:linger-after-job-seconds']);
    expect(lingering(waiting(2))).toEqual(['30']);
    expect(lingering({ ...waiting(2), knobs: { 'max-asleep': '0' } })).toEqual([undefined]);
    // One that ends instead is wanted longer: a boot takes minutes.
    const beside = { ...waiting(2), workers: [inLedger('i-1', JOINED)], pool: [busy('i-1')] };
    expect(lingering({ ...beside, knobs: { 'max-asleep': '2' } })).toEqual(['30']);
    expect(lingering({ ...beside, knobs: { 'max-asleep': '1' } })).toEqual([undefined]);
    expect(
      lingering({ ...waiting(2), workers: [asleep('i-1', { width: 4 })], knobs: { 'max-asleep': '1' } }),
    ).toEqual([undefined]);
    expect(lingering({ ...waiting(2), knobs: { market: 'spot' } })).toEqual([undefined]);
    expect(lingering({ knobs: { 'min-workers': '1' } })).toEqual([undefined]);
  });

  it('counts one that wakes as on its way, until its own deadline', () => {
    const waking = inLedger('i-1', { kind: 'waking', since: NOW - 30 }, { launchedAt: NOW - DAY });
    expect(planned({ ...waiting(2), workers: [waking] })).toEqual([]);
    const late = inLedger('i-1', { kind: 'waking', since: NOW - 1000 }, { launchedAt: NOW - DAY });
    expect(planned({ ...waiting(2), workers: [late] })).toEqual(['1 m6i.large', 'terminate 1']);
  });

  it('is for jobs that land soon; for later ones only what no sleeper will do is launched', () => {
    const landing = (at: number, count: number): Given => ({
      landings: { complete: true, landings: [{ queue: 'BNL', at: NOW + at, count }] },
      knobs: { 'look-ahead': 'known' },
    });
    expect(planned({ ...landing(60, 2), workers: [asleep('i-1')] })).toEqual(['wake 1 as m6i.large']);
    expect(planned({ ...landing(250, 2), workers: [asleep('i-1')] })).toEqual([]);
    expect(planned({ ...landing(250, 4), workers: [asleep('i-1')] })).toEqual(['1 m6i.large']);
    expect(planned({ ...landing(250, 2) })).toEqual(['1 m6i.large']);
  });
});

describe('a sleeper', () => {
  const why = (given: Given) => acting(given).retirements.map(({ cause }) => cause.kind);
  it.each<readonly [string, Given, readonly string[]]>([
    ['sleeps on', { workers: [asleep('i-1')] }, []],
    [
      'ends when its disk has cost more than the boot that it saves',
      { workers: [asleep('i-1', { launchedAt: NOW - 2 * DAY }, { since: NOW - DAY })] },
      ['asleep-too-long'],
    ],
    [
      'ends then, though it was to wake meanwhile and did not',
      {
        workers: [
          asleep(
            'i-1',
            { launchedAt: NOW - 2 * DAY, sleeps: [[NOW - DAY, NOW - 600]] },
            { refusedAt: NOW - 600 },
          ),
        ],
      },
      ['asleep-too-long'],
    ],
    [
      'ends when its template is launched no longer',
      { workers: [asleep('i-1', { template: HAS_DRIFTED })] },
      ['template-replaced'],
    ],
    [
      'ends when its life is over',
      { workers: [asleep('i-1', { launchedAt: NOW - 6 * DAY - 80_000 })] },
      ['too-old'],
    ],
    ['ends with its fleet', { workers: [asleep('i-1')], knobs: { state: 'drain' } }, ['fleet-drained']],
    [
      'ends if it was leaving when it fell asleep',
      {
        workers: [
          asleep('i-1', {}, { cause: { kind: 'black-hole', short: 9, ended: 9, shortSeconds: 300 } }),
        ],
      },
      ['black-hole'],
    ],
    [
      'ends if more sleep than may',
      { workers: [asleep('i-1'), asleep('i-2')], knobs: { 'max-asleep': '1' } },
      ['above-max-asleep'],
    ],
    [
      'ends if more may sleep than the fleet lets, those that work among them',
      {
        workers: [asleep('i-1'), inLedger('i-2', JOINED, { mayStop: true })],
        pool: [busy('i-2')],
        knobs: { 'max-asleep': '1' },
      },
      ['above-max-asleep'],
    ],
    [
      'ends where none may sleep any more',
      { workers: [asleep('i-1')], knobs: { 'max-asleep': '0' } },
      ['above-max-asleep'],
    ],
    [
      'ends if it never came when it was started',
      { workers: [asleep('i-1', {}, { failures: 3 })] },
      ['would-not-wake'],
    ],
    [
      'stays, whatever it is, if an operator protects it',
      { workers: [asleep('i-1', { isProtected: true, template: HAS_DRIFTED })] },
      [],
    ],
  ])('%s', (_, given, expected) => {
    expect(why(given)).toEqual(expected);
  });

  it('is said to be woken, in which size', () => {
    const { why: said } = plan({ ...waiting(2), workers: [asleep('i-1')] });
    expect(said).toContainEqual({ kind: 'wake', workers: 1, flavours: ['m6i.large'] });
  });

  it('ends first if it has slept longest, where more sleep than may', () => {
    const workers = [asleep('i-1'), asleep('i-2', {}, { since: NOW - 900 })];
    expect(planned({ workers, knobs: { 'max-asleep': '1' } })).toEqual(['terminate 2']);
  });

  it('counts against no cap of workers', () => {
    const given = {
      ...waiting(2),
      workers: [inLedger('i-1', JOINED, { mayStop: true }), asleep('i-2')],
      pool: [busy('i-1')],
    };
    expect(planned({ ...given, knobs: { 'max-workers': '2' } })).toEqual(['wake 2 as m6i.large']);
    expect(plan(given).counts).toMatchObject({ workersLive: 1 });
  });

  it('is not taken for awake because of an ad from before it slept', () => {
    const stale = inPool('i-1', { joinedAt: NOW - 3000 });
    expect(planned({ ...waiting(2), workers: [asleep('i-1')], pool: [stale] })).toEqual([
      'wake 1 as m6i.large',
    ]);
  });
});
