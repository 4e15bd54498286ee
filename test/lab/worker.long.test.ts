import { afterAll, beforeAll, expect, test } from 'vitest';
import { TAG } from '../../core/model/names.ts';
import {
  type CentralManager,
  POOL,
  SHIPPED_COLLECTOR,
  startCentralManager,
  until,
} from '../../lab/central-manager.ts';
import { ENDPOINT_BINDS, type LabEndpoint, STS_HOST, startEndpoint } from '../../lab/endpoint.ts';
import { submitJob } from '../../lab/jobs.ts';
import { CENTRAL_MANAGER_ADDRESS, type LabNetwork, labNetwork, leftovers, sweep } from '../../lab/network.ts';
import { type KeyRing, keyRing } from '../../lab/role-keys.ts';
import { rootfs } from '../../lab/rootfs.ts';
import { SMALL_WORKER, startWorkerBox, type WorkerBox } from '../../lab/worker-box.ts';
import { packed, userData } from '../../worker/user-data.ts';
import { describeLab } from './describe-lab.ts';

const ACCOUNT = '123456789012';
const ROLE = 'aerie-worker';
const QUEUE = 'BNL_CLOUD';
const FLEET = 'default';
const WORKER = 'i-0aaaaaaaaaaaaaaa1';
const LINGER_SECONDS = 60;

/** A site's own layer: its script writes what its lines for HTCondor then say of the slot. */
const SITE = {
  packages: [],
  files: [{ path: '/opt/site/rack', content: '7', executable: false }],
  script:
    '#!/bin/sh\nset -e\ntest "$AERIE_FLEET" = default\ncp /opt/site/rack /opt/site/of-$AERIE_INSTANCE\n',
  condor: 'SITE_RACK = 7\nSTARTD_ATTRS = $(STARTD_ATTRS) SITE_RACK\n',
  seconds: 60,
};

const nowSeconds = () => Date.now() / 1000;

describeLab('a worker with its real user-data', () => {
  let network: LabNetwork;
  let lower: string;
  let cm: CentralManager;
  let endpoint: LabEndpoint;
  let keys: KeyRing;
  let worker: WorkerBox;

  const launch = (instanceId: string, lingerSeconds: number): Promise<WorkerBox> =>
    startWorkerBox({
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
        [TAG.fleet]: FLEET,
        [TAG.lingerSeconds]: `${lingerSeconds}`,
        [TAG.maxLifeSeconds]: '3600',
      },
      userData: packed(
        userData({
          os: 'debian',
          pool: POOL,
          centralManager: POOL,
          endpointUrl: endpoint.insideUrl,
          endpointCa: endpoint.ca,
          stsHost: STS_HOST,
          pins: { 'squid.example.org': CENTRAL_MANAGER_ADDRESS },
          requiredHosts: [`squid.example.org:9618`],
          minScratchMb: 100,
          site: SITE,
        }),
      ),
      files: SMALL_WORKER,
    });

  beforeAll(async () => {
    lower = await rootfs();
    await sweep();
    network = await labNetwork();
    cm = await startCentralManager({
      network,
      lower,
      configuration: SHIPPED_COLLECTOR,
      binds: ENDPOINT_BINDS,
    });
    keys = keyRing(nowSeconds);
    endpoint = await startEndpoint({
      network,
      centralManager: cm,
      keys,
      nowSeconds,
      account: ACCOUNT,
      role: ROLE,
    });
  });

  afterAll(async () => {
    await worker?.remove();
    await endpoint?.close();
    await network?.remove();
  });

  test('joins by itself, and runs a job', async () => {
    const began = nowSeconds();
    worker = await launch(WORKER, LINGER_SECONDS);
    const job = await submitJob(cm, {
      queue: QUEUE,
      instanceId: WORKER,
      script: 'id -un; cd "$HOME" && touch .mine && pwd',
    });
    const slot = until(
      () => cm.condor(['condor_status', '-af', 'EC2InstanceId']),
      ({ stdout }) => stdout.includes(WORKER),
      60,
    ).then(() => nowSeconds() - began);
    await job.event('001').catch(async (error: unknown) => {
      throw new Error(`${worker.box.console()}\n${await endpoint.log()}`, { cause: error });
    });
    const toJob = nowSeconds() - began;
    process.stderr.write(`slot after ${(await slot).toFixed(1)} s, job after ${toJob.toFixed(1)} s\n`);
    await job.event('005');
    expect(await job.output()).toBe('slot1_1\n/home/slot1_1\n');
    expect(worker.box.console()).toContain(`aerie: ${WORKER} takes jobs of ${FLEET}`);
    const { stdout } = await cm.condor(['condor_status', '-af', 'SITE_RACK', 'AerieFleet']);
    expect(stdout).toContain(`7 ${FLEET}`);
    expect(await worker.box.exec(['cat', `/opt/site/of-${WORKER}`])).toMatchObject({ stdout: '7' });
  });

  test('powers itself off when nothing has claimed it for its linger', async () => {
    const idle = await launch('i-0bbbbbbbbbbbbbbb2', 10);
    expect(await idle.ended).toEqual({ how: 'power-off' });
    expect(idle.box.console()).toContain('aerie: power-off: ');
    await idle.remove();
  });

  test('whose endpoint has given its token before ends itself and says why', async () => {
    await worker.remove();
    worker = await launch(WORKER, LINGER_SECONDS);
    expect(await worker.ended).toEqual({ how: 'power-off' });
    expect(worker.box.console()).toMatch(/aerie: boot failed: joining was refused: .*409/);
  });

  test('nothing of it is left when it has been removed', async () => {
    await worker.remove();
    await endpoint.close();
    await network.remove();
    expect(await leftovers(network.id)).toEqual([]);
  });
});
