import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { propertiesOf, stackOf } from './stack-of.ts';

const templateOf = (block: object = {}) => {
  const [it] = Object.values(propertiesOf(stackOf(block), 'AWS::EC2::LaunchTemplate'));
  return it?.LaunchTemplateData;
};

const userDataOf = (block: object) => Buffer.from(templateOf(block).UserData, 'base64');
/** What cloud-init reads of it. */
const textOf = (block: object): string => gunzipSync(userDataOf(block)).toString();

describe('a worker', () => {
  const KEY = 'arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef';
  const worker = { os: 'baked', pool: 'cm.example.org', centralManager: 'cm.example.org' };

  it('answers for its metadata to its own root only, and finds its tags there', () => {
    expect(templateOf().MetadataOptions).toEqual({
      HttpEndpoint: 'enabled',
      HttpTokens: 'required',
      HttpPutResponseHopLimit: 1,
      InstanceMetadataTags: 'enabled',
    });
  });

  it('is gone when it powers itself off', () => {
    expect(templateOf().InstanceInitiatedShutdownBehavior).toBe('terminate');
  });

  it('has one encrypted root volume of the size that was asked for', () => {
    expect(templateOf({ workerDiskGb: 250, rootDevice: '/dev/xvda' }).BlockDeviceMappings).toEqual([
      {
        DeviceName: '/dev/xvda',
        Ebs: { VolumeSize: 250, VolumeType: 'gp3', Encrypted: true, DeleteOnTermination: true },
      },
    ]);
  });

  it('has a second volume of its own speed for scratch, where the stage asks for one', () => {
    const [, second] = templateOf({
      worker,
      scratchVolume: { gb: 200, throughput: 500 },
    }).BlockDeviceMappings;
    expect(second).toEqual({
      DeviceName: '/dev/sdf',
      Ebs: {
        VolumeSize: 200,
        VolumeType: 'gp3',
        Throughput: 500,
        Iops: 3_000,
        Encrypted: true,
        DeleteOnTermination: true,
      },
    });
    const text = gunzipSync(userDataOf({ worker, scratchVolume: { gb: 200 } })).toString();
    expect(text).toContain('\\"scratchVolume\\":true');
  });

  it('leaves its type, its zone and its market to each launch', () => {
    const template = templateOf();
    for (const key of ['InstanceType', 'Placement', 'InstanceMarketOptions', 'NetworkInterfaces']) {
      expect(template).not.toHaveProperty(key);
    }
  });

  it('starts with the user data that it was given', () => {
    const workerUserData = '#cloud-config\nruncmd: [true]\n';
    expect(userDataOf({ workerUserData }).toString()).toBe(workerUserData);
    expect(userDataOf({}).toString()).toMatch(/^#cloud-config\n/);
  });

  it("starts with user-data of its pool's facts and the stage's endpoint", () => {
    expect(textOf({ worker })).toContain('\\"endpointUrl\\":\\"https://cm.example.org:9619\\"');
  });

  it("tells its jobs' history what its fleets' flavours cost by AWS's list, where the region is known", () => {
    const fleets = {
      default: { flavours: 'm6i.large,g5.xlarge(4c,16384m,1g),m9z.large(2c,8192m)' },
      own: { flavours: 'c6i.large', workerDiskGb: 200 },
    };
    const prices = (block: object) =>
      /\\"listPrices\\":(\{.*?\})/.exec(textOf({ worker, fleets, ...block }))?.[1];
    expect(prices({ region: 'us-east-1' })).toBe('{\\"g5.xlarge\\":1.006,\\"m6i\\":0.048}');
    expect(prices({})).toBe('{}');
    const listPrices = { m6i: 0.04 };
    expect(prices({ region: 'us-east-1', worker: { ...worker, listPrices } })).toBe('{\\"m6i\\":0.04}');
  });

  it.each([
    [
      { worker: { ...worker, os: 'aix' } },
      'aerie.stages.dev.worker.os is "aix"; expected el9, debian or baked.',
    ],
    [
      { worker: { ...worker, pins: { a: '10.0.0.1' } } },
      'aerie.stages.dev.worker.pins.a is not among requiredHosts',
    ],
    [{ worker, workerUserData: '#!/bin/sh' }, 'aerie.stages.dev.workerUserData stands beside worker'],
    [{ workerCaFile: 'ca.pem' }, 'aerie.stages.dev.workerCaFile has no worker beside it'],
  ])('is not made from %j', (block, sentence) => {
    expect(() => stackOf(block)).toThrow(sentence);
  });

  it('is made from an AMI, or from the one that an SSM parameter names', () => {
    expect(templateOf({ image: 'ami-00112233445566778' }).ImageId).toBe('ami-00112233445566778');
    const parameters = stackOf({ image: '/images/worker' }).toJSON().Parameters;
    expect(Object.values(parameters)).toEqual([
      { Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>', Default: '/images/worker' },
    ]);
  });

  it('has an image of its own for types whose processors are ARM, which the functions are told of', () => {
    const told = (arm64Image?: string) => {
      const stack = stackOf(arm64Image === undefined ? {} : { arm64Image });
      const [one] = Object.values(propertiesOf(stack, 'AWS::Lambda::Function'));
      return one?.Environment.Variables.AERIE_ARM64_IMAGE;
    };
    expect(told('ami-00112233445566778')).toBe('ami-00112233445566778');
    expect(told('/images/arm')).toEqual({ Ref: expect.any(String) });
    expect(told()).toBeUndefined();
  });

  const rightsOf = (block: object) =>
    Object.values(propertiesOf(stackOf(block), 'AWS::IAM::Policy'))
      .filter(({ Roles }) => JSON.stringify(Roles).includes('WorkersRole'))
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
      .flatMap(({ Action }) => Action);

  it('may do nothing, unless its stage lets people look in', () => {
    expect(rightsOf({ worker })).toEqual([]);
    expect(rightsOf({ worker, workerLogs: { syslog: 'logs.example.org:514' } })).toEqual([]);
    expect(rightsOf({ worker, workerLogs: { cloudWatchDays: 14 } })).toEqual([
      'logs:CreateLogStream',
      'logs:PutLogEvents',
    ]);
    expect(rightsOf({ worker, sessionManager: true })).toEqual([
      'ssm:UpdateInstanceInformation',
      'ssmmessages:CreateControlChannel',
      'ssmmessages:CreateDataChannel',
      'ssmmessages:OpenControlChannel',
      'ssmmessages:OpenDataChannel',
    ]);
  });

  it('is told where its logs go', () => {
    const workerLogs = { cloudWatchDays: 14, syslog: 'logs.example.org:514' };
    const text = gunzipSync(userDataOf({ worker, workerLogs, sessionManager: true })).toString();
    expect(text).toContain('\\"logGroup\\":\\"/aerie/dev/machines\\"');
    expect(text).toContain('\\"syslogHost\\":\\"logs.example.org:514\\"');
    expect(text).toContain('\\"sessionManager\\":true');
  });

  it('is launched from another launch template than before there were fleets, so that none of its versions is gone back to', () => {
    const [id] = Object.keys(propertiesOf(stackOf(), 'AWS::EC2::LaunchTemplate'));
    expect(id).toMatch(/^WorkersFleetTemplate/);
  });

  it('of a fleet with something of its own has that, and everything else of the stage', () => {
    const gpu = {
      image: 'ami-00000000000000001',
      workerDiskGb: 200,
      worker: { os: 'baked' },
      flavours: 'c6i.large',
    };
    const el9 = { ...worker, os: 'el9', environment: { SITE: 'x' } };
    const stack = stackOf({ region: 'us-east-1', worker: el9, fleets: { gpu }, diskKey: KEY });
    const templates = Object.values(propertiesOf(stack, 'AWS::EC2::LaunchTemplate')).map(
      (it) => it.LaunchTemplateData,
    );
    expect(templates).toHaveLength(2);
    const [own, ofStage] = templates.sort((a, b) => (a.ImageId < b.ImageId ? -1 : 1));
    expect(own?.ImageId).toBe('ami-00000000000000001');
    const volume = (it: typeof own) => it?.BlockDeviceMappings[0].Ebs;
    expect(volume(own)).toEqual({ ...volume(ofStage), VolumeSize: 200 });
    const profiles = Object.values(propertiesOf(stack, 'AWS::IAM::InstanceProfile'));
    expect(new Set(profiles.map(({ Roles }) => JSON.stringify(Roles))).size).toBe(1);
    for (const same of ['MetadataOptions', 'SecurityGroupIds'] as const) {
      expect(own?.[same], same).toEqual(ofStage?.[same]);
    }
    const text = gunzipSync(Buffer.from(own?.UserData, 'base64')).toString();
    expect(text).toContain('\\"SITE\\":\\"x\\"');
    expect(text).toContain('\\"listPrices\\":{\\"c6i\\":');
    expect(text).not.toContain('dnf');
    expect(gunzipSync(Buffer.from(ofStage?.UserData, 'base64')).toString()).toContain('dnf');
  });

  it('of a fleet may start with user-data of the site, beside fleets that do not', () => {
    const own = { workerUserData: '#!/bin/sh\n/opt/site/become-worker\n', 'max-workers': 3 };
    const stack = stackOf({ worker, squid: true, fleets: { own } });
    const starts = Object.values(propertiesOf(stack, 'AWS::EC2::LaunchTemplate'))
      .flatMap(({ LaunchTemplateData: { UserData = '' } }) => Buffer.from(UserData, 'base64'))
      .map(String);
    expect(starts).toContain(own.workerUserData);
  });

  it('lets nothing in', () => {
    const stack = stackOf();
    stack.resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
    for (const group of Object.values(propertiesOf(stack, 'AWS::EC2::SecurityGroup'))) {
      expect(group).not.toHaveProperty('SecurityGroupIngress');
    }
  });
});
