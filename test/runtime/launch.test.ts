import { describe, expect, it } from 'vitest';
import type { Instance, LaunchOutcome } from '../../core/ports.ts';
import type { LaunchRequest } from '../../core/records.ts';
import { workersTick } from '../../runtime/workers-tick.ts';
import { NOW, openLaunch, pilots, poolView, queue, STAGE } from '../core/worlds.ts';
import { type Outside, outside } from './ports.ts';

const MINUTE = 60;

/** A queue with five idle pilots and jobs for them: three small workers. */
const GROWING: Outside = {
  queues: [queue({}, 'A')],
  jobs: { A: { SCORE: { activated: 5 } } },
  view: poolView([pilots({ idle: 5 }, { queue: 'A' })]),
};

const BOTH: Outside = {
  queues: [queue({}, 'A'), queue({}, 'B')],
  jobs: { A: { SCORE: { activated: 5 } }, B: { SCORE: { activated: 4 } } },
  view: poolView([pilots({ idle: 5 }, { queue: 'A' }), pilots({ idle: 4 }, { queue: 'B' })]),
};

type World = ReturnType<typeof outside>;
const view = ({ ports }: World) => ports.ledger.view();
const idsOf = async (world: World) => (await view(world)).workers.map(({ instanceId }) => instanceId).sort();
const inEc2 = ({ ec2 }: World) => [...ec2.instances.keys()].sort();
const THROTTLED = { kind: 'throttled', why: 'RequestLimitExceeded' } as const;
const UNCLEAR = { kind: 'unclear', why: 'no reply' } as const;

const launchOf = (name: string, count: number, createdAt: number) => {
  const launch = openLaunch(count, createdAt);
  return { ...launch, request: { ...launch.request, queue: name } };
};

describe('a launch that is throttled', () => {
  it('has launched nothing: it is over, and the next tick plans anew', async () => {
    const world = outside(GROWING);
    const tick = workersTick(world.ports);
    world.ec2.fault = THROTTLED;
    await tick(NOW);
    expect(await view(world)).toMatchObject({ launches: [], workers: [] });

    world.ec2.fault = undefined;
    await tick(NOW + MINUTE);
    expect(new Set(world.ec2.asked).size).toBe(2);
    expect(await idsOf(world)).toHaveLength(3);
  });
});

describe('a launch that EC2 refuses as a whole, for no offer in particular', () => {
  it('is over: no fleet was made, and the next tick plans anew', async () => {
    const world = outside(GROWING);
    world.ec2.fault = { kind: 'answered', launched: [], refused: [], noFleet: true };
    await workersTick(world.ports)(NOW);
    expect(await view(world)).toMatchObject({ launches: [], workers: [], cooling: [] });
  });
});

describe('a launch whose reply is lost', () => {
  /** A world in which the reply to its first ask was lost; `carriesOut`: EC2 has done it. */
  const lost = async (carriesOut: boolean) => {
    const world = outside(GROWING);
    const tick = workersTick(world.ports);
    world.ec2.carriesOut = carriesOut;
    world.ec2.fault = UNCLEAR;
    await tick(NOW);
    world.ec2.carriesOut = false;
    world.ec2.fault = undefined;
    const { launches } = await view(world);
    expect(launches.map(({ request }) => request.count)).toEqual([3]);
    return { world, tick, token: launches[0]?.request.clientToken };
  };

  it('that was carried out is found by its tag, and not asked for again', async () => {
    const { world, tick, token } = await lost(true);
    expect(await tick(NOW + MINUTE)).toMatchObject([{ kind: 'rest' }]);
    expect(world.ec2.asked).toEqual([token]);
    expect((await view(world)).launches).toEqual([]);
    expect(inEc2(world)).toHaveLength(3);
    expect(await idsOf(world)).toEqual(inEc2(world));
    expect((await view(world)).workers.map(({ launchedAt }) => launchedAt)).toEqual([NOW, NOW, NOW]);
  });

  it('that was not carried out counts, and is asked for again with the same token after two minutes', async () => {
    const { world, tick, token } = await lost(false);
    expect(await tick(NOW + MINUTE)).toMatchObject([{ kind: 'rest' }]);
    expect(world.ec2.asked).toEqual([token]);
    expect((await view(world)).launches).toHaveLength(1);
    await tick(NOW + 2 * MINUTE);
    expect(world.ec2.asked).toEqual([token, token]);
    expect((await view(world)).launches).toEqual([]);
    expect(inEc2(world)).toHaveLength(3);
    expect(await idsOf(world)).toEqual(inEc2(world));
  });

  it('is not asked for again while EC2 does not say what shows', async () => {
    const { world, tick, token } = await lost(false);
    world.ec2.fault = THROTTLED;
    await tick(NOW + 2 * MINUTE);
    expect(world.ec2.asked).toEqual([token]);
    expect((await view(world)).launches).toHaveLength(1);
  });

  it('does not take the workers of another stage, whose queue has the same name', async () => {
    const { world, tick, token } = await lost(true);
    for (const [id, own] of [...world.ec2.instances]) {
      const instanceId = `${id.slice(0, -1)}x`;
      world.ec2.instances.set(instanceId, {
        ...own,
        instanceId,
        tags: { ...own.tags, 'aerie:stage': 'prod' },
      });
    }
    await tick(NOW + MINUTE);
    expect(world.ec2.asked).toEqual([token]);
    expect(await idsOf(world)).toEqual(inEc2(world).filter((id) => !id.endsWith('x')));
  });

  it('is looked up, not asked for again, when the same tick comes again', async () => {
    const { world, tick, token } = await lost(true);
    await tick(NOW);
    expect(world.ec2.asked).toEqual([token]);
    expect(await idsOf(world)).toEqual(inEc2(world));
  });

  it.each([
    ['throttled', THROTTLED],
    ['rejected', { kind: 'rejected', class: 'configuration', why: 'UnauthorizedOperation: no' }],
    ['refused as a whole', { kind: 'answered', launched: [], refused: [], noFleet: true }],
    ['told that its token is used up', { kind: 'mismatched', why: 'IdempotentParameterMismatch' }],
    ['told that what it launched has ended', { kind: 'spent', why: 'IdempotentInstanceTerminated' }],
    ['given a fleet without anything', { kind: 'answered', launched: [], refused: [] }],
  ] as const)('that does not show yet stays open when it is asked for again and %s', async (_, answer) => {
    const { world, tick } = await lost(true);
    world.ec2.hidden = true;
    const launch: typeof world.ports.cloud.launch = async () => answer;
    const refusing = workersTick({ ...world.ports, cloud: { ...world.ports.cloud, launch } });
    await refusing(NOW + 2 * MINUTE);
    expect((await view(world)).launches).toHaveLength(1);

    world.ec2.hidden = false;
    await tick(NOW + 3 * MINUTE);
    expect(inEc2(world)).toHaveLength(3);
    expect(await idsOf(world)).toEqual(inEc2(world));
  });

  it('is asked for once only where EC2 says that it has had the token', async () => {
    const { world, token } = await lost(true);
    world.ec2.hidden = true;
    const asked: string[] = [];
    const launch: typeof world.ports.cloud.launch = async ({ clientToken }) => {
      asked.push(clientToken);
      return { kind: 'mismatched', why: 'IdempotentParameterMismatch' };
    };
    const tick = workersTick({ ...world.ports, cloud: { ...world.ports.cloud, launch } });
    for (let minute = 1; minute < 6; minute += 1) await tick(NOW + minute * MINUTE);
    expect(asked).toEqual([token]);
  });

  it('counts as long as it cannot be recorded what came of it', async () => {
    const world = outside({ ...GROWING, ledger: { launches: [launchOf('A', 3, NOW - 120)] } });
    const close = () => Promise.reject(new Error('the table is gone'));
    const tick = workersTick({ ...world.ports, launches: { ...world.ports.launches, close } });
    await expect(tick(NOW)).rejects.toThrow('the table is gone');
    expect(world.told).toMatchObject([{ kind: 'rest' }]);
    expect(inEc2(world)).toHaveLength(3);
  });

  it('is not asked for again where its queue is to launch nothing', async () => {
    const launch = openLaunch(3, NOW - 120);
    const world = outside({ queues: [queue({ state: 'paused' })], ledger: { launches: [launch] } });
    await workersTick(world.ports)(NOW);
    expect(world.ec2.asked).toEqual([]);
    expect((await view(world)).launches).toEqual([launch]);
  });

  it.each(['active', 'paused'])('is closed with what its tag shows in the end (%s)', async (state) => {
    const launch = openLaunch(3, NOW - 1001);
    const { tags } = launch.request;
    const offer = { flavour: 'm6i.large', zone: 'us-east-1a', market: 'on-demand' } as const;
    const instance = (instanceId: string, is: Instance['state']): Instance => ({
      instanceId,
      state: is,
      launchedAt: NOW - 600,
      offer,
      tags,
    });
    const world = outside({
      queues: [queue({ state })],
      ledger: { launches: [launch] },
      instances: [instance('i-00000001', 'running'), instance('i-00000002', 'terminated')],
    });
    await workersTick(world.ports)(NOW);
    expect(world.ec2.asked).toEqual([]);
    expect((await view(world)).launches).toEqual([]);
    expect(await idsOf(world)).toEqual(['i-00000001']);
  });
});

/** An EC2 that answers the launches of queue A like this, and all others as always. */
const answering = (outcome: LaunchOutcome, given: Outside = BOTH) => {
  const world = outside(given);
  const { cloud } = world.ports;
  const asked: LaunchRequest[] = [];
  const launch: typeof cloud.launch = async (request) => {
    if (request.queue !== 'A') return cloud.launch(request);
    asked.push(request);
    return outcome;
  };
  return { world, asked, tick: workersTick({ ...world.ports, cloud: { ...cloud, launch } }) };
};

const coolingIn = async (world: World) =>
  (await view(world)).cooling.map(({ offer, until, class: kind, halvings }) => ({
    ...{ zone: offer.zone, seconds: until - NOW, kind },
    ...(halvings === undefined ? {} : { halvings }),
  }));

describe('a launch that EC2 refuses as a whole without saying for which offer', () => {
  const rejected = { kind: 'rejected', class: 'configuration', why: 'InvalidFleetConfig: bad' } as const;

  it('is closed, fails no tick, and the other queues have theirs', async () => {
    const { world, tick } = answering(rejected);
    expect((await tick(NOW)).map(({ queue }) => queue)).toEqual(['A', 'B']);
    const { launches, workers } = await view(world);
    expect(launches).toEqual([]);
    expect(workers.map((worker) => worker.queue)).toEqual(['B', 'B']);
  });

  it('makes suspects of its offers, of which half are asked for alone in the next tick', async () => {
    const { world, tick, asked } = answering(rejected, GROWING);
    await tick(NOW);
    expect(await coolingIn(world)).toEqual([
      { zone: 'us-east-1a', seconds: 900, kind: 'configuration', halvings: 1 },
      { zone: 'us-east-1b', seconds: 900, kind: 'configuration', halvings: 0 },
    ]);
    await tick(NOW + MINUTE);
    await tick(NOW + 2 * MINUTE);
    expect(asked.map(({ overrides }) => overrides.map(({ zone }) => zone))).toEqual([
      ['us-east-1a', 'us-east-1b'],
      ['us-east-1a'],
      ['us-east-1b'],
    ]);
    expect(new Set(asked.map(({ clientToken }) => clientToken)).size).toBe(3);
    expect(await coolingIn(world)).toEqual([
      { zone: 'us-east-1a', seconds: 660, kind: 'configuration' },
      { zone: 'us-east-1b', seconds: 720, kind: 'configuration' },
    ]);
  });

  it('clears the suspects that EC2 takes when they are asked for alone', async () => {
    const { world, tick } = answering(rejected, GROWING);
    await tick(NOW);
    await workersTick(world.ports)(NOW + MINUTE);
    expect(await idsOf(world)).toHaveLength(3);
    expect(await coolingIn(world)).toEqual([
      { zone: 'us-east-1a', seconds: MINUTE, kind: undefined },
      { zone: 'us-east-1b', seconds: 900, kind: 'configuration', halvings: 0 },
    ]);
  });
});

describe('a launch whose caller EC2 does not accept', () => {
  it('cools nothing, stays open, and is asked for again with the same token', async () => {
    const { world, tick, asked } = answering({ kind: 'unheard', why: 'RequestExpired: late' }, GROWING);
    await tick(NOW);
    await tick(NOW + 2 * MINUTE);
    expect((await view(world)).cooling).toEqual([]);
    expect((await view(world)).launches).toHaveLength(1);
    expect(new Set(asked.map(({ clientToken }) => clientToken)).size).toBe(1);
    expect(asked).toHaveLength(2);
  });
});

describe('a launch that EC2 throttles in some of its offers', () => {
  it('slows the next one down, keeps what it brought, and cools nothing', async () => {
    const offer = { flavour: 'm6i.large', zone: 'us-east-1a', market: 'on-demand' } as const;
    const { world, tick } = answering(
      {
        kind: 'answered',
        launched: [{ instanceId: 'i-00000001', offer }],
        refused: [
          { offer: { ...offer, zone: 'us-east-1b' }, class: 'throttled', why: 'RequestLimitExceeded: ' },
        ],
      },
      GROWING,
    );
    await tick(NOW);
    const { workers, cooling, pace } = await view(world);
    expect(workers.map(({ instanceId }) => instanceId)).toEqual(['i-00000001']);
    expect(cooling).toEqual([]);
    expect(pace).toMatchObject({ notBefore: NOW + MINUTE });
  });
});

describe('a launch whose every instance EC2 throttles', () => {
  const offer = { flavour: 'm6i.large', zone: 'us-east-1a', market: 'on-demand' } as const;
  const refused = [{ offer, class: 'throttled', why: 'RequestLimitExceeded: slow' }] as const;
  const slow: LaunchOutcome = { kind: 'answered', launched: [], refused };

  it('is over, cools nothing, and slows the next one down', async () => {
    const { world, tick } = answering(slow, GROWING);
    await tick(NOW);
    expect(await view(world)).toMatchObject({ launches: [], cooling: [], pace: { notBefore: NOW + MINUTE } });
  });

  it.each([
    ['all its offers', refused],
    [
      'one offer, its caller not accepted in another,',
      [{ offer, class: 'caller', why: 'AuthFailure: who' }, ...refused],
    ],
  ] as const)(
    'in %s stays open under the token of a call that was lost, and slows the next one down',
    async (_, of) => {
      const world = outside(GROWING);
      world.ec2.carriesOut = true;
      world.ec2.fault = UNCLEAR;
      world.ec2.hidden = true;
      const tick = workersTick(world.ports);
      await tick(NOW);
      world.ec2.carriesOut = false;
      world.ec2.fault = { ...slow, refused: of };
      await tick(NOW + 2 * MINUTE);
      const { launches, cooling, pace } = await view(world);
      expect(world.ec2.asked).toHaveLength(2);
      expect(launches).toHaveLength(1);
      expect(cooling).toEqual([]);
      expect(pace).toMatchObject({ notBefore: NOW + 3 * MINUTE });

      world.ec2.fault = undefined;
      world.ec2.hidden = false;
      await tick(NOW + 4 * MINUTE);
      expect(new Set(world.ec2.asked).size).toBe(1);
      expect(await idsOf(world)).toEqual(inEc2(world));
    },
  );

  it('is over when EC2 says more than that of an offer', async () => {
    const world = outside(GROWING);
    world.ec2.fault = UNCLEAR;
    await workersTick(world.ports)(NOW);
    const short = { offer: { ...offer, zone: 'us-east-1b' }, class: 'capacity', why: 'none' } as const;
    world.ec2.fault = { ...slow, refused: [...refused, short] };
    await workersTick(world.ports)(NOW + 2 * MINUTE);
    expect((await view(world)).launches).toEqual([]);
  });
});

describe('a launch under a token that EC2 knows', () => {
  const running: Instance = {
    ...{
      instanceId: 'i-00000001',
      state: 'running',
      launchedAt: NOW,
      tags: { 'aerie:stage': STAGE.stage, 'aerie:launch': `A.${NOW}.0` },
    },
    offer: { flavour: 'm6i.large', zone: 'us-east-1a', market: 'on-demand' },
  };

  it.each([
    ['with other parameters', 'mismatched', true],
    ['and whose instances have ended', 'spent', false],
  ] as const)('%s is looked up until all shows that it has launched', async (_, kind, throws) => {
    const { world, tick } = answering({ kind, why: 'the token is used' });
    const done = tick(NOW);
    if (throws) await expect(done).rejects.toThrow(`EC2 did not take launch A.${NOW}.0: ${kind}: the token`);
    else await done;
    expect(world.told.map((decision) => decision.queue)).toEqual(['A', 'B']);
    world.ec2.instances.set(running.instanceId, running);
    await tick(NOW + 5 * MINUTE);
    expect((await view(world)).launches).toHaveLength(1);
    await tick(NOW + 7 * MINUTE).catch(() => undefined);
    const { launches, workers } = await view(world);
    expect(launches.map(({ request }) => request.launchId)).not.toContain(`A.${NOW}.0`);
    expect(workers.map(({ instanceId }) => instanceId)).toContain('i-00000001');
  });
});
