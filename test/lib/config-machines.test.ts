import { describe, it } from 'vitest';
import { expectOneMistake, POOL } from './config-mistakes.ts';

describe('the machines of a stage in its configuration', () => {
  it.each<[string, object, string]>([
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
    [
      'a volume with more operations than its size allows',
      { scratchVolume: { gb: 20, iops: 16_000 }, worker: { os: 'debian', ...POOL } },
      'aerie.stages.dev.scratchVolume.iops is more than 500 for each of its GiB,',
    ],
    ['a volume without a size', { scratchVolume: {} }, 'aerie.stages.dev.scratchVolume.gb is missing'],
    [
      'a key by its alias',
      { diskKey: 'arn:aws:kms:us-east-1:123456789012:alias/disks' },
      'aerie.stages.dev.diskKey is "arn:aws:kms:us-east-1:123456789012:alias/disks"; expected the ARN of a KMS key,',
    ],
    [
      'a key by its alias, in a region',
      { region: 'eu-west-1', diskKey: 'alias/disks' },
      'aerie.stages.dev.diskKey is "alias/disks"; expected the ARN of a KMS key,',
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
      'user-data that EC2 would not take',
      { workerUserData: 'x'.repeat(16_385) },
      'aerie.stages.dev.workerUserData has 16385 bytes; expected a text of up to 16384 bytes.',
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
        worker: { os: 'debian', ...POOL },
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
  ])('say in one sentence that there is %s', (_, block, sentence) => expectOneMistake(block, sentence));
});
