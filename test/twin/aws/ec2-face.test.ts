import { Agent, request as httpRequest } from 'node:http';
import {
  CreateFleetCommand,
  type CreateFleetCommandInput,
  DescribeInstancesCommand,
  EC2Client,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { afterEach, describe, expect, test } from 'vitest';
import { type Ec2Face, ec2Face } from '../../../twin/aws/ec2/face.ts';
import type { Ec2Options } from '../../../twin/aws/ec2/options.ts';
import { runTo, START, smallWorld, TEMPLATE } from './ec2-world.ts';

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const serve = async (options: Partial<Ec2Options> = {}) => {
  const { clock, world } = smallWorld(options);
  const face = await ec2Face(world);
  const client = new EC2Client({
    endpoint: face.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-a-secret' },
    maxAttempts: 1,
  });
  closing.push(() => client.destroy(), face.close);
  return { clock, world, face, client };
};

const fleet = (change: Partial<CreateFleetCommandInput> = {}): CreateFleetCommand =>
  new CreateFleetCommand({
    Type: 'instant',
    ClientToken: 'token-1',
    LaunchTemplateConfigs: [
      {
        LaunchTemplateSpecification: { LaunchTemplateId: TEMPLATE.id, Version: TEMPLATE.version },
        Overrides: [{ InstanceType: 'm6i.large', SubnetId: 'subnet-0a' }],
      },
    ],
    TargetCapacitySpecification: { TotalTargetCapacity: 2, DefaultTargetCapacityType: 'spot' },
    TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'aerie:queue', Value: 'a < b & "c"' }] }],
    ...change,
  });

const configs = (
  template: { LaunchTemplateId: string; Version: string },
  override: { InstanceType: 'm6i.large'; SubnetId: string },
) => ({ LaunchTemplateConfigs: [{ LaunchTemplateSpecification: template, Overrides: [override] }] });

const tags = (...pairs: readonly (readonly [string, string])[]) => ({
  TagSpecifications: [
    { ResourceType: 'instance' as const, Tags: pairs.map(([Key, Value]) => ({ Key, Value })) },
  ],
});

const LATEST = { LaunchTemplateId: TEMPLATE.id, Version: '3' };
const HERE = { InstanceType: 'm6i.large' as const, SubnetId: 'subnet-0a' };

describe('The face of EC2, asked by the real SDK', () => {
  test('launches, describes and ends instances', async () => {
    const { clock, client } = await serve();
    const launched = await client.send(fleet());
    const ids = launched.Instances?.[0]?.InstanceIds ?? [];
    expect(launched.Instances).toEqual([
      {
        InstanceIds: [expect.stringMatching(/^i-/), expect.stringMatching(/^i-/)],
        InstanceType: 'm6i.large',
        Lifecycle: 'spot',
        AvailabilityZone: 'us-east-1a',
        SubnetId: 'subnet-0a',
        LaunchTemplateAndOverrides: {
          LaunchTemplateSpecification: { LaunchTemplateId: TEMPLATE.id, Version: '3' },
          Overrides: { InstanceType: 'm6i.large', SubnetId: 'subnet-0a' },
        },
      },
    ]);
    runTo(clock, START + 60);
    const described = await client.send(new DescribeInstancesCommand({ InstanceIds: ids }));
    expect(described.Reservations?.[0]?.Instances?.[0]).toMatchObject({
      State: { Code: 16, Name: 'running' },
      LaunchTime: new Date(START * 1000),
      InstanceLifecycle: 'spot',
      Placement: { AvailabilityZone: 'us-east-1a' },
      Tags: expect.arrayContaining([{ Key: 'aerie:queue', Value: 'a < b & "c"' }]),
    });
    const ended = await client.send(new TerminateInstancesCommand({ InstanceIds: ids }));
    expect(ended.TerminatingInstances?.map(({ CurrentState }) => CurrentState?.Name)).toEqual([
      'shutting-down',
      'shutting-down',
    ]);
  });

  test('runs instances from a template', async () => {
    const { client } = await serve({ capacity: [{ count: 3 }] });
    const reply = await client.send(
      new RunInstancesCommand({
        MinCount: 1,
        MaxCount: 5,
        LaunchTemplate: LATEST,
        InstanceType: 'm6i.large',
        SubnetId: 'subnet-0a',
        InstanceMarketOptions: { MarketType: 'spot' },
      }),
    );
    expect(reply.Instances).toHaveLength(3);
  });

  test.each([
    ['a type that is not instant', fleet({ Type: 'maintain' }), 'InvalidParameterValue'],
    ['no type, which means maintain', fleet({ Type: undefined }), 'InvalidParameterValue'],
    [
      'no overrides',
      fleet({ LaunchTemplateConfigs: [{ LaunchTemplateSpecification: LATEST }] }),
      'MissingParameter',
    ],
    [
      'an unknown template',
      fleet(configs({ LaunchTemplateId: 'lt-00', Version: '1' }, HERE)),
      'InvalidLaunchTemplateId.NotFound',
    ],
    [
      'an unknown version',
      fleet(configs({ ...LATEST, Version: '9' }, HERE)),
      'InvalidLaunchTemplateId.VersionNotFound',
    ],
    [
      'an unknown subnet',
      fleet(configs(LATEST, { ...HERE, SubnetId: 'subnet-0f' })),
      'InvalidSubnetID.NotFound',
    ],
    [
      'an unknown instance type',
      fleet(configs(LATEST, { ...HERE, InstanceType: 'q9.huge' as 'm6i.large' })),
      'InvalidParameterValue',
    ],
    ['a client token that is too long', fleet({ ClientToken: 'x'.repeat(65) }), 'InvalidParameterValue'],
    [
      'a target of nothing',
      fleet({ TargetCapacitySpecification: { TotalTargetCapacity: 0 } }),
      'InvalidParameterValue',
    ],
    ['a parameter it does not know', fleet({ Context: 'x' }), 'UnknownParameter'],
    ['a reserved tag', fleet(tags(['aws:mine', 'x'])), 'InvalidParameterValue'],
    ['a tag key that is too long', fleet(tags(['x'.repeat(129), 'x'])), 'InvalidParameterValue'],
    ['a tag value that is too long', fleet(tags(['x', 'x'.repeat(257)])), 'InvalidParameterValue'],
    ['a tag key that metadata cannot show', fleet(tags(['a/b', 'x'])), 'InvalidParameterValue'],
    [
      'fifty-one tags',
      fleet(tags(...Array.from({ length: 51 }, (_, n) => [`k${n}`, 'x'] as const))),
      'TagLimitExceeded',
    ],
    ['no instance ids to end', new TerminateInstancesCommand({ InstanceIds: [] }), 'MissingParameter'],
  ])('refuses %s', async (_, command, code) => {
    const { client } = await serve();
    // One send for commands of several kinds: their common type is too wide for its overloads.
    await expect(client.send(command as CreateFleetCommand)).rejects.toMatchObject({ name: code });
  });

  test.each([
    [
      'ids together with a page size',
      { InstanceIds: ['i-00000000000000001'], MaxResults: 10 },
      'InvalidParameterCombination',
    ],
    ['ids it does not know', { InstanceIds: ['i-00000000000000001'] }, 'InvalidInstanceID.NotFound'],
    ['ids that are none', { InstanceIds: ['worker'] }, 'InvalidInstanceID.Malformed'],
    ['pages below five', { MaxResults: 4 }, 'InvalidParameterValue'],
    ['pages above a thousand', { MaxResults: 1001 }, 'InvalidParameterValue'],
    ['filters it does not know', { Filters: [{ Name: 'colour', Values: ['red'] }] }, 'InvalidParameterValue'],
    ['a paging token that is none', { NextToken: 'x', MaxResults: 5 }, 'InvalidParameterValue'],
  ])('refuses to describe %s', async (_, input, code) => {
    const { client } = await serve();
    await expect(client.send(new DescribeInstancesCommand(input))).rejects.toMatchObject({ name: code });
  });

  test.each([
    [{ Name: 'tag:aerie:queue', Values: ['BNL*'] }, 3],
    [{ Name: 'tag:aerie:queue', Values: ['BNL\\*'] }, 1],
    [{ Name: 'tag:aerie:queue', Values: ['BNL_?'] }, 1],
    [{ Name: 'tag-key', Values: ['aerie:queue'] }, 4],
    [{ Name: 'instance-state-name', Values: ['pending', 'running'] }, 4],
    [{ Name: 'instance-lifecycle', Values: ['spot'] }, 4],
    [{ Name: 'instance-id', Values: ['i-00000000000000001'] }, 0],
    [{ Name: 'client-token', Values: ['token-1'] }, 0],
  ])('describes by the filter %j: %i instances', async (filter, expected) => {
    const { clock, client } = await serve();
    for (const queue of ['BNL', 'BNL_A', 'BNL*', 'CERN']) {
      await client.send(
        fleet({
          ClientToken: queue,
          TargetCapacitySpecification: { TotalTargetCapacity: 1, DefaultTargetCapacityType: 'spot' },
          ...tags(['aerie:queue', queue]),
        }),
      );
    }
    runTo(clock, START + 60);
    const { Reservations } = await client.send(new DescribeInstancesCommand({ Filters: [filter] }));
    expect(Reservations?.flatMap(({ Instances }) => Instances ?? []) ?? []).toHaveLength(expected);
  });
});

describe('The face of EC2, asked by hand', () => {
  const SIGNATURE = `AWS4-HMAC-SHA256 Credential=A/20270115/us-east-1/ec2/aws4_request, SignedHeaders=host, Signature=${'0'.repeat(64)}`;
  const FLEET =
    'Action=CreateFleet&Version=2016-11-15&Type=instant&TargetCapacitySpecification.TotalTargetCapacity=1&LaunchTemplateConfigs.1.LaunchTemplateSpecification.LaunchTemplateId=lt-0a&LaunchTemplateConfigs.1.LaunchTemplateSpecification.Version=1&LaunchTemplateConfigs.1.Overrides.1.InstanceType=m6i.large&LaunchTemplateConfigs.1.Overrides.1.SubnetId=subnet-0a';
  const post = (face: Ec2Face, body: string, authorization: string | undefined): Promise<string> =>
    new Promise((resolve, reject) => {
      const agent = new Agent();
      const headers = authorization === undefined ? {} : { authorization };
      const sent = httpRequest(face.url, { method: 'POST', agent, headers }, (response) => {
        let text = `${response.statusCode} `;
        response.setEncoding('utf8').on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () => resolve(text));
      });
      sent.on('error', reject).end(body);
    });

  test.each([
    ['Action=DescribeInstances&Version=2016-11-15', undefined, '401', 'AuthFailure'],
    ['Action=DescribeInstances&Version=2016-11-15', 'Bearer x', '401', 'AuthFailure'],
    ['Action=DescribeInstances&Version=2010-01-01', SIGNATURE, '400', 'InvalidAction'],
    ['Action=StopInstances&Version=2016-11-15', SIGNATURE, '400', 'InvalidAction'],
    ['Version=2016-11-15', SIGNATURE, '400', 'MissingAction'],
    ['Action=DescribeInstances&Version=2016-11-15&__proto__.x=1', SIGNATURE, '400', 'UnknownParameter'],
    ['Action=DescribeInstances&Version=2016-11-15&InstanceId.x=1', SIGNATURE, '400', 'InvalidParameterValue'],
    [
      'Action=DescribeInstances&Version=2016-11-15&InstanceId.5000=1',
      SIGNATURE,
      '400',
      'InvalidParameterValue',
    ],
    ['Action=DescribeInstances&Version=2016-11-15&MaxResults=ten', SIGNATURE, '400', 'InvalidParameterValue'],
    [
      `${FLEET}&OnDemandOptions.CapacityReservationOptions.UsageStrategy=first`,
      SIGNATURE,
      '400',
      'InvalidParameterValue',
    ],
  ])('answers %s (signed: %s) with %s %s', async (body, authorization, status, code) => {
    const { face } = await serve();
    const answer = await post(face, body, authorization);
    expect(answer.slice(0, 3)).toBe(status);
    expect(answer).toContain(`<Code>${code}</Code>`);
  });

  test('throttles with 503, as EC2 does', async () => {
    const { face, world } = await serve();
    world.faults.throttleEverything(true);
    const answer = await post(face, 'Action=DescribeInstances&Version=2016-11-15', SIGNATURE);
    expect(answer).toMatch(/^503 .*<Code>RequestLimitExceeded<\/Code>/s);
  });
});
