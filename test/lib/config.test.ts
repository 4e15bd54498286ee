import { describe, expect, it } from 'vitest';
import { readConfig } from '../../lib/config.ts';
import { MOST_TAGS } from '../../lib/stage-tags.ts';
import { mistakesOf, queue } from './config-mistakes.ts';
import { STAGE } from './stack-of.ts';

const POOL = { pool: 'cm.example.org', centralManager: 'cm.example.org' };

describe('the configuration of a stage', () => {
  it('fills in what most stages have in common', () => {
    expect(readConfig({ stages: { dev: STAGE } }, 'dev')).toEqual({
      ok: true,
      config: {
        ...STAGE,
        stage: 'dev',
        fleets: {},
        ownFleets: {},
        rootDevice: '/dev/sda1',
        network: { kind: 'public', zones: 2 },
        workerDiskGb: 100,
        fixedAddress: false,
        sessionManager: false,
        tags: {},
        retain: true,
        reserveConcurrency: false,
        queueMetrics: 'on',
        tickMemoryMb: 512,
        tickSeconds: 20,
      },
    });
  });

  it('takes numbers as numbers, because SSM would hold their text', () => {
    const read = readConfig({ stages: { dev: { ...STAGE, ...queue({ state: 'active', cpus: 8 }) } } }, 'dev');
    expect(read).toMatchObject({ config: { queues: { CLOUD: { cpus: '8' } } } });
  });

  it('lets a twin on the same machine speak plain http', () => {
    expect(mistakesOf({ pandaUrl: 'http://127.0.0.1:8080/api/v1' })).toEqual([]);
  });

  it.each<[string, object, string]>([
    [
      'a name that is no queue name',
      { queues: { 'a b': { state: 'active' } } },
      'Queue a b: (name) is "a b"; expected up to 64 letters',
    ],
    [
      'caps of the stage, which are those of fleets now',
      { caps: { cores: 4_000 } },
      'aerie.stages.dev.caps is no setting of a stage any more: caps and budgets are those of fleets; set max-workers,',
    ],
    ['a URL that is missing', { endpointUrl: undefined }, 'aerie.stages.dev.endpointUrl is missing.'],
    [
      'a URL in the clear',
      { endpointUrl: 'http://cm.example.org:9619' },
      'aerie.stages.dev.endpointUrl is "http://cm.example.org:9619"; expected an https URL without user, query or fragment.',
    ],
    ['an image by its name', { image: 'alma9' }, 'aerie.stages.dev.image is "alma9"; expected an AMI id,'],
    [
      'a disk with no room for pilots',
      { workerDiskGb: 9 },
      'aerie.stages.dev.workerDiskGb is 9; expected a whole number of GiB from 10 to 16384.',
    ],
    [
      'a disk that the cache of CVMFS would fill',
      {
        workerDiskGb: 30,
        worker: { os: 'el9', ...POOL, cvmfs: { repositories: ['atlas.cern.ch'], quotaMb: 20_000 } },
      },
      "aerie.stages.dev.workerDiskGb is 30, onto which system, CVMFS's cache of 20000 MB and a fifth of it, 1 GB to spare and 5000 MB for jobs do not fit; expected 40 or more.",
    ],
    [
      'a disk on which jobs have less than they need',
      { workerDiskGb: 20, worker: { os: 'debian', ...POOL, minScratchMb: 50_000 } },
      'aerie.stages.dev.workerDiskGb is 20, onto which system, 1 GB to spare and 50000 MB for jobs do not fit; expected 62 or more.',
    ],
    [
      'a disk that cannot hold the cache, whatever there is for scratch',
      {
        workerDiskGb: 12,
        scratchVolume: { gb: 500 },
        worker: { os: 'el9', ...POOL, cvmfs: { repositories: ['atlas.cern.ch'] } },
      },
      "aerie.stages.dev.workerDiskGb is 12, onto which system, CVMFS's cache of 10000 MB and a fifth of it, 1 GB to spare do not fit; expected 22 or more.",
    ],
    [
      'a volume for scratch that is less than jobs need',
      { scratchVolume: { gb: 10 }, worker: { os: 'debian', ...POOL, minScratchMb: 20_000 } },
      'aerie.stages.dev.scratchVolume offers 9932 MB, and worker.minScratchMb asks for 20000; make it larger,',
    ],
    [
      'a volume faster than its operations allow',
      { scratchVolume: { gb: 100, throughput: 1_000 }, worker: { os: 'debian', ...POOL } },
      'aerie.stages.dev.scratchVolume.throughput is more than a quarter of iops,',
    ],
    ['a volume without a size', { scratchVolume: {} }, 'aerie.stages.dev.scratchVolume.gb is missing'],
    [
      'a memory that is too little for a tick',
      { tickMemoryMb: 256 },
      'aerie.stages.dev.tickMemoryMb is 256; expected a whole number of MB from 512 to 10240.',
    ],
    [
      'a memory that is more than Lambda gives',
      { tickMemoryMb: 20_000 },
      'aerie.stages.dev.tickMemoryMb is 20000; expected a whole number of MB from 512 to 10240.',
    ],
    [
      'a tick that does not fit into a minute',
      { tickSeconds: 45 },
      'aerie.stages.dev.tickSeconds is 45; expected 20, 30 or 60.',
    ],
    [
      'a tick that is no number',
      { tickSeconds: '20' },
      'aerie.stages.dev.tickSeconds is "20"; expected 20, 30 or 60, without quotes.',
    ],
    [
      'a PanDA without the path of its API',
      { pandaUrl: 'https://panda.example.org:25443' },
      'aerie.stages.dev.pandaUrl is "https://panda.example.org:25443"; expected an https URL that ends in /api/v1, without user, query or fragment.',
    ],
    [
      'a region of another partition',
      { region: 'cn-north-1' },
      'aerie.stages.dev.region is "cn-north-1", which lies in a partition of AWS whose services have other names;',
    ],
    [
      'a key by its alias',
      { diskKey: 'arn:aws:kms:us-east-1:123456789012:alias/disks' },
      'aerie.stages.dev.diskKey is "arn:aws:kms:us-east-1:123456789012:alias/disks"; expected the ARN of a KMS key,',
    ],
    [
      'a key of another region',
      {
        region: 'eu-west-1',
        diskKey: 'arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef',
      },
      'aerie.stages.dev.diskKey is a key of another region than the stage;',
    ],
    [
      'a tag that the metadata of a machine cannot carry',
      { tags: { 'cost center': '4711' } },
      'aerie.stages.dev.tags.cost center is not a tag key of up to 128 letters,',
    ],
    [
      "a tag of aerie's own",
      { tags: { 'aerie:stage': 'prod' } },
      "aerie.stages.dev.tags.aerie:stage begins with aerie:, which aerie's own tags do;",
    ],
    [
      "a tag of AWS's own",
      { tags: { 'aws:owner': 'x' } },
      'aerie.stages.dev.tags.aws:owner begins with aws:, which AWS keeps for itself;',
    ],
    [
      'a tag that is no text',
      { tags: { Cost: 7 } },
      'aerie.stages.dev.tags.Cost is 7; expected a text of up to',
    ],
    [
      'more tags than a machine can have',
      { tags: Object.fromEntries(Array.from({ length: MOST_TAGS + 1 }, (_, index) => [`T${index}`, 'x'])) },
      `aerie.stages.dev.tags has ${MOST_TAGS + 1} tags; expected ${MOST_TAGS} or fewer.`,
    ],
    [
      'tags that do not fit into the environment',
      { tags: Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`T${index}`, 'x'.repeat(250)])) },
      'aerie.stages.dev.tags comes to 2581 bytes as JSON; expected 2000 or fewer,',
    ],
    [
      'more zones than a network can have',
      { network: { kind: 'nat', zones: 7 } },
      'aerie.stages.dev.network.zones is 7; expected a whole number of availability zones from 1 to 6.',
    ],
    [
      'a fixed address where there is none',
      { fixedAddress: true },
      'aerie.stages.dev.fixedAddress takes a network whose way out has one address;',
    ],
    [
      'user-data that EC2 would not take',
      { workerUserData: 'x'.repeat(16_385) },
      'aerie.stages.dev.workerUserData has 16385 bytes; expected a text of up to 16384 bytes.',
    ],
    ['an account that is none', { account: '42' }, 'aerie.stages.dev.account is "42"; expected'],
    ['a setting that does not exist', { imgae: 'x' }, 'aerie.stages.dev.imgae is no setting of a stage;'],
    [
      'a network without subnets',
      { network: { vpcId: 'vpc-0123abcd', placements: [] } },
      'aerie.stages.dev.network.placements is empty; expected one subnet a zone.',
    ],
    [
      'a network of no known kind',
      { network: { kind: 'vpn' } },
      'aerie.stages.dev.network.kind is "vpn"; expected public, nat, ipv6, or a vpcId with its placements.',
    ],
    [
      'no subnet in a placement',
      { network: { vpcId: 'vpc-0123abcd', placements: [{ zone: 'us-east-1a' }] } },
      'aerie.stages.dev.network.placements.0.subnetId is missing.',
    ],
    [
      'an e-mail address that is none',
      { alarmEmail: 'nobody' },
      'aerie.stages.dev.alarmEmail is "nobody"; expected an e-mail address.',
    ],
    [
      'an image that becomes no worker by itself',
      { image: '/aws/service/debian/release/13/latest/amd64' },
      'aerie.stages.dev.image is /aws/service/debian/release/13/latest/amd64, a plain image that becomes no worker',
    ],
    [
      'an image that its user-data does not fit',
      {
        image: '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64',
        worker: { os: 'debian', pool: 'cm.example.org', centralManager: 'cm.example.org' },
      },
      'aerie.stages.dev.image is /aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64, which user-data for "debian" does not fit; expected Debian 13,',
    ],
    [
      'an image of ARM for the others',
      {
        image: '/aws/service/debian/release/13/latest/arm64',
        worker: { os: 'debian', ...POOL },
      },
      'aerie.stages.dev.image is /aws/service/debian/release/13/latest/arm64, which user-data for "debian" does not fit; expected Debian 13, such as /aws/service/debian/release/13/latest/amd64.',
    ],
    [
      'an image of x86_64 for ARM',
      {
        arm64Image: '/aws/service/debian/release/13/latest/amd64',
        worker: { os: 'debian', ...POOL },
      },
      'aerie.stages.dev.arm64Image is /aws/service/debian/release/13/latest/amd64, which user-data for "debian" does not fit; expected Debian 13, such as /aws/service/debian/release/13/latest/arm64.',
    ],
    [
      'GPUs without a driver',
      {
        worker: { os: 'el9', ...POOL },
        fleets: { gpu: { flavours: 'g5.xlarge(4c,16384m,1g)' } },
        queues: { GPU: { state: 'active', gpus: 1, fleet: 'gpu' } },
      },
      'Queue GPU: gpus is 1, and a plain image of el9, which fleet gpu has, has no driver for GPUs; give imagePipeline "gpu": true,',
    ],
    [
      'a session without a worker that it could be on',
      { sessionManager: true },
      'aerie.stages.dev.worker is missing, and workerLogs and sessionManager are set up by it;',
    ],
    [
      'a volume for scratch that nobody mounts',
      { scratchVolume: { gb: 200 } },
      'aerie.stages.dev.scratchVolume has no worker beside it that would mount it;',
    ],
    [
      'logs that go nowhere',
      { worker: { os: 'el9', ...POOL }, workerLogs: {} },
      'aerie.stages.dev.workerLogs says nowhere to send them;',
    ],
    [
      'an agent that a plain image cannot fetch',
      { worker: { os: 'el9', ...POOL }, network: { kind: 'ipv6' }, workerLogs: { cloudWatchDays: 14 } },
      'aerie.stages.dev.network has IPv6 only, and sessionManager and cloudWatchDays need an agent',
    ],
    [
      'logs that are kept for two days',
      { worker: { os: 'el9', ...POOL }, workerLogs: { cloudWatchDays: 2 } },
      'aerie.stages.dev.workerLogs.cloudWatchDays is 2; expected 1, 3, 5, 7, 14, 30, 60, 90, 180 or 365 days.',
    ],
    [
      'a syslog host without a port',
      { worker: { os: 'el9', ...POOL }, workerLogs: { syslog: 'logs.example.org' } },
      'aerie.stages.dev.workerLogs.syslog is "logs.example.org"; expected a host with its port,',
    ],
    [
      'Graviton without an image for it',
      { fleets: { default: { flavours: 'm7g.large' } } },
      "Fleet default: flavours have m7g.large, whose processors are ARM's, and the stage names no image for them;",
    ],
    [
      'two subnets in one zone',
      {
        network: {
          vpcId: 'vpc-0123abcd',
          placements: [
            { subnetId: 'subnet-0000000a', zone: 'us-east-1a' },
            { subnetId: 'subnet-0000000b', zone: 'us-east-1a' },
          ],
        },
      },
      'aerie.stages.dev.network.placements names a zone twice; expected one subnet a zone.',
    ],
    [
      'one subnet in two zones',
      {
        network: {
          vpcId: 'vpc-0123abcd',
          placements: [
            { subnetId: 'subnet-0000000a', zone: 'us-east-1a' },
            { subnetId: 'subnet-0000000a', zone: 'us-east-1b' },
          ],
        },
      },
      'aerie.stages.dev.network.placements names a subnet twice; expected one subnet a zone.',
    ],
  ])('says in one sentence that it has %s', (_, block, sentence) => {
    const mistakes = mistakesOf(block);
    expect(mistakes).toHaveLength(1);
    expect(mistakes[0]).toMatch(/\.$/);
    expect(mistakes[0]?.slice(0, sentence.length)).toBe(sentence);
  });

  it.each<[string, unknown]>([
    ['null', null],
    ['a list', []],
    ['a text', 'prod'],
    ['a number', 7],
    ['a worker that is a number', { ...STAGE, worker: 7 }],
    ['caps of the stage', { ...STAGE, caps: null }],
    ['fleets that are a list', { ...STAGE, fleets: ['gpu'] }],
    ['a fleet that is a text', { ...STAGE, fleets: { gpu: 'active' } }],
    ['queues that are a list', { ...STAGE, queues: ['CLOUD'] }],
    ['a queue that is a text', { ...STAGE, queues: { CLOUD: 'active' } }],
    ['a network without placements', { ...STAGE, network: { vpcId: 'vpc-0123abcd' } }],
    ['a placement that is a number', { ...STAGE, network: { vpcId: 'vpc-0123abcd', placements: [5] } }],
    ['tags that are a list', { ...STAGE, tags: ['a'] }],
    ['an image pipeline that is a number', { ...STAGE, imagePipeline: 7 }],
    ['a retain that is a text', { ...STAGE, retain: 'yes' }],
  ])('says in its own words what is wrong with %s for a block', (_, block) => {
    const read = readConfig({ stages: { dev: block } }, 'dev');
    expect(read.ok).toBe(false);
    for (const mistake of read.ok ? [] : read.mistakes) {
      expect(mistake).not.toContain('Invalid input');
      expect(mistake).toMatch(/expected|is missing|give |remove it/);
    }
  });

  it('says that a number is to be a text, and shows no more of a long value than helps', () => {
    expect(mistakesOf({ account: 123456789012 })).toEqual([
      'aerie.stages.dev.account is 123456789012; expected an account number of 12 digits, in quotes.',
    ]);
    expect(mistakesOf({ tags: { Long: 'x'.repeat(300) } })[0]?.length).toBeLessThan(300);
  });

  it.each([
    ['https://user:word@cm.grid.test:9619'],
    ['https://cm.grid.test:9619/?a=b'],
    ['https://cm.grid.test:9619/#a'],
    [' https://cm.grid.test:9619'],
  ])('takes no URL that a path cannot be put behind: %s', (endpointUrl) => {
    expect(mistakesOf({ endpointUrl })).toHaveLength(1);
  });

  it.each([
    ['eu-west-1', 'us-east-1a'],
    ['us-east-1', 'use1-az1'],
  ])('in %s takes no zone %s', (region, zone) => {
    const network = { vpcId: 'vpc-0123abcd', placements: [{ subnetId: 'subnet-0000000a', zone }] };
    expect(mistakesOf({ region, network })).toEqual([
      expect.stringMatching(/^aerie\.stages\.dev\.network\.placements\.0\.zone is ".*"; expected /),
    ]);
  });

  it('takes no two tags that are one to IAM', () => {
    expect(mistakesOf({ tags: { CostCenter: '1', costcenter: '2' } })).toEqual([
      'aerie.stages.dev.tags.CostCenter and costcenter are one key to IAM, which tells no small letters from capitals; keep one of them.',
    ]);
  });

  it('takes any cap: one that is lowered must never be refused, and leave the higher one in force', () => {
    for (const cap of [0, 1]) {
      expect(mistakesOf({ fleets: { default: { 'max-cores': cap, 'max-workers': cap } } })).toEqual([]);
    }
  });

  it.each([
    ['constructor', 'cdk.json has no stage "constructor"'],
    ['Dev', '"Dev" is no name for a stage;'],
    ['prod', 'cdk.json has no stage "prod" under "aerie.stages"; it has: dev.'],
  ])('says that there is no stage %s', (stage, sentence) => {
    expect(mistakesOf({}, stage)[0]).toContain(sentence);
  });

  it.each([[undefined], [{}], [{ stages: [] }]])('says that %j has no stages', (aerie) => {
    expect(readConfig(aerie, 'dev')).toMatchObject({
      mistakes: ['cdk.json has no stages; its context needs "aerie.stages".'],
    });
  });

  it('says everything that is wrong at once', () => {
    expect(mistakesOf(queue({ state: 'on', cpus: 'many', speed: 1 }))).toHaveLength(3);
  });
});
