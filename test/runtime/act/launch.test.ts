import { describe, expect, it } from 'vitest';
import { whose } from '../../../core/model/decision.ts';
import type { Instance } from '../../../core/model/instance.ts';
import type { LaunchOutcome, LaunchRequest } from '../../../core/model/launch.ts';
import { workersTick } from '../../../runtime/workers-tick.ts';
import { NOW, STAGE } from '../../core/worlds.ts';
import { apart, GROWING, idsOf, inEc2, MINUTE, THROTTLED, UNCLEAR, view, type World } from '../launching.ts';
import { type Outside, outside } from '../ports.ts';

const BOTH: Outside = apart({ A: 5, B: 4 });

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

/** An EC2 that answers the launches of fleet A like this, and all others as always. */
const answering = (outcome: LaunchOutcome, given: Outside = BOTH) => {
  const world = outside(given);
  const { cloud } = world.ports;
  const asked: LaunchRequest[] = [];
  const launch: typeof cloud.launch = async (request) => {
    if (request.fleet !== 'A') return cloud.launch(request);
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
  const rejected = {
    kind: 'rejected',
    class: 'configuration',
    code: 'InvalidFleetConfig',
    why: 'InvalidFleetConfig: bad',
  } as const;

  it('is closed, fails no tick, and the other fleets have theirs', async () => {
    const { world, tick } = answering(rejected);
    expect((await tick(NOW)).map(whose)).toEqual(['A', 'B']);
    const { launches, workers } = await view(world);
    expect(launches).toEqual([]);
    expect(workers.map(({ fleet }) => fleet)).toEqual(['B', 'B']);
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
    const { world, tick, asked } = answering(
      { kind: 'unheard', code: 'RequestExpired', why: 'RequestExpired: late' },
      GROWING,
    );
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
          {
            offer: { ...offer, zone: 'us-east-1b' },
            class: 'throttled',
            code: 'RequestLimitExceeded',
            why: 'RequestLimitExceeded: ',
          },
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
  const refused = [
    { offer, class: 'throttled', code: 'RequestLimitExceeded', why: 'RequestLimitExceeded: slow' },
  ] as const;
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
      [{ offer, class: 'caller', code: 'AuthFailure', why: 'AuthFailure: who' }, ...refused],
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
    const short = {
      offer: { ...offer, zone: 'us-east-1b' },
      class: 'capacity',
      code: 'none',
      why: 'none',
    } as const;
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
    const { world, tick } = answering({
      kind,
      code: 'IdempotentParameterMismatch',
      why: 'the token is used',
    });
    const done = tick(NOW);
    if (throws) await expect(done).rejects.toThrow(`EC2 did not take launch A.${NOW}.0: ${kind}: the token`);
    else await done;
    expect(world.told.map(whose)).toEqual(['A', 'B']);
    world.ec2.instances.set(running.instanceId, running);
    await tick(NOW + 5 * MINUTE);
    expect((await view(world)).launches).toHaveLength(1);
    await tick(NOW + 7 * MINUTE).catch(() => undefined);
    const { launches, workers } = await view(world);
    expect(launches.map(({ request }) => request.launchId)).not.toContain(`A.${NOW}.0`);
    expect(workers.map(({ instanceId }) => instanceId)).toContain('i-00000001');
  });
});
