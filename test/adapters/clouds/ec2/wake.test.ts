import { afterEach, describe, expect, it } from 'vitest';
import type { PlannedWake } from '../../../../core/model/wake.ts';
import type { Ec2Options } from '../../../../twin/aws/ec2/options.ts';
import { DOCUMENTED_LIMITS } from '../../../../twin/aws/ec2/throttle.ts';
import { fleetOf, runTo, START } from '../../../twin/aws/ec2-world.ts';
import { closeServed, serve } from '../../ec2-served.ts';

const ALWAYS = () => true;
const NEVER = () => false;
const UNKNOWN = 'i-0fffffffffffffff0';
const FLAVOURS = ['m6i.large', 'm6i.xlarge', 'm6g.large'].map((name) => `${name}(2c,8192m)`);
/** When those that slept have power again. */
const LATER = START + 400;

afterEach(closeServed);

/** So many machines of each type, all of them asleep in the first zone. */
const asleep = async (
  counts: Readonly<Record<string, number>> = { 'm6i.large': 3 },
  options: Partial<Ec2Options> = {},
) => {
  const served = await serve({ flavours: FLAVOURS, ownTag: 'aerie:queue', ...options });
  const { world, clock, face } = served;
  for (const [flavour, count] of Object.entries(counts)) {
    const request = fleetOf(count, { token: flavour, flavours: [flavour] });
    world.calls.createFleet({ ...request, overrides: request.overrides.slice(0, 1) });
  }
  runTo(clock, START + 30);
  const ids = [...world.instances.keys()];
  for (const instanceId of ids) {
    world.calls.modifyInstanceAttribute({ instanceId, shutdownBehavior: 'stop' });
    world.powerOff(instanceId);
  }
  runTo(clock, START + 200);
  const stateOf = (id: string) => world.instances.get(id)?.life.kind;
  const calls = (action: string) => face.calls.get(action) ?? 0;
  return { ...served, ids, stateOf, calls };
};

const plan = (instanceId: string, more: Partial<PlannedWake> = {}): PlannedWake => ({
  instanceId,
  offer: { flavour: 'm6i.large', zone: 'us-east-1a', market: 'on-demand' },
  offers: { cpus: 2, memoryMb: 7800, diskMb: 90_000, gpus: 0 },
  meantFor: '1c,2000m,10000d,0g',
  ...more,
});

const as = (instanceId: string, flavour: string): PlannedWake =>
  plan(instanceId, {
    offer: { flavour, zone: 'us-east-1a', market: 'on-demand' },
    isResized: true,
    tags: { 'aerie:promised': flavour },
  });

describe('A wake', () => {
  it('starts all of one type and zone in one call', async () => {
    const { cloud, ids, stateOf, calls } = await asleep();
    expect(
      await cloud.wake(
        ids.map((id) => plan(id)),
        ALWAYS,
      ),
    ).toStrictEqual({
      taken: ids,
      refused: [],
      unasked: [],
    });
    expect(ids.map(stateOf)).toEqual(['pending', 'pending', 'pending']);
    expect([calls('StartInstances'), calls('ModifyInstanceAttribute'), calls('CreateTags')]).toEqual([
      1, 0, 0,
    ]);
  });

  it('does nothing to one that has power already, and takes it', async () => {
    const { cloud, clock, world, ids } = await asleep();
    await cloud.wake(
      ids.map((id) => plan(id)),
      ALWAYS,
    );
    runTo(clock, LATER);
    const before = structuredClone([...world.instances.values()]);
    expect(
      (
        await cloud.wake(
          ids.map((id) => plan(id)),
          ALWAYS,
        )
      ).taken,
    ).toEqual(ids);
    expect([...world.instances.values()]).toEqual(before);
  });

  it('changes type and tags first, with one call for tags that are the same', async () => {
    const { cloud, ids, world, calls } = await asleep();
    const [a = '', b = '', c = ''] = ids;
    const reply = await cloud.wake([as(a, 'm6i.xlarge'), as(b, 'm6i.xlarge'), plan(c)], ALWAYS);
    expect(reply).toEqual({ taken: [a, b, c], refused: [], unasked: [] });
    expect([calls('ModifyInstanceAttribute'), calls('CreateTags'), calls('StartInstances')]).toEqual([
      2, 1, 2,
    ]);
    const shown = ids.map((id) => world.instances.get(id));
    expect(shown.map((of) => [of?.offer.flavour, of?.tags['aerie:promised']])).toEqual([
      ['m6i.xlarge', 'm6i.xlarge'],
      ['m6i.xlarge', 'm6i.xlarge'],
      ['m6i.large', undefined],
    ]);
  });

  it('tags once what is the same in another order', async () => {
    const { cloud, ids, calls } = await asleep();
    const tags = { 'aerie:promised': 'p', 'aerie:until': 'u' };
    const turned = Object.fromEntries(Object.entries(tags).reverse());
    const [a = '', b = ''] = ids;
    expect((await cloud.wake([plan(a, { tags }), plan(b, { tags: turned })], ALWAYS)).taken).toEqual([a, b]);
    expect(calls('CreateTags')).toBe(1);
  });

  it.each([
    ['of a type that nobody has', 'm6i.nothing', 'InvalidInstanceAttributeValue', 'unsupported'],
    ['of another architecture', 'm6g.large', 'InvalidParameterCombination', 'configuration'],
  ])('%s is refused alone', async (_, flavour, code, type) => {
    const { cloud, ids, stateOf } = await asleep();
    const [wrong = '', ...others] = ids;
    const reply = await cloud.wake([as(wrong, flavour), ...others.map((id) => plan(id))], ALWAYS);
    expect(reply).toMatchObject({ taken: others, refused: [{ instanceId: wrong, code, class: type }] });
    expect(stateOf(wrong)).toBe('stopped');
  });

  it('of one that EC2 does not know, or that still loses its power, keeps no other from it', async () => {
    const { cloud, clock, world, ids } = await asleep();
    const [stopping = '', ...others] = ids;
    await cloud.wake([plan(stopping)], ALWAYS);
    runTo(clock, LATER);
    world.powerOff(stopping);
    const reply = await cloud.wake(
      [UNKNOWN, ...ids].map((id) => plan(id)),
      ALWAYS,
    );
    expect(reply).toMatchObject({ taken: others, unasked: [] });
    expect(reply.refused).toHaveLength(2);
    expect(reply.refused).toContainEqual(
      expect.objectContaining({ instanceId: stopping, class: 'state', code: 'IncorrectInstanceState' }),
    );
  });

  it('of one that is unknown is about its state, where rights do not hide it', async () => {
    const { cloud } = await serve();
    expect((await cloud.wake([plan(UNKNOWN)], ALWAYS)).refused).toMatchObject([
      { instanceId: UNKNOWN, class: 'state', code: 'InvalidInstanceID.NotFound' },
    ]);
  });

  it('of a spot machine is refused as what no call will change', async () => {
    const { cloud, clock, world } = await serve();
    world.calls.createFleet(fleetOf(1, { market: 'spot' }));
    runTo(clock, START + 4);
    const [id = ''] = world.instances.keys();
    expect((await cloud.wake([plan(id)], ALWAYS)).refused).toMatchObject([
      { class: 'configuration', code: 'UnsupportedOperation' },
    ]);
  });

  it('of a type that is short costs no other, and finds what room there is', async () => {
    const { cloud, ids, world, calls } = await asleep({ 'm6i.large': 10, 'm6i.xlarge': 2 }, FULL_BUCKETS);
    const lift = world.faults.limit({ flavour: 'm6i.large', count: 6 });
    const wakes = ids.map((id) =>
      plan(id, {
        offer: {
          flavour: world.instances.get(id)?.offer.flavour ?? '',
          zone: 'us-east-1a',
          market: 'on-demand',
        },
      }),
    );
    const reply = await cloud.wake(wakes, ALWAYS);
    lift();
    const takenOf = (flavour: string) =>
      reply.taken.filter((id) => world.instances.get(id)?.offer.flavour === flavour).length;
    expect([takenOf('m6i.large'), takenOf('m6i.xlarge')]).toEqual([6, 2]);
    expect(reply.refused.map((of) => [of.class, of.code])).toEqual(
      Array.from({ length: 4 }, () => ['capacity', 'InsufficientInstanceCapacity']),
    );
    // Once a single one is refused, the others of its type are not asked for one by one.
    expect(calls('StartInstances')).toBeLessThanOrEqual(9);
  });

  it('beyond the vCPUs of the account is refused for the quota', async () => {
    const { cloud, ids, world } = await asleep({ 'm6i.large': 3 }, FULL_BUCKETS);
    world.faults.quota('on-demand', 5);
    const reply = await cloud.wake(
      ids.map((id) => plan(id)),
      ALWAYS,
    );
    expect(reply.taken).toHaveLength(2);
    expect(reply.refused).toMatchObject([{ class: 'quota', code: 'VcpuLimitExceeded' }]);
  });

  it('without time asks for nothing, and says so', async () => {
    const { cloud, ids, face } = await asleep();
    const wakes = [as(ids[0] ?? '', 'm6i.xlarge'), ...ids.slice(1).map((id) => plan(id))];
    const before = new Map(face.calls);
    const reply = await cloud.wake(wakes, NEVER);
    expect({ ...reply, unasked: reply.unasked.toSorted() }).toEqual({
      taken: [],
      refused: [],
      unasked: ids.toSorted(),
    });
    expect(face.calls).toEqual(before);
  });

  it('that EC2 throttles asks for no more of the same, and says what was not asked for', async () => {
    const once = { ...DOCUMENTED_LIMITS, startInstances: { burst: 1, perSecond: 0 } };
    const { cloud, ids, world } = await asleep({ 'm6i.large': 1, 'm6i.xlarge': 1 }, { limits: once });
    const wakes = ids.map((id) =>
      plan(id, {
        offer: {
          flavour: world.instances.get(id)?.offer.flavour ?? '',
          zone: 'us-east-1a',
          market: 'on-demand',
        },
      }),
    );
    expect(await cloud.wake(wakes, ALWAYS)).toEqual({
      taken: ids.slice(0, 1),
      refused: [],
      unasked: ids.slice(1),
      throttled: { code: 'RequestLimitExceeded', why: expect.any(String) },
    });
  });

  it('whose change of type is throttled starts the others', async () => {
    const none = { ...DOCUMENTED_LIMITS, modifyInstanceAttribute: { burst: 3, perSecond: 0 } };
    const { cloud, ids } = await asleep({ 'm6i.large': 3 }, { limits: none });
    const [resized = '', ...others] = ids;
    expect(await cloud.wake([as(resized, 'm6i.xlarge'), ...others.map((id) => plan(id))], ALWAYS)).toEqual({
      taken: others,
      refused: [],
      unasked: [resized],
      throttled: { code: 'RequestLimitExceeded', why: expect.any(String) },
    });
  });

  it.each(['error-500', 'loses-reply'] as const)(
    'that the wire answers with %s is in neither list',
    async (fault) => {
      const { cloud, ids, wire, stateOf, calls } = await asleep();
      wire.fault = fault;
      const reply = await cloud.wake(
        ids.map((id) => plan(id)),
        ALWAYS,
      );
      expect(reply).toEqual({ taken: [], refused: [], unasked: [], unanswered: expect.any(String) });
      expect(stateOf(ids[0] ?? '')).toBe(fault === 'error-500' ? 'stopped' : 'pending');
      // Asked again, EC2 would refuse whom it has started the first time.
      expect(calls('StartInstances')).toBe(1);
    },
  );

  it('of a caller that EC2 does not accept was not asked for, and says why', async () => {
    const { cloud, ids, world } = await asleep();
    world.faults.refuseCalls({ call: 'StartInstances', code: 'RequestExpired' });
    expect(
      await cloud.wake(
        ids.map((id) => plan(id)),
        ALWAYS,
      ),
    ).toEqual({
      taken: [],
      refused: [],
      unasked: ids,
      unheard: { code: 'RequestExpired', why: 'RequestExpired: Request has expired.' },
    });
  });

  it.each(['ModifyInstanceAttribute', 'CreateTags'] as const)(
    'starts nobody of whom %s is refused',
    async (call) => {
      const { cloud, ids, world, stateOf } = await asleep();
      const [resized = '', ...others] = ids;
      world.faults.refuseCalls({ call, code: 'UnauthorizedOperation' });
      const reply = await cloud.wake([as(resized, 'm6i.xlarge'), ...others.map((id) => plan(id))], ALWAYS);
      expect(reply).toMatchObject({
        taken: others,
        refused: [{ instanceId: resized, class: 'configuration', code: 'UnauthorizedOperation' }],
      });
      expect(stateOf(resized)).toBe('stopped');
    },
  );

  it('leaves the launch where it was, though EC2 says when it was started', async () => {
    const { cloud, ids, clock } = await asleep();
    await cloud.wake(
      ids.map((id) => plan(id)),
      ALWAYS,
    );
    runTo(clock, LATER);
    const shown = await cloud.describe(ids, clock.now);
    const launched = shown.kind === 'known' ? shown.value.map(({ launchedAt }) => launchedAt) : [];
    expect(launched).toEqual(ids.map(() => START));
  });
});

/** Room for a search. */
const FULL_BUCKETS = {
  limits: { ...DOCUMENTED_LIMITS, startInstances: { burst: 100, perSecond: 0 } },
} as const;

describe('Letting workers stop', () => {
  const running = async (options: Partial<Ec2Options> = {}) => {
    const served = await serve(options);
    served.world.calls.createFleet(fleetOf(6));
    runTo(served.clock, START + 30);
    return { ...served, ids: [...served.world.instances.keys()] };
  };

  it('makes their power-off a stop', async () => {
    const { cloud, ids, world, clock } = await running();
    const { taken, ...rest } = await cloud.letStop(ids.slice(0, 5), ALWAYS);
    expect({ taken: taken.toSorted(), ...rest }).toEqual({ taken: ids.slice(0, 5).toSorted(), refused: [] });
    for (const id of ids) world.powerOff(id);
    runTo(clock, START + 200);
    expect(ids.map((id) => world.instances.get(id)?.life.kind)).toEqual([
      ...Array.from({ length: 5 }, () => 'stopped'),
      'terminated',
    ]);
  });

  it('is refused for a spot machine alone, and is no refusal for one that EC2 does not know', async () => {
    const { cloud, ids, world, clock } = await running();
    world.calls.createFleet(fleetOf(1, { token: 'spot', market: 'spot' }));
    runTo(clock, START + 60);
    const spot = [...world.instances.keys()].at(-1) ?? '';
    const { taken, refused } = await cloud.letStop([spot, UNKNOWN, ...ids], ALWAYS);
    expect(taken.toSorted()).toEqual(ids.toSorted());
    expect(refused).toMatchObject([{ instanceId: spot, code: 'UnsupportedOperation' }]);
  });

  it('stops where EC2 throttles, and leaves the rest for another tick', async () => {
    const { cloud, ids } = await running({
      limits: { ...DOCUMENTED_LIMITS, modifyInstanceAttribute: { burst: 2, perSecond: 0 } },
    });
    const reply = await cloud.letStop(ids, ALWAYS);
    expect(reply.taken).toHaveLength(2);
    expect({ ...reply, taken: [] }).toEqual({ taken: [], refused: [] });
  });

  it('begins no call without time for it', async () => {
    const { cloud, ids, face } = await running();
    expect(await cloud.letStop(ids, NEVER)).toEqual({ taken: [], refused: [] });
    expect(face.calls.get('ModifyInstanceAttribute')).toBeUndefined();
  });

  it('says why EC2 did not answer, or did not accept the caller', async () => {
    const { cloud, ids, world } = await running();
    const lift = world.faults.refuseCalls({ call: 'ModifyInstanceAttribute', code: 'RequestExpired' });
    expect(await cloud.letStop(ids, ALWAYS)).toMatchObject({
      taken: [],
      unheard: { code: 'RequestExpired' },
    });
    lift();
    world.faults.refuseCalls({ call: 'ModifyInstanceAttribute', code: 'Unavailable' });
    const { unclear = [], ...reply } = await cloud.letStop(ids, ALWAYS);
    expect(reply).toMatchObject({ taken: [], unanswered: expect.any(String) });
    // Four calls were on their way; nobody has asked about the others.
    expect(unclear.toSorted()).toEqual(ids.slice(0, 4).toSorted());
  });
});
