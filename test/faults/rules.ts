import type { ParsedFleet } from '../../core/settings/fleet-settings.ts';
import { judgedTogether, type StageSettings } from '../../core/settings/joint.ts';
import type { ParsedQueue } from '../../core/settings/queue-settings.ts';
import { parseFleetSettings, parseQueueSettings } from '../../core/settings/settings.ts';
import type { TwinInstance } from '../../twin/aws/ec2/instance.ts';
import type { Clock } from '../../twin/clock/clock.ts';
import {
  FLEET_NAMES,
  FLEETS,
  type FleetName,
  fleetOfQueue,
  fleetSettingsOf,
  isOnSite,
  QUEUE_NAMES,
  QUEUES,
  type QueueName,
  servingOf,
} from './queues.ts';
import { type Fault, FLEET_SETTINGS, type QUEUE_SETTINGS, type Script, STORM_MINUTES } from './script.ts';
import type { Tally } from './tally.ts';
import { fleetOf } from './truth.ts';

/** The settings as they are turned while an episode runs, and what they allow. */
export interface Rules {
  settings(): StageSettings;
  /** The highest caps in force within the last minutes: a launch may rest on settings from before. */
  mostAllowed(fleet: string): { readonly workers: number; readonly cores: number; readonly asleep: number };
  fleetNameOf(instance: TwinInstance | undefined): FleetName;
}

/** An intent is asked for again for ten minutes; a tick, a late view and a hanging request come on top. */
const AFTERMATH_SECONDS = 15 * 60;

const LOWERED = '2';

/** What `fewer may sleep` leaves. */
const FEWER_ASLEEP = '1';

/** The fleet that is there by itself: nobody can remove it. */
const STAYS: FleetName = 'default';

/** The fleet that a queue names once it has moved. */
const MOVED_TO: FleetName = 'narrow';

type Turned = Extract<Fault, { kind: 'settings' }>;
type OfFleet = (typeof FLEET_SETTINGS)[number];
type OfQueue = (typeof QUEUE_SETTINGS)[number];

const isOfFleet = (what: Turned['what']): what is OfFleet => FLEET_SETTINGS.some((of) => of === what);

/** Settings as they then are; parsed once, because every tick asks. */
const once = <T>(parse: () => T, key: string, known: Map<string, T>): T => {
  const found = known.get(key) ?? parse();
  known.set(key, found);
  return found;
};

/** The knobs that are turned, with what they are turned to. */
const TURNED: Readonly<Record<OfFleet, Readonly<Record<string, string>>>> = {
  removed: {},
  'cap lowered': { 'max-workers': LOWERED },
  paused: { state: 'paused' },
  drained: { state: 'drain' },
  unreadable: { 'max-workers': 'many' },
  'fewer may sleep': { 'max-asleep': FEWER_ASLEEP },
  'none may sleep': { 'max-asleep': '0' },
};

const fleetAs = (fleet: FleetName, what: OfFleet | undefined): ParsedFleet =>
  parseFleetSettings(
    fleet,
    { ...FLEETS[fleet], ...(what === undefined ? {} : TURNED[what]) },
    servingOf(fleet),
  );

const queueAs = (queue: QueueName, what: OfQueue | undefined): ParsedQueue => {
  switch (what) {
    case undefined:
    case 'queue removed':
      return parseQueueSettings(queue, QUEUES[queue]);
    case 'queue paused':
      return parseQueueSettings(queue, { ...QUEUES[queue], state: 'paused' });
    case 'queue drained':
      return parseQueueSettings(queue, { ...QUEUES[queue], state: 'drain' });
    case 'queue moved':
      return parseQueueSettings(queue, { ...QUEUES[queue], fleet: MOVED_TO });
    default:
      return what satisfies never;
  }
};

const knownFleets = new Map<string, ParsedFleet>();
const knownQueues = new Map<string, ParsedQueue>();

const workersAllowed = (fleet: FleetName, what: OfFleet | undefined): number => {
  const { maxWorkers } = fleetSettingsOf(fleet);
  switch (what) {
    case undefined:
    case 'fewer may sleep':
    case 'none may sleep':
      return maxWorkers;
    case 'removed':
      return fleet === STAYS ? maxWorkers : 0;
    case 'cap lowered':
      return Number(LOWERED);
    case 'paused':
    case 'drained':
    case 'unreadable':
      return 0;
    default:
      return what satisfies never;
  }
};

/** Nobody could wake more than the cap allows. */
const asleepAllowed = (fleet: FleetName, what: OfFleet | undefined): number => {
  const { maxAsleep } = fleetSettingsOf(fleet);
  const most = what === 'none may sleep' ? 0 : what === 'fewer may sleep' ? Number(FEWER_ASLEEP) : maxAsleep;
  return Math.min(most, workersAllowed(fleet, what));
};

export const fleetRules = (script: Script, clock: Clock, tally: Tally): Rules => {
  const start = clock.now;
  const faults = script.faults.filter((fault): fault is Turned => fault.kind === 'settings');
  const inForce = (at: number): readonly Turned[] =>
    faults.filter(({ fromMinute, minutes }) => {
      const to = Math.min(STORM_MINUTES, fromMinute + minutes);
      return start + fromMinute * 60 <= at && at < start + to * 60;
    });
  const ofFleet = (fleet: FleetName, at: number): OfFleet | undefined =>
    inForce(at)
      .filter(({ queue }) => fleetOfQueue(queue) === fleet)
      .map(({ what }) => what)
      .find(isOfFleet);
  const ofQueue = (queue: QueueName, at: number): OfQueue | undefined => {
    const all = inForce(at).filter((fault) => fault.queue === queue);
    // A fleet that is removed has no queue any more, and the default fleet cannot be.
    if (all.some(({ what }) => what === 'removed')) return 'queue removed';
    return all.map(({ what }) => what).find((what): what is OfQueue => !isOfFleet(what));
  };
  const momentsSince = (from: number): readonly number[] => [
    from,
    ...faults
      .flatMap(({ fromMinute, minutes }) => [fromMinute, Math.min(STORM_MINUTES, fromMinute + minutes)])
      .map((minute) => start + minute * 60)
      .filter((at) => at > from && at <= clock.now),
  ];
  const isThere = (fleet: FleetName): boolean => script.hasSite === true || !isOnSite(fleet);
  const isOurs = (name: string): name is FleetName => Object.hasOwn(FLEETS, name);
  return {
    settings() {
      const { now } = clock;
      for (const { what } of inForce(now)) tally.add(`settings ${what}`);
      const queues = QUEUE_NAMES.filter((queue) => isThere(fleetOfQueue(queue))).flatMap((queue) => {
        const what = ofQueue(queue, now);
        if (what === 'queue removed') return [];
        return [once(() => queueAs(queue, what), `${queue} ${what}`, knownQueues)];
      });
      const fleets = FLEET_NAMES.filter(isThere).flatMap((fleet) => {
        const what = ofFleet(fleet, now);
        if (what === 'removed' && fleet !== STAYS) return [];
        return [once(() => fleetAs(fleet, what), `${fleet} ${what}`, knownFleets)];
      });
      return judgedTogether({ queues, fleets });
    },
    mostAllowed(fleet) {
      if (!isOurs(fleet)) return { workers: 0, cores: 0, asleep: 0 };
      const moments = momentsSince(clock.now - AFTERMATH_SECONDS);
      return {
        workers: Math.max(...moments.map((at) => workersAllowed(fleet, ofFleet(fleet, at)))),
        cores: fleetSettingsOf(fleet).maxCores,
        asleep: Math.max(...moments.map((at) => asleepAllowed(fleet, ofFleet(fleet, at)))),
      };
    },
    fleetNameOf(instance) {
      const name = instance === undefined ? '' : fleetOf(instance);
      if (!isOurs(name)) throw new Error(`an instance of no fleet of ours: "${name}"`);
      return name;
    },
  };
};
