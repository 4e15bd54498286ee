import type { SeenMachines, Times } from '../../core/replay/machines.ts';
import type { SeenJob } from '../../core/replay/seen-jobs.ts';
import { placeOfFleet } from '../../core/settings/place.ts';
import { type QueueSettings, siteOf } from '../../core/settings/queue-settings.ts';
import { type SettingsRecord, settingsIn } from '../../core/settings/settings-record.ts';
import { TICK_PERIODS } from '../../lib/functions/functions.ts';
import type { Load } from '../../twin/scenario/load.ts';
import { WORKER_DISK_MB } from '../../twin/scenario/place.ts';
import { type Scenario, scenarioSchema } from '../../twin/scenario/schema.ts';
import { MEAN_SETUP_SECONDS } from '../../twin/worker/pilot.ts';
import type { Model } from './model-run.ts';
import type { Recorded } from './recorded.ts';
import type { Sight, StageSetUp } from './sight.ts';

/** Which jobs of PanDA's are a queue's is known already: the model's have its own name, and are all of one type. */
const OF_PANDA: ReadonlySet<string> = new Set(['siteid', 'resource-types', 'labels']);

/** The jobs of a model are given to it, and cut out of no trace. */
const NO_TRACE = { trace: 'LCG-2005', cores: 1, maxRunSeconds: 1 } as const;

/** PanDA's own delay is in what the ticks saw of it. */
const VIEW_SECONDS = 1;

const DAY = 86_400;

const periodOf = (seconds: number): Scenario['tickSeconds'] =>
  TICK_PERIODS.find((period) => seconds <= period) ?? 60;

const timesOf = (times: Times | undefined) => times ?? {};

/** What a model of a stage plays with, its settings and its load aside. */
export interface Played {
  readonly title: string;
  readonly startsAt: number;
  readonly hours: number;
  /** How machines boot and wake; undefined: as the twin's. */
  readonly machines: Pick<SeenMachines, 'boot' | 'wake'>;
  /** Spot interruptions for each spot worker and hour. */
  readonly interruptionsPerHour: number;
  readonly tickSeconds: number;
  /** What PanDA says of sites; of others: online. */
  readonly statuses: Readonly<Record<string, string>>;
  /** How old what PanDA says is; absent: as the twin's. */
  readonly pandaViewSeconds?: number;
}

/** All machines of the twin have one disk: a job asks for the same part of it as of the disk that its fleet has. */
const diskInModel = ({ place }: StageSetUp, fleet: string, diskMb: number): number =>
  Math.floor((diskMb * WORKER_DISK_MB) / placeOfFleet(place, fleet).workerDiskMb);

/** The queues that can be used, with what the model calls them. */
export const queuesOf = (sight: StageSetUp, records: readonly SettingsRecord[]) =>
  settingsIn(records, sight.place, { at: sight.now }).queues.flatMap((queue) => {
    if (!queue.ok) return [];
    const { settings } = queue;
    const { good = {} } = records.find(({ of, name }) => of === 'queue' && name === settings.name) ?? {};
    const raw = Object.fromEntries(Object.entries(good).filter(([knob]) => !OF_PANDA.has(knob)));
    const diskMb = diskInModel(sight, settings.fleet, settings.diskMb);
    return [{ settings, raw: { ...raw, 'disk-mb': String(diskMb) } }];
  });

type Queues = ReturnType<typeof queuesOf>;

/** Of which type all jobs of a queue are in the model. */
export const typeOf = ({ cpus }: Pick<QueueSettings, 'cpus'>): 'MCORE' | 'SCORE' =>
  cpus > 1 ? 'MCORE' : 'SCORE';

/** Makes the scenario of a stage with these settings; its jobs are given to it beside. */
export const scenarioOf = (
  sight: StageSetUp,
  records: readonly SettingsRecord[],
  queues: Queues,
  played: Played,
): Scenario => {
  const { machines, statuses, startsAt, ...rest } = played;
  const fleets = records.flatMap(({ of, name, good }) =>
    of === 'fleet' && good !== undefined ? [[name, good]] : [],
  );
  return scenarioSchema.parse({
    ...rest,
    startsAt: new Date(startsAt * 1000).toISOString(),
    queues: queues.map((queue) => ({
      name: queue.settings.name,
      resourceType: typeOf(queue.settings),
      status: statuses[siteOf(queue.settings)] ?? 'online',
      load: NO_TRACE,
      settings: queue.raw,
    })),
    fleets: Object.fromEntries(fleets),
    clouds: Object.fromEntries((sight.place.clouds ?? []).map((name) => [name, {}])),
    boot: timesOf(machines.boot),
    wake: timesOf(machines.wake),
    tickSeconds: periodOf(played.tickSeconds),
    nudges: sight.ticks.nudges,
  });
};

const loadOf = (sight: StageSetUp, { demand, startsAt }: Recorded, queues: Queues): Load => {
  const at = ({ arrivedAt }: SeenJob) => Math.max(startsAt, arrivedAt);
  const jobs = queues.flatMap((queue) =>
    (demand.queues.get(queue.settings.name) ?? []).map((job) => ({
      siteid: queue.settings.name,
      resourceType: typeOf(queue.settings),
      cores: queue.settings.cpus,
      arrivesAt: at(job),
      // The model's pilots set themselves up as well.
      runSeconds: Math.max(1, job.heldSeconds - MEAN_SETUP_SECONDS),
    })),
  );
  const plain = demand.plain.flatMap(({ fleet, shape, wallSeconds, jobs: of }, kind) =>
    of.map((job, index) => ({
      ...{ name: `plain[${kind}]/${index}`, user: 'somebody', fleet, wallSeconds },
      shape: { ...shape, diskMb: diskInModel(sight, fleet, shape.diskMb) },
      ...{ arrivesAt: at(job), runSeconds: job.heldSeconds },
    })),
  );
  const byArrival = (a: { readonly arrivesAt: number }, b: { readonly arrivesAt: number }) =>
    a.arrivesAt - b.arrivesAt;
  return {
    jobs: jobs.sort(byArrival).map((job, index) => ({ id: index + 1, ...job })),
    plain: plain.sort(byArrival),
    notBrokered: 0,
  };
};

/**
 * Makes a model of a recorded time: its jobs, on machines that boot as they did, with these settings. What it leaves out: what
 * EC2 refused, outages, and workers that slept when it began.
 */
export const modelOf = (sight: Sight, recorded: Recorded, records: readonly SettingsRecord[]): Model => {
  const queues = queuesOf(sight, records);
  const { countsFrom, startsAt, to, machines, statuses } = recorded;
  return {
    scenario: scenarioOf(sight, records, queues, {
      ...{ startsAt, machines, statuses },
      title: `${sight.stage} as it was`,
      hours: Math.min(30 * DAY, to - startsAt) / 3600,
      interruptionsPerHour: machines.interruptionsPerHour,
      tickSeconds: sight.ticks.nudges ? sight.ticks.seconds : recorded.shortestGapSeconds,
      pandaViewSeconds: VIEW_SECONDS,
    }),
    load: loadOf(sight, recorded, queues),
    ...{ countsFrom, to, place: sight.place },
  };
};
