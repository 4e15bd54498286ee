import { coolingOf } from '../core/cooling.ts';
import { isOpen, isThrottled, outcomeInWords } from '../core/launch-outcome.ts';
import { endsBy } from '../core/lifetimes.ts';
import { TAG } from '../core/names.ts';
import { remembered } from '../core/narrowing.ts';
import type { Cloud, LaunchBook, Launched, LaunchOutcome } from '../core/ports.ts';
import type { LaunchRequest, OpenLaunch, WorkerRecord } from '../core/records.ts';

export interface LaunchPorts {
  readonly cloud: Cloud;
  readonly launches: LaunchBook;
}

/** What became of a launch: the workers it brought, or that it is still open. */
export interface LaunchResult {
  readonly workers: readonly WorkerRecord[];
  readonly open: boolean;
  /** EC2 wants fewer calls: the next one has to be smaller and later. */
  readonly throttled: boolean;
}

/**
 * After so long what a launch brought forth can be seen by its tag, and the demand it was made for may be gone: it is
 * looked up instead of asked for again.
 */
const ASKED_AGAIN_SECONDS = 600;

const recordOf = (
  { request, offers, prices }: OpenLaunch,
  { instanceId, offer }: Launched,
  now: number,
): WorkerRecord => ({
  instanceId,
  queue: request.queue,
  launchId: request.launchId,
  offer,
  offers,
  launchedAt: now,
  state: { kind: 'booting' },
  template: request.template,
  ...costAt(request, prices, offer.flavour, now),
});

/** What a worker of a launch costs, and until when at the most; nothing where its queue has no prices. */
const costAt = (
  { tags }: LaunchRequest,
  prices: OpenLaunch['prices'],
  flavour: string,
  now: number,
): Pick<WorkerRecord, 'cost'> => {
  if (prices === undefined) return {};
  // EC2 launches nothing that was not asked for; if it says so, the dearest is assumed.
  const dollarsPerHour = prices[flavour] ?? Math.max(0, ...Object.values(prices));
  return { cost: { dollarsPerHour, endsBy: endsBy(now, Number(tags[TAG.maxLifeSeconds])) } };
};

/** What a launch has brought forth so far, found by its tag. */
const lookUp = async ({ request }: OpenLaunch, cloud: Cloud, now: number): Promise<LaunchOutcome> => {
  const found = await cloud.list({ [TAG.launch]: request.launchId }, now);
  if (found.kind === 'unknown') return { kind: 'unclear', why: found.why };
  const alive = found.value.filter(({ state }) => state === 'pending' || state === 'running');
  const launched = alive.map(({ instanceId, offer }) => ({ instanceId, offer }));
  return { kind: 'answered', launched, refused: [] };
};

/** EC2 knows the token: what it was first used for may be running. */
const isTokenUsed = ({ kind }: LaunchOutcome): boolean => kind === 'mismatched' || kind === 'spent';

/** Records what came of a launch and takes its intent away; what must not happen is thrown for a person to see. */
export const settle = async (
  launch: OpenLaunch,
  outcome: LaunchOutcome,
  { cloud, launches }: LaunchPorts,
  now: number,
): Promise<LaunchResult> => {
  const { request } = launch;
  const known = isTokenUsed(outcome) ? await lookUp(launch, cloud, now) : outcome;
  if (isOpen(known)) return STILL_OPEN;
  const workers = known.kind === 'answered' ? known.launched.map((of) => recordOf(launch, of, now)) : [];
  const told = outcomeInWords(outcome, request.count);
  await launches.cool(remembered(launch, outcome, now));
  await launches.close(launch, workers, told, now);
  if (outcome.kind === 'mismatched') {
    throw new Error(`EC2 did not take launch ${request.launchId}: ${told}`);
  }
  return { workers, open: false, throttled: isThrottled(outcome) };
};

const STILL_OPEN: LaunchResult = { workers: [], open: true, throttled: false };

/**
 * Asks EC2 for a launch that has just been written down. If the call is throttled, nothing was launched, and the next
 * tick plans anew; if its outcome is not clear, the intent stays open.
 */
export const firstAsk = async (
  launch: OpenLaunch,
  ports: LaunchPorts,
  now: number,
): Promise<LaunchResult> => {
  const outcome = await ports.cloud.launch(launch.request);
  return isOpen(outcome) ? STILL_OPEN : settle(launch, outcome, ports, now);
};

/** EC2 has not looked at the token: before it does, rights, signature, throttling and limits are checked. */
const provesNothing = (outcome: LaunchOutcome): boolean =>
  outcome.kind === 'throttled' ||
  outcome.kind === 'rejected' ||
  (outcome.kind === 'answered' && outcome.noFleet === true);

/**
 * Asks again for a launch whose outcome is not known, with the same token and the same parameters; later on, and for a
 * queue that is to launch nothing, it is only looked up. Throttled or refused here, it stays open: the first call may
 * have been carried out.
 */
export const askAgain = async (
  launch: OpenLaunch,
  mayLaunch: boolean,
  ports: LaunchPorts,
  now: number,
): Promise<LaunchResult> => {
  const age = now - launch.createdAt;
  if (!mayLaunch && age <= ASKED_AGAIN_SECONDS) return STILL_OPEN;
  const outcome =
    age <= ASKED_AGAIN_SECONDS
      ? await ports.cloud.launch(launch.request)
      : await lookUp(launch, ports.cloud, now);
  if (provesNothing(outcome)) {
    // It asks for the same offers each time: which of them is refused is found by launches that come after it.
    if (outcome.kind === 'answered') await ports.launches.cool(coolingOf(outcome.refused, now));
    return { ...STILL_OPEN, throttled: isThrottled(outcome) };
  }
  return isOpen(outcome) ? STILL_OPEN : settle(launch, outcome, ports, now);
};
