import { readFileSync } from 'node:fs';
import { type BareWorker, startBareWorker, WITH_CCB } from '../../lab/bare-worker.ts';
import { POOL, SHIPPED_COLLECTOR, startCentralManager, until } from '../../lab/central-manager.ts';
import { ENDPOINT_BINDS, startEndpoint } from '../../lab/endpoint.ts';
import { labNetwork, sweep } from '../../lab/network.ts';
import { keyRing } from '../../lab/role-keys.ts';
import { rootfs } from '../../lab/rootfs.ts';
import { QUEUES, type Subject } from '../contract/subject.ts';

const SCOPES = ['ADVERTISE_STARTD', 'ADVERTISE_MASTER'];
/** How aerie's workers share themselves out, of the configuration that they really get. */
const SHARES = readFileSync(new URL('../../worker/files/aerie.conf', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('MODIFY_REQUEST_EXPR_'))
  .join('\n');

/** Of the pilots; HTCondor's default is 40 minutes. */
const LEASE_SECONDS = 30;

/** On a worker: the jobs that are to end, one a line. */
const TO_END = '/run/pilots-to-end';

/** Stays until its job is among those that are to end. */
const PILOT = `#!/bin/sh
job=$(sed -n 's/^ClusterId = //p' "$_CONDOR_JOB_AD").$(sed -n 's/^ProcId = //p' "$_CONDOR_JOB_AD")
until grep -qx "$job" ${TO_END} 2>/dev/null; do sleep 0.5; done
`;

/** A token of which nothing counts but its end. */
const tokenEnding = (exp: number): string =>
  `e30.${Buffer.from(JSON.stringify({ exp })).toString('base64url')}.none\n`;

const templateOf = (queue: string, tokenFile: string | undefined): string => `
universe = vanilla
executable = pilot.sh
should_transfer_files = YES
when_to_transfer_output = ON_EXIT
job_lease_duration = ${LEASE_SECONDS}
${tokenFile === undefined ? '' : `environment = "PANDA_AUTH_TOKEN=${tokenFile}"\ntransfer_input_files = ${tokenFile}`}
+MATCH_APF_QUEUE = "${queue}"
queue 1
`;

const templates = (): Readonly<Record<string, string>> =>
  Object.fromEntries([
    ['pilot.sh', PILOT],
    ...QUEUES.flatMap(({ name, credentialExpiresAt: end }) =>
      end === null
        ? [[`${name}.sub`, templateOf(name, undefined)]]
        : [
            [`${name}.sub`, templateOf(name, `${name}.token`)],
            [`${name}.token`, tokenEnding(end)],
          ],
    ),
  ]);

/** The contract's workers are as they were before there were fleets: each names its queue, and takes its pilots only. */
const ofQueue = (queue: string): string => `APF_QUEUE = "${queue}"
STARTD_ATTRS = $(STARTD_ATTRS) APF_QUEUE
AerieFleet = undefined
START = TARGET.MATCH_APF_QUEUE =?= MY.APF_QUEUE`;

/** The bundled endpoint on HTCondor, with workers behind a NAT. */
export const labSubject = async (): Promise<Subject> => {
  const lower = await rootfs();
  await sweep();
  const network = await labNetwork();
  const cm = await startCentralManager({
    network,
    lower,
    configuration: SHIPPED_COLLECTOR,
    binds: ENDPOINT_BINDS,
  });
  const nowSeconds = () => Date.now() / 1000;
  const endpoint = await startEndpoint({
    network,
    centralManager: cm,
    keys: keyRing(nowSeconds),
    nowSeconds,
    account: '123456789012',
    role: 'aerie-worker',
    templates: templates(),
  });
  const workers = new Map<string, BareWorker>();
  const workerOf = (instanceId: string): BareWorker => {
    const worker = workers.get(instanceId);
    if (worker === undefined) throw new Error(`${instanceId} is not switched on`);
    return worker;
  };
  return {
    url: endpoint.url,
    ca: endpoint.ca,
    secret: endpoint.secret,
    paces: { machineSeconds: 45, negotiatorSeconds: 5, updateSeconds: 15, leaseSeconds: LEASE_SECONDS },
    async addWorker({ instanceId, queue, cpus, memoryMb, reachable = true }) {
      const worker = await startBareWorker({
        network,
        lower,
        instanceId,
        token: await cm.token(`${instanceId}@${POOL}`, SCOPES),
        configuration: [
          ...(reachable ? [WITH_CCB] : []),
          ...[ofQueue(queue), `NUM_CPUS = ${cpus}`, `MEMORY = ${memoryMb}`, SHARES, ''],
        ].join('\n'),
      });
      workers.set(instanceId, worker);
    },
    async endPilots(instanceId) {
      // A job runs for the schedd before its program does.
      const here = `JobStatus == 2 && regexp("@${instanceId}@", RemoteHost)`;
      const { stdout } = await cm.condor([
        'condor_q',
        '-allusers',
        '-constraint',
        here,
        '-af',
        'ClusterId',
        'ProcId',
      ]);
      const append = ['sh', '-c', `tr ' ' . >>${TO_END}`];
      await workerOf(instanceId).box.exec(append, { input: stdout });
    },
    cutPower: (instanceId) => workerOf(instanceId).box.cutPower(),
    async restartCollector() {
      await cm.box.exec(['condor_restart', '-fast', '-daemon', 'collector']);
    },
    until,
    async close() {
      await endpoint.close();
      await network.remove();
    },
  };
};
