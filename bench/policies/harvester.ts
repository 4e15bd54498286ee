import type { Hands, Policy } from '../model/policy.ts';
import { describeCalls, idleFor, PEER_CORES, pending, queuedCores } from './fit.ts';

/** `sleepTime` and `lookupTime` of its submitter, and `refreshInterval` of its cacher, which holds PanDA's statistics. */
const PERIOD_SECONDS = 60;
const STATISTICS_SECONDS = 600;
/** `maxNewWorkers` of its submitter; `nQueueLimitWorker` and `maxWorkers` of the example in its documentation. */
const MOST_NEW = 1000;
const MOST_QUEUED = 1000;
const MOST_WORKERS = 999_999;
/** `checkInterval` of its monitor, which is what finds a worker that asks to be killed. */
const IDLE_SECONDS = 300;
/** `workerQueueTimeLimit` of its monitor: nothing else ends a worker that never begins. */
const NEVER_BEGUN_SECONDS = 172_800;

interface Counts {
  /** Cores of activated jobs over those of a worker: activated × f, with f = 1 / nCoreFactor. */
  readonly activated: number;
  /** PanDA leaves a queue out of its statistics that has no jobs. */
  readonly listed: boolean;
}

/** New workers of one cycle in pull mode; `probes`: one waits for jobs even if there are none (its default). */
export const newWorkers = (
  { activated, listed }: Counts,
  queued: number,
  workers: number,
  probes: boolean,
): number => {
  if (queued >= MOST_QUEUED || workers >= MOST_WORKERS) return 0;
  const wanted = Math.max(Math.floor(activated), probes || activated > 0 ? 1 : 0);
  const missing = listed ? Math.min(wanted, MOST_QUEUED) - queued : probes ? 1 - workers : 0;
  return Math.max(0, Math.min(missing, MOST_WORKERS - workers, MOST_NEW));
};

const look = (hands: Hands, size: number): Counts => {
  const view = hands.view();
  const cores = queuedCores(hands, view);
  return { activated: cores / size, listed: cores > 0 || view.running.some((jobs) => jobs > 0) };
};

/**
 * Harvester in pull mode, a worker being a VM: activated jobs less the workers that wait in the batch system, whatever
 * runs. With `kind`, PanDA's statistics are always fresh and noPilotsWhenNoActiveJobs is set.
 */
export const harvester = (size = PEER_CORES, kind = false): Policy => ({
  name: kind ? 'Harvester, fresh statistics, no probes' : 'Harvester',
  assumed:
    'a worker is a VM, queued for the 40 s that EC2 calls it pending; one queue, nCoreFactor the cores of a VM; ends after 300 s without a job',
  periodSeconds: PERIOD_SECONDS,
  registerTimeoutSeconds: NEVER_BEGUN_SECONDS,
  start(hands) {
    let counts: Counts | undefined;
    let lookedAt = Number.NEGATIVE_INFINITY;
    return {
      cycle() {
        if (counts === undefined || kind || hands.now - lookedAt >= STATISTICS_SECONDS) {
          counts = look(hands, size);
          lookedAt = hands.now;
        }
        const n = newWorkers(counts, pending(hands), hands.machines.size, !kind);
        if (n > 0) hands.calls(hands.launch(size, n).length);
        const idle = idleFor(hands, IDLE_SECONDS);
        hands.terminate(idle);
        hands.calls(idle.length + describeCalls(hands));
      },
    };
  },
});
