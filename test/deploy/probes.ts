import {
  type _InstanceType,
  CreateFleetCommand,
  DescribeInstancesCommand,
  type EC2Client,
  EC2ServiceException,
  type Instance,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';

/** An EC2 to be asked: which template and subnet to use, and how to let what was launched become visible. */
export interface Asked {
  readonly client: EC2Client;
  readonly templateId: string;
  readonly subnetId: string;
  settle(): void;
}

/** One question to EC2, what AWS documents as its answer, and whether moto is known to answer otherwise. */
export interface Probe {
  readonly what: string;
  readonly ask: (ec2: Asked) => Promise<string>;
  readonly documented: string;
  readonly motoIsWrong?: true;
}

const UNKNOWN = 'i-0fffffffffffffff0';

const fleet = async (
  { client, templateId, subnetId }: Asked,
  token: string,
  count = 2,
  type: _InstanceType = 'm6i.large',
): Promise<readonly string[]> => {
  const { Instances = [] } = await client.send(
    new CreateFleetCommand({
      Type: 'instant',
      ClientToken: token,
      LaunchTemplateConfigs: [
        {
          LaunchTemplateSpecification: { LaunchTemplateId: templateId, Version: '1' },
          Overrides: [{ InstanceType: type, SubnetId: subnetId }],
        },
      ],
      TargetCapacitySpecification: { TotalTargetCapacity: count, DefaultTargetCapacityType: 'on-demand' },
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'probe', Value: token }] }],
    }),
  );
  return Instances.flatMap(({ InstanceIds = [] }) => InstanceIds);
};

const found = async (
  { client, settle }: Asked,
  name: string,
  value: string,
): Promise<readonly Instance[]> => {
  settle();
  const { Reservations = [] } = await client.send(
    new DescribeInstancesCommand({ Filters: [{ Name: name, Values: [value] }] }),
  );
  return Reservations.flatMap(({ Instances = [] }) => Instances);
};

const codeOf = async (call: Promise<unknown>): Promise<string> => {
  try {
    await call;
    return 'no error';
  } catch (error) {
    if (error instanceof EC2ServiceException) return error.name;
    throw error;
  }
};

export const PROBES: readonly Probe[] = [
  {
    what: 'an instant fleet launches what was asked for, with its tags',
    async ask(ec2) {
      const ids = await fleet(ec2, 'probe-tags', 3);
      return `${ids.length} launched, ${(await found(ec2, 'tag:probe', 'probe-tags')).length} found`;
    },
    documented: '3 launched, 3 found',
  },
  {
    what: 'an instance that is not there is not in the answer to a filter',
    ask: async (ec2) => `${(await found(ec2, 'instance-id', UNKNOWN)).length} found`,
    documented: '0 found',
  },
  {
    what: 'ending an instance that is not there',
    ask: ({ client }) => codeOf(client.send(new TerminateInstancesCommand({ InstanceIds: [UNKNOWN] }))),
    documented: 'InvalidInstanceID.NotFound',
  },
  {
    what: 'ending an instance twice',
    async ask(ec2) {
      const InstanceIds = [...(await fleet(ec2, 'probe-end', 1))];
      ec2.settle();
      const end = () => codeOf(ec2.client.send(new TerminateInstancesCommand({ InstanceIds })));
      return `${await end()}, ${await end()}`;
    },
    documented: 'no error, no error',
  },
  {
    what: 'an instance has the type, the subnet and the tags of its request',
    async ask(ec2) {
      await fleet(ec2, 'probe-form', 1);
      const [it] = await found(ec2, 'tag:probe', 'probe-form');
      return `${it?.InstanceType} ${it?.SubnetId === ec2.subnetId}`;
    },
    documented: 'm6i.large true',
  },
  {
    what: 'the same client token twice launches once',
    async ask(ec2) {
      const [first, second] = [await fleet(ec2, 'probe-token'), await fleet(ec2, 'probe-token')];
      const same = JSON.stringify([...first].sort()) === JSON.stringify([...second].sort());
      return `${same ? 'the same' : 'others'}, ${(await found(ec2, 'tag:probe', 'probe-token')).length} found`;
    },
    documented: 'the same, 2 found',
    motoIsWrong: true,
  },
  {
    what: 'RunInstances launches as many as it may',
    async ask({ client, templateId, subnetId }) {
      const { Instances = [] } = await client.send(
        new RunInstancesCommand({
          MinCount: 1,
          MaxCount: 4,
          InstanceType: 'm6i.large',
          SubnetId: subnetId,
          LaunchTemplate: { LaunchTemplateId: templateId, Version: '1' },
        }),
      );
      return `${Instances.length} launched`;
    },
    documented: '4 launched',
    motoIsWrong: true,
  },
  {
    what: 'instances are found by their client token',
    async ask(ec2) {
      try {
        return `${(await found(ec2, 'client-token', 'never used')).length} found`;
      } catch (error) {
        return error instanceof Error ? error.name : 'an error';
      }
    },
    documented: '0 found',
    motoIsWrong: true,
  },
];
