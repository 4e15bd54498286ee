import { describe, expect, it } from 'vitest';
import { placeOf, readEnvironment, stageOf } from '../../runtime/environment.ts';

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
      AERIE_PLACEMENTS: [
        { subnetId: 'subnet-1a', zone: 'us-east-1a' },
        { subnetId: 'subnet-2b', zone: 'us-east-1b' },
      ],
      AERIE_WORKER_DISK_MB: 90_000,
      AERIE_WORKER_VOLUMES_GB: 108,
      AERIE_HTTP_TIMEOUT_SECONDS: 10,
      AERIE_WORKER_ADDRESS: 'public',
      AERIE_QUEUE_METRICS: 'on',
      AWS_REGION: 'us-east-1',
    });
  });

  it.each([
    ...Object.keys(WHOLE).map((name) => [name, undefined] as const),
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
    ['AERIE_CAPS', 'many'],
    ['AERIE_CAPS', '{"pilots":1}'],
    ['AERIE_HTTP_TIMEOUT_SECONDS', '0'],
    ['AERIE_HTTP_TIMEOUT_SECONDS', '10.5'],
    ['AERIE_WORKER_ADDRESS', 'yes'],
    ['AERIE_QUEUE_METRICS', 'true'],
  ] as const)('stops a function whose %s is %j, and names it', (name, value) => {
    expect(() => readEnvironment({ ...WHOLE, [name]: value })).toThrow(
      new RegExp(`^The environment of this function is not complete: ${name}: .*\\. Deploy again\\.$`),
    );
  });

  it('has the caps of the stage, if there are any', () => {
    const env = readEnvironment({ ...WHOLE, AERIE_CAPS: '{"cores":4000,"dollarsPerMonth":900.5}' });
    expect(stageOf(env).caps).toEqual({ cores: 4000, dollarsPerMonth: 900.5 });
    expect(stageOf(readEnvironment(WHOLE))).not.toHaveProperty('caps');
  });

  it('says which cap cannot be one', () => {
    expect(() => readEnvironment({ ...WHOLE, AERIE_CAPS: '{"cores":-1}' })).toThrow(
      'AERIE_CAPS.cores: is -1; expected a whole number of vCPUs, 0 or more. Deploy again.',
    );
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
    expect(placeOf(readEnvironment({ ...WHOLE, ...more }))).toEqual(place);
  });

  it('names everything that is wrong at once', () => {
    expect(() => readEnvironment({})).toThrow(/AERIE_STAGE.*AERIE_TABLE.*AERIE_WORKER_DISK_MB/);
  });
});
