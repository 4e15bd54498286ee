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

  const SITE = {
    ...{
      kind: 'openstack',
      authUrl: 'https://keystone.example.org/v3',
      region: 'RegionOne',
      project: 'aerie',
    },
    ...{ credential: '/aerie/x/clouds/site', network: 'net-1', image: 'image-1', zones: ['nova', 'far'] },
    ...{ securityGroups: ['default'], caFile: '/var/task/ca.pem', fleets: ['batch'] },
  };

  it('has a cloud as it is written', () => {
    const read = readEnvironment({ ...WHOLE, AERIE_CLOUDS: JSON.stringify({ 'site-2': SITE }) });
    expect(read.AERIE_CLOUDS).toEqual({ 'site-2': SITE });
  });

  it.each<readonly [string, object, string]>([
    ['another kind', { kind: 'nebula' }, 'site.kind'],
    ['no address of Keystone', { authUrl: 'keystone' }, 'site.authUrl'],
    ['no region', { region: '' }, 'site.region'],
    ['no project', { project: '' }, 'site.project'],
    ['a CA that is no path', { caFile: 'ca.pem' }, 'site.caFile'],
    ['no network', { network: '' }, 'site.network'],
    ['no image', { image: '' }, 'site.image'],
    ['no zones', { zones: [] }, 'site.zones'],
    ['a zone without a name', { zones: ['nova', ''] }, 'site.zones.1'],
    ['a security group without a name', { securityGroups: [''] }, 'site.securityGroups.0'],
    ['a fleet that cannot be one', { fleets: ['a b'] }, 'site.fleets.0'],
    ['something else', { password: 'x' }, 'site'],
  ])('says what is wrong with a cloud that has %s', (_, changes, where) => {
    const AERIE_CLOUDS = JSON.stringify({ site: { ...SITE, ...changes } });
    expect(() => readEnvironment({ ...WHOLE, AERIE_CLOUDS })).toThrow(`AERIE_CLOUDS.${where}: `);
  });

  it.each(['Site', '2site', 'site.2', 's'.repeat(21)])('knows no cloud by the name %s', (name) => {
    const AERIE_CLOUDS = JSON.stringify({ [name]: SITE });
    expect(() => readEnvironment({ ...WHOLE, AERIE_CLOUDS })).toThrow(`AERIE_CLOUDS.${name}: `);
  });

  it.each([
    ['AERIE_IMAGE_PARAMETER', '/aerie/lab/image', 'aerie/lab/image'],
    ['AERIE_ARM64_IMAGE', 'ami-0aa', 'image'],
    ['AERIE_TAGS', '{"CostCenter":"4711"}', '{"CostCenter":4711}'],
    ['AERIE_NUDGE_QUEUE', 'https://sqs.us-east-1.amazonaws.com/1/q', 'arn:aws:sqs:us-east-1:1:q'],
    ['AERIE_NUDGE_QUEUE', 'http://127.0.0.1:9324/1/q', 'xhttp://127.0.0.1/q'],
    ['AERIE_NUDGE_QUEUE', 'https://127.0.0.1/q', 'httpx://127.0.0.1/q'],
    ['AERIE_TICK_SECONDS', '20', '0'],
    ['AERIE_TICK_SECONDS', '1', '1.5'],
    ['AWS_LAMBDA_FUNCTION_MEMORY_SIZE', '1024', '0'],
    ['AERIE_STAGE', 'p', 'p'.repeat(21)],
    ['AERIE_STAGE', 'p2-x', '2p'],
    ['AERIE_TEMPLATE_ID', 'lt-0a', 'xlt-0a'],
    ['AERIE_TEMPLATE_ID', 'lt-0a9f', 'lt-0g'],
    ['AERIE_TEMPLATE_VERSION', '12', '1.2'],
    ['AERIE_TEMPLATE_VERSION', '3', 'v3'],
    ['AERIE_PLACEMENTS', 'subnet-0af=us-east-1a', 'subnet-0ag=us-east-1a'],
    ['AERIE_PLACEMENTS', 'subnet-0=us-1a,subnet-1=us-1b,subnet-2=us-1c', 'subnet-0=us-1a,'],
    ['AERIE_PLACEMENTS', 'subnet-0=us-east-1-wl1-bos-wlz-1', 'xsubnet-0=us-1a'],
    ['AERIE_WORKER_DISK_MB', '1', '1.5'],
    ['AERIE_WORKER_ADDRESS', 'private', ''],
    ['AERIE_QUEUE_METRICS', 'off', ''],
    ['AERIE_HTTP_TIMEOUT_SECONDS', '0.5', '-1'],
  ])('takes %s as %s, and not as "%s"', (name, good, bad) => {
    expect(() => readEnvironment({ ...WHOLE, [name]: good })).not.toThrow();
    expect(() => readEnvironment({ ...WHOLE, [name]: bad })).toThrow(new RegExp(` ${name}[.:]`));
  });

  it('has tags of the site, and a place of its own for every fleet that is deployed for itself', () => {
    const AERIE_FLEETS = JSON.stringify({
      gpu: { id: 'lt-0aa', version: '3', diskMb: 500_000, volumesGb: 600 },
      arm: { id: 'lt-0bb', version: '1', diskMb: 90_000, arm64Image: 'ami-0bb' },
    });
    const env = readEnvironment({ ...WHOLE, AERIE_FLEETS, AERIE_TAGS: '{"CostCenter":"4711"}' });
    expect(placeOf(env).fleets).toEqual({
      gpu: { diskGb: 600, workerDiskMb: 500_000, hasArm64Image: false },
      arm: { diskGb: 108, workerDiskMb: 90_000, hasArm64Image: true },
    });
    expect(stageOf(env)).toStrictEqual({
      ...{ stage: 'prod-2', template: { id: 'lt-0a1b2c', version: '7' }, workerDiskMb: 90_000 },
      placements: env.AERIE_PLACEMENTS,
      fleets: stageOf(env).fleets,
      tags: { CostCenter: '4711' },
    });
    expect(stageOf(readEnvironment(WHOLE))).not.toHaveProperty('tags');
    expect(placeOf(readEnvironment(WHOLE))).not.toHaveProperty('fleets');
    expect(stageOf(readEnvironment({ ...WHOLE, AERIE_ARM64_IMAGE: 'ami-0aa' }))).toMatchObject({
      arm64Image: 'ami-0aa',
    });
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
    ['a template that is none', gpu({ id: 'lt-0g' }), 'AERIE_FLEETS.gpu.id: '],
    ['another thing with a template', gpu({ id: 'xlt-0' }), 'AERIE_FLEETS.gpu.id: '],
    ['a version that is none', gpu({ version: 'v3' }), 'AERIE_FLEETS.gpu.version: '],
    ['an empty disk', gpu({ diskMb: 0 }), 'AERIE_FLEETS.gpu.diskMb: '],
    ['no volumes', gpu({ volumesGb: 0 }), 'AERIE_FLEETS.gpu.volumesGb: '],
    ['an image that is none', gpu({ arm64Image: 'x' }), 'AERIE_FLEETS.gpu.arm64Image: '],
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
