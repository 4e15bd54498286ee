import { describe, expect, it } from 'vitest';
import type { Instance } from '../../core/model/instance.ts';
import { workersTick } from '../../runtime/workers-tick.ts';
import { fleet, NOW, openLaunch, stageSettings } from '../core/worlds.ts';
import { GROWING, idsOf, inEc2, MINUTE, THROTTLED, UNCLEAR, view } from './launching.ts';
import { outside } from './ports.ts';

const launchOf = (name: string, count: number, createdAt: number) => {
  const launch = openLaunch(count, createdAt);
  return { ...launch, request: { ...launch.request, fleet: name } };
};

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

  it('does not take the workers of another stage, whose fleet has the same name', async () => {
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
    [
      'rejected',
      {
        kind: 'rejected',
        class: 'configuration',
        code: 'UnauthorizedOperation',
        why: 'UnauthorizedOperation: no',
      },
    ],
    ['refused as a whole', { kind: 'answered', launched: [], refused: [], noFleet: true }],
    [
      'told that its token is used up',
      { kind: 'mismatched', code: 'IdempotentParameterMismatch', why: 'IdempotentParameterMismatch' },
    ],
    [
      'told that what it launched has ended',
      { kind: 'spent', code: 'IdempotentInstanceTerminated', why: 'IdempotentInstanceTerminated' },
    ],
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
      return { kind: 'mismatched', code: 'IdempotentParameterMismatch', why: 'IdempotentParameterMismatch' };
    };
    const tick = workersTick({ ...world.ports, cloud: { ...world.ports.cloud, launch } });
    for (let minute = 1; minute < 6; minute += 1) await tick(NOW + minute * MINUTE);
    expect(asked).toEqual([token]);
  });

  it.each([
    ['throttled', THROTTLED, 401],
    ['not heard', { kind: 'unheard', code: 'AuthFailure', why: 'AuthFailure' }, 401],
    ['not answered', UNCLEAR, 521],
  ] as const)(
    'is given up when all that may have come of it shows, if asked again it is %s',
    async (_, answer, at) => {
      const { world } = await lost(false);
      let asks = 0;
      const launch: typeof world.ports.cloud.launch = async () => {
        asks += 1;
        return asks === 1 ? answer : THROTTLED;
      };
      const tick = workersTick({ ...world.ports, cloud: { ...world.ports.cloud, launch } });
      const openAt = async (seconds: number) => {
        await tick(NOW + seconds);
        return (await view(world)).launches.filter(({ createdAt }) => createdAt === NOW).length;
      };
      expect(await openAt(120)).toBe(1);
      expect(await openAt(at - 1)).toBe(1);
      expect(await openAt(at)).toBe(0);
    },
  );

  it('is asked for by one tick, where two have read it', async () => {
    const { world, token } = await lost(false);
    const other = world.ports.ledger.launches.unanswered;
    const unanswered: typeof other = async (launch, at) => {
      await other(launch, at - 1);
      return other(launch, at);
    };
    const { ledger } = world.ports;
    const beaten = { ...ledger, launches: { ...ledger.launches, unanswered } };
    await workersTick({ ...world.ports, ledger: beaten })(NOW + 2 * MINUTE);
    expect(world.ec2.asked).toEqual([token]);
  });

  it('counts as long as it cannot be recorded what came of it', async () => {
    const world = outside({ ...GROWING, ledger: { launches: [launchOf('A', 3, NOW - 120)] } });
    const close = () => Promise.reject(new Error('the table is gone'));
    const { ledger } = world.ports;
    const failing = { ...ledger, launches: { ...ledger.launches, close } };
    const tick = workersTick({ ...world.ports, ledger: failing });
    await expect(tick(NOW)).rejects.toThrow('the table is gone');
    expect(world.told).toMatchObject([{ kind: 'rest' }]);
    expect(inEc2(world)).toHaveLength(3);
  });

  it.each([
    ['is paused', { state: 'paused' }],
    ['is in shadow', { mode: 'shadow' }],
  ])('is not asked for again where its fleet %s', async (_, knobs) => {
    const launch = openLaunch(3, NOW - 120);
    const settings = { ...stageSettings(), fleets: [fleet(knobs)] };
    const world = outside({ ...settings, ledger: { launches: [launch] } });
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
      ...stageSettings({ state }),
      ledger: { launches: [launch] },
      instances: [instance('i-00000001', 'running'), instance('i-00000002', 'terminated')],
    });
    await workersTick(world.ports)(NOW);
    expect(world.ec2.asked).toEqual([]);
    expect((await view(world)).launches).toEqual([]);
    expect(await idsOf(world)).toEqual(['i-00000001']);
  });
});
