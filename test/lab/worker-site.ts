import { TAG } from '../../core/model/names.ts';
import { type BareWorker, startBareWorker } from '../../lab/bare-worker.ts';
import type { BoxFile } from '../../lab/box.ts';
import {
  type CentralManager,
  POOL,
  SHIPPED_COLLECTOR,
  startCentralManager,
} from '../../lab/central-manager.ts';
import { ENDPOINT_BINDS, type LabEndpoint, STS_HOST, startEndpoint } from '../../lab/endpoint.ts';
import { CENTRAL_MANAGER_IPV6, dualStack } from '../../lab/ipv6.ts';
import { CENTRAL_MANAGER_ADDRESS, labNetwork, sweep } from '../../lab/network.ts';
import { keyRing } from '../../lab/role-keys.ts';
import { rootfs } from '../../lab/rootfs.ts';
import { BOOT_UNIT, startWorkerBox, type WorkerBox } from '../../lab/worker-box.ts';
import type { WorkerOptions } from '../../worker/options.ts';
import { programs } from '../../worker/programs.ts';
import { packed, userData } from '../../worker/user-data.ts';

const ACCOUNT = '123456789012';
const ROLE = 'aerie-worker';
const SMALL = 'NUM_CPUS = 2\nMEMORY = 2000\nUPDATE_INTERVAL = 15\nMASTER_UPDATE_INTERVAL = 10\n';

export const QUEUE = 'BNL_CLOUD';

/** Of pilots that name none. */
export const FLEET = 'default';

export const nowSeconds = (): number => Date.now() / 1000;

type Files = Readonly<Record<string, BoxFile | string>>;

/** A pool with the endpoint, and workers that a test launches one by one, each in a way of its own. */
export interface WorkerSite {
  readonly cm: CentralManager;
  readonly endpoint: LabEndpoint;
  launch(
    instanceId: string,
    more?: Partial<WorkerOptions>,
    image?: Files,
    tags?: Readonly<Record<string, string>>,
  ): Promise<WorkerBox>;
  /** A machine of the pool's own, that has nothing of aerie but what this configuration says. */
  startOther(name: string, configuration: string): Promise<BareWorker>;
  /** NODE_HEALTHY and NODE_REASON as the collector has them; empty while it has none. */
  health(instanceId: string): Promise<string>;
  remove(): Promise<void>;
}

/** The programs of a worker as an image has them that was baked. */
export const bakedPrograms = (): Files => ({
  [BOOT_UNIT]: '',
  ...Object.fromEntries(
    Object.entries(programs('debian')).map(([name, text]) => [
      `/usr/local/libexec/aerie/${name}`,
      { text, mode: 0o755 },
    ]),
  ),
});

/** A site's layer of one script: an image's programs may not be changed before they have begun. */
export const siteScript = (script: string) => ({ packages: [], files: [], script, seconds: 60 });

const DUAL_NAMES = `127.0.0.1 localhost
${CENTRAL_MANAGER_ADDRESS} ${POOL} cm
${CENTRAL_MANAGER_IPV6} ${POOL} cm
`;

/** Where the pool's name has an address of each family, and the pool's own is the newer one: CCB hands it to workers. */
const DUAL_STACK = {
  configuration: 'NETWORK_INTERFACE = *\nPREFER_IPV4 = False\n',
  centralManagerFiles: { '/etc/hosts': DUAL_NAMES },
  hosts: { [`${POOL} cm6`]: CENTRAL_MANAGER_IPV6 },
} as const;
const ONE_STACK = { configuration: '', centralManagerFiles: {}, hosts: {} } as const;

/** Builds it; `remove` takes all of it away. */
export const workerSite = async ({
  hasIpv6 = false,
  templates = {},
}: {
  readonly hasIpv6?: boolean;
  readonly templates?: Readonly<Record<string, string>>;
} = {}): Promise<WorkerSite> => {
  const lower = await rootfs();
  await sweep();
  const network = await labNetwork();
  const stack = hasIpv6 ? DUAL_STACK : ONE_STACK;
  if (hasIpv6) await dualStack(network);
  const cm = await startCentralManager({
    network,
    lower,
    configuration: SHIPPED_COLLECTOR + stack.configuration,
    files: stack.centralManagerFiles,
    binds: ENDPOINT_BINDS,
  });
  const keys = keyRing(nowSeconds);
  const site = { account: ACCOUNT, role: ROLE };
  const endpoint = await startEndpoint({ network, centralManager: cm, keys, nowSeconds, templates, ...site });
  const workers: WorkerBox[] = [];
  return {
    cm,
    endpoint,
    async launch(instanceId, more = {}, image = {}, tags = {}) {
      const worker = await startWorkerBox({
        network,
        lower,
        keys,
        nowSeconds,
        hosts: stack.hosts,
        instanceId,
        imageId: 'ami-0ae21e00000000001',
        instanceType: 'c6a.large',
        zone: 'us-east-1a',
        account: ACCOUNT,
        market: 'spot',
        role: ROLE,
        tags: {
          [TAG.fleet]: FLEET,
          [TAG.lingerSeconds]: '600',
          [TAG.maxLifeSeconds]: '3600',
          [TAG.rebalance]: 'drain',
          ...tags,
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
    },
    async startOther(name, configuration) {
      const token = await cm.token(`condor@${POOL}`, ['ADVERTISE_STARTD', 'ADVERTISE_MASTER']);
      return startBareWorker({ network, lower, instanceId: name, token, configuration });
    },
    async health(instanceId) {
      const asked = ['-constraint', `EC2InstanceId == "${instanceId}" && PartitionableSlot`];
      return (await cm.condor(['condor_status', ...asked, '-af', 'NODE_HEALTHY', 'NODE_REASON'])).stdout;
    },
    async remove() {
      for (const worker of workers) await worker.remove();
      await endpoint.close();
      await network.remove();
    },
  };
};
