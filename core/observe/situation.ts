import { bootCurves, type CurveOf } from '../learn/joins.ts';
import { type LaunchFrom, lastWithImage, launchFrom } from '../learn/launch-from.ts';
import type { LedgerView, SubmissionRecord } from '../model/ledger.ts';
import { jobsOf } from '../model/panda.ts';
import type { Stage } from '../model/stage.ts';
import type { Template } from '../model/templates.ts';
import { type ParsedSettings, type QueueSettings, siteOf } from '../settings/queue-settings.ts';
import { settingsOfRemoved } from '../settings/settings.ts';
import { boughtFrom } from './belief.ts';
import { blackHoles } from './black-holes.ts';
import { waitingNow } from './chain-facts.ts';
import { countPilots, readyJobs } from './demand.ts';
import { type Ec2Conditions, ec2Conditions } from './ec2-conditions.ts';
import { agesAt, type Facts } from './facts.ts';
import { type Fleet, type Fleets, fleets, type Member, type Trust } from './fleet.ts';
import { type JoinDeadlineOf, joinDeadlines } from './join-deadline.ts';
import { budgetOf, type Standing } from './money/budget.ts';
import { type CommitmentsOf, commitmentsFrom } from './money/commitments.ts';
import { isYoung } from './plausibility.ts';
import { unmatched } from './unmatched.ts';

/** What all queues of one tick share. */
export interface Shared {
  readonly facts: Facts;
  readonly ledger: LedgerView;
  readonly fleets: Fleets;
  readonly ec2: Ec2Conditions;
  readonly curveOf: CurveOf;
  readonly commitmentsOf: CommitmentsOf;
  /** The pilots of all queues, waiting and running. */
  readonly pilotsInFactory: () => number;
  /** The settings of a queue; of one that is no longer among them, those that let go of its workers. */
  readonly settingsOf: (queue: string) => QueueSettings | undefined;
  /** The stage; its template is what workers are launched from now. */
  readonly stage: Stage;
  /** How that template was found. */
  readonly from: LaunchFrom;
  /** While the newest image is unknown: the template with the last image that joined; absent: there is none. */
  readonly withLastImage?: Template;
}

/** Everything that the decision about the workers of one queue rests on. */
export interface Situation extends Shared {
  readonly settings: QueueSettings;
  readonly fleet: Fleet;
  readonly submissions: readonly SubmissionRecord[];
  /** How the queue stands with its budgets; undefined: it has no prices. */
  readonly budget: Standing | undefined;
  readonly joinDeadlineOf: JoinDeadlineOf;
  /** The moment up to which ages count, seconds since 1970. */
  readonly agesAt: number;
  /** Workers on which pilots end at once. */
  readonly blackHoles: ReadonlySet<string>;
  /** Those, and workers to whose free room pilots that fit are not matched. */
  readonly withoutRoom: ReadonlySet<string>;
  /** Pilots that run, as the schedd says, and on none of the workers that the collector shows. */
  readonly hiddenPilots: number;
  /** Who joined while the collector was away may not be in its view yet, nor be found by a drain. */
  readonly collectorIsYoung: boolean;
}

const settingsByQueue = (queues: readonly ParsedSettings[]): Shared['settingsOf'] => {
  const known = new Map(queues.flatMap((of) => (of.ok ? [[of.settings.name, of.settings] as const] : [])));
  return (queue) => {
    const settings = known.get(queue);
    if (settings !== undefined) return settings;
    const removed = settingsOfRemoved(queue);
    return removed.ok ? removed.settings : undefined;
  };
};

/** Counted once in a tick, and only if the chain of a queue looks at it. */
const pilotsInFactoryOnce = (
  queues: readonly ParsedSettings[],
  { pilots, viewedAt }: Facts,
  { submissions }: LedgerView,
): (() => number) => {
  const inQueue = (of: ParsedSettings): number => {
    if (!of.ok) return 0;
    const { name } = of.settings;
    const counts = countPilots(pilots(name), submissions[name] ?? [], viewedAt);
    return waitingNow(counts) + counts.running;
  };
  let all: number | undefined;
  return () => {
    all ??= queues.reduce((n, queue) => n + inQueue(queue), 0);
    return all;
  };
};

/** What a decision about workers is made of. */
export interface WorkersInput {
  readonly facts: Facts;
  readonly queues: readonly ParsedSettings[];
  readonly stage: Stage;
  readonly ledger: LedgerView;
}

const flavoursByQueue = (queues: readonly ParsedSettings[]) => {
  const byQueue = new Map(
    queues.flatMap((of) =>
      of.ok
        ? [
            [
              of.settings.name,
              new Map(of.settings.flavours.map((flavour) => [flavour.name, flavour])),
            ] as const,
          ]
        : [],
    ),
  );
  return (queue: string) => byQueue.get(queue);
};

const trustIn = ({ queues, stage, ledger }: WorkersInput): Trust => ({
  boughtOf: boughtFrom(flavoursByQueue(queues), stage.workerDiskMb),
  vouched: new Map((ledger.vouched ?? []).map((instance) => [instance.instanceId, instance])),
});

/** Works out what the queues of a tick share. */
export const sharedBy = (input: WorkersInput): Shared => {
  const { facts, queues, stage, ledger } = input;
  const { now } = facts;
  const all = fleets(ledger.workers, ledger.launches, facts.pool, trustIn(input));
  const withLastImage =
    stage.imageUnknown === undefined ? undefined : lastWithImage(stage.template, ledger.boots ?? []);
  const from = launchFrom(withLastImage ?? stage.template, ledger, now);
  return {
    facts,
    ledger,
    fleets: all,
    ec2: ec2Conditions(ledger, all, facts, from.template),
    curveOf: bootCurves(ledger.joins ?? [], ledger.boots ?? []),
    commitmentsOf: commitmentsFrom(ledger, now),
    pilotsInFactory: pilotsInFactoryOnce(queues, facts, ledger),
    settingsOf: settingsByQueue(queues),
    stage: { ...stage, template: from.template },
    from,
    ...(withLastImage === undefined ? {} : { withLastImage }),
  };
};

const hiddenPilots = ({ members, strangers }: Fleet, { facts }: Shared, queue: string): number => {
  const running = facts.pilots(queue).shapes.reduce((n, of) => n + of.running, 0);
  // Of an ad that is not believed nobody can say which pilots run there; one that claims too much counts up to what it has.
  const busyOn = ({ pool, doubt }: Member) =>
    doubt === undefined || doubt === 'boastful' ? (pool?.busy ?? 0) : 0;
  const busy =
    members.reduce((n, member) => n + busyOn(member), 0) +
    strangers.reduce((n, stranger) => n + stranger.busy, 0);
  return Math.max(0, running - busy);
};

/** Works out what the decision about one queue rests on. `launchTokens`: instances that EC2 will start for it now. */
export const situationOf = (settings: QueueSettings, shared: Shared, launchTokens: number): Situation => {
  const { name } = settings;
  const { facts, ledger, curveOf } = shared;
  const fleet = shared.fleets.of(name);
  const pilots = facts.pilots(name);
  const { ready } = readyJobs(jobsOf(facts.jobs, siteOf(settings), settings), pilots);
  const holes = blackHoles(fleet, pilots, ready);
  return {
    ...shared,
    ec2: { ...shared.ec2, launchTokens },
    settings,
    fleet,
    submissions: ledger.submissions[name] ?? [],
    budget: budgetOf(settings, fleet, shared.commitmentsOf, facts.now),
    joinDeadlineOf: joinDeadlines(fleet, settings, curveOf, facts.viewedAt),
    agesAt: agesAt(facts),
    blackHoles: holes,
    withoutRoom: new Set([...holes, ...unmatched(fleet, pilots, facts.viewedAt)]),
    hiddenPilots: hiddenPilots(fleet, shared, name),
    collectorIsYoung: isYoung(facts),
  };
};
