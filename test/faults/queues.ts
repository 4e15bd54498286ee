import type { FleetSettings } from '../../core/settings/fleet-settings.ts';
import { USUAL_PLACE } from '../../core/settings/place.ts';
import type { QueueSettings } from '../../core/settings/queue-settings.ts';
import { parseFleetSettings, parseQueueSettings, type Serving } from '../../core/settings/settings.ts';

type Knobs = Readonly<Record<string, string>>;

/** Times are short, so that every deadline passes within one episode. */
const MACHINES = {
  'join-deadline-seconds': '600',
  'linger-seconds': '180',
  'max-life-seconds': '5400',
  'drain-deadline-seconds': '1200',
} as const;

/** The cloud beside EC2, of the scripts that have one. */
export const SITE = 'site';

/**
 * Three fleets on EC2: narrow workers on demand; wide ones on spot first, whose cap on cores binds before that on workers, and which
 * sleep where spot is short; and one on demand that narrow and wide jobs share, so that sleepers wake as other sizes, with
 * the workers from before there were fleets. Two on an OpenStack: one whose price says what sleep is worth, and one without, whose
 * servers are to be deleted when they have switched themselves off.
 */
export const FLEETS = {
  narrow: {
    ...MACHINES,
    'max-workers': '6',
    'max-asleep': '4',
    flavours: 'm6i.large, m6a.large, m6i.2xlarge',
  },
  wide: {
    ...MACHINES,
    market: 'spot-first',
    rebalance: 'drain',
    'max-workers': '6',
    'max-cores': '32',
    flavours: 'm6i.2xlarge, m6a.2xlarge',
  },
  default: {
    ...MACHINES,
    'max-workers': '8',
    'max-cores': '40',
    'max-asleep': '5',
    flavours: 'm6i.large, m6a.large, m6i.2xlarge, m6a.2xlarge',
  },
  priced: {
    ...MACHINES,
    cloud: SITE,
    'max-workers': '5',
    'max-asleep': '3',
    'dollars-per-core-hour': '0.05',
    flavours: 'g1.small(2c,8192m), g1.large(8c,32768m)',
  },
  unpriced: {
    ...MACHINES,
    cloud: SITE,
    'max-workers': '4',
    'max-cores': '32',
    flavours: 'g1.large(8c,32768m), g2.large(8c,30000m)',
  },
} as const satisfies Record<string, Knobs>;

export type FleetName = keyof typeof FLEETS;

/** The disks of the narrow fleet are dear: at first its sleepers are kept for some ten minutes, the others for longer. */
const DEAR_DISK_GB = 200;

/** Where the workers of a fleet live. */
export const servingOf = (fleet: FleetName): Serving =>
  fleet === 'narrow' ? { place: { ...USUAL_PLACE, diskGb: DEAR_DISK_GB } } : {};

export const FLEET_NAMES: readonly FleetName[] = ['narrow', 'wide', 'default', 'priced', 'unpriced'];

const PILOTS = { state: 'active', 'pilot-wall-seconds': '1800' } as const;
const EIGHT_CORES = { cpus: '8', 'memory-mb': '16000' } as const;

/** Queues that have a fleet each, and two that share one. */
export const QUEUES = {
  NARROW: { ...PILOTS, fleet: 'narrow' },
  WIDE: { ...PILOTS, ...EIGHT_CORES, fleet: 'wide' },
  SMALL: { ...PILOTS, fleet: 'default' },
  LARGE: { ...PILOTS, ...EIGHT_CORES, fleet: 'default' },
  PRICED: { ...PILOTS, fleet: 'priced' },
  UNPRICED: { ...PILOTS, ...EIGHT_CORES, fleet: 'unpriced' },
} as const satisfies Record<string, Knobs & { readonly fleet: FleetName }>;

export type QueueName = keyof typeof QUEUES;

/** The queues of fleets on EC2, and those of fleets on the OpenStack. */
export const EC2_QUEUES = ['NARROW', 'WIDE', 'SMALL', 'LARGE'] as const satisfies readonly QueueName[];
export const SITE_QUEUES = ['PRICED', 'UNPRICED'] as const satisfies readonly QueueName[];
export const QUEUE_NAMES: readonly QueueName[] = [...EC2_QUEUES, ...SITE_QUEUES];

const readQueue = (queue: QueueName): QueueSettings => {
  const parsed = parseQueueSettings(queue, QUEUES[queue]);
  if (!parsed.ok) throw new Error(`the settings of ${queue} are wrong: ${JSON.stringify(parsed.problems)}`);
  return parsed.settings;
};

const readFleet = (fleet: FleetName): FleetSettings => {
  const parsed = parseFleetSettings(fleet, FLEETS[fleet], servingOf(fleet));
  if (!parsed.ok) throw new Error(`the settings of ${fleet} are wrong: ${JSON.stringify(parsed.problems)}`);
  return parsed.settings;
};

const QUEUES_AS_SET: ReadonlyMap<QueueName, QueueSettings> = new Map(
  QUEUE_NAMES.map((name) => [name, readQueue(name)]),
);
const FLEETS_AS_SET: ReadonlyMap<FleetName, FleetSettings> = new Map(
  FLEET_NAMES.map((name) => [name, readFleet(name)]),
);

const there = <T>(of: T | undefined, name: string): T => {
  if (of === undefined) throw new Error(`${name} is none of ours`);
  return of;
};

/** The settings of a queue while nobody has turned them. */
export const settingsOf = (queue: QueueName): QueueSettings => there(QUEUES_AS_SET.get(queue), queue);

/** The same of a fleet. */
export const fleetSettingsOf = (fleet: FleetName): FleetSettings => there(FLEETS_AS_SET.get(fleet), fleet);

/** The queues that name a fleet while nobody has turned their settings. */
export const queuesOn = (fleet: FleetName): readonly QueueName[] =>
  QUEUE_NAMES.filter((queue) => fleetOfQueue(queue) === fleet);

/** The fleet that a queue names while nobody has turned its settings. */
export const fleetOfQueue = (queue: QueueName): FleetName => QUEUES[queue].fleet;

/** Whether the machines of a fleet are servers of the OpenStack while nobody has turned its settings. */
export const isOnSite = (fleet: FleetName): boolean => fleetSettingsOf(fleet).cloud === SITE;

/** The shortest time that a job of a fleet's queues may need. */
export const shortestWallOn = (fleet: FleetName): number =>
  Math.min(...queuesOn(fleet).map((queue) => settingsOf(queue).pilotWallSeconds));
