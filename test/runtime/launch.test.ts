import { describe, expect, it } from 'vitest';
import type { Instance } from '../../core/ports.ts';
import { workersTick } from '../../runtime/workers-tick.ts';
import { NOW, openLaunch, pilots, poolView, queue } from '../core/worlds.ts';
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

const launchOf = (name: string, count: number) => {
  const launch = openLaunch(count);
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

describe('a launch whose reply is lost', () => {
  it.each([
    ['and that was carried out', true],
    ['and that was not carried out', false],
  ])('%s stays open, is counted, and is asked for again with the same token', async (_, carriesOut) => {
    const world = outside(GROWING);
    const tick = workersTick(world.ports);
    world.ec2.carriesOut = carriesOut;
    world.ec2.fault = UNCLEAR;
    await tick(NOW);
    const { launches: open } = await view(world);
    expect(open.map(({ request }) => request.count)).toEqual([3]);

    world.ec2.carriesOut = false;
    world.ec2.fault = THROTTLED;
    expect(await tick(NOW + MINUTE)).toMatchObject([{ kind: 'rest' }]);
    expect((await view(world)).launches).toEqual(open);

    world.ec2.fault = undefined;
    expect(await tick(NOW + 2 * MINUTE)).toMatchObject([{ kind: 'rest' }]);
    expect(world.ec2.asked).toEqual(Array.from({ length: 3 }, () => open[0]?.request.clientToken));
    expect((await view(world)).launches).toEqual([]);
    expect(await idsOf(world)).toEqual(inEc2(world));
    expect(inEc2(world)).toHaveLength(3);
  });

  it('stays open when the same tick comes again and is throttled', async () => {
    const world = outside(GROWING);
    world.ec2.carriesOut = true;
    world.ec2.fault = UNCLEAR;
    await workersTick(world.ports)(NOW);
    world.ec2.carriesOut = false;
    world.ec2.fault = THROTTLED;
    await workersTick(world.ports)(NOW);
    expect((await view(world)).launches).toHaveLength(1);

    world.ec2.fault = undefined;
    await workersTick(world.ports)(NOW + MINUTE);
    expect(inEc2(world)).toHaveLength(3);
    expect(await idsOf(world)).toEqual(inEc2(world));
  });

  it.each([
    ['rejected', { kind: 'rejected', why: 'UnauthorizedOperation: no' }],
    ['refused as a whole', { kind: 'answered', launched: [], refused: [], noFleet: true }],
  ] as const)(
    'stays open when it is asked for again and %s: the first call was carried out',
    async (_, refusal) => {
      const world = outside(GROWING);
      world.ec2.carriesOut = true;
      world.ec2.fault = UNCLEAR;
      await workersTick(world.ports)(NOW);
      world.ec2.carriesOut = false;
      world.ec2.fault = refusal;
      const again = workersTick(world.ports)(NOW + MINUTE);
      if (refusal.kind === 'rejected') await expect(again).rejects.toThrow(/asked again: rejected: Unauth/);
      else await again;
      expect((await view(world)).launches).toHaveLength(1);
      expect(inEc2(world)).toHaveLength(3);

      world.ec2.fault = undefined;
      await workersTick(world.ports)(NOW + 2 * MINUTE);
      expect(inEc2(world)).toHaveLength(3);
      expect(await idsOf(world)).toEqual(inEc2(world));
    },
  );

  it('counts as long as it cannot be recorded what came of it', async () => {
    const world = outside({ ...GROWING, ledger: { launches: [launchOf('A', 3)] } });
    const close = () => Promise.reject(new Error('the table is gone'));
    const tick = workersTick({ ...world.ports, launches: { ...world.ports.launches, close } });
    await expect(tick(NOW)).rejects.toThrow('the table is gone');
    expect(world.told).toMatchObject([{ kind: 'rest' }]);
    expect(inEc2(world)).toHaveLength(3);
  });

  it('is not asked for again where its queue is to launch nothing', async () => {
    const launch = openLaunch(3);
    const world = outside({ queues: [queue({ state: 'paused' })], ledger: { launches: [launch] } });
    await workersTick(world.ports)(NOW);
    expect(world.ec2.asked).toEqual([]);
    expect((await view(world)).launches).toEqual([launch]);
  });

  it.each(['active', 'paused'])('is looked up by its tag after ten minutes (%s)', async (state) => {
    const launch = openLaunch(3, NOW - 601);
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

describe('a launch that EC2 will not do', () => {
  const failing = (kind: 'rejected' | 'mismatched') => {
    const world = outside(BOTH);
    const { cloud } = world.ports;
    const launch: typeof cloud.launch = async (request) =>
      request.queue === 'A' ? { kind, why: 'bad template' } : cloud.launch(request);
    return { world, tick: workersTick({ ...world.ports, cloud: { ...cloud, launch } }) };
  };

  it.each(['rejected', 'mismatched'] as const)(
    'because it is %s is closed, and thrown when the other queues have had theirs',
    async (kind) => {
      const { world, tick } = failing(kind);
      await expect(tick(NOW)).rejects.toThrow(`EC2 did not take launch A.${NOW}.0: ${kind}: bad template`);
      const { launches, workers } = await view(world);
      expect(launches).toEqual([]);
      expect(workers.map((worker) => worker.queue)).toEqual(['B', 'B']);
      expect(world.told.map((decision) => decision.queue)).toEqual(['A', 'B']);
    },
  );

  it('is not asked for again at once: all of its offers cool', async () => {
    const { world, tick } = failing('rejected');
    await tick(NOW).catch(() => undefined);
    expect((await view(world)).cooling.map(({ offer, until }) => [offer.flavour, offer.zone, until])).toEqual(
      [
        ['m6i.large', 'us-east-1a', NOW + 600],
        ['m6i.large', 'us-east-1b', NOW + 600],
      ],
    );
  });

  it('because its token was used with other parameters is looked up: something may run', async () => {
    const { world, tick } = failing('mismatched');
    const tags = { 'aerie:launch': `A.${NOW}.0` };
    const offer = { flavour: 'm6i.large', zone: 'us-east-1a', market: 'on-demand' } as const;
    const running: Instance = { instanceId: 'i-00000001', state: 'running', launchedAt: NOW, offer, tags };
    world.ec2.instances.set(running.instanceId, running);
    await tick(NOW).catch(() => undefined);
    expect(await idsOf(world)).toContain('i-00000001');
  });
});
