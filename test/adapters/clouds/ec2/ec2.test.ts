import { afterEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { DOCUMENTED_LIMITS } from '../../../../twin/aws/ec2/throttle.ts';
import { runTo, START, TEMPLATE } from '../../../twin/aws/ec2-world.ts';
import { closeServed, REQUEST, serve } from '../../ec2-served.ts';

const ALWAYS = () => true;

/** What a CreateFleet call says of how EC2 is to choose. */
const STRATEGIES = z.object({ OnDemandOptions: z.unknown().optional(), SpotOptions: z.unknown().optional() });

afterEach(closeServed);

const offersOf = (list: readonly { offer: unknown }[]): readonly string[] =>
  list.map(({ offer }) => Object.values(offer ?? {}).join(' ')).sort();

describe('A launch', () => {
  test('is answered with its instances, each with its offer', async () => {
    const { cloud } = await serve();
    const outcome = await cloud.launch(REQUEST);
    expect(outcome).toMatchObject({ kind: 'answered', refused: [] });
    expect(offersOf(outcome.kind === 'answered' ? outcome.launched : [])).toEqual([
      'm6a.large us-east-1a on-demand',
      'm6a.large us-east-1a on-demand',
      'm6a.large us-east-1b on-demand',
      'm6a.large us-east-1b on-demand',
    ]);
  });

  test('is of the image that it names instead of the one of its template', async () => {
    const imageId = 'ami-0ae21e000000000ff';
    const { cloud, world } = await serve({ images: [imageId] });
    await cloud.launch({ ...REQUEST, template: { ...REQUEST.template, imageId } });
    await cloud.launch({ ...REQUEST, clientToken: 'token-2', launchId: 'launch-2' });
    const images = [...world.instances.values()].map((instance) => instance.imageId);
    expect(images).toEqual([...Array(4).fill(imageId), ...Array(4).fill(TEMPLATE.imageId)]);
  });

  test('is of an image of its own on types whose processors are ARM, whatever the newest of the others is', async () => {
    const [newest, arm] = ['ami-0ae21e000000000ff', 'ami-0ae21e000000000aa'];
    const { cloud, world } = await serve({ images: [newest, arm] });
    const overrides = REQUEST.overrides.map((override) => ({ ...override, imageId: arm }));
    await cloud.launch({ ...REQUEST, overrides, template: { ...REQUEST.template, imageId: newest } });
    const images = [...world.instances.values()].map((instance) => instance.imageId);
    expect(new Set(images)).toEqual(new Set([arm]));
  });

  test('of an image that is gone is refused in all of its offers, and no fleet is made', async () => {
    const { cloud } = await serve();
    const template = { ...REQUEST.template, imageId: 'ami-0ae21e000000000ff' };
    const outcome = await cloud.launch({ ...REQUEST, template });
    expect(outcome).toMatchObject({ kind: 'answered', launched: [], noFleet: true });
    const refused = outcome.kind === 'answered' ? outcome.refused : [];
    expect(refused.map(({ why }) => why.split(':')[0])).toEqual(
      Array.from({ length: 4 }, () => 'InvalidAMIID.NotFound'),
    );
  });

  test('that is partial brings both: what was launched, and which offers were refused', async () => {
    const { cloud } = await serve({ capacity: [{ flavour: 'm6a.large', count: 1 }] });
    const outcome = await cloud.launch({ ...REQUEST, market: 'spot', overrides: REQUEST.overrides.slice(2) });
    expect(outcome).toMatchObject({ kind: 'answered', launched: [{}, {}] });
    expect(outcome.kind === 'answered' && outcome.refused).toEqual([
      {
        offer: { flavour: 'm6a.large', zone: expect.any(String), market: 'spot' },
        class: 'capacity',
        code: 'InsufficientInstanceCapacity',
        why: expect.stringMatching(/^InsufficientInstanceCapacity: /),
      },
      expect.objectContaining({ class: 'capacity' }),
    ]);
  });

  test.each([
    [{ capacity: [{ count: 0 }] }, 'capacity'],
    [{ capacity: [{ count: 0, code: 'Unsupported' }] }, 'unsupported'],
    [{ capacity: [{ count: 0, code: 'InvalidFleetConfiguration' }] }, 'unsupported'],
    [{ capacity: [{ count: 0, code: 'VolumeLimitExceeded' }] }, 'quota'],
    [{ capacity: [{ count: 0, code: 'PendingVerification' }] }, 'quota'],
    [{ quotaVcpus: { 'on-demand': 1 } }, 'quota'],
    [{ capacity: [{ count: 0, code: 'InvalidParameterValue' }] }, 'configuration'],
  ])('that is empty under %j is answered with every offer refused for %s', async (options, reason) => {
    const { cloud } = await serve(options);
    const outcome = await cloud.launch(REQUEST);
    expect(outcome).toMatchObject({ kind: 'answered', launched: [] });
    const refused = outcome.kind === 'answered' ? outcome.refused : [];
    expect(offersOf(refused)).toHaveLength(4);
    expect(new Set(refused.map((refusal) => refusal.class))).toEqual(new Set([reason]));
  });

  test.each([
    [
      'on-demand',
      { reservationsFirst: true },
      {
        OnDemandOptions: {
          AllocationStrategy: 'lowest-price',
          CapacityReservationOptions: { UsageStrategy: 'use-capacity-reservations-first' },
        },
      },
    ],
    ['on-demand', {}, { OnDemandOptions: { AllocationStrategy: 'lowest-price' } }],
    ['spot', {}, { SpotOptions: { AllocationStrategy: 'price-capacity-optimized' } }],
    [
      'spot',
      { reservationsFirst: true },
      { SpotOptions: { AllocationStrategy: 'price-capacity-optimized' } },
    ],
  ] as const)('on %s with %o is asked for with %o', async (market, more, options) => {
    const { cloud, sent } = await serve();
    const outcome = await cloud.launch({ ...REQUEST, market, ...more });
    expect(outcome).toMatchObject({ kind: 'answered', refused: [] });
    expect(offersOf(outcome.kind === 'answered' ? outcome.launched : [])).toHaveLength(4);
    const [{ OnDemandOptions, SpotOptions }] = z.tuple([STRATEGIES]).parse(sent);
    expect({ OnDemandOptions, SpotOptions }).toEqual({
      OnDemandOptions: undefined,
      SpotOptions: undefined,
      ...options,
    });
  });

  test('is asked for as it was written down: its tags in order on all that it makes, each pool once', async () => {
    const { cloud, sent } = await serve();
    const [first, ...others] = REQUEST.overrides;
    const beside = { ...first, subnetId: 'subnet-0c' } as (typeof REQUEST.overrides)[number];
    await cloud.launch({ ...REQUEST, market: 'spot', overrides: [...REQUEST.overrides, beside] });
    const Tags = [
      { Key: 'aerie:fleet', Value: 'BNL' },
      { Key: 'aerie:launch', Value: 'launch-1' },
      { Key: 'aerie:stage', Value: 'test' },
    ];
    expect(sent).toEqual([
      {
        Type: 'instant',
        ClientToken: 'token-1',
        LaunchTemplateConfigs: [
          {
            LaunchTemplateSpecification: { LaunchTemplateId: TEMPLATE.id, Version: TEMPLATE.version },
            Overrides: [first, ...others].map((of) => ({
              InstanceType: of?.flavour,
              SubnetId: of?.subnetId,
            })),
          },
        ],
        TargetCapacitySpecification: { TotalTargetCapacity: 4, DefaultTargetCapacityType: 'spot' },
        SpotOptions: { AllocationStrategy: 'price-capacity-optimized' },
        TagSpecifications: ['fleet', 'instance', 'volume'].map((ResourceType) => ({ ResourceType, Tags })),
      },
    ]);
  });

  test('that is asked again is answered the same, and launches nothing', async () => {
    const { cloud, world } = await serve();
    const first = await cloud.launch(REQUEST);
    expect(await cloud.launch(REQUEST)).toEqual(first);
    expect(world.instances.size).toBe(4);
  });

  test('is the same call whatever the order its tags come back in from a store', async () => {
    const { cloud } = await serve();
    const first = await cloud.launch(REQUEST);
    const tags = Object.fromEntries(Object.entries(REQUEST.tags).reverse());
    expect(await cloud.launch({ ...REQUEST, tags })).toEqual(first);
  });

  test('under a token that was used for another is mismatched', async () => {
    const { cloud, world } = await serve();
    await cloud.launch(REQUEST);
    expect(await cloud.launch({ ...REQUEST, count: 5 })).toMatchObject({ kind: 'mismatched' });
    expect(world.instances.size).toBe(4);
  });

  test('that is throttled is sent once and says so', async () => {
    const { cloud, world, face } = await serve();
    world.faults.throttleEverything(true);
    expect(await cloud.launch(REQUEST)).toEqual({
      kind: 'throttled',
      code: 'RequestLimitExceeded',
      why: 'RequestLimitExceeded: Request limit exceeded.',
    });
    expect(face.calls.get('CreateFleet')).toBe(1);
  });

  test.each(['error-500', 'loses-reply', 'silent'] as const)(
    'is sent once and unclear when the wire has the fault %s, and launches once when it is asked again',
    async (fault) => {
      const { cloud, hastyCloud, world, face, wire } = await serve();
      wire.fault = fault;
      const hit = fault === 'silent' ? hastyCloud() : cloud;
      expect(await hit.launch(REQUEST)).toMatchObject({ kind: 'unclear' });
      expect(face.calls.get('CreateFleet')).toBe(1);
      wire.fault = 'none';
      const outcome = await cloud.launch(REQUEST);
      const launched = outcome.kind === 'answered' ? outcome.launched : [];
      expect(launched.map(({ instanceId }) => instanceId).sort()).toEqual([...world.instances.keys()].sort());
      expect(world.instances.size).toBe(4);
    },
  );

  test('is unclear when nobody listens', async () => {
    const { cloud, face } = await serve();
    await face.close();
    expect(await cloud.launch(REQUEST)).toMatchObject({ kind: 'unclear' });
  });

  test('that EC2 will never take, whatever the offer, is refused in all of them at once', async () => {
    const { cloud } = await serve();
    const outcome = await cloud.launch({ ...REQUEST, template: { id: 'lt-00', version: '1' } });
    const refused = outcome.kind === 'answered' ? outcome.refused : [];
    expect(outcome).toMatchObject({ noFleet: true, launched: [] });
    expect(refused.map((of) => `${of.class} ${of.why.split(':')[0]}`)).toEqual(
      Array.from({ length: 4 }, () => 'configuration InvalidLaunchTemplateId.NotFound'),
    );
  });
});

describe('Looking at instances', () => {
  test('shows what EC2 knows of them, and leaves out those it does not know', async () => {
    const { cloud, clock } = await serve();
    const outcome = await cloud.launch({ ...REQUEST, count: 1, market: 'spot' });
    const [launched] = outcome.kind === 'answered' ? outcome.launched : [];
    runTo(clock, START + 60);
    const ids = [launched?.instanceId ?? '', 'i-00000000000000001'];
    expect(await cloud.describe(ids, START + 60)).toEqual({
      kind: 'known',
      observedAt: START + 60,
      value: [
        {
          instanceId: launched?.instanceId,
          state: 'running',
          launchedAt: START,
          offer: launched?.offer,
          tags: expect.objectContaining(REQUEST.tags),
        },
      ],
    });
  });

  test('of nobody asks nothing', async () => {
    const { cloud, face } = await serve();
    expect(await cloud.describe([], START)).toEqual({ kind: 'known', observedAt: START, value: [] });
    expect(face.calls.size).toBe(0);
  });

  test('reads all pages: 2,500 instances in three', async () => {
    const { cloud, clock, face } = await serve();
    for (const [index, count] of [1000, 1000, 500].entries()) {
      await cloud.launch({ ...REQUEST, clientToken: `token-${index}`, count });
      runTo(clock, START + 1000 * (index + 1));
    }
    const listed = await cloud.list({ 'aerie:stage': 'test' }, START);
    expect(listed.kind === 'known' && new Set(listed.value.map(({ instanceId }) => instanceId)).size).toBe(
      2500,
    );
    expect(face.calls.get('DescribeInstances')).toBe(3);
    const ids = listed.kind === 'known' ? listed.value.map(({ instanceId }) => instanceId) : [];
    const described = await cloud.describe(ids, START);
    expect(described.kind === 'known' && described.value).toHaveLength(2500);
    expect(face.calls.get('DescribeInstances')).toBe(3 + 13);
  });

  test('finds them by all of the tags, taken literally', async () => {
    const { cloud, clock } = await serve();
    await cloud.launch(REQUEST);
    runTo(clock, START + 60);
    const count = async (tags: Record<string, string>) => {
      const listed = await cloud.list(tags, START);
      return listed.kind === 'known' ? listed.value.length : listed.why;
    };
    expect(await count({ 'aerie:stage': 'test', 'aerie:fleet': 'BNL' })).toBe(4);
    expect(await count({ 'aerie:stage': 'test', 'aerie:fleet': 'CERN' })).toBe(0);
    expect(await count({ 'aerie:stage': 't*' })).toBe(0);
  });

  test.each([
    ['plain text', 'test', 'test'],
    ['what EC2 would take for any text', 'a*b?', 'a\\*b\\?'],
    ['what takes that back', 'a\\*', 'a\\\\\\*'],
  ])('asks for %s as it is written', async (_, value, asked) => {
    const { cloud, sent } = await serve();
    await cloud.list({ 'aerie:fleet': value }, START);
    expect(sent).toEqual([
      { Filters: [{ Name: 'tag:aerie:fleet', Values: [asked] }], MaxResults: 1000, NextToken: undefined },
    ]);
  });

  test('is unknown while EC2 throttles or does not answer', async () => {
    const { cloud, world, wire } = await serve();
    wire.fault = 'error-500';
    expect(await cloud.list({ 'aerie:stage': 'test' }, START)).toMatchObject({ kind: 'unknown' });
    wire.fault = 'none';
    const lift = world.faults.refuseCalls({ call: 'DescribeInstances', code: 'RequestExpired' });
    expect(await cloud.describe(['i-00000000000000001'], START)).toMatchObject({ kind: 'unknown' });
    lift();
    world.faults.throttleEverything(true);
    expect(await cloud.describe(['i-00000000000000001'], START)).toEqual({
      kind: 'unknown',
      why: 'EC2 did not say: RequestLimitExceeded: Request limit exceeded.',
    });
  });
});

describe('Ending instances', () => {
  test('ends the known ones and takes the unknown ones as ended', async () => {
    const { cloud, clock, world, face } = await serve();
    const outcome = await cloud.launch(REQUEST);
    const ids = outcome.kind === 'answered' ? outcome.launched.map(({ instanceId }) => instanceId) : [];
    runTo(clock, START + 60);
    const unknown = ['i-00000000000000001', 'i-00000000000000002'];
    const { taken, refused } = await cloud.terminate([...unknown, ...ids], ALWAYS);
    expect([...taken].sort()).toEqual([...ids].sort());
    expect(refused).toEqual([]);
    expect(world.live.size).toBe(0);
    expect(face.calls.get('TerminateInstances')).toBe(2);
    expect(await cloud.terminate(unknown, ALWAYS)).toStrictEqual({ taken: [], refused: [] });
  });

  test('goes in batches of 500', async () => {
    const { cloud, clock, face, world } = await serve();
    await cloud.launch({ ...REQUEST, count: 900 });
    runTo(clock, START + 60);
    const { taken } = await cloud.terminate([...world.instances.keys()], ALWAYS);
    expect(taken).toHaveLength(900);
    expect(face.calls.get('TerminateInstances')).toBe(2);
  });

  test('stops where EC2 throttles, and says what it took', async () => {
    const { cloud, clock, world } = await serve({
      limits: { ...DOCUMENTED_LIMITS, terminated: { burst: 600, perSecond: 0 } },
    });
    await cloud.launch({ ...REQUEST, count: 900 });
    runTo(clock, START + 60);
    expect((await cloud.terminate([...world.instances.keys()], ALWAYS)).taken).toHaveLength(500);
    expect(world.live.size).toBe(400);
  });
});
