import { describe, expect, it } from 'vitest';
import { templateKind } from '../../core/learn/boots.ts';
import { known, unknown } from '../../core/model/snapshot.ts';
import { NEEDED_SECONDS } from '../../runtime/run/time-left.ts';
import { type Plan, workersTick } from '../../runtime/workers-tick.ts';
import {
  inLedger,
  inPool,
  JOINED,
  NOW,
  openLaunch,
  pilots,
  poolView,
  queue,
  STAGE,
  stageSettings,
} from '../core/worlds.ts';
import { type Outside, outside } from './ports.ts';

const MINUTE = 60;

/** A queue with five idle pilots and jobs for them. */
const growing = (name: string, given: Partial<Outside> = {}): Outside => ({
  queues: [queue({}, name)],
  jobs: { [name]: { SCORE: { managed: { activated: 5 } } } },
  view: poolView([pilots({ idle: 5 }, { queue: name })]),
  ...given,
});

const workersOf = async (given: ReturnType<typeof outside>) => (await given.ports.ledger.view()).workers;
const launchesOf = async (given: ReturnType<typeof outside>) => (await given.ports.ledger.view()).launches;
const flavours = (given: ReturnType<typeof outside>) =>
  [...given.ec2.instances.values()].map(({ offer }) => offer.flavour).sort();

describe('a tick of the workers', () => {
  it('launches what is missing, and writes the workers down as booting', async () => {
    const world = outside(growing('A'));
    await workersTick(world.ports)(NOW);
    expect(flavours(world)).toEqual(['m6i.large', 'm6i.large', 'm6i.large']);
    expect(await launchesOf(world)).toEqual([]);
    expect((await workersOf(world)).map(({ state, launchedAt }) => [state.kind, launchedAt])).toEqual(
      Array.from({ length: 3 }, () => ['booting', NOW]),
    );
  });

  it('launches from the image that is the newest now, and remembers it with the workers', async () => {
    const world = outside(growing('A'));
    await workersTick({ ...world.ports, image: async (now) => known('ami-1', now) })(NOW);
    const templates = (await workersOf(world)).map(({ template }) => template);
    expect(templates).toEqual(Array.from({ length: 3 }, () => ({ ...STAGE.template, imageId: 'ami-1' })));
  });

  describe('that cannot know the newest image', () => {
    const image = async () => unknown('ThrottlingException');
    const from = (imageId: string) => ({ ...STAGE.template, imageId });
    const joined = (imageId: string, launchedAt: number) => ({
      kind: templateKind(from(imageId)),
      template: from(imageId),
      boots: [{ instanceId: `i-${imageId}`, launchedAt, joined: true }],
    });

    it('launches nothing where no image is known to be good, says why, and does all else', async () => {
      const lost = openLaunch(3, NOW - 120);
      const world = outside(
        growing('BNL', {
          ledger: {
            launches: [lost],
            workers: [
              inLedger('i-00000001', { kind: 'booting' }, { launchedAt: NOW - 3600 }),
              inLedger('i-00000002', {
                kind: 'draining',
                since: NOW - 60,
                cause: { kind: 'told', words: 'x' },
              }),
            ],
          },
          jobs: { BNL: { SCORE: { managed: { activated: 50 } } } },
          view: poolView(
            [pilots({ idle: 50 }, { queue: 'BNL' })],
            [inPool('i-00000002', { draining: true, busy: 0 })],
          ),
        }),
      );
      const [decision] = await workersTick({ ...world.ports, image })(NOW);
      expect(decision?.why).toContainEqual({ kind: 'image-unknown', words: 'ThrottlingException' });
      expect(world.ec2.asked).toEqual([lost.request.clientToken]);
      const [, ...found] = await workersOf(world);
      expect(found.map(({ state }) => state.kind)).toEqual(['booting', 'booting', 'booting']);
      expect(await world.ports.ledger.workers.find('i-00000001')).toBeUndefined();
      expect((await world.ports.ledger.workers.find('i-00000002'))?.state.kind).toBe('retiring');
    });

    it('launches from the last image that joined, and says so', async () => {
      const boots = [joined('ami-1', NOW - 7200), joined('ami-2', NOW - 3600)];
      const world = outside(growing('BNL', { ledger: { boots } }));
      const [decision] = await workersTick({ ...world.ports, image })(NOW);
      expect(decision?.why.at(-1)).toEqual({
        kind: 'image-unknown',
        instead: from('ami-2'),
        words: 'ThrottlingException',
      });
      const templates = (await workersOf(world)).map(({ template }) => template);
      expect(templates).toEqual(Array.from({ length: 3 }, () => from('ami-2')));
    });

    it('rolls no worker: each may be of the newest', async () => {
      const world = outside({
        ...stageSettings({ 'roll-percent': '100' }),
        ledger: { workers: [inLedger('i-00000001', JOINED, { template: from('ami-1') })] },
        view: poolView([], [inPool('i-00000001')]),
      });
      expect(await workersTick({ ...world.ports, image })(NOW)).toMatchObject([{ kind: 'rest' }]);
      expect(world.pool.draining.size).toBe(0);
    });
  });

  it.each([
    ['again, by the same container', 1],
    ['at the same time, by two', 2],
  ])('launches once when it comes %s', async (_, containers) => {
    const world = outside(growing('A'));
    const ticks = Array.from({ length: containers }, () => workersTick(world.ports));
    await Promise.all(ticks.map((tick) => tick(NOW)));
    const before = world.state();
    for (const tick of ticks) await tick(NOW);
    expect(world.state()).toEqual(before);
    expect(world.ec2.instances.size).toBe(3);
    expect(new Set(world.ec2.asked).size).toBe(1);
  });

  it('launches nothing more in the next minute, while the workers boot', async () => {
    const world = outside(growing('A'));
    const tick = workersTick(world.ports);
    await tick(NOW);
    expect(await tick(NOW + MINUTE)).toMatchObject([{ kind: 'rest' }]);
    expect(world.ec2.instances.size).toBe(3);
  });

  it('remembers how long the workers took that have joined', async () => {
    const world = outside({
      ...growing('A'),
      ledger: {
        workers: [
          inLedger('i-00000001', { kind: 'booting' }, { launchedAt: NOW - 400, template: STAGE.template }),
        ],
      },
      view: poolView([], [inPool('i-00000001', { joinedAt: NOW - 190 })]),
    });
    await workersTick(world.ports)(NOW);
    const { joins } = await world.ports.ledger.view();
    expect(joins).toMatchObject([{ template: STAGE.template, flavour: 'm6i.large', took: [210] }]);
  });

  it('remembers how long they took from their wake on, apart', async () => {
    const given = { launchedAt: NOW - 9000, template: STAGE.template };
    const world = outside({
      ...growing('A'),
      ledger: { workers: [inLedger('i-00000001', { kind: 'waking', since: NOW - 100 }, given)] },
      view: poolView([], [inPool('i-00000001', { joinedAt: NOW - 65 })]),
    });
    await workersTick(world.ports)(NOW);
    const { joins, boots } = await world.ports.ledger.view();
    expect([joins, boots]).toMatchObject([[{ woken: true, flavour: 'm6i.large', took: [35] }], undefined]);
  });

  it('ends one that was woken and did not come, and remembers that of wakes only', async () => {
    const given = { launchedAt: NOW - 9000, template: STAGE.template };
    const late = inLedger('i-00000001', { kind: 'waking', since: NOW - 901 }, given);
    const world = outside({
      queues: [queue()],
      ledger: { workers: [late] },
      instances: [{ ...late, state: 'running', tags: {} }],
    });
    await workersTick(world.ports)(NOW);
    const { workers, joins, boots } = await world.ports.ledger.view();
    expect(workers.map(({ state }) => state.kind)).toEqual(['retiring']);
    expect([joins, boots]).toMatchObject([[{ woken: true, took: [null] }], undefined]);
  });

  it('remembers what was refused, and launches the rest elsewhere in the next minute', async () => {
    const world = outside(growing('A', { free: { 'm6i.large': 1 } }));
    const tick = workersTick(world.ports);
    await tick(NOW);
    expect(flavours(world)).toEqual(['m6i.large']);
    expect((await world.ports.ledger.view()).cooling.map(({ offer, until }) => [offer.zone, until])).toEqual([
      ['us-east-1a', NOW + 300],
      ['us-east-1b', NOW + 300],
    ]);
    await tick(NOW + MINUTE);
    expect(flavours(world)).toEqual(['m6i.2xlarge', 'm6i.large']);
  });
});

describe('an open launch of a fleet of which something cannot be read', () => {
  const launch = openLaunch(2, NOW - 180);
  const item = (key: string, whose?: string) => ({
    ...{ key, why: 'is of version 9' },
    ...(whose === undefined ? {} : { whose }),
  });

  it.each([
    ['a worker of its own', item('worker#i-9', 'default'), 0],
    ['a worker of nobody knows whom', item('worker#i-9'), 0],
    ['a worker of another fleet', item('worker#i-9', 'gpu'), 1],
    ['what was learned', item('cooling#x'), 1],
    ['what queue 1 remembers', item('queue#BNL', 'BNL'), 1],
  ])('is asked for again unless it is %s', async (_, unread, asks) => {
    const world = outside({ queues: [queue()], ledger: { launches: [launch] } });
    const { ledger } = world.ports;
    const view = async () => ({ ...(await ledger.view()), unread: [unread] });
    await workersTick({ ...world.ports, ledger: { ...ledger, view } })(NOW);
    expect(world.ec2.asked).toHaveLength(asks);
  });
});

it('a tick that asks for nothing leaves the pace of launches as it is', async () => {
  const pace = { most: 5, notBefore: NOW - 60, waitSeconds: 60 };
  const world = outside({ queues: [queue()], ledger: { pace } });
  await workersTick(world.ports)(NOW);
  expect((await world.ports.ledger.view()).pace).toEqual(pace);
});

describe('workers that never joined', () => {
  const cause = { kind: 'never-joined', limitSeconds: 900 } as const;
  const [late, joined, drained] = [
    inLedger('i-00000001', { kind: 'booting' }),
    inLedger('i-00000002', JOINED),
    inLedger('i-00000003', { kind: 'booting' }),
  ] as const;

  /** A tick that ends two and drains the third, with so much time for it; whom it hears, and what it counts. */
  const ending = async (seconds: number, taken?: readonly string[]) => {
    const workers = [late, joined, drained];
    const world = outside({
      ...{ queues: [queue()], ledger: { workers } },
      view: poolView([], workers.map(({ instanceId }) => inPool(instanceId)).slice(1, 2)),
      instances: workers.map((of) => ({ ...of, state: 'running' as const, tags: {} })),
    });
    const heard: string[] = [];
    const consoles = {
      ...world.ports.consoles,
      async latest(id: string) {
        heard.push(id);
        return 'kernel panic';
      },
    };
    const { cloud } = world.ports;
    const terminate: typeof cloud.terminate = async (ids, hasTime) =>
      taken === undefined ? cloud.terminate(ids, hasTime) : { taken, refused: [] };
    const retirements = [
      { instanceId: late.instanceId, step: 'terminate', cause },
      { instanceId: joined.instanceId, step: 'terminate', cause },
      { instanceId: drained.instanceId, step: 'drain', cause },
    ] as const;
    const plan: Plan = () => [
      {
        kind: 'act',
        fleet: 'default',
        at: NOW,
        why: [],
        counts: {},
        launches: [],
        retirements: [...retirements],
      },
    ];
    await workersTick({ ...world.ports, consoles, cloud: { ...cloud, terminate } }, plan)(NOW, () => seconds);
    const { boots = [] } = await world.ports.ledger.view();
    const failed = boots.flatMap((of) => of.boots.filter((boot) => !boot.joined));
    return { heard, failed: new Set(failed.map(({ instanceId }) => instanceId)) };
  };
  const ENOUGH = NEEDED_SECONDS.console + NEEDED_SECONDS.terminate;

  it('are heard before they are ended, and counted once they are; no other is', async () => {
    expect(await ending(ENOUGH)).toEqual({ heard: [late.instanceId], failed: new Set([late.instanceId]) });
  });

  it('are ended unheard if hearing them would leave no time for that', async () => {
    expect(await ending(ENOUGH - 0.1)).toEqual({ heard: [], failed: new Set([late.instanceId]) });
  });

  it('are not counted as long as their cloud does not take their end', async () => {
    expect(await ending(ENOUGH, [joined.instanceId])).toEqual({
      heard: [late.instanceId],
      failed: new Set(),
    });
  });
});

describe('a tick without facts', () => {
  it('does nothing but tell why', async () => {
    const old = inLedger('i-00000001', JOINED, { launchedAt: 0 });
    const world = outside(growing('A', { ledger: { workers: [old], launches: [openLaunch(2)] } }));
    const before = world.state();
    const tick = workersTick({ ...world.ports, pool: { view: async () => unknown('refused') } });
    expect(await tick(NOW)).toMatchObject([
      { kind: 'hold', why: [{ kind: 'source-unknown', source: 'pool', words: 'refused' }] },
    ]);
    expect({ ...world.state(), ledger: undefined }).toEqual({ ...before, ledger: undefined });
    expect(await workersOf(world)).toEqual([old]);
    expect(world.ec2.asked).toEqual([]);
  });
});

describe('the life of workers, over ticks', () => {
  const draining = { kind: 'draining', since: NOW - 60, cause: { kind: 'told', words: 'x' } } as const;
  const view = poolView(
    [],
    [
      inPool('i-00000001'),
      inPool('i-00000002', { draining: true }),
      inPool('i-00000003', { idleSince: NOW - 5000 }),
    ],
  );
  const workers = [
    inLedger('i-00000001', { kind: 'booting' }, { launchedAt: NOW - 300 }),
    inLedger('i-00000002', draining),
    inLedger('i-00000003', JOINED),
    inLedger('i-00000004', JOINED),
    inLedger('i-00000005', { kind: 'missing', joinedAt: 0, since: NOW - 60 }),
  ];

  it('joins, drains, ends, misses and forgets them', async () => {
    const alive = inLedger('i-00000004', JOINED);
    const world = outside({
      queues: [queue()],
      view,
      ledger: { workers },
      instances: [{ ...alive, state: 'running', tags: {} }],
    });
    await workersTick(world.ports)(NOW);
    expect((await workersOf(world)).map(({ instanceId, state }) => `${instanceId} ${state.kind}`)).toEqual([
      'i-00000001 joined',
      'i-00000002 retiring',
      'i-00000003 draining',
      'i-00000004 missing',
    ]);
    expect([...world.pool.draining]).toEqual(['i-00000003']);
    expect([...world.pool.forgotten]).toEqual(['i-00000005']);
  });

  it('forgets nobody while EC2 does not answer', async () => {
    const world = outside({ queues: [queue()], view, ledger: { workers } });
    world.ec2.fault = { kind: 'throttled', code: 'RequestLimitExceeded', why: 'for a test' };
    await workersTick(world.ports)(NOW);
    expect(await workersOf(world)).toHaveLength(5);
    expect([...world.pool.forgotten]).toEqual([]);
  });

  it('ends some though others cannot be told to drain, whose deadline runs all the same', async () => {
    const world = outside({ queues: [queue()], view, ledger: { workers: workers.slice(1, 3) } });
    const drain = () => Promise.reject(new Error('the endpoint is down'));
    const tick = workersTick({ ...world.ports, poolWorkers: { ...world.ports.poolWorkers, drain } });
    await expect(tick(NOW)).rejects.toThrow('the endpoint is down');
    expect((await workersOf(world)).map(({ instanceId, state }) => `${instanceId} ${state.kind}`)).toEqual([
      'i-00000002 retiring',
      'i-00000003 draining',
    ]);
  });

  it('asks again for one whose end EC2 did not take, and nobody can take its drain back meanwhile', async () => {
    const world = outside({ queues: [queue()], view, ledger: { workers: workers.slice(1, 2) } });
    const states = async () => (await workersOf(world)).map(({ state }) => state);
    const cloud = { ...world.ports.cloud, terminate: async () => ({ taken: [], refused: [] }) };
    await workersTick({ ...world.ports, cloud })(NOW);
    const pending = { kind: 'retiring', since: NOW, cause: { kind: 'drained' }, pending: true };
    expect(await states()).toEqual([pending]);
    await workersTick(world.ports)(NOW + MINUTE);
    expect(await states()).toEqual([{ kind: 'retiring', since: NOW + MINUTE, cause: { kind: 'drained' } }]);
  });

  it('leaves alone whom somebody else has moved since the view', async () => {
    const world = outside({ queues: [queue()], view, ledger: { workers: workers.slice(1, 2) } });
    const ended: string[] = [];
    const cloud = {
      ...world.ports.cloud,
      terminate: async (ids: readonly string[]) => {
        ended.push(...ids);
        return { taken: ids, refused: [] };
      },
    };
    const change = async () => false;
    const { ledger } = world.ports;
    const beaten = { ...ledger, workers: { ...ledger.workers, change } };
    await workersTick({ ...world.ports, cloud, ledger: beaten })(NOW);
    expect(ended).toEqual([]);
  });
});
