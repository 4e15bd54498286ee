import { workersReply } from '../../core/model/pool.ts';
import { askEndpoint } from '../ask-endpoint.ts';
import { type BareWorker, startBareWorker } from '../bare-worker.ts';
import { POOL } from '../central-manager.ts';
import { hasJoined } from '../launch.ts';
import type { MainJob } from '../main-job.ts';
import type { LabSite } from '../site.ts';

/** What was found: whether it holds, and what was measured on the way. */
export interface Finding {
  readonly holds: boolean;
  readonly [measured: string]: boolean | number | string | null;
}

/** Something that a site may rely on, shown on a real pool. It leaves nothing behind in it. */
export type Proof = (job: MainJob) => Promise<Finding>;

/** Lets the pool forget workers that have ended; throws if it does not. */
export const forget = async ({ endpoint }: LabSite, instanceIds: readonly string[]): Promise<void> => {
  const { answer } = await askEndpoint(endpoint, '/v1/workers/forget', { instanceIds });
  const { failed } = workersReply.parse(answer);
  if (failed.length > 0) throw new Error(`not forgotten: ${JSON.stringify(failed)}`);
};

/** A worker that is configured by hand, for as long as it is used. */
export const withBareWorker = async <T>(
  site: LabSite,
  options: { readonly instanceId: string; readonly configuration: string },
  use: (worker: BareWorker) => Promise<T>,
): Promise<T> => {
  const { network, lower, cm } = site;
  const { instanceId } = options;
  const token = await cm.token(`${instanceId}@${POOL}`, ['ADVERTISE_STARTD', 'ADVERTISE_MASTER']);
  const worker = await startBareWorker({ network, lower, token, ...options });
  try {
    await hasJoined(site, instanceId);
    return await use(worker);
  } finally {
    await worker.remove();
    await forget(site, [instanceId]);
  }
};
