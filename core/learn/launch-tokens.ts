import { cloudIn, EC2, isOfEc2 } from '../model/clouds.ts';
import type { OpenLaunch } from '../model/launch.ts';
import type { WorkerRecord } from '../model/worker.ts';

/**
 * EC2's bucket for instances that RunInstances and CreateFleet start: 1,000 at most, 2 a second, by account and region.
 * Source: "Request throttling for the Amazon EC2 API", resource token buckets.
 */
const MOST_TOKENS = 1000;

const TOKENS_PER_SECOND = 2;

/**
 * How many instances EC2 will start now, as far as aerie's own launches have used its tokens up. Others who launch in
 * the same account are not known; what is then asked too much is refused and planned anew.
 */
export const launchTokens = (
  workers: readonly WorkerRecord[],
  launches: readonly OpenLaunch[],
  now: number,
): number => {
  const since = now - MOST_TOKENS / TOKENS_PER_SECOND;
  const started = new Map<number, number>();
  const add = (at: number, count: number) => {
    if (at >= since && at <= now) started.set(at, (started.get(at) ?? 0) + count);
  };
  for (const { instanceId, launchedAt } of workers) if (isOfEc2(instanceId)) add(launchedAt, 1);
  for (const { createdAt, request } of launches) {
    if (cloudIn(request.tags) === EC2) add(createdAt, request.count);
  }
  let tokens = MOST_TOKENS;
  let last = since;
  for (const at of [...started.keys()].sort((a, b) => a - b)) {
    tokens = Math.min(MOST_TOKENS, tokens + (at - last) * TOKENS_PER_SECOND);
    tokens = Math.max(0, tokens - (started.get(at) ?? 0));
    last = at;
  }
  return Math.floor(Math.min(MOST_TOKENS, tokens + (now - last) * TOKENS_PER_SECOND));
};
