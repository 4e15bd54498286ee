import type { Server } from 'node:http';
import { join } from 'node:path';
import { type Box, type BoxEnd, type BoxFile, startBox } from './box.ts';
import { POOL } from './central-manager.ts';
import { type InstanceFacts, imdsServer } from './imds.ts';
import { CENTRAL_MANAGER_ADDRESS, type LabNetwork, type WorkerPlace } from './network.ts';
import { serveInside } from './reach.ts';
import type { KeyRing } from './role-keys.ts';

/** cloud-init's EC2 data source without what a machine without DMI and DHCP cannot give it. */
const CLOUD_INIT = `
datasource_list: [ Ec2 ]
datasource:
  Ec2:
    strict_id: false
    apply_full_imds_network_config: false
    max_wait: 10
    timeout: 2
    metadata_urls: ["http://169.254.169.254"]
network: { config: disabled }
cloud_final_modules: [ scripts-user ]
ssh_genkeytypes: []
`;

/** The same of its OpenStack's. */
export const OPENSTACK_CLOUD_INIT = `
datasource_list: [ OpenStack ]
datasource:
  OpenStack:
    apply_network_config: false
    max_wait: 10
    timeout: 2
    retries: 2
    metadata_urls: ["http://169.254.169.254"]
network: { config: disabled }
cloud_final_modules: [ scripts-user ]
ssh_genkeytypes: []
`;

/** What a machine hears at 169.254.169.254, and how its cloud-init reads it. */
export interface MachineHears {
  readonly cloudInit: string;
  readonly metadata: (at: { readonly hostName: string; readonly address: string }) => Server;
}

/** Enabled by an image that was baked, or by user-data for every start after the first. systemd starts it beside cloud-init. */
export const BOOT_UNIT = '/etc/systemd/system/multi-user.target.wants/aerie-boot.service';

/**
 * A box sees this machine's processors and memory; a worker of the lab has less, and speaks up more often.
 */
export const SMALL_WORKER = {
  '/etc/condor/config.d/90-lab.conf': `NUM_CPUS = 2
MEMORY = 2000
UPDATE_INTERVAL = 15
MASTER_UPDATE_INTERVAL = 10
`,
} as const;

/** The stages that systemd would run; `init --local` is left out because it waits for DHCP. */
const BOOT = `
mkdir -p /run/condor /run/lock/condor
chown condor:condor /run/condor /run/lock/condor
hasCloudInit() { [ ! -e /etc/cloud/cloud-init.disabled ]; }
if hasCloudInit; then cloud-init init; fi
if [ -e ${BOOT_UNIT} ] && [ -e /etc/aerie/worker.json ]; then /usr/local/libexec/aerie/boot.py & fi
if hasCloudInit; then
  cloud-init modules --mode=config
  cloud-init modules --mode=final
fi
`;

/** An instance as EC2 launched it, and what it is to find. */
export interface WorkerBoxOptions
  extends Pick<
    InstanceFacts,
    'instanceId' | 'imageId' | 'instanceType' | 'zone' | 'account' | 'market' | 'tags' | 'userData' | 'role'
  > {
  readonly network: LabNetwork;
  readonly lower: string;
  readonly keys: KeyRing;
  readonly nowSeconds: () => number;
  /** What DNS would know, besides the worker's own name and the central manager's. */
  readonly hosts?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, BoxFile | string>>;
  readonly lifeSeconds?: number;
  /** Absent: EC2's metadata service. */
  readonly hears?: MachineHears | undefined;
}

/** What may be another when a machine starts again; of files those that stand for the machine's size. */
interface WakesAs extends Partial<Pick<WorkerBoxOptions, 'instanceType' | 'tags' | 'files'>> {}

/** A worker that boots with cloud-init and its real user-data. */
export interface WorkerBox {
  readonly box: Box;
  readonly place: WorkerPlace;
  /** How it ended; `power-off` is from inside, and has to reach EC2. */
  readonly ended: Promise<BoxEnd>;
  announceSpotEnd(atSeconds: number): void;
  recommendRebalance(atSeconds: number): void;
  /** Starts it again once it has ended, as EC2 starts a machine that was stopped: with its disk, address and user-data. */
  wake(as: WakesAs): Promise<WorkerBox>;
  /** Cuts its power if that is on, and takes away everything of it. */
  remove(): Promise<void>;
}

const hostsText = (hosts: Readonly<Record<string, string>>): string =>
  ['127.0.0.1 localhost', ...Object.entries(hosts).map(([name, address]) => `${address} ${name}`), ''].join(
    '\n',
  );

/** Starts the machine of an instance. */
export const startWorkerBox = async (options: WorkerBoxOptions): Promise<WorkerBox> => {
  const place = await options.network.addWorker();
  // As AWS's DNS answers for both forms of the name, so does /etc/hosts: what does not resolve costs minutes.
  const shortName = `ip-${place.address.replaceAll('.', '-')}`;
  const hostName = `${shortName}.ec2.internal`;
  const machine = { place, hostName };
  return powerOn(options, machine, {
    '/etc/hosts': hostsText({
      [`${hostName} ${shortName}`]: place.address,
      [POOL]: CENTRAL_MANAGER_ADDRESS,
      ...options.hosts,
    }),
    '/etc/resolv.conf': '',
    '/etc/cloud/cloud.cfg.d/99-lab.cfg': options.hears?.cloudInit ?? CLOUD_INIT,
    ...options.files,
  });
};

interface Machine {
  readonly place: WorkerPlace;
  readonly hostName: string;
}

const powerOn = async (
  options: WorkerBoxOptions,
  machine: Machine,
  files: Readonly<Record<string, BoxFile | string>>,
): Promise<WorkerBox> => {
  const { network, instanceId, nowSeconds } = options;
  const { place, hostName } = machine;
  let spotActionAt: number | undefined;
  let rebalanceAt: number | undefined;
  const owner = { account: options.account, role: options.role, session: instanceId };
  const facts: InstanceFacts = {
    ...options,
    hostName,
    address: place.address,
    launchedAt: nowSeconds(),
    keys: () => options.keys.issue(owner),
    spotActionAt: () => spotActionAt,
    rebalanceAt: () => rebalanceAt,
  };
  const imds = await serveInside(
    place.namespace,
    { host: '169.254.169.254', port: 80 },
    options.hears?.metadata({ hostName, address: place.address }) ?? imdsServer(facts, nowSeconds),
    join(network.directory, 'sockets'),
  );
  const box = await startBox({
    directory: join(network.directory, instanceId),
    lower: options.lower,
    namespace: place.namespace,
    hostName,
    files,
    init: BOOT,
    ...(options.lifeSeconds === undefined ? {} : { lifeSeconds: options.lifeSeconds }),
  });
  let woken: Promise<WorkerBox> | undefined;
  return {
    box,
    place,
    ended: box.ended,
    announceSpotEnd: (atSeconds) => {
      spotActionAt = atSeconds;
    },
    recommendRebalance: (atSeconds) => {
      rebalanceAt = atSeconds;
    },
    async wake(as) {
      await box.ended;
      await imds.close();
      woken = powerOn({ ...options, ...as }, machine, as.files ?? {});
      return woken;
    },
    async remove() {
      if (woken !== undefined) return (await woken).remove();
      await box.remove();
      await imds.close();
      await network.removeWorker(place);
    },
  };
};
