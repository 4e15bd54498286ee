import { EC2 } from '../../model/clouds.ts';
import type { WorkerDecision } from '../../model/decision.ts';
import type { Reason } from '../../model/reason.ts';
import { cloudSourceOf, inSight, type Stage } from '../../model/stage.ts';
import type { WorkerRecord } from '../../model/worker.ts';
import { agesAt } from '../../observe/facts.ts';
import { type Fleet, type Fleets, liveCores, liveWorkers } from '../../observe/fleet.ts';
import { listedRate } from '../../observe/money/listed-rate.ts';
import { collectorRestarted, suddenDrop } from '../../observe/plausibility.ts';
import { type Situation, sharedBy, situationOf, type WorkersInput } from '../../observe/situation.ts';
import { unreadOf } from '../../observe/unread.ts';
import { unwellTogether } from '../../observe/unwell.ts';
import type { ParsedFleet } from '../../settings/fleet-settings.ts';
import { nameOf } from '../../settings/parse.ts';
import { badSettings, forATime, lastGood } from '../../settings/reasons.ts';
import { settingsOfRemoved } from '../../settings/settings.ts';
import { bootsEnded } from './boots-ended.ts';
import type { Brake } from './brakes/brake.ts';
import { breakersAndPace } from './brakes/breakers-and-pace.ts';
import { canary } from './brakes/canary.ts';
import { mostDoubted } from './brakes/doubted.ts';
import { imageUnknown } from './brakes/image-unknown.ts';
import { inShadow } from './brakes/in-shadow.ts';
import { unclaimed } from './brakes/unclaimed.ts';
import { oddWorkers } from './odd-workers.ts';
import { aboveCap } from './rules/above-cap.ts';
import { endSleep } from './rules/end-sleep.ts';
import { keep } from './rules/keep.ts';
import { launch } from './rules/launch.ts';
import { leave } from './rules/leave.ts';
import { letSleep } from './rules/let-sleep.ts';
import { makeRoom } from './rules/make-room.ts';
import { overBudget } from './rules/over-budget.ts';
import { roll } from './rules/roll.ts';
import type { Proposal, Rule } from './rules/rule.ts';
import { undrain } from './rules/undrain.ts';
import { isUnended } from './rules/unended.ts';
import { sleeperCounts } from './sleeper-counts.ts';

/** What is proposed for one fleet, in this order: each rule sees what those before it have proposed, and adds to it. */
const RULES: readonly Rule[] = [
  undrain,
  launch,
  leave,
  makeRoom,
  keep,
  aboveCap,
  roll,
  overBudget,
  letSleep,
  endSleep,
];

/** What holds the launches of all fleets back after that, in this order: each brake only takes away. */
const BRAKES: readonly Brake[] = [mostDoubted, unclaimed, canary, imageUnknown, breakersAndPace, inShadow];

const hold = (fleet: string, at: number, why: Reason): WorkerDecision => ({
  kind: 'hold',
  fleet,
  at,
  why: [why],
  counts: {},
});

/** Workers that live on because EC2 will not end them; one whose end it has taken since is none. */
const unended = ({ members }: Fleet, now: number): Readonly<Record<string, number>> => {
  const isEnding = ({ state }: WorkerRecord) => state.kind === 'retiring' && state.pending !== true;
  const count = members.filter(({ record }) => isUnended(record, now) && !isEnding(record)).length;
  return count === 0 ? {} : { workersUnended: count };
};

/** Where the rules begin: nothing is proposed, and what lives is counted. */
const nothing = (situation: Situation, why: readonly Reason[], counts: Proposal['counts']): Proposal => {
  const { settings, fleet, facts } = situation;
  return {
    ...{ fleet, launches: [], retirements: [], why },
    counts: {
      ...counts,
      workersLive: liveWorkers(fleet),
      coresLive: liveCores(fleet),
      ...sleeperCounts(situation),
      ...unended(fleet, facts.now),
      ...listedRate(settings, fleet),
    },
  };
};

/** Why workers are neither replaced nor ended; those of a fleet that is drained leave, whatever they say. */
const commonCause = ({ settings, fleet }: Situation): Reason | undefined =>
  settings.state === 'drain' ? undefined : unwellTogether(fleet);

/** Why nothing is decided of fleets on a cloud beside EC2: what it has of them is not known now. */
const cloudUnknown = (stage: Stage): Reason | undefined => {
  const { cloud = EC2 } = stage;
  const words = cloudSourceOf(stage, cloud)?.unknown;
  return words === undefined ? undefined : { kind: 'cloud-unknown', cloud, words };
};

const decideFleet = (situation: Situation, why: readonly Reason[]): WorkerDecision => {
  const { settings, facts } = situation;
  const doubt = commonCause(situation);
  if (doubt !== undefined) return hold(settings.name, facts.now, doubt);
  const odd = oddWorkers(situation);
  const begun = nothing(situation, [...why, ...odd.why], odd.counts);
  const proposal = RULES.reduce((before, rule) => rule(situation, before), begun);
  const { launches, retirements, wakes = [], mayStop = [], counts } = proposal;
  const told = { fleet: settings.name, at: facts.now, why: proposal.why, counts };
  return launches.length + retirements.length + wakes.length + mayStop.length === 0
    ? { ...told, kind: 'rest' }
    : {
        ...{ ...told, kind: 'act', launches, retirements },
        ...(wakes.length === 0 ? {} : { wakes }),
        ...(mayStop.length === 0 ? {} : { mayStop }),
      };
};

const launchedBy = (decision: WorkerDecision): number =>
  decision.kind === 'act' ? decision.launches.reduce((n, { request }) => n + request.count, 0) : 0;

/** The fleets of the settings, and those that still have workers though their settings are gone: these are let go. */
const fleetsOf = (
  fleets: readonly ParsedFleet[],
  fleetsOfWorkers: Iterable<string>,
): readonly ParsedFleet[] => {
  const names = new Set(fleets.map(nameOf));
  const removed = [...new Set(fleetsOfWorkers)].filter((name) => !names.has(name));
  return [...fleets, ...removed.map(settingsOfRemoved)];
};

/** Those that do what they decide come first: one in shadow takes no launch, no canary and no pace away from them. */
const liveFirst = (fleets: readonly ParsedFleet[]): readonly ParsedFleet[] => {
  const isInShadow = (fleet: ParsedFleet) => fleet.ok && fleet.settings.mode === 'shadow';
  return [...fleets.filter((fleet) => !isInShadow(fleet)), ...fleets.filter(isInShadow)];
};

/** Fleets with workers in the ledger; failed ones are no members and need no fleet. */
const withMembers = ({ all }: Fleets): readonly string[] =>
  [...all]
    .filter(([, { members, asleep = [] }]) => members.length + asleep.length > 0)
    .map(([fleet]) => fleet);

/** Holds every fleet, for one reason that they share. */
export const holdWorkers = (
  {
    fleets,
    ledger,
  }: Pick<WorkersInput, 'fleets'> & {
    readonly ledger: { readonly workers: readonly Pick<WorkerRecord, 'fleet'>[] };
  },
  now: number,
  why: Reason,
): readonly WorkerDecision[] =>
  fleetsOf(
    fleets,
    ledger.workers.map(({ fleet }) => fleet),
  ).map((fleet) => hold(nameOf(fleet), now, fleet.ok ? why : badSettings(fleet.problems)));

/** Says of every fleet whose workers have ended before they joined why they did. */
const withEndedBoots = (decision: WorkerDecision, { ledger }: WorkersInput): WorkerDecision => {
  const ended = bootsEnded(ledger.endedBoots ?? [], decision.fleet);
  return ended.length === 0 ? decision : { ...decision, why: [...decision.why, ...ended] };
};

/**
 * Queue 2: decides which workers to launch and which to retire, for every fleet. Pure: the same input gives the same
 * decisions. If the view of the workers cannot be believed every fleet holds; one with bad settings holds alone.
 */
export const planWorkers = (input: WorkersInput): readonly WorkerDecision[] => {
  const { facts, fleets, ledger } = input;
  const seen = inSight(input.stage, ledger.workers);
  const doubt = collectorRestarted(facts, seen) ?? suddenDrop(seen, agesAt(facts));
  if (doubt !== undefined) return holdWorkers(input, facts.now, doubt);
  const shared = sharedBy(input);
  let launched = 0;
  const decisions = liveFirst(fleetsOf(fleets, withMembers(shared.fleets))).map((fleet) => {
    if (!fleet.ok) return hold(fleet.name, facts.now, badSettings(fleet.problems));
    const { name } = fleet.settings;
    const unread = unreadOf(ledger.unread ?? [], { of: 'workers', whose: name, isShared: false });
    if (unread !== undefined) return hold(name, facts.now, unread);
    const { stage, ec2 } = shared.launchingOf(name);
    const absent = cloudUnknown(stage);
    if (absent !== undefined) return hold(name, facts.now, absent);
    const isOnEc2 = stage.cloud === undefined;
    // What one fleet launches, EC2 does not give to the next. An OpenStack has no such bucket.
    const tokens = isOnEc2 ? ec2.launchTokens - launched : Number.POSITIVE_INFINITY;
    const decision = decideFleet(situationOf(fleet.settings, shared, tokens), [
      ...lastGood(fleet.outdated),
      ...forATime(fleet.settings),
    ]);
    if (isOnEc2) launched += launchedBy(decision);
    return decision;
  });
  const told = decisions.map((decision) => withEndedBoots(decision, input));
  return BRAKES.reduce<readonly WorkerDecision[]>((left, brake) => brake(left, shared), told);
};
