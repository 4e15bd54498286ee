import type { PilotsInput } from '../../core/decide/pilots/facts.ts';
import type { Instance } from '../../core/model/instance.ts';
import type { OpenLaunch } from '../../core/model/launch.ts';
import type { Boots, Joins } from '../../core/model/learned.ts';
import type { CoolingRecord, LedgerView, SubmissionRecord } from '../../core/model/ledger.ts';
import { DEFAULT_FLEET, type PoolView, type PoolWorker, type QueuePilots } from '../../core/model/pool.ts';
import type { Resources, Shape } from '../../core/model/resources.ts';
import { known } from '../../core/model/snapshot.ts';
import type { Stage } from '../../core/model/stage.ts';
import type { WorkerRecord, WorkerState } from '../../core/model/worker.ts';
import type { Observed } from '../../core/observe/facts.ts';
import type { Fleet } from '../../core/observe/fleet.ts';
import type { WorkersInput } from '../../core/observe/situation.ts';
import type { FleetSettings, ParsedFleet } from '../../core/settings/fleet-settings.ts';
import { judgedTogether, type StageSettings } from '../../core/settings/joint.ts';
import type { ParsedSettings } from '../../core/settings/parse.ts';
import { QUEUE_KNOBS } from '../../core/settings/queue-knobs.ts';
import type { ParsedQueue, QueueSettings } from '../../core/settings/queue-settings.ts';
import { parseFleetSettings, parseQueueSettings } from '../../core/settings/settings.ts';
import { problemsInWords } from '../../core/tell/fact-sentence.ts';

/** The moment at which every literal world is looked at. */
export const NOW = 1_800_000_000;
const QUEUE = 'BNL';
/** The fleet that all jobs wait for and all workers are of, unless a test says otherwise. */
const FLEET = DEFAULT_FLEET;

/** Two of these fit on an m6i.large, eight on an m6i.2xlarge. */
export const NARROW: Shape = { cpus: 1, memoryMb: 2000, diskMb: 10_000, gpus: 0 };
/** One of these fills an m6i.2xlarge. */
export const WIDE: Shape = { cpus: 8, memoryMb: 16_000, diskMb: 10_000, gpus: 0 };
/** What an m6i.large offers to pilots, as planned. */
export const LARGE: Resources = { cpus: 2, memoryMb: 7500, diskMb: 100_000, gpus: 0 };
export const FULL: Resources = { cpus: 0, memoryMb: 3500, diskMb: 80_000, gpus: 0 };

export const STAGE: Stage = {
  stage: 'lab',
  template: { id: 'lt-0a1b', version: '3' },
  placements: [
    { subnetId: 'subnet-a', zone: 'us-east-1a' },
    { subnetId: 'subnet-b', zone: 'us-east-1b' },
  ],
  workerDiskMb: 100_000,
};

export type Knobs = Readonly<Record<string, string>>;

/** An active queue with the defaults but for the knobs given. */
export const queue = (knobs: Knobs = {}, name = QUEUE): ParsedQueue =>
  parseQueueSettings(name, { state: 'active', ...knobs });

/** A fleet with the defaults but for the knobs given, one small flavour and one large. */
export const fleet = (knobs: Knobs = {}, name = FLEET): ParsedFleet =>
  parseFleetSettings(name, { flavours: 'm6i.large, m6i.2xlarge', ...knobs });

const usable = <S>(parsed: ParsedSettings<S>): S => {
  if (!parsed.ok) throw new Error(problemsInWords(parsed.problems));
  return parsed.settings;
};

/** The settings of such a queue, which have to be right. */
export const queueSettings = (knobs: Knobs = {}): QueueSettings => usable(queue(knobs));

/** The same of a fleet. */
export const fleetSettings = (knobs: Knobs = {}): FleetSettings => usable(fleet(knobs));

const isOfQueues = (knob: string): boolean => Object.hasOwn(QUEUE_KNOBS, knob);

const those = (knobs: Knobs, are: (knob: string) => boolean): Knobs =>
  Object.fromEntries(Object.entries(knobs).filter(([knob]) => are(knob)));

/** One queue on one fleet. Each knob is that one's which has it, and `state` is both's. */
export const stageSettings = (knobs: Knobs = {}, names = { queue: QUEUE, fleet: FLEET }): StageSettings =>
  judgedTogether({
    queues: [queue({ fleet: names.fleet, ...those(knobs, isOfQueues) }, names.queue)],
    fleets: [
      fleet(
        those(knobs, (knob) => knob === 'state' || !isOfQueues(knob)),
        names.fleet,
      ),
    ],
  });

type Standing = Partial<QueuePilots['shapes'][number]>;

/** The pilots of a queue in the pool, in one shape or several. */
export const pilots = (
  standing: Standing | readonly Standing[] = {},
  more: Partial<QueuePilots> = {},
): QueuePilots => ({
  queue: QUEUE,
  shapes: [standing].flat().map((of) => ({
    ...{ shape: NARROW, fleet: FLEET, idle: 0, running: 0, held: 0 },
    ...of,
  })),
  recentStarts: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  ended: { count: 0, short: 0, shortSeconds: 300 },
  ...more,
});

/** A worker in the pool: an m6i.large without a job since a minute ago, but for what is given. */
export const inPool = (id: string, given: Partial<PoolWorker> = {}): PoolWorker => ({
  instanceId: id,
  fleet: FLEET,
  total: LARGE,
  free: LARGE,
  busy: 0,
  draining: false,
  reachable: true,
  joinedAt: NOW - 3000,
  lastHeardAt: NOW - 60,
  idleSince: NOW - 60,
  ...given,
});

/** The same with two pilots running on it. */
export const busy = (id: string, given: Partial<PoolWorker> = {}): PoolWorker =>
  inPool(id, { busy: 2, free: FULL, idleSince: null, ...given });

/** A worker in the ledger, an hour old. */
export const inLedger = (
  id: string,
  state: WorkerState,
  given: Partial<WorkerRecord> = {},
): WorkerRecord => ({
  instanceId: id,
  fleet: FLEET,
  launchId: `${FLEET}.${NOW - 3600}.0`,
  offer: { flavour: 'm6i.large', zone: 'us-east-1a', market: 'on-demand' },
  offers: LARGE,
  launchedAt: NOW - 3600,
  template: STAGE.template,
  state,
  ...given,
});

export const JOINED: WorkerState = { kind: 'joined', joinedAt: NOW - 3000 };

/** An instance as EC2 shows it with this stage's tags, launched for a fleet. */
export const inEc2 = (id: string, given: Partial<Instance> = {}, of = FLEET): Instance => ({
  instanceId: id,
  state: 'running',
  launchedAt: NOW - 3600,
  offer: { flavour: 'm6i.large', zone: 'us-east-1a', market: 'on-demand' },
  tags: { 'aerie:stage': STAGE.stage, 'aerie:fleet': of },
  ...given,
});

/** A launch that is written down and not answered. */
export const openLaunch = (count: number, createdAt = NOW - 60): OpenLaunch => ({
  createdAt,
  offers: LARGE,
  request: {
    launchId: `${FLEET}.${createdAt}.0`,
    fleet: FLEET,
    clientToken: `token-${createdAt}`,
    template: STAGE.template,
    market: 'on-demand',
    count,
    overrides: STAGE.placements.map((placement) => ({ flavour: 'm6i.large', ...placement })),
    tags: { 'aerie:stage': STAGE.stage, 'aerie:fleet': FLEET, 'aerie:launch': `${FLEET}.${createdAt}.0` },
  },
});

/** Pilots that were asked for on a view of the pool from the given moment. */
export const submission = (count: number, viewedAt: number, shape = NARROW): SubmissionRecord => ({
  requestId: `${QUEUE}.${viewedAt}`,
  queue: QUEUE,
  count,
  shape,
  viewedAt,
});

/** An on-demand offer that was refused a minute ago. */
export const cooling = (
  flavour: string,
  zone: string,
  given: Partial<CoolingRecord> = {},
): CoolingRecord => ({
  offer: { flavour, zone, market: 'on-demand' },
  until: NOW + 240,
  why: 'InsufficientInstanceCapacity',
  ...given,
});

/** A view of the pool, ten seconds old, from a collector that has been up for a day. */
export const poolView = (
  of: readonly QueuePilots[],
  workers: readonly PoolWorker[] = [],
  given: Partial<PoolView> = {},
): PoolView => ({
  observedAt: NOW - 10,
  collectorStartedAt: NOW - 86_400,
  pilots: { complete: true, queues: [...of] },
  workers: { complete: true, workers: [...workers] },
  ...given,
});

/** What a tick of queue 1 sees and remembers. */
export type PilotWorld = Observed & Omit<PilotsInput, 'facts'>;

/** What a tick of queue 2 sees and remembers. */
export type WorkerWorld = Observed & Omit<WorkersInput, 'facts'>;

/** What a literal world is made of; all that is not given is quiet. */
export interface Given {
  readonly activated?: number;
  readonly onPilots?: number;
  readonly pilots?: QueuePilots;
  readonly pool?: readonly PoolWorker[];
  readonly workers?: readonly WorkerRecord[];
  readonly launches?: readonly OpenLaunch[];
  readonly submissions?: readonly SubmissionRecord[];
  readonly cooling?: readonly CoolingRecord[];
  readonly pilotsEver?: number;
  readonly joins?: readonly Joins[];
  readonly boots?: readonly Boots[];
  /** Machines without a record that EC2 shows with this stage's tags. */
  readonly vouched?: readonly Instance[];
  /** Absent: the site says nothing of landings. */
  readonly landings?: NonNullable<PoolView['landings']>;
  /** Jobs that are no pilots. Absent: an endpoint that does not look for them. */
  readonly jobs?: NonNullable<PoolView['jobs']>;
  /** Of the queue and of its fleet: see `stageSettings`. */
  readonly knobs?: Knobs;
  readonly status?: string;
}

const observed = (given: Given) => ({
  now: NOW,
  panda: known(
    { [QUEUE]: { SCORE: { managed: { activated: given.activated ?? 0, running: given.onPilots ?? 0 } } } },
    NOW - 30,
  ),
  sites: known({ [QUEUE]: { status: given.status ?? 'online' } }, NOW - 300),
  pool: known(
    poolView([given.pilots ?? pilots()], given.pool, {
      ...(given.landings === undefined ? {} : { landings: given.landings }),
      ...(given.jobs === undefined ? {} : { jobs: given.jobs }),
    }),
    NOW - 10,
  ),
  ...stageSettings(given.knobs),
});

/** A world to plan pilots in. */
export const pilotWorld = (given: Given = {}): PilotWorld => ({
  ...observed(given),
  submissions: { [QUEUE]: given.submissions ?? [] },
  pilotsEver: { [QUEUE]: given.pilotsEver ?? 0 },
});

/** A world to plan workers in. */
export const workerWorld = (given: Given = {}): WorkerWorld => ({
  ...observed(given),
  stage: STAGE,
  ledger: ledgerView(given),
});

/** What the ledger holds in such a world. */
const ledgerView = (given: Given = {}): LedgerView => ({
  workers: given.workers ?? [],
  launches: given.launches ?? [],
  submissions: { [QUEUE]: given.submissions ?? [] },
  cooling: given.cooling ?? [],
  pilotsEver: { [QUEUE]: given.pilotsEver ?? 0 },
  joins: given.joins ?? [],
  boots: given.boots ?? [],
  vouched: given.vouched ?? [],
});

/** The fleet of one worker, as the ledger and perhaps the pool know it. */
export const fleetOf = (record: WorkerRecord, pool?: PoolWorker): Fleet => ({
  members: [{ record, pool }],
  strangers: [],
  launches: [],
});

/** The one decision there has to be. */
export const only = <T>(decisions: readonly T[]): T => {
  const [decision, ...others] = decisions;
  if (decision === undefined || others.length > 0) throw new Error(`${decisions.length} decisions, not one`);
  return decision;
};
