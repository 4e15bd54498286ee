import { coolingOf } from '../core/cooling.ts';
import { TAG } from '../core/names.ts';
import type { Cloud, LaunchBook, Launched, LaunchOutcome } from '../core/ports.ts';
import type { OpenLaunch, WorkerRecord } from '../core/records.ts';

export interface LaunchPorts {
  readonly cloud: Cloud;
  readonly launches: LaunchBook;
}

/** What became of a launch: the workers it brought, or that it is still open. */
export interface LaunchResult {
  readonly workers: readonly WorkerRecord[];
  readonly open: boolean;
}

/**
 * After so long EC2 may have forgotten the client token; what the launch brought is then looked up by its tag instead
 * of asking for it again.
 */
const TOKEN_TRUSTED_SECONDS = 3600;

const recordOf = (
  { request, offers, createdAt }: OpenLaunch,
  { instanceId, offer }: Launched,
): WorkerRecord => ({
  instanceId,
  queue: request.queue,
  launchId: request.launchId,
  offer,
  offers,
  launchedAt: createdAt,
  state: { kind: 'booting' },
});

const ask = async (launch: OpenLaunch, cloud: Cloud, now: number): Promise<LaunchOutcome> => {
  if (now - launch.createdAt <= TOKEN_TRUSTED_SECONDS) return cloud.launch(launch.request);
  const { launchId } = launch.request;
  const found = await cloud.list({ [TAG.launch]: launchId }, now);
  if (found.kind === 'unknown') return { kind: 'unclear', why: found.why };
  const alive = found.value.filter(({ state }) => state === 'pending' || state === 'running');
  return {
    kind: 'answered',
    launched: alive.map(({ instanceId, offer }) => ({ instanceId, offer })),
    refused: [],
  };
};

const sentence = (outcome: LaunchOutcome, count: number): string => {
  if (outcome.kind !== 'answered') return `${outcome.kind}: ${outcome.why}`;
  const refused = outcome.refused.map(({ offer, why }) => `${offer.flavour} in ${offer.zone}: ${why}`);
  return [`${outcome.launched.length} of ${count} launched`, ...refused].join('; ');
};

/**
 * Asks EC2 for a launch that is written down, or asks again for one whose outcome is not known, and records what came
 * of it. Throttled and unclear ones stay open: the next tick asks again with the same token. One that EC2 rejects is
 * closed, and thrown for a person to look at.
 */
export const carryOutLaunch = async (
  launch: OpenLaunch,
  { cloud, launches }: LaunchPorts,
  now: number,
): Promise<LaunchResult> => {
  const outcome = await ask(launch, cloud, now);
  const { launchId, count } = launch.request;
  if (outcome.kind === 'throttled' || outcome.kind === 'unclear') {
    return { workers: [], open: true };
  }
  const workers =
    outcome.kind === 'answered' ? outcome.launched.map((launched) => recordOf(launch, launched)) : [];
  if (outcome.kind === 'answered') await launches.cool(coolingOf(outcome.refused, now));
  await launches.close(launch, workers, sentence(outcome, count), now);
  if (outcome.kind !== 'answered') {
    throw new Error(`EC2 did not take launch ${launchId}: ${sentence(outcome, count)}`);
  }
  return { workers, open: false };
};
