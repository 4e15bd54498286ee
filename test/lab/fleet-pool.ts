import { expect } from 'vitest';
import { type PoolView, poolView } from '../../core/model/pool.ts';
import { askEndpoint, getPool } from '../../lab/ask-endpoint.ts';
import { until } from '../../lab/central-manager.ts';
import { type LabJob, submitJob } from '../../lab/jobs.ts';
import type { WorkerBox } from '../../lab/worker-box.ts';
import type { WorkerSite } from './worker-site.ts';

const QUEUES = ['ONE', 'TWO.x-1'] as const;
export const [ONE, TWO] = QUEUES;
export const WELL_WITHIN_SECONDS = 90;

/** On a worker: a file for each kind of job that is to end. */
export const TO_END = '/run/to-end-';

/** Runs until its kind is to end: its queue and its cores. */
const PILOT = `#!/bin/sh
until [ -e ${TO_END}$1 ]; do sleep 0.2; done
`;

const templateOf = (queue: string): string => `
universe = vanilla
executable = pilot.sh
arguments = ${queue}-$(request_cpus)
should_transfer_files = YES
+MATCH_APF_QUEUE = "${queue}"
queue 1
`;

export const TEMPLATES = Object.fromEntries([
  ['pilot.sh', PILOT],
  ...QUEUES.map((queue) => [`${queue}.sub`, templateOf(queue)]),
]);

/** More cores and GPUs than any machine of a lab has; HTCondor counts what it is told. */
export const machine = (cpus: number, more = ''): Readonly<Record<string, string>> => ({
  '/etc/condor/config.d/90-lab.conf': `NUM_CPUS = ${cpus}
MEMORY = ${cpus * 500}
${more}
UPDATE_INTERVAL = 15
MASTER_UPDATE_INTERVAL = 10
ENABLE_KERNEL_TUNING = FALSE
`,
});

/** What tests of fleets do with a pool: they submit jobs, look where those run, and take workers away. */
export const fleetPool = (site: () => WorkerSite) => {
  let requests = 0;
  const submit = async (queue: string, count: number, cpus: number, more: object = {}) => {
    requests += 1;
    const shape = { cpus, memoryMb: 100, diskMb: 10, gpus: 0 };
    const body = { requestId: `fleets.${requests}`, queue, count, shape, fleet: 'default', ...more };
    const { status, answer } = await askEndpoint(site().endpoint, '/v1/pilots', body);
    expect({ status, answer }).toEqual({ status: 200, answer: { submitted: count, repeated: false } });
  };
  const view = async (): Promise<PoolView> => poolView.parse(await getPool(site().endpoint));
  const viewUntil = (wanted: (view: PoolView) => boolean) => until(view, wanted, WELL_WITHIN_SECONDS);

  /** Cores of each dynamic slot that somebody has on a worker. */
  const slotsOf = async (instanceId: string): Promise<readonly string[]> => {
    const asked = ['-constraint', `DynamicSlot && State == "Claimed" && EC2InstanceId == "${instanceId}"`];
    const { stdout } = await site().cm.condor(['condor_status', ...asked, '-af', 'Cpus']);
    return stdout.split('\n').filter(Boolean).sort();
  };
  const slotsUntil = (instanceId: string, wanted: readonly string[]) =>
    until(
      () => slotsOf(instanceId),
      (slots) => slots.join() === wanted.join(),
      WELL_WITHIN_SECONDS,
    );

  const inState = async (job: LabJob, status: string) => {
    await until(
      () => job.attribute('JobStatus'),
      (seen) => seen === status,
      WELL_WITHIN_SECONDS,
    );
  };
  const remove = (job: LabJob) => site().cm.condor(['condor_rm', job.cluster]);
  const sleeps = (more: Partial<Parameters<typeof submitJob>[1]>) =>
    submitJob(site().cm, { script: 'exec sleep 600', ...more });
  /** Two cycles of the negotiator have been, in which jobs that wait could have been matched. */
  const twoCycles = async () => {
    for (let cycle = 0; cycle < 2; cycle += 1) {
      const witness = await submitJob(site().cm, { fleet: 'default', script: 'true' });
      await witness.event('005', WELL_WITHIN_SECONDS);
    }
  };

  /** Ends a worker as aerie does: it drains it, terminates it when the view has it empty, and has it forgotten. */
  const retire = async ({ box }: WorkerBox, instanceId: string) => {
    const ask = { instanceIds: [instanceId] };
    const done = { status: 200, answer: { done: [instanceId], failed: [] } };
    expect(await askEndpoint(site().endpoint, '/v1/workers/drain', ask)).toEqual(done);
    await viewUntil(({ workers }) =>
      workers.workers.some((each) => each.instanceId === instanceId && each.draining && each.busy === 0),
    );
    await box.cutPower();
    expect(await askEndpoint(site().endpoint, '/v1/workers/forget', ask)).toEqual(done);
  };
  /** How many jobs of a cluster have left the queue, and how many wait. */
  const left = async ({ cluster }: LabJob, of: number) => {
    const { stdout } = await site().cm.condor(['condor_q', '-allusers', cluster, '-af', 'JobStatus']);
    const states = stdout.split('\n').filter(Boolean);
    return { ended: of - states.length, waiting: states.filter((state) => state === '1').length };
  };
  return { submit, view, viewUntil, slotsOf, slotsUntil, inState, remove, sleeps, twoCycles, retire, left };
};
