import { describe, expect, test } from 'vitest';
import { fleetOf, PLACEMENTS, refusalOf, runTo, START, smallWorld } from './ec2-world.ts';

const launchedBy = (reply: { instances: readonly { instanceIds: readonly string[] }[] }): number =>
  reply.instances.reduce((sum, { instanceIds }) => sum + instanceIds.length, 0);

const places = (reply: ReturnType<ReturnType<typeof smallWorld>['world']['calls']['createFleet']>) =>
  Object.fromEntries(
    reply.instances.map(({ override, zone, instanceIds }) => [
      `${override.flavour} ${zone}`,
      instanceIds.length,
    ]),
  );

describe('CreateFleet of type instant', () => {
  test('spreads an on-demand target over the zones of the cheapest type', () => {
    const { world } = smallWorld();
    const reply = world.calls.createFleet(fleetOf(10));
    expect(places(reply)).toEqual({ 'm6a.large us-east-1a': 5, 'm6a.large us-east-1b': 5 });
    expect(reply.errors).toEqual([]);
  });

  test('turns to the next place when one runs short, and says which was tried', () => {
    const { world } = smallWorld();
    world.faults.limit({ flavour: 'm6a.large', count: 2 });
    const reply = world.calls.createFleet(fleetOf(10));
    expect(places(reply)).toEqual({
      'm6a.large us-east-1a': 2,
      'm6a.large us-east-1b': 2,
      'm6i.large us-east-1a': 3,
      'm6i.large us-east-1b': 3,
    });
    expect(
      reply.errors.map(({ override, code }) => `${override.flavour} ${override.subnetId} ${code}`).sort(),
    ).toEqual([
      'm6a.large subnet-0a InsufficientInstanceCapacity',
      'm6a.large subnet-0b InsufficientInstanceCapacity',
    ]);
  });

  test('launches what there is when all places together are short', () => {
    const { world } = smallWorld({ capacity: [{ count: 1 }] });
    const reply = world.calls.createFleet(fleetOf(10));
    expect(launchedBy(reply)).toBe(4);
    expect(reply.errors).toHaveLength(4);
  });

  test('answers an empty fleet with errors, not with a refusal', () => {
    const { world } = smallWorld({ capacity: [{ count: 0 }] });
    const reply = world.calls.createFleet(fleetOf(3));
    expect(reply.instances).toEqual([]);
    expect(new Set(reply.errors.map(({ code }) => code))).toEqual(new Set(['InsufficientInstanceCapacity']));
  });

  test('has room again when a window of no capacity is over', () => {
    const { clock, world } = smallWorld({
      capacity: [{ count: 0, fromSeconds: START, toSeconds: START + 600 }],
    });
    expect(launchedBy(world.calls.createFleet(fleetOf(3, { token: 'a' })))).toBe(0);
    runTo(clock, START + 600);
    expect(launchedBy(world.calls.createFleet(fleetOf(3, { token: 'b' })))).toBe(3);
  });

  test('has room again when instances end', () => {
    const { clock, world } = smallWorld({ capacity: [{ count: 1 }] });
    const first = world.calls.createFleet(fleetOf(4));
    runTo(clock, START + 60);
    world.calls.terminateInstances(first.instances.flatMap(({ instanceIds }) => instanceIds));
    expect(launchedBy(world.calls.createFleet(fleetOf(4, { token: 'b' })))).toBe(4);
  });

  test.each([
    ['on-demand', 'VcpuLimitExceeded'],
    ['spot', 'MaxSpotInstanceCountExceeded'],
  ] as const)('counts the vCPU quota of %s over all offers and names %s', (market, code) => {
    const { world } = smallWorld({ quotaVcpus: { [market]: 9 } });
    const reply = world.calls.createFleet(fleetOf(10, { market }));
    expect(launchedBy(reply)).toBe(4);
    expect(new Set(reply.errors.map((error) => error.code))).toEqual(new Set([code]));
  });

  test('prefers, on spot, a place with room for all to a cheaper one without', () => {
    const { world } = smallWorld({ capacity: [{ zone: 'us-east-1a', count: 1 }] });
    const reply = world.calls.createFleet(fleetOf(10, { market: 'spot' }));
    expect(new Set(reply.instances.map(({ zone }) => zone))).toEqual(new Set(['us-east-1b']));
    expect(reply.errors).toEqual([]);
  });

  test('follows priorities where it is asked to', () => {
    const { world } = smallWorld();
    const request = fleetOf(4);
    const reply = world.calls.createFleet({
      ...request,
      strategy: { ...request.strategy, 'on-demand': 'prioritized' },
      overrides: request.overrides.map((override, index) => ({ ...override, priority: 9 - index })),
    });
    expect(places(reply)).toEqual({ 'm6a.large us-east-1b': 4 });
  });
});

describe('A fleet that EC2 refuses as a whole', () => {
  const twice = (subnetId: string) => {
    const request = fleetOf(2, { flavours: ['m6i.large'] });
    const [first] = request.overrides;
    if (first === undefined) throw new Error('a fleet has an override');
    return { ...request, overrides: [...request.overrides, { ...first, subnetId }] };
  };

  test.each([
    ['in one subnet', 'subnet-0a'],
    ['in two subnets of one zone', 'subnet-0c'],
  ])('names a pool twice, %s', (_, subnetId) => {
    const { world } = smallWorld({
      placements: [...PLACEMENTS, { subnetId: 'subnet-0c', zone: 'us-east-1a' }],
    });
    expect(refusalOf(() => world.calls.createFleet(twice(subnetId)))).toBe('InvalidFleetConfig');
    expect(world.instances.size).toBe(0);
  });

  test('has one offer that it will not give; without that one it is taken', () => {
    const { world } = smallWorld();
    const lift = world.faults.refuseFleets({ flavour: 'm6a.large', code: 'InvalidFleetConfig', names: true });
    expect(refusalOf(() => world.calls.createFleet(fleetOf(2)))).toBe('InvalidFleetConfig');
    const alone = fleetOf(2, { flavours: ['m6i.large'] });
    expect(launchedBy(world.calls.createFleet(alone))).toBe(2);
    lift();
    expect(launchedBy(world.calls.createFleet(fleetOf(2, { token: 'b' })))).toBe(2);
  });
});

describe('A client token', () => {
  test('gives the first answer again, even after its instances have ended', () => {
    const { clock, world } = smallWorld();
    const first = world.calls.createFleet(fleetOf(3));
    runTo(clock, START + 60);
    world.calls.terminateInstances(first.instances.flatMap(({ instanceIds }) => instanceIds));
    runTo(clock, START + 7200);
    expect(world.calls.createFleet(fleetOf(3))).toEqual(first);
    expect(world.instances.size).toBe(3);
  });

  test('gives a partial answer again, though there is room by now', () => {
    const { world } = smallWorld();
    const lift = world.faults.limit({ count: 0 });
    const first = world.calls.createFleet(fleetOf(3));
    lift();
    expect(world.calls.createFleet(fleetOf(3))).toEqual(first);
    expect(world.instances.size).toBe(0);
  });

  test('is refused with other parameters', () => {
    const { world } = smallWorld();
    world.calls.createFleet(fleetOf(3));
    expect(refusalOf(() => world.calls.createFleet(fleetOf(4)))).toBe('IdempotentParameterMismatch');
  });

  test('may be used again after a refusal, which leaves no trace', () => {
    const { world } = smallWorld();
    world.faults.throttleEverything(true);
    expect(refusalOf(() => world.calls.createFleet(fleetOf(3)))).toBe('RequestLimitExceeded');
    world.faults.throttleEverything(false);
    expect(launchedBy(world.calls.createFleet(fleetOf(4)))).toBe(4);
  });

  test.each(['', 'x'.repeat(65), 'späth'])('"%s" is not one', (token) => {
    const { world } = smallWorld();
    expect(refusalOf(() => world.calls.createFleet(fleetOf(1, { token })))).toBe('InvalidParameterValue');
  });

  test('names its instances, whatever else is launched before', () => {
    const alone = smallWorld().world;
    const late = smallWorld().world;
    late.calls.createFleet(fleetOf(5, { token: 'other' }));
    expect(late.calls.createFleet(fleetOf(3))).toEqual(alone.calls.createFleet(fleetOf(3)));
  });
});

describe('RunInstances', () => {
  const run = (counts: { minCount: number; maxCount: number; subnetId?: string; market?: 'spot' }) => ({
    clientToken: 'token-1',
    templateId: 'lt-0123456789abcdef0',
    templateVersion: '3',
    flavour: 'm6i.large',
    subnetId: 'subnet-0a',
    market: 'on-demand' as const,
    tagSpecifications: [],
    ...counts,
  });

  test('launches the largest number between the two that there is room for', () => {
    const { world } = smallWorld({ capacity: [{ count: 3 }] });
    expect(world.calls.runInstances(run({ minCount: 1, maxCount: 5 })).instances).toHaveLength(3);
  });

  test('launches none if the smaller number does not fit', () => {
    const { world } = smallWorld({ capacity: [{ count: 3 }] });
    expect(refusalOf(() => world.calls.runInstances(run({ minCount: 4, maxCount: 5 })))).toBe(
      'InsufficientInstanceCapacity',
    );
    expect(world.instances.size).toBe(0);
  });

  test('counts its token by zone: in another zone the same token launches again', () => {
    const { world } = smallWorld();
    const first = world.calls.runInstances(run({ minCount: 1, maxCount: 2 }));
    expect(world.calls.runInstances(run({ minCount: 1, maxCount: 2 }))).toEqual(first);
    world.calls.runInstances(run({ minCount: 1, maxCount: 2, subnetId: 'subnet-0b' }));
    expect(world.instances.size).toBe(4);
  });

  test('gives the first answer again, for the same token and the same parameters', () => {
    const { world } = smallWorld();
    const first = world.calls.createFleet(fleetOf(3));
    expect(world.calls.createFleet(fleetOf(3))).toEqual(first);
    expect(world.instances.size).toBe(3);
  });

  test('may refuse the second use of a token', () => {
    const { world } = smallWorld({ secondUse: 'refused' });
    world.calls.createFleet(fleetOf(3));
    expect(refusalOf(() => world.calls.createFleet(fleetOf(3)))).toBe('IdempotentParameterMismatch');
    expect(world.instances.size).toBe(3);
  });

  test('may answer the second use of a token with its fleet and nothing in it', () => {
    const { world } = smallWorld({ secondUse: 'empty' });
    const { fleetId } = world.calls.createFleet(fleetOf(3));
    expect(world.calls.createFleet(fleetOf(3))).toEqual({ fleetId, instances: [], errors: [] });
    expect(world.instances.size).toBe(3);
  });

  test('answers no more under a token whose instances have all ended', () => {
    const { clock, world } = smallWorld();
    const { instances } = world.calls.runInstances(run({ minCount: 1, maxCount: 2 }));
    runTo(clock, START + 60);
    world.calls.terminateInstances(instances.map(({ instanceId }) => instanceId));
    runTo(clock, START + 200);
    expect(refusalOf(() => world.calls.runInstances(run({ minCount: 1, maxCount: 2 })))).toBe(
      'IdempotentInstanceTerminated',
    );
  });
});
