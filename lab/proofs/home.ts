import { FLEET, ROOTS_HOME, WITH_CCB } from '../bare-worker.ts';
import { submitJob } from '../jobs.ts';
import { endWorker, hasJoined, launchWorker } from '../launch.ts';
import { forget, type Proof, withBareWorker } from './proof.ts';

const OLD = 'i-0d00000000000001';
const ENTER_HOME = 'id -un; cd "$HOME" && touch .mine && pwd';

/** A job's $HOME is there, can be written to, and belongs to the slot's own account. */
export const ownHome: Proof = async ({ site }) => {
  const instanceId = launchWorker(site, { fleet: FLEET, lingerSeconds: 600 });
  await hasJoined(site, instanceId);
  const job = await submitJob(site.cm, { fleet: FLEET, instanceId, script: ENTER_HOME });
  await job.event('005');
  const output = await job.output();
  await endWorker(site, instanceId);
  await forget(site, [instanceId]);
  return { holds: output === 'slot1_1\n/home/slot1_1\n', output };
};

/** With the environment of whoever started HTCondor, as it once was, a job has a $HOME that it may not enter. */
export const rootsHome: Proof = ({ site }) =>
  withBareWorker(site, { instanceId: OLD, configuration: WITH_CCB + ROOTS_HOME }, async () => {
    const job = await submitJob(site.cm, { fleet: FLEET, instanceId: OLD, script: ENTER_HOME });
    await job.event('005');
    const output = await job.output();
    return { holds: output.includes('cd: /root: Permission denied'), output };
  });
