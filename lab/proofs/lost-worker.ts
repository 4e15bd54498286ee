import { FLEET } from '../bare-worker.ts';
import { submitJob } from '../jobs.ts';
import { endWorker, hasJoined, launchWorker, slotsInCollector } from '../launch.ts';
import { nowSeconds } from '../site.ts';
import { forget, type Proof } from './proof.ts';

const MOST_SECONDS = 20;

/**
 * A worker that loses its power leaves its ads behind, which draw jobs to a machine that is not there. Once they are
 * forgotten, the job that waits starts on another worker.
 */
export const lostWorker: Proof = async ({ site }) => {
  const { cm, machines } = site;
  const lost = launchWorker(site, { fleet: FLEET, lingerSeconds: 600 });
  const stays = launchWorker(site, { fleet: FLEET, lingerSeconds: 600 });
  await Promise.all([lost, stays].map((id) => hasJoined(site, id)));
  const running = await submitJob(cm, { fleet: FLEET, instanceId: lost, script: 'exec sleep 600' });
  await running.event('001');
  site.ec2.calls.terminateInstances([lost]);
  const began = nowSeconds();
  await (await machines.box(lost))?.ended;
  const adStays = (await slotsInCollector(site)).includes(lost);
  const waiting = await submitJob(cm, { fleet: FLEET, script: 'true' });
  await forget(site, [lost]);
  await waiting.event('001', MOST_SECONDS);
  const elsewhereSeconds = nowSeconds() - began;
  await cm.condor(['condor_rm', running.cluster]);
  await endWorker(site, stays);
  await forget(site, [stays]);
  return {
    holds: adStays && elsewhereSeconds < MOST_SECONDS,
    adStaysWithoutForgetting: adStays,
    elsewhereAfterSeconds: Number(elsewhereSeconds.toFixed(1)),
  };
};
