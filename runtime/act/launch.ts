import { isCanaryRefused, isOpen, isThrottled, provesNothing } from '../../core/learn/launch-outcome.ts';
import { remembered } from '../../core/learn/narrowing.ts';
import type { Ledger } from '../../core/ledger.ts';
import type { Instance } from '../../core/model/instance.ts';
import type { Launched, LaunchOutcome, LaunchRequest, OpenLaunch } from '../../core/model/launch.ts';
import { endsBy } from '../../core/model/lifetimes.ts';
import { TAG } from '../../core/model/names.ts';
import { purposeOf } from '../../core/model/purpose.ts';
import type { WorkerRecord } from '../../core/model/worker.ts';
import type { Cloud } from '../../core/ports.ts';
import { outcomeInWords } from '../../core/tell/outcome.ts';
import { openStep } from '../../core/write/open-launches.ts';

export interface LaunchPorts {
  readonly cloud: Cloud;
  readonly ledger: Pick<Ledger, 'launches' | 'learned'>;
}

/** What became of a launch: the workers it brought, or that it is still open. */
export interface LaunchResult {
  readonly workers: readonly WorkerRecord[];
  readonly open: boolean;
  /** EC2 wants fewer calls: the next one has to be smaller and later. */
  readonly throttled: boolean;
  /** EC2 refused a canary for what may be its template's fault. */
  readonly canaryRefused: boolean;
}

const recordOf = (
  { request, offers, prices }: OpenLaunch,
  { instanceId, offer, launchedAt }: Launched & { readonly launchedAt: number },
): WorkerRecord => ({
  instanceId,
  ...purposeOf(request),
  launchId: request.launchId,
  offer,
  offers,
  launchedAt,
  state: { kind: 'booting' },
  template: request.template,
  ...costAt(request, prices, offer.flavour, launchedAt),
});

/** What a worker of a launch costs, and until when at the most; nothing where its fleet has no prices. */
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

/** Records what came of a launch and takes its intent away. */
const close = async (
  launch: OpenLaunch,
  outcome: LaunchOutcome,
  { cloud, ledger }: LaunchPorts,
  now: number,
): Promise<LaunchResult> => {
  const { request } = launch;
  const told = outcomeInWords(outcome, request.count);
  const launched = outcome.kind === 'answered' ? outcome.launched : [];
  const workers = launched.map((of) => recordOf(launch, { launchedAt: now, ...of }));
  await ledger.learned.cool(remembered(launch, outcome, now));
  await ledger.launches.close(launch, workers, told, now);
  if (workers.length > 0) await cloud.forgetLaunch?.(request);
  const canaryRefused = isCanaryRefused(launch, outcome);
  return { workers, open: false, throttled: isThrottled(outcome), canaryRefused };
};

/** Closes a launch with what its tag has found: as old as EC2 says. */
export const closeFound = (
  launch: OpenLaunch,
  alive: readonly Instance[],
  ports: LaunchPorts,
  now: number,
): Promise<LaunchResult> => {
  const launched = alive.map(({ instanceId, offer, launchedAt }) => ({ instanceId, offer, launchedAt }));
  return close(launch, { kind: 'answered', launched, refused: [] }, ports, now);
};

const STILL_OPEN: LaunchResult = { workers: [], open: true, throttled: false, canaryRefused: false };

/**
 * EC2 has had the token before, and what it was first used for may be running: its tag will show it. An instant fleet
 * that launches nothing says why; an answer that names neither an instance nor an error is that of another call.
 */
const isTokenKnown = (outcome: LaunchOutcome): boolean =>
  outcome.kind === 'mismatched' ||
  outcome.kind === 'spent' ||
  (outcome.kind === 'answered' && outcome.noFleet !== true && isEmpty(outcome));

const isEmpty = ({ launched, refused }: Extract<LaunchOutcome, { kind: 'answered' }>): boolean =>
  launched.length === 0 && refused.length === 0;

/** Closes a launch if its outcome is clear. */
const settle = async (
  launch: OpenLaunch,
  outcome: LaunchOutcome,
  ports: LaunchPorts,
  now: number,
): Promise<LaunchResult> => {
  if (isOpen(outcome)) return STILL_OPEN;
  if (!isTokenKnown(outcome)) return close(launch, outcome, ports, now);
  await ports.ledger.launches.tokenKnown(launch, now);
  return STILL_OPEN;
};

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
  const result = await settle(launch, outcome, ports, now);
  if (outcome.kind !== 'mismatched') return result;
  // Nobody has used this token yet: a person is to see it.
  const { launchId, count } = launch.request;
  throw new Error(`EC2 did not take launch ${launchId}: ${outcomeInWords(outcome, count)}`);
};

/** Returns the tags that find it alone: a fleet of the same name in another stage has the same launch ids. */
const tagsToFind = ({ tags, launchId }: LaunchRequest): Readonly<Record<string, string>> => {
  const { [TAG.stage]: stage, [TAG.cloud]: cloud } = tags;
  return {
    ...(stage === undefined ? {} : { [TAG.stage]: stage }),
    ...(cloud === undefined ? {} : { [TAG.cloud]: cloud }),
    [TAG.launch]: launchId,
  };
};

/** Takes back that a call is not answered: EC2 has not carried it out. The call before it may still have been. */
const forgetAsk = async (launch: OpenLaunch, { ledger }: LaunchPorts, now: number): Promise<void> => {
  const { unansweredAt } = launch;
  if (unansweredAt !== undefined)
    await ledger.launches.unanswered({ ...launch, unansweredAt: now }, unansweredAt);
};

/**
 * Takes the next step with a launch whose outcome is not known (core/write/open-launches.ts). Throttled or refused here, it
 * stays open: the first call may have been carried out.
 */
export const askAgain = async (
  launch: OpenLaunch,
  mayLaunch: () => boolean,
  ports: LaunchPorts,
  now: number,
): Promise<LaunchResult> => {
  const shown = await ports.cloud.list(tagsToFind(launch.request), now);
  if (shown.kind === 'unknown') return STILL_OPEN;
  const step = openStep(launch, shown.value, now);
  if (step.kind === 'close') return closeFound(launch, step.alive, ports, now);
  if (step.kind === 'wait' || !mayLaunch()) return STILL_OPEN;
  if (!(await ports.ledger.launches.unanswered(launch, now))) return STILL_OPEN;
  const outcome = await ports.cloud.launch(launch.request);
  if (outcome.kind === 'unheard' || provesNothing(outcome)) await forgetAsk(launch, ports, now);
  if (!provesNothing(outcome)) return settle(launch, outcome, ports, now);
  // It asks for the same offers each time: which of them is refused is found by launches that come after it.
  if (outcome.kind === 'answered') await ports.ledger.learned.cool(remembered(launch, outcome, now));
  const canaryRefused = isCanaryRefused(launch, outcome);
  return { ...STILL_OPEN, throttled: isThrottled(outcome), canaryRefused };
};
