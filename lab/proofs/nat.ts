import { type BareWorker, FLEET, WITH_CCB } from '../bare-worker.ts';
import { until } from '../central-manager.ts';
import { submitJob } from '../jobs.ts';
import { CENTRAL_MANAGER_ADDRESS } from '../network.ts';
import { type Proof, withBareWorker } from './proof.ts';

const CALLED_BACK = 'i-0c0b000000000001';
const MUTE = 'i-0c0b000000000002';

const reaches = async ({ box }: Pick<BareWorker, 'box'>, address: string): Promise<boolean> =>
  (await box.exec(['nc', '-z', '-w', '2', address, '9618'])).code === 0;

/** Nothing outside can open a connection to a worker; a worker can open one to the central manager. */
export const nat: Proof = ({ site }) =>
  withBareWorker(site, { instanceId: CALLED_BACK, configuration: WITH_CCB }, async (worker) => {
    const inward = await reaches(site.cm, worker.place.address);
    const outward = await reaches(worker, CENTRAL_MANAGER_ADDRESS);
    const job = await submitJob(site.cm, { fleet: FLEET, instanceId: CALLED_BACK, script: 'true' });
    await job.event('005');
    return { holds: !inward && outward, connectsInward: inward, connectsOutward: outward };
  });

/** A worker that the collector cannot call back looks healthy there, and its job is matched and does not start. */
export const withoutCcb: Proof = ({ site }) =>
  withBareWorker(site, { instanceId: MUTE, configuration: '' }, async () => {
    const { cm } = site;
    const job = await submitJob(cm, { fleet: FLEET, instanceId: MUTE, script: 'true' });
    const count = ['grep', '-c', `Matched ${job.cluster}\\.`, '/var/log/condor/MatchLog'];
    const matched = await until(
      () => cm.box.exec(count),
      ({ stdout }) => Number(stdout) > 0,
      60,
    );
    const status = await job.attribute('JobStatus');
    await cm.condor(['condor_rm', job.cluster]);
    return { holds: status === '1', matches: Number(matched.stdout), jobStarts: status !== '1' };
  });
