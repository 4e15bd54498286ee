import { setTimeout as pause } from 'node:timers/promises';
import { type PoolWorker, poolView } from '../../core/model/pool.ts';
import { getPool } from '../ask-endpoint.ts';
import { until } from '../central-manager.ts';
import { fillingJobs, LAB_QUEUES, LAB_WORKERS } from '../lab-load.ts';
import type { LabSite } from '../site.ts';
import type { Proof } from './proof.ts';

/** Long enough that every worker is still there when the last one has come and the collector has been restarted. */
const PAYLOAD_SECONDS = 240;
const UP_WITHIN_SECONDS = 300;
/** A startd's first update after the restart is lost, the next comes one UPDATE_INTERVAL (15 s here) later. */
const BACK_WITHIN_SECONDS = 60;
const DONE_WITHIN_SECONDS = 600;
/** A few ticks more, once every worker is back. */
const AFTERWARDS_SECONDS = 15;

/** Of the workers that aerie runs, those that the endpoint shows; none while it shows nothing whole. */
const inPool = async ({ endpoint, ec2 }: LabSite): Promise<readonly PoolWorker[]> => {
  const live = new Set([...ec2.live].map(({ instanceId }) => instanceId));
  const { workers } = poolView.parse(await getPool(endpoint));
  return workers.workers.filter(({ instanceId }) => live.has(instanceId));
};

/** While a restarted collector hears of its workers again, none is launched in their place and none is ended. */
export const restartedCollector: Proof = async (job) => {
  const { site } = job;
  const { cm, ec2, endpoint } = site;
  job.order(fillingJobs(LAB_QUEUES, site.clock.now, PAYLOAD_SECONDS));
  // Without a negotiator for a while, those that still wait for a job would end themselves.
  const atWork = async () => (await inPool(site)).filter(({ busy }) => busy > 0).length;
  const allUp = await until(atWork, (count) => count === LAB_WORKERS, UP_WITHIN_SECONDS);
  const startedAt = async () => poolView.parse(await getPool(endpoint)).collectorStartedAt;
  const before = { launched: ec2.instances.size, live: ec2.live.size, startedAt: await startedAt() };
  const holdsBefore = job.counts().holds;
  await cm.box.exec(['condor_restart', '-fast', '-daemon', 'collector']);
  await until(startedAt, (at) => at > before.startedAt, 60);
  const missing = LAB_WORKERS - (await inPool(site)).length;
  const back = await until(
    async () => (await inPool(site)).length,
    (count) => count === LAB_WORKERS,
    BACK_WITHIN_SECONDS,
  );
  await pause(AFTERWARDS_SECONDS * 1000);
  const launched = ec2.instances.size - before.launched;
  const ended = before.live - ec2.live.size + launched;
  const holds = job.counts().holds - holdsBefore;
  await job.untilDone(DONE_WITHIN_SECONDS);
  return {
    holds:
      allUp === LAB_WORKERS &&
      back === LAB_WORKERS &&
      missing > 0 &&
      launched === 0 &&
      ended === 0 &&
      holds > 0,
    workers: LAB_WORKERS,
    notHeardOfAtFirst: missing,
    ticksHeld: holds,
    launched,
    ended,
  };
};
