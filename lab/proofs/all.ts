import { ownHome, rootsHome } from './home.ts';
import { killedEndpoint } from './killed-endpoint.ts';
import { lostWorker } from './lost-worker.ts';
import { nat, withoutCcb } from './nat.ts';
import type { Proof } from './proof.ts';
import { restartedCollector } from './restarted-collector.ts';
import { closedToJobs, joinedOnce, ownAdsOnly } from './secrets.ts';
import { launchTimes } from './times.ts';

/** Everything that is shown on the real pool once the main job is done, in the order in which it is. */
export const PROOFS: Readonly<Record<string, Proof>> = {
  launchTimes,
  nat,
  withoutCcb,
  ownHome,
  rootsHome,
  closedToJobs,
  joinedOnce,
  ownAdsOnly,
  lostWorker,
  restartedCollector,
  killedEndpoint,
};
