import { join } from 'node:path';
import { type Box, startBox } from './box.ts';
import { POOL, START_CONDOR } from './central-manager.ts';
import { CENTRAL_MANAGER_ADDRESS, type LabNetwork, type WorkerPlace } from './network.ts';

export interface BareWorkerOptions {
  readonly network: LabNetwork;
  readonly lower: string;
  readonly instanceId: string;
  readonly token: string;
  /** HTCondor configuration after what every worker has. */
  readonly configuration?: string;
}

/** A worker whose HTCondor is configured by the test itself, without cloud-init, user-data and join. */
export interface BareWorker {
  readonly box: Box;
  readonly place: WorkerPlace;
  remove(): Promise<void>;
}

/** Reaches out through CCB, so that what cannot connect to it can still start jobs on it. */
export const WITH_CCB = 'CCB_ADDRESS = $(COLLECTOR_HOST)\n';

/** The fleet of workers and jobs that aerie has nothing to do with, and the queue of pilots of that kind. */
export const FLEET = 'by-hand';
export const QUEUE = 'BY_HAND';

/** How a job of old came by a $HOME that it may not enter: root's, from whoever started HTCondor. */
export const ROOTS_HOME = 'JOB_INHERITS_STARTER_ENVIRONMENT = TRUE\n';

const configurationOf = (instanceId: string): string => `
CONDOR_HOST = ${POOL}
DAEMON_LIST = MASTER, STARTD
TRUST_DOMAIN = ${POOL}
UID_DOMAIN = ${instanceId}.ec2.internal
FILESYSTEM_DOMAIN = ${instanceId}.ec2.internal
PRIVATE_NETWORK_NAME = ${instanceId}
STARTD_NAME = ${instanceId}
MASTER_NAME = ${instanceId}
EC2InstanceId = "${instanceId}"
AerieFleet = "${FLEET}"
AerieWorker = True
STARTD_ATTRS = $(STARTD_ATTRS) EC2InstanceId AerieFleet AerieWorker
MASTER_ATTRS = $(MASTER_ATTRS) EC2InstanceId AerieFleet AerieWorker
NUM_CPUS = 4
MEMORY = 4000
NUM_SLOTS = 1
NUM_SLOTS_TYPE_1 = 1
SLOT_TYPE_1 = 100%
SLOT_TYPE_1_PARTITIONABLE = TRUE
START = TARGET.AerieFleet =?= MY.AerieFleet
UPDATE_INTERVAL = 15
MASTER_UPDATE_INTERVAL = 10
RunBenchmarks = FALSE
MAXJOBRETIREMENTTIME = 3600
`;

/** Starts a worker behind the NAT; it joins when it can. */
export const startBareWorker = async (options: BareWorkerOptions): Promise<BareWorker> => {
  const { network, lower, instanceId, token, configuration = WITH_CCB } = options;
  const place = await network.addWorker();
  const hostName = `${instanceId}.ec2.internal`;
  const box = await startBox({
    directory: join(network.directory, instanceId),
    lower,
    namespace: place.namespace,
    hostName,
    files: {
      '/etc/hosts': `127.0.0.1 localhost\n${CENTRAL_MANAGER_ADDRESS} ${POOL}\n${place.address} ${hostName}\n`,
      '/etc/resolv.conf': '',
      '/etc/condor/config.d/50-lab.conf': configurationOf(instanceId) + configuration,
      '/etc/condor/tokens.d/worker': { text: `${token}\n`, mode: 0o600 },
    },
    init: START_CONDOR,
  });
  return {
    box,
    place,
    async remove() {
      await box.remove();
      await network.removeWorker(place);
    },
  };
};
