import { FLEET } from '../bare-worker.ts';
import { submitJob } from '../jobs.ts';
import { endWorker, hasJoined, launchWorker } from '../launch.ts';
import { nowSeconds } from '../site.ts';
import { forget, type Proof } from './proof.ts';

const LAUNCHES = 5;
/** What a launch may take on two processors with the lab's intervals; docs/lab.md has those of a real pool. */
const MOST_SECONDS = { toSlot: 10, toJob: 15 } as const;

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const rounded = (seconds: number): number => Number(seconds.toFixed(1));

/** From the launch call to the slot in the collector, and to the first job at work: median of five, one by one. */
export const launchTimes: Proof = async ({ site }) => {
  const toSlot: number[] = [];
  const toJob: number[] = [];
  for (let i = 0; i < LAUNCHES; i += 1) {
    const began = nowSeconds();
    const instanceId = launchWorker(site, { fleet: FLEET, lingerSeconds: 600 });
    const job = await submitJob(site.cm, { fleet: FLEET, instanceId, script: 'true' });
    const since = () => nowSeconds() - began;
    const [slot, run] = await Promise.all([
      hasJoined(site, instanceId).then(since),
      job.event('001').then(since),
    ]);
    toSlot.push(slot);
    toJob.push(run);
    await endWorker(site, instanceId);
    await forget(site, [instanceId]);
  }
  const slotSeconds = median(toSlot);
  const jobSeconds = median(toJob);
  return {
    holds: slotSeconds < MOST_SECONDS.toSlot && jobSeconds < MOST_SECONDS.toJob,
    slotMedianSeconds: rounded(slotSeconds),
    jobMedianSeconds: rounded(jobSeconds),
    slotWorstSeconds: rounded(Math.max(...toSlot)),
    jobWorstSeconds: rounded(Math.max(...toJob)),
  };
};
