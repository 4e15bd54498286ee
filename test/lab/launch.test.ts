import { afterAll, beforeAll, expect, test } from 'vitest';
import { TAG } from '../../core/names.ts';
import { workersReply } from '../../core/pool.ts';
import { simulatedClock } from '../../twin/clock.ts';
import { type Ec2World, ec2World } from '../../twin/ec2/world.ts';
import { userData } from '../../worker/user-data.ts';
import { askEndpoint } from './ask-endpoint.ts';
import {
  type CentralManager,
  POOL,
  SHIPPED_COLLECTOR,
  startCentralManager,
  until,
} from './central-manager.ts';
import { describeLab } from './describe-lab.ts';
import { ENDPOINT_BINDS, type LabEndpoint, STS_HOST, startEndpoint } from './endpoint.ts';
import { submitJob } from './jobs.ts';
import { labMachines } from './machines.ts';
import { type LabNetwork, labNetwork, leftovers, sweep } from './network.ts';
import { realTime } from './real-time.ts';
import { keyRing } from './role-keys.ts';
import { rootfs } from './rootfs.ts';
import { SMALL_WORKER } from './worker-box.ts';

const ROLE = 'aerie-worker';
const QUEUE = 'BNL_CLOUD';
const TEMPLATE = {
  id: 'lt-0123456789abcdef0',
  version: '1',
  imageId: 'ami-0ae21e00000000001',
  userData: '',
  shutdownBehavior: 'terminate',
  metadataTags: true,
} as const;
const PLACEMENT = { subnetId: 'subnet-0a', zone: 'us-east-1a' };

const nowSeconds = () => Date.now() / 1000;

describeLab('an EC2 whose instances are worker boxes', () => {
  let network: LabNetwork;
  let cm: CentralManager;
  let endpoint: LabEndpoint;
  let ec2: Ec2World;
  let machines: ReturnType<typeof labMachines>;
  let time: ReturnType<typeof realTime>;

  beforeAll(async () => {
    const lower = await rootfs();
    await sweep();
    network = await labNetwork();
    cm = await startCentralManager({
      network,
      lower,
      configuration: SHIPPED_COLLECTOR,
      binds: ENDPOINT_BINDS,
    });
    const keys = keyRing(nowSeconds);
    const clock = simulatedClock(nowSeconds());
    machines = labMachines({
      network,
      lower,
      keys,
      nowSeconds,
      account: '123456789012',
      role: ROLE,
      files: SMALL_WORKER,
      powerOff: (instanceId) => ec2.powerOff(instanceId),
      userData: () =>
        userData({
          os: 'debian',
          pool: POOL,
          centralManager: POOL,
          endpointUrl: endpoint.insideUrl,
          endpointCa: endpoint.ca,
          stsHost: STS_HOST,
          minScratchMb: 100,
        }),
    });
    ec2 = ec2World({
      clock,
      seed: 1,
      templates: [TEMPLATE],
      placements: [PLACEMENT],
      pendingSeconds: [0, 0.1],
      shuttingDownSeconds: [0, 0.1],
      eventDelaySeconds: [0, 0.1],
      hiddenSeconds: [0, 0.1],
      onRunning: machines.onRunning,
      onEnding: machines.onEnding,
      onEvent: (event) => void machines.onEvent(event),
    });
    const { account } = ec2;
    endpoint = await startEndpoint({ network, centralManager: cm, keys, nowSeconds, account, role: ROLE });
    time = realTime(clock);
  }, 900_000);

  afterAll(async () => {
    time?.stop();
    await machines?.remove();
    await endpoint?.close();
    await network?.remove();
  });

  const launch = (
    token: string,
    lingerSeconds: number,
    market: 'spot' | 'on-demand' = 'on-demand',
  ): string => {
    const { instances } = ec2.calls.createFleet({
      clientToken: token,
      overrides: [
        {
          templateId: TEMPLATE.id,
          templateVersion: TEMPLATE.version,
          flavour: 'c6a.large',
          subnetId: PLACEMENT.subnetId,
        },
      ],
      target: { spot: market === 'spot' ? 1 : 0, 'on-demand': market === 'spot' ? 0 : 1 },
      strategy: { spot: 'price-capacity-optimized', 'on-demand': 'lowest-price' },
      tagSpecifications: [
        {
          resourceType: 'instance',
          tags: [
            { key: TAG.queue, value: QUEUE },
            { key: TAG.lingerSeconds, value: `${lingerSeconds}` },
            { key: TAG.maxLifeSeconds, value: '3600' },
          ],
        },
      ],
    });
    const [instanceId] = instances.flatMap(({ instanceIds }) => instanceIds);
    if (instanceId === undefined) throw new Error('nothing was launched');
    return instanceId;
  };
  const lifeOf = (instanceId: string) => ec2.instances.get(instanceId)?.life;
  const joined = (instanceId: string) =>
    until(
      () => cm.condor(['condor_status', '-af', 'EC2InstanceId']),
      ({ stdout }) => stdout.includes(instanceId),
      60,
    );
  const forget = async (instanceId: string) =>
    (await askEndpoint(endpoint, '/v1/workers/forget', { instanceIds: [instanceId] })).answer;

  test('launches a worker that joins, runs a job, powers itself off and so is terminated', async () => {
    const instanceId = launch('first', 10);
    const job = await submitJob(cm, { queue: QUEUE, script: 'echo ran' });
    await job.event('005');
    expect(await job.output()).toBe('ran\n');
    await until(
      async () => lifeOf(instanceId),
      (life) => life?.kind === 'terminated',
      60,
    );
    expect(lifeOf(instanceId)).toMatchObject({ cause: 'Client.InstanceInitiatedShutdown' });
    expect((await machines.box(instanceId))?.box.console()).toContain('power off');
  });

  test('a worker that loses its power keeps its ads until it is forgotten; then its job starts elsewhere', async () => {
    const [lost, stays] = [launch('second', 600), launch('third', 600)];
    await Promise.all([lost, stays].map(joined));
    const job = await submitJob(cm, { queue: QUEUE, instanceId: lost, script: 'exec sleep 600' });
    await job.event('001');
    ec2.calls.terminateInstances([lost]);
    const began = nowSeconds();
    expect(await (await machines.box(lost))?.ended).toEqual({ how: 'cut' });
    expect((await joined(lost)).stdout).toContain(lost);
    expect(workersReply.parse(await forget(lost)).done).toEqual([lost]);
    await until(
      () => cm.condor(['condor_status', '-af', 'EC2InstanceId']),
      ({ stdout }) => !stdout.includes(lost),
      5,
    );
    const waiting = await submitJob(cm, { queue: QUEUE, script: 'echo elsewhere' });
    await waiting.event('005');
    expect(await waiting.output()).toBe('elsewhere\n');
    expect(nowSeconds() - began).toBeLessThan(20);
    await cm.condor(['condor_rm', job.cluster]);
  });

  test('warns a spot worker through its metadata service, and it takes no more jobs', async () => {
    const instanceId = launch('fourth', 600, 'spot');
    await joined(instanceId);
    ec2.faults.interrupt(instanceId);
    const health = await until(
      () =>
        cm.condor([
          ...['condor_status', '-constraint', `EC2InstanceId == "${instanceId}"`],
          ...['-af', 'NODE_HEALTHY', 'NODE_REASON'],
        ]),
      ({ stdout }) => stdout.startsWith('false'),
      45,
    );
    expect(health.stdout).toMatch(/EC2 will terminate this machine/);
    expect((await machines.box(instanceId))?.box.console()).toMatch(/aerie: EC2 will terminate this machine/);
  });

  test('nothing of it is left when it has been removed', async () => {
    await machines.remove();
    await endpoint.close();
    await network.remove();
    expect(await leftovers(network.id)).toEqual([]);
  });
});
