import { bootCurves, type CurveOf } from '../learn/joins.ts';
import { type LaunchFrom, lastWithImage, launchFrom } from '../learn/launch-from.ts';
import { EC2 } from '../model/clouds.ts';
import type { Start } from '../model/learned.ts';
import type { LedgerView } from '../model/ledger.ts';
import { jobsOf } from '../model/panda.ts';
import { DEFAULT_FLEET } from '../model/pool.ts';
import { type Stage, stageOfFleet } from '../model/stage.ts';
import { type Template, templateKey } from '../model/templates.ts';
import type { WorkerRecord } from '../model/worker.ts';
import type { FleetSettings, ParsedFleet } from '../settings/fleet-settings.ts';
import type { StageSettings } from '../settings/joint.ts';
import { type ParsedQueue, type QueueSettings, siteOf } from '../settings/queue-settings.ts';
import { boughtFrom } from './belief.ts';
import { blackHoles } from './black-holes.ts';
import { waitingNow } from './chain-facts.ts';
import { countPilots, readyJobs } from './demand.ts';
import { type Ec2Conditions, ec2Conditions } from './ec2-conditions.ts';
import { agesAt, type Facts, siteUnknown } from './facts.ts';
import { type Fleet, type Fleets, fleets, type Member, type Trust } from './fleet.ts';
import { type FleetPilots, pilotsByFleet } from './fleet-pilots.ts';
import { type JoinDeadlineOf, joinDeadlines } from './join-deadline.ts';
import { type KeepSecondsOf, keepTimes } from './keep-asleep.ts';
import { horizonSeconds } from './look-ahead.ts';
import { budgetOf, type Standing } from './money/budget.ts';
import { type CommitmentsOf, commitmentsFrom } from './money/commitments.ts';
import { isYoung } from './plausibility.ts';
import { wakeable } from './sleepers.ts';
import { unmatched } from './unmatched.ts';
import { type Demands, demands, type Wanted } from './wanted.ts';

/** What the launches of a fleet rest on; fleets that are launched from the same share it. */
interface Launching {
  /** The stage as the fleet is launched; its template is what workers are launched from now. */
  readonly stage: Stage;
  /** How that template was found. */
  readonly from: LaunchFrom;
  /** While the newest image is unknown: the template with the last image that joined; absent: there is none. */
  readonly withLastImage?: Template;
  readonly ec2: Ec2Conditions;
}

/** What all fleets of one tick share. */
export interface Shared {
  readonly facts: Facts;
  readonly ledger: LedgerView;
  readonly fleets: Fleets;
  readonly curveOf: CurveOf;
  readonly commitmentsOf: CommitmentsOf;
  readonly demands: Demands;
  readonly pilotsOn: (fleet: string) => FleetPilots;
  readonly launchingOf: (fleet: string) => Launching;
  /** The queues whose settings name a fleet. */
  readonly queuesOf: (fleet: string) => readonly QueueSettings[];
  /** The settings of a fleet; undefined: they cannot be used, or are gone. */
  readonly settingsOf: (fleet: string) => FleetSettings | undefined;
}

/** Everything that the decision about one fleet rests on. */
export interface Situation extends Shared, Launching {
  readonly settings: FleetSettings;
  readonly fleet: Fleet;
  readonly pilots: FleetPilots;
  readonly wanted: Wanted;
  /** The shortest time that a job of the fleet asks for: a worker with less life left than this takes nothing new. */
  readonly shortestWallSeconds: number;
  /** How the fleet stands with its budgets; undefined: it has no prices. */
  readonly budget: Standing | undefined;
  readonly joinDeadlineOf: JoinDeadlineOf;
  /** How long a worker of the fleet is kept asleep. */
  readonly keepSecondsOf: KeepSecondsOf;
  /** The moment up to which ages count, seconds since 1970. */
  readonly agesAt: number;
  /** Workers on which pilots end at once. */
  readonly blackHoles: ReadonlySet<string>;
  /** Those, and workers to whose free room jobs that fit are not matched. */
  readonly withoutRoom: ReadonlySet<string>;
  /** Workers of the fleet that can be woken, in the order in which they are. */
  readonly sleepers: readonly WorkerRecord[];
  /** Jobs that run, as the schedd says, and on none of the workers that the collector shows. */
  readonly hiddenJobs: number;
  /** Who joined while the collector was away may not be in its view yet, nor be found by a drain. */
  readonly collectorIsYoung: boolean;
}

/** What a decision about workers is made of. */
export interface WorkersInput extends StageSettings {
  readonly facts: Facts;
  readonly stage: Stage;
  readonly ledger: LedgerView;
}

/** Counted once in a tick, and only if the chain of a queue looks at it. */
const pilotsInFactoryOnce = (
  queues: readonly ParsedQueue[],
  { pilots, viewedAt }: Facts,
  { submissions }: LedgerView,
): (() => number) => {
  const inQueue = (of: ParsedQueue): number => {
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

const flavoursByFleet = (all: readonly ParsedFleet[]) => {
  const byFleet = new Map(
    all.flatMap((of) =>
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
  return (fleet: string) => byFleet.get(fleet);
};

/** The cloud of every fleet whose settings can be used; all others are taken to be on EC2. */
const cloudsOf = (all: readonly ParsedFleet[]): ((fleet: string) => string) => {
  const byFleet = new Map(
    all.flatMap((of) => (of.ok ? [[of.settings.name, of.settings.cloud] as const] : [])),
  );
  return (fleet) => byFleet.get(fleet) ?? EC2;
};

const trustIn = ({ fleets: all, stage, ledger }: WorkersInput): Trust => ({
  boughtOf: boughtFrom(flavoursByFleet(all), (fleet) => stageOfFleet(stage, fleet).workerDiskMb),
  vouched: new Map((ledger.vouched ?? []).map((instance) => [instance.instanceId, instance])),
});

/** Works out once for each template what the launches of its fleets rest on. */
const launchings = (
  { stage, ledger, facts, fleets: parsed }: WorkersInput,
  all: Fleets,
): Shared['launchingOf'] => {
  const cloudOf = cloudsOf(parsed);
  const known = new Map<string, Launching>();
  const workOut = (own: Stage): Launching => {
    const withLastImage =
      own.imageUnknown === undefined ? undefined : lastWithImage(own.template, ledger.boots ?? []);
    const from = launchFrom(withLastImage ?? own.template, ledger, facts.now);
    return {
      stage: { ...own, template: from.template },
      from,
      ec2: ec2Conditions(ledger, all, facts, from.template),
      ...(withLastImage === undefined ? {} : { withLastImage }),
    };
  };
  return (fleet) => {
    const own = stageOfFleet(stage, fleet, cloudOf(fleet));
    const key = templateKey(own.template);
    const launching = known.get(key) ?? workOut(own);
    known.set(key, launching);
    return launching;
  };
};

const usable = (queues: readonly ParsedQueue[]): readonly QueueSettings[] =>
  queues.flatMap((queue) => (queue.ok ? [queue.settings] : []));

/** Works out what the fleets of a tick share. */
export const sharedBy = (input: WorkersInput): Shared => {
  const { facts, queues, ledger } = input;
  const { now } = facts;
  const all = fleets(ledger.workers, ledger.launches, facts.pool, trustIn(input));
  const byName = new Map(usable(queues).map((settings) => [settings.name, settings]));
  const byFleet = Map.groupBy(byName.values(), ({ fleet }) => fleet);
  const settings = new Map(
    input.fleets.flatMap((of) => (of.ok ? [[of.settings.name, of.settings] as const] : [])),
  );
  return {
    facts,
    ledger,
    fleets: all,
    curveOf: bootCurves(ledger.joins ?? [], ledger.boots ?? []),
    commitmentsOf: commitmentsFrom(ledger, now),
    demands: demands(queues, {
      facts,
      ledger,
      pilotsInFactory: pilotsInFactoryOnce(queues, facts, ledger),
    }),
    pilotsOn: pilotsByFleet(facts.pool, (queue) => byName.get(queue)?.fleet ?? DEFAULT_FLEET),
    launchingOf: launchings(input, all),
    queuesOf: (fleet) => byFleet.get(fleet) ?? [],
    settingsOf: (fleet) => settings.get(fleet),
  };
};

const hiddenJobs = ({ members, strangers }: Fleet, { running }: FleetPilots): number => {
  // Of an ad that is not believed nobody can say which jobs run there; one that claims too much counts up to what it has.
  const busyOn = ({ pool, doubt }: Member) =>
    doubt === undefined || doubt === 'boastful' ? (pool?.busy ?? 0) : 0;
  const busy =
    members.reduce((n, member) => n + busyOn(member), 0) +
    strangers.reduce((n, stranger) => n + stranger.busy, 0);
  return Math.max(0, running - busy);
};

/** Whether jobs of a fleet's queues are ready that no pilot has taken yet, where they are known. */
const hasJobsReady = (queues: readonly QueueSettings[], facts: Facts): boolean =>
  queues
    .filter((settings) => siteUnknown(facts, siteOf(settings)) === undefined)
    .some((settings) => {
      const jobs = jobsOf(facts.jobs, siteOf(settings), settings);
      return readyJobs(jobs, facts.pilots(settings.name)).ready > 0;
    });

const shortestWall = (
  { name, jobWallSeconds }: FleetSettings,
  queues: readonly QueueSettings[],
  { plainJobs }: Facts,
): number => {
  const walls = queues.map(({ pilotWallSeconds }) => pilotWallSeconds);
  const plain = plainJobs(name).map(({ wallSeconds = jobWallSeconds }) => wallSeconds);
  return walls.length + plain.length === 0 ? jobWallSeconds : Math.min(...walls, ...plain);
};

/** Works out what the decision about one fleet rests on. `launchTokens`: instances that EC2 will start for it now. */
export const situationOf = (settings: FleetSettings, shared: Shared, launchTokens: number): Situation => {
  const { name } = settings;
  const { facts, curveOf } = shared;
  const fleet = shared.fleets.of(name);
  const launching = shared.launchingOf(name);
  const pilots = shared.pilotsOn(name);
  const queues = shared.queuesOf(name);
  const shortestWallSeconds = shortestWall(settings, queues, facts);
  const { template } = launching.stage;
  const waking = { settings, template, shortestWallSeconds, now: facts.now };
  const sleepers = fleet.asleep === undefined ? [] : wakeable(fleet.asleep, waking);
  const holes = blackHoles(fleet, pilots, () => hasJobsReady(queues, facts));
  return {
    ...shared,
    ...launching,
    ec2: { ...launching.ec2, launchTokens },
    settings,
    fleet,
    pilots,
    wanted: shared.demands.of(settings, () => {
      const to = (start: Start) => horizonSeconds(settings, launching.stage, curveOf, start);
      const toLaunch = to('cold');
      return { toLaunch, toStart: sleepers.length === 0 ? toLaunch : Math.min(toLaunch, to('woken')) };
    }),
    shortestWallSeconds,
    sleepers,
    budget: budgetOf(settings, fleet, shared.commitmentsOf, facts.now),
    joinDeadlineOf: joinDeadlines(fleet, settings, curveOf, facts.viewedAt),
    keepSecondsOf: keepTimes(fleet, settings, curveOf),
    agesAt: agesAt(facts),
    blackHoles: holes,
    withoutRoom: new Set([...holes, ...unmatched(fleet, pilots, facts.viewedAt)]),
    hiddenJobs: hiddenJobs(fleet, pilots),
    collectorIsYoung: isYoung(facts),
  };
};
