import { afterAll, beforeAll, expect, test } from 'vitest';
import { TAG } from '../../core/model/names.ts';
import type { BoxFile } from '../../lab/box.ts';
import { type CentralManager, POOL, startCentralManager, until } from '../../lab/central-manager.ts';
import { ENDPOINT_BINDS, type LabEndpoint, STS_HOST, startEndpoint } from '../../lab/endpoint.ts';
import { submitJob } from '../../lab/jobs.ts';
import { CENTRAL_MANAGER_ADDRESS, type LabNetwork, labNetwork, sweep } from '../../lab/network.ts';
import { type KeyRing, keyRing } from '../../lab/role-keys.ts';
import { rootfs } from '../../lab/rootfs.ts';
import { startWorkerBox, type WorkerBox } from '../../lab/worker-box.ts';
import type { WorkerOptions } from '../../worker/options.ts';
import { programs } from '../../worker/programs.ts';
import { packed, userData } from '../../worker/user-data.ts';
import { LONG } from '../worker/options.ts';
import { describeLab } from './describe-lab.ts';

const ACCOUNT = '123456789012';
const ROLE = 'aerie-worker';
const QUEUE = 'BNL_CLOUD';
const SPOT_SECONDS = 120;
const SMALL = 'NUM_CPUS = 2\nMEMORY = 2000\nUPDATE_INTERVAL = 15\nMASTER_UPDATE_INTERVAL = 10\n';

/** A worker without this hears of a dead master three minutes later, which is too long for a test. */
const SOONER = "sed -i 's/^WITHOUT_CONDOR_SECONDS = .*/WITHOUT_CONDOR_SECONDS = 3/'";

const nowSeconds = () => Date.now() / 1000;

describeLab('the life of a worker', () => {
  let network: LabNetwork;
  let lower: string;
  let cm: CentralManager;
  let endpoint: LabEndpoint;
  let keys: KeyRing;
  const workers: WorkerBox[] = [];

  const launch = async (
    instanceId: string,
    more: Partial<WorkerOptions> = {},
    image: Readonly<Record<string, BoxFile>> = {},
  ): Promise<WorkerBox> => {
    const worker = await startWorkerBox({
      network,
      lower,
      keys,
      nowSeconds,
      instanceId,
      imageId: 'ami-0ae21e00000000001',
      instanceType: 'c6a.large',
      zone: 'us-east-1a',
      account: ACCOUNT,
      market: 'spot',
      role: ROLE,
      tags: {
        [TAG.queue]: QUEUE,
        [TAG.lingerSeconds]: '600',
        [TAG.maxLifeSeconds]: '3600',
        [TAG.rebalance]: 'drain',
      },
      userData: packed(
        userData({
          os: 'debian',
          pool: POOL,
          centralManager: POOL,
          endpointUrl: endpoint.insideUrl,
          endpointCa: endpoint.ca,
          stsHost: STS_HOST,
          minScratchMb: 100,
          checkSeconds: 1,
          ...more,
        }),
      ),
      files: { '/etc/condor/config.d/90-lab.conf': SMALL, ...image },
    });
    workers.push(worker);
    return worker;
  };

  const health = async (instanceId: string): Promise<string> =>
    (
      await cm.condor([
        ...['condor_status', '-constraint', `EC2InstanceId == "${instanceId}" && PartitionableSlot`],
        ...['-af', 'NODE_HEALTHY', 'NODE_REASON'],
      ])
    ).stdout;

  beforeAll(async () => {
    lower = await rootfs();
    await sweep();
    network = await labNetwork();
    cm = await startCentralManager({ network, lower, binds: ENDPOINT_BINDS });
    keys = keyRing(nowSeconds);
    const site = { account: ACCOUNT, role: ROLE };
    endpoint = await startEndpoint({ network, centralManager: cm, keys, nowSeconds, ...site });
  });

  afterAll(async () => {
    for (const worker of workers) await worker.remove();
    await endpoint?.close();
    await network?.remove();
  });

  test('begins sooner from an image that has its programs, which needs nothing more than the facts', async () => {
    const id = 'i-0aaaaaaaaaaaaaaa0';
    const files = Object.entries(programs('debian')).map(([name, text]) => [
      `/usr/local/libexec/aerie/${name}`,
      { text, mode: 0o755 },
    ]);
    const worker = await launch(id, { os: 'baked' }, Object.fromEntries(files));
    await until(
      () => health(id),
      (text) => text.startsWith('true'),
      30,
    );
    expect(worker.box.console()).toContain(`aerie: ${id} takes jobs of ${QUEUE}`);
  });

  test.each(['el9', 'debian', 'baked'] as const)(
    "begins with user-data that is valid in cloud-init's own eyes, for %s",
    async (os) => {
      const [worker] = workers;
      const text = userData({ ...LONG, os });
      const check = ['sh', '-c', 'cat >/tmp/given; cloud-init schema --config-file /tmp/given'];
      expect(await worker?.box.exec(check, { input: text })).toMatchObject({ code: 0 });
    },
  );

  test('a spot notice lets no new job in, and running jobs are told in time to say goodbye', async () => {
    const id = 'i-0aaaaaaaaaaaaaaa1';
    const worker = await launch(id);
    const running = await submitJob(cm, {
      queue: QUEUE,
      instanceId: id,
      script:
        'trap "cat $AERIE_NOTICE; exit 3" TERM\necho begun\nfor i in $(seq 600); do sleep 0.1; done\necho in vain',
    });
    await running.event('001');
    worker.announceSpotEnd(nowSeconds() + SPOT_SECONDS);
    await running.event('005', 20);
    const [begun, notice = ''] = (await running.output()).split('\n');
    expect(begun).toBe('begun');
    expect(JSON.parse(notice)).toMatchObject({
      ends: true,
      why: expect.stringContaining('EC2 will terminate'),
    });
    const late = await submitJob(cm, { queue: QUEUE, instanceId: id, script: 'true' });
    expect(
      await until(
        () => health(id),
        (text) => text.startsWith('false'),
        20,
      ),
    ).toContain('EC2 will terminate');
    await cm.condor(['condor_reschedule']);
    expect(await late.attribute('JobStatus')).toBe('1');
    expect(worker.box.console()).toContain('aerie: EC2 will terminate this machine at ');
  });

  test('a rebalance recommendation lets no new job in, and leaves the running ones alone', async () => {
    const id = 'i-0bbbbbbbbbbbbbbb2';
    const worker = await launch(id);
    const script = 'until [ -e "$AERIE_NOTICE" ]; do sleep 0.1; done\nsleep 2\necho to the end';
    const running = await submitJob(cm, { queue: QUEUE, instanceId: id, script });
    await running.event('001');
    worker.recommendRebalance(nowSeconds());
    await until(
      () => health(id),
      (text) => text.startsWith('false EC2 recommended'),
      20,
    );
    await running.event('005', 20);
    expect(await running.output()).toBe('to the end\n');
  });

  test.each([
    [
      'i-0ccccccccccccccc3',
      'a required host resolves and does not answer',
      {
        pins: { 'lfc.example.org': CENTRAL_MANAGER_ADDRESS },
        requiredHosts: ['lfc.example.org:5010'],
      },
      `lfc.example.org:5010, which is ${CENTRAL_MANAGER_ADDRESS}, does not answer`,
    ],
    [
      'i-0ddddddddddddddd4',
      'a required host does not resolve',
      { requiredHosts: ['rucio.example.org:443'] },
      'rucio.example.org does not resolve',
    ],
    ['i-0eeeeeeeeeeeeeee5', 'the disk is too small', { minScratchMb: 9_000_000 }, 'expected 9000000'],
  ])('%s takes no job, says so on its console and is gone, because %s', async (id, _, options, sentence) => {
    const worker = await launch(id, options);
    expect(await worker.ended).toEqual({ how: 'power-off' });
    expect(worker.box.console()).toMatch(new RegExp(`aerie: boot failed: .*${sentence}`));
    expect(await health(id)).toBe('');
  });

  test('a worker whose HTCondor has died ends itself', async () => {
    const id = 'i-0fffffffffffffff6';
    const worker = await launch(id);
    await until(
      () => health(id),
      (text) => text.startsWith('true'),
      30,
    );
    const watch = '/usr/local/libexec/aerie/watch.py';
    await worker.box.exec(['sh', '-c', `${SOONER} ${watch}; setsid ${watch} >/dev/null 2>&1 </dev/null &`]);
    await worker.box.exec(['pkill', '-KILL', 'condor_master']);
    expect(await worker.ended).toEqual({ how: 'power-off' });
    expect(worker.box.console()).toContain('aerie: power-off: HTCondor has not run for 3 s');
  });
});
