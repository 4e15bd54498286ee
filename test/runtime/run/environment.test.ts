import { describe, expect, it } from 'vitest';
import { stageOfFleet } from '../../../core/model/stage.ts';
import { placeOf, readEnvironment, stageOf } from '../../../runtime/run/environment.ts';

const WHOLE = {
  AERIE_STAGE: 'prod-2',
  AERIE_TABLE: 'aerie-prod-2',
  AERIE_PANDA_URL: 'https://pandaserver.cern.ch:25443/api/v1',
  AERIE_ENDPOINT_URL: 'https://cm.example.org:9619',
  AERIE_TEMPLATE_ID: 'lt-0a1b2c',
  AERIE_TEMPLATE_VERSION: '7',
  AERIE_PLACEMENTS: 'subnet-1a=us-east-1a,subnet-2b=us-east-1b',
  AERIE_WORKER_DISK_MB: '90000',
  AERIE_WORKER_VOLUMES_GB: '108',
};

describe('the environment of a function', () => {
  it('is read once, and parsed', () => {
    expect(readEnvironment({ ...WHOLE, AWS_REGION: 'us-east-1' })).toEqual({
      ...WHOLE,
      AERIE_CLOUDS: {},
      AERIE_PLACEMENTS: [
        { subnetId: 'subnet-1a', zone: 'us-east-1a' },
        { subnetId: 'subnet-2b', zone: 'us-east-1b' },
      ],
      AERIE_WORKER_DISK_MB: 90_000,
      AERIE_WORKER_VOLUMES_GB: 108,
      AERIE_HTTP_TIMEOUT_SECONDS: 10,
      AERIE_WORKER_ADDRESS: 'public',
      AERIE_QUEUE_METRICS: 'on',
      AERIE_TICK_SECONDS: 60,
      AERIE_FLEETS: {},
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: 512,
      AWS_REGION: 'us-east-1',
    });
  });

  it.each([
    ...Object.keys(WHOLE)
      .filter((name) => name !== 'AERIE_PANDA_URL')
      .map((name) => [name, undefined] as const),
    ['AERIE_STAGE', 'Prod'],
    ['AERIE_TABLE', ''],
    ['AERIE_PANDA_URL', 'pandaserver'],
    ['AERIE_TEMPLATE_VERSION', '$Latest'],
    ['AERIE_TEMPLATE_ID', 'worker'],
    ['AERIE_PLACEMENTS', 'us-east-1a'],
    ['AERIE_PLACEMENTS', ''],
    ['AERIE_PLACEMENTS', 'subnet-1a=us-east-1a,subnet-2b=us-east-1a'],
    ['AERIE_WORKER_DISK_MB', '0'],
    ['AERIE_WORKER_DISK_MB', 'big'],
    ['AERIE_WORKER_VOLUMES_GB', '0'],
    ['AERIE_FLEETS', 'many'],
    ['AERIE_FLEETS', '7'],
    ['AERIE_HTTP_TIMEOUT_SECONDS', '0'],
    ['AERIE_HTTP_TIMEOUT_SECONDS', '10.5'],
    ['AERIE_WORKER_ADDRESS', 'yes'],
    ['AERIE_QUEUE_METRICS', 'true'],
  ] as const)('stops a function whose %s is %j, and names it', (name, value) => {
    expect(() => readEnvironment({ ...WHOLE, [name]: value })).toThrow(
      new RegExp(`^The environment of this function is not complete: ${name}: .*\\. Deploy again\\.$`),
    );
  });

  it('needs no PanDA: a stage may have plain jobs only', () => {
    const { AERIE_PANDA_URL: _, ...others } = WHOLE;
    expect(readEnvironment(others)).not.toHaveProperty('AERIE_PANDA_URL');
  });

  it('has what fleets are launched from that have a template of their own', () => {
    const AERIE_FLEETS = JSON.stringify({
      gpu: { id: 'lt-0aa', version: '3', diskMb: 500_000 },
      arm: { id: 'lt-0bb', version: '1', diskMb: 90_000, arm64Image: 'ami-0bb' },
    });
    const stage = stageOf(readEnvironment({ ...WHOLE, AERIE_ARM64_IMAGE: 'ami-0aa', AERIE_FLEETS }));
    expect(stage.fleets).toEqual({
      gpu: { template: { id: 'lt-0aa', version: '3' }, workerDiskMb: 500_000 },
      arm: { template: { id: 'lt-0bb', version: '1' }, workerDiskMb: 90_000, arm64Image: 'ami-0bb' },
    });
    expect(stageOfFleet(stage, 'gpu')).toMatchObject({
      template: { id: 'lt-0aa' },
      placements: stage.placements,
    });
    expect(stageOfFleet(stage, 'gpu')).not.toHaveProperty('arm64Image');
    expect(stageOfFleet(stage, 'default')).toEqual(stage);
    expect(stageOf(readEnvironment(WHOLE)).fleets).toEqual({});
  });

  it('has the cloud beside EC2, with where its machines may be', () => {
    const entry = {
      ...{ kind: 'openstack', authUrl: 'https://keystone.example.org/v3', region: 'R', project: 'aerie' },
      ...{ credential: '/aerie/x/clouds/site', network: 'net-1', image: 'image-1', zones: ['a', 'b'] },
      securityGroups: ['default'],
    };
    const read = (clouds: object) => readEnvironment({ ...WHOLE, AERIE_CLOUDS: JSON.stringify(clouds) });
    expect(stageOf(read({ site: entry })).clouds).toEqual({
      site: {
        imageId: 'image-1',
        placements: [
          { subnetId: 'net-1', zone: 'a' },
          { subnetId: 'net-1', zone: 'b' },
        ],
      },
    });
    expect(placeOf(read({ site: entry })).clouds).toEqual(['site']);
    expect(placeOf(read({ site: entry }))).not.toHaveProperty('deployedOn');
    expect(placeOf(read({ site: { ...entry, fleets: ['batch'] } })).deployedOn).toEqual({ site: ['batch'] });
    expect(stageOf(readEnvironment(WHOLE))).not.toHaveProperty('clouds');
    expect(() => read({ site: entry, other: entry })).toThrow('AERIE_CLOUDS: names more than one cloud');
    expect(() => read({ site: { ...entry, credential: { id: 'x' } } })).toThrow(
      'AERIE_CLOUDS.site.credential: ',
    );
  });

  const gpu = (changes: object): string =>
    JSON.stringify({ gpu: { id: 'lt-0', version: '3', diskMb: 5, ...changes } });
  it.each([
    ['no JSON', 'gpu', 'AERIE_FLEETS: "gpu" is no JSON'],
    ['no template', gpu({ id: undefined }), 'AERIE_FLEETS.gpu.id: '],
    ['a version that moves', gpu({ version: '$Latest' }), 'AERIE_FLEETS.gpu.version: '],
    ['no disk', gpu({ diskMb: undefined }), 'AERIE_FLEETS.gpu.diskMb: '],
    ['a name that is none', gpu({}).replace('gpu', 'g/u'), 'AERIE_FLEETS.g/u: '],
    ['something else', gpu({ image: 'x' }), 'AERIE_FLEETS.gpu: '],
    ['a list', '[]', 'AERIE_FLEETS: '],
  ])('says what is wrong with fleets that have %s', (_, AERIE_FLEETS, why) => {
    expect(() => readEnvironment({ ...WHOLE, AERIE_FLEETS })).toThrow(why);
  });

  it.each([
    [
      {},
      {
        region: 'us-east-1',
        diskGb: 108,
        workerDiskMb: 90_000,
        hasPublicAddress: true,
        hasArm64Image: false,
      },
    ],
    [
      {
        AWS_REGION: 'eu-west-1',
        AERIE_WORKER_DISK_MB: '40960',
        AERIE_WORKER_VOLUMES_GB: '60',
        AERIE_WORKER_ADDRESS: 'private',
        AERIE_ARM64_IMAGE: 'ami-0aa',
      },
      { region: 'eu-west-1', diskGb: 60, workerDiskMb: 40_960, hasPublicAddress: false, hasArm64Image: true },
    ],
  ])('says where workers live: %o', (more, place) => {
    expect(placeOf(readEnvironment({ ...WHOLE, ...more }))).toEqual({ ...place, clouds: [] });
  });

  it('names everything that is wrong at once', () => {
    expect(() => readEnvironment({})).toThrow(/AERIE_STAGE.*AERIE_TABLE.*AERIE_WORKER_DISK_MB/);
  });
});
