import { bootCurves } from '../../learn/joins.ts';
import { launchFrom } from '../../learn/launch-from.ts';
import { leavingBy, type PlannedLaunch, type Retirement, type WorkerDecision } from '../../model/decision.ts';
import type { LedgerView } from '../../model/ledger.ts';
import type { Stage } from '../../model/stage.ts';
import type { WorkerRecord } from '../../model/worker.ts';
import { agesAt, type Observed } from '../../observe/facts.ts';
import {
  contradiction,
  type Fleet,
  type Fleets,
  fleets,
  liveCores,
  liveWorkers,
} from '../../observe/fleet.ts';
import { isYoung, suddenDrop, surveyWorkers } from '../../observe/plausibility.ts';
import { type Punctuality, punctuality } from '../../observe/punctual.ts';
import { unreadOf } from '../../observe/unread.ts';
import type { ParsedSettings, Settled } from '../../settings/queue-settings.ts';
import { badSettings, lastGood, settingsOfRemoved } from '../../settings/settings.ts';
import { endedBootsInWords } from '../../tell/ends.ts';
import { withCanary } from './brakes/canary.ts';
import { curbed } from './brakes/curbs.ts';
import { underCaps } from './brakes/stage-caps.ts';
import { lastWithImage, whileImageUnknown } from './brakes/unknown-image.ts';
import { type Ground, growth } from './growth.ts';
import { ec2Lore } from './lore.ts';
import { commitmentsFrom } from './money/commitments.ts';
import { listedRate } from './money/listed-rate.ts';
import type { Standing } from './money/purse.ts';
import { moneyOf, moneyTold } from './money/queue-money.ts';
import { recall } from './rules/recall.ts';
import { type Beside, planRetirements } from './rules/retirement.ts';
import { tooDear } from './rules/too-dear.ts';
import { isUnended } from './rules/unended.ts';

/** Everything the decision about workers rests on. */
export interface WorkerWorld extends Observed {
  readonly queues: readonly ParsedSettings[];
  readonly stage: Stage;
  readonly ledger: Pick<
    LedgerView,
    | 'workers'
    | 'launches'
    | 'submissions'
    | 'cooling'
    | 'pace'
    | 'boots'
    | 'joins'
    | 'accounts'
    | 'ended'
    | 'endedBoots'
    | 'unread'
  >;
}

const hold = (queue: string, at: number, why: string): WorkerDecision => ({
  kind: 'hold',
  queue,
  at,
  why: [why],
  counts: {},
});

const NO_GROWTH = { paused: 'the queue is paused', drain: 'the queue is drained' } as const;

/** Retirements in short: each cause once, with how many it concerns, and the worker where it is one. */
const inWords = (retirements: readonly Retirement[]): readonly string[] => {
  if (retirements.length === 0) return [];
  const alike = Map.groupBy(retirements, ({ step, cause }) => `${step} ?: ${cause}`);
  return [...alike].map(([text, all]) =>
    text.replace('?', all.length === 1 ? (all[0]?.instanceId ?? '') : `${all.length} workers`),
  );
};

/** What the decision about a queue's retirements rests on besides its workers. */
const beside = (
  fleet: Fleet,
  queue: string,
  { facts, from, stage }: Ground,
  { deadlineOf }: Punctuality,
): Beside => {
  // Pilots that the schedd says run, and that no worker in the view has on it.
  const running = facts.pilots(queue).shapes.reduce((n, of) => n + of.running, 0);
  const busy =
    fleet.members.reduce((n, { pool }) => n + (pool?.busy ?? 0), 0) +
    fleet.strangers.reduce((n, stranger) => n + stranger.busy, 0);
  return {
    ...(stage.imageUnknown === undefined ? { current: from } : {}),
    viewedAt: facts.viewedAt,
    hiddenPilots: Math.max(0, running - busy),
    collectorIsYoung: isYoung(facts),
    deadlineOf,
  };
};

/** Workers that live on because EC2 will not end them; one whose end it has taken since is none. */
const unended = ({ members }: Fleet, now: number): Readonly<Record<string, number>> => {
  const isEnding = ({ state }: WorkerRecord) => state.kind === 'retiring' && state.pending !== true;
  const count = members.filter(({ record }) => isUnended(record, now) && !isEnding(record)).length;
  return count === 0 ? {} : { workersUnended: count };
};

const planQueue = (
  queue: Settled,
  fleet: Fleet,
  ground: Ground,
  money: Standing | undefined,
): WorkerDecision => {
  const { settings, outdated } = queue;
  const { name, state } = settings;
  const at = ground.facts.now;
  const doubt = contradiction(fleet);
  if (doubt !== undefined) return hold(name, at, doubt);

  const punctual = punctuality(fleet, settings, ground.curveOf, ground.facts.viewedAt);
  const unplaced = (of: Fleet) => growth(settings, of, ground, punctual).counts.pilotsUnplaced;
  const { fleet: kept, recalled } = recall(fleet, settings, at, unplaced);
  const grown =
    state === 'active'
      ? growth(settings, kept, ground, punctual, money)
      : { launches: [], why: [NO_GROWTH[state]], counts: {}, tooDear: 0 };
  const planned = [
    ...recalled,
    ...planRetirements(kept, settings, agesAt(ground.facts), beside(fleet, name, ground, punctual)),
  ];
  const retirements = [...planned, ...tooDear(kept, money, leavingBy(planned))];
  const spending = moneyTold(money, grown.tooDear);
  const counts = {
    ...grown.counts,
    workersLive: liveWorkers(fleet),
    coresLive: liveCores(fleet),
    ...unended(fleet, at),
    ...spending.counts,
    ...listedRate(settings, fleet),
  };
  const why = [...lastGood(outdated), ...grown.why, ...spending.why, ...inWords(retirements)];
  const told = { queue: name, at, why, counts };
  const { launches } = grown;
  return launches.length === 0 && retirements.length === 0
    ? { ...told, kind: 'rest' }
    : { ...told, kind: 'act', launches, retirements };
};

const launchedBy = ({ launches }: { readonly launches: readonly PlannedLaunch[] }): number =>
  launches.reduce((n, { request }) => n + request.count, 0);

const nameOf = (queue: ParsedSettings): string => (queue.ok ? queue.settings.name : queue.queue);

/** The decisions under the caps that all queues share; where there is none, as they are. */
const sharing = (
  decisions: readonly WorkerDecision[],
  { queues, stage, ledger, now }: WorkerWorld,
  fleetOf: (queue: string) => Fleet,
  commitmentsOf: ReturnType<typeof commitmentsFrom>,
): readonly WorkerDecision[] => {
  if (stage.caps === undefined) return decisions;
  const known = new Map(queues.flatMap((of) => (of.ok ? [[of.settings.name, of.settings] as const] : [])));
  const sharers = decisions.flatMap((decision) => {
    const removed = settingsOfRemoved(decision.queue);
    const settings = known.get(decision.queue) ?? (removed.ok ? removed.settings : undefined);
    if (settings === undefined) return [];
    const fleet = fleetOf(decision.queue);
    return [{ decision, settings, fleet, commitments: commitmentsOf(settings, fleet.strangers) }];
  });
  return underCaps(sharers, stage.caps, ledger.accounts ?? [], now);
};

/** The queues of the settings, and those that still have workers though their settings are gone: they are let go. */
const queuesOf = (
  queues: readonly ParsedSettings[],
  queuesOfWorkers: Iterable<string>,
): readonly ParsedSettings[] => {
  const names = new Set(queues.map(nameOf));
  const removed = [...new Set(queuesOfWorkers)].filter((queue) => !names.has(queue));
  return [...queues, ...removed.map(settingsOfRemoved)];
};

/** Queues with workers in the ledger; failed ones are no members and need no queue. */
const withMembers = ({ all }: Fleets): readonly string[] =>
  [...all].filter(([, { members }]) => members.length > 0).map(([queue]) => queue);

/** Every queue holds, for one reason they share. */
export const holdWorkers = (
  world: { readonly now: number; readonly queues: readonly ParsedSettings[] } & {
    readonly ledger: Pick<LedgerView, 'workers'>;
  },
  why: string,
): readonly WorkerDecision[] =>
  queuesOf(
    world.queues,
    world.ledger.workers.map(({ queue }) => queue),
  ).map((queue) => hold(nameOf(queue), world.now, queue.ok ? why : badSettings(queue)));

/**
 * Queue 2: which workers to launch and which to retire, for each queue. Pure: the same world gives the same decisions.
 * Without facts every queue holds; a queue with bad settings holds alone.
 */
export const planWorkers = (world: WorkerWorld): readonly WorkerDecision[] => {
  const { now, ledger, stage } = world;
  const survey = surveyWorkers(world);
  if (!survey.ok) return holdWorkers(world, survey.why);
  const { facts } = survey;
  const drop = suddenDrop(ledger.workers, agesAt(facts));
  if (drop !== undefined) return holdWorkers(world, drop);
  const fleet = fleets(ledger.workers, ledger.launches, facts.pool);
  const lore = ec2Lore(ledger, fleet, facts);
  const commitments = commitmentsFrom(ledger, now);
  const curveOf = bootCurves(ledger.joins ?? [], ledger.boots ?? []);
  const { imageUnknown } = stage;
  const instead = imageUnknown === undefined ? undefined : lastWithImage(stage.template, ledger.boots ?? []);
  const from = launchFrom(instead ?? stage.template, ledger, now);
  const shared = {
    facts,
    stage: { ...stage, template: from.template },
    from,
    submissions: ledger.submissions,
    curveOf,
  };
  let tokens = lore.launchTokens;
  const decisions = queuesOf(world.queues, withMembers(fleet)).map((queue) => {
    if (!queue.ok) return hold(queue.queue, now, badSettings(queue));
    const { name } = queue.settings;
    const isShared = stage.caps !== undefined;
    const unread = unreadOf(ledger.unread ?? [], { of: 'workers', queue: name, isShared });
    if (unread !== undefined) return hold(name, now, unread);
    const ground: Ground = { ...shared, lore: { ...lore, launchTokens: tokens } };
    const own = fleet.of(name);
    const decision = planQueue(queue, own, ground, moneyOf(queue, own, commitments, now));
    // What one queue launches, EC2 does not give to the next.
    if (decision.kind === 'act') tokens -= launchedBy(decision);
    return decision;
  });
  const told = decisions.map((decision) => {
    const ended = endedBootsInWords(ledger.endedBoots ?? [], decision.queue);
    return ended.length === 0 ? decision : { ...decision, why: [...decision.why, ...ended] };
  });
  const shares = sharing(told, world, fleet.of, commitments);
  const launching = withCanary(shares, from, stage.stage);
  const known = imageUnknown === undefined ? launching : whileImageUnknown(launching, instead, imageUnknown);
  return curbed(known, ledger, now);
};
