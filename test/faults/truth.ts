import { isOfEc2 } from '../../core/model/clouds.ts';
import type { Flavour } from '../../core/model/flavours.ts';
import { belongingIn, TAG, WAKE_TAGS } from '../../core/model/names.ts';
import type { Ec2Event } from '../../twin/aws/ec2/events.ts';
import type { TwinInstance } from '../../twin/aws/ec2/instance.ts';
import type { SecondUse } from '../../twin/aws/ec2/options.ts';
import { type Ec2World, ec2World } from '../../twin/aws/ec2/world.ts';
import type { Clock } from '../../twin/clock/clock.ts';
import { type PandaWorld, pandaWorld } from '../../twin/panda/world.ts';
import { type PoolWorld, poolWorld } from '../../twin/pool/world.ts';
import { WORKER_DISK_MB } from '../../twin/scenario/place.ts';
import { PLACEMENTS } from '../../twin/scenario/placements.ts';
import { type Elsewhere, elsewhere } from '../../twin/stage/elsewhere.ts';
import { TEMPLATE } from '../../twin/stage/world.ts';
import { machines as machinesOf } from '../../twin/worker/machine.ts';
import { simulatedJob } from '../../twin/worker/pilot.ts';
import { type Protection, protection } from './protection.ts';
import { FLEET_NAMES, type FleetName, fleetSettingsOf, isOnSite, QUEUE_NAMES, SITE } from './queues.ts';

/** The stage of the stack that is deployed, and the launches that those instances carry which it did not launch. */
export const STAGE = 'faults';

export const BY_HAND = 'by-hand';

export const BEFORE = 'before-fleets';

const BOOT = { meanSeconds: 150, sdSeconds: 45, neverShare: 0 } as const;

const WAKE = { meanSeconds: 35, sdSeconds: 6, neverShare: 0 } as const;

const SLOW_BOOT = { ...BOOT, meanSeconds: 560, sdSeconds: 120 } as const;

/** All machines, of both clouds. */
interface Machines {
  of(instanceId: string): TwinInstance | undefined;
  /** Those that have power, or are about to. */
  live(): readonly TwinInstance[];
  sleeping(): readonly TwinInstance[];
  /** Those that have ended too. */
  all(): readonly TwinInstance[];
}

/** What is so, whatever anybody sees of it: PanDA, pool and clouds under one clock. */
export interface Truth {
  readonly clock: Clock;
  readonly panda: PandaWorld;
  readonly pool: PoolWorld;
  readonly ec2: Ec2World;
  /** The OpenStack beside it; undefined: there is none. */
  readonly site: Elsewhere | undefined;
  readonly machines: Machines;
  /** The machine stops working and keeps its power: its startd is gone, its jobs start anew elsewhere, it never ends itself. */
  hang(instance: TwinInstance): void;
  /** Somebody starts one that is stopped. */
  startByHand(instance: TwinInstance): void;
  /** Whether what has power has it from somebody's hand. */
  isByHand(instance: TwinInstance): boolean;
  readonly protection: Protection;
  /** Moments at which power was last cut, at a stop or at the end, by instance; and how many pilots ran then. */
  readonly cut: ReadonlyMap<string, { readonly at: number; readonly pilots: number }>;
}

/** As large as all fleets of the OpenStack may be, and all that may sleep, with as many again that failed: four cores a server. */
export const SITE_SERVERS = 24;

export const SITE_ZONES: readonly string[] = ['nova-a', 'nova-b'];

/** How old its lists are while they lag: older than a tick and a late one, and younger than what a launch is given to show. */
const LAG_SECONDS = 200;

/** So long after it got power one that loses it again does. */
const OFF_SECONDS = 12;

export interface TruthOptions {
  readonly clock: Clock;
  readonly seed: number;
  readonly onEvent: (event: Ec2Event) => void;
  /** How many versions the launch template has, or will have. */
  readonly templates: number;
  readonly secondUse: SecondUse;
  readonly hasSite: boolean;
  /** What fails a server of the OpenStack that is being built; undefined: nothing. */
  readonly buildFails: () => string | undefined;
  /** How an instance that has power comes up: as usual, late, or never; or it loses its power again. */
  readonly bootOf: (instance: TwinInstance) => 'usual' | 'slow' | 'never' | 'off';
}

const flavoursOf = (fleets: readonly FleetName[]): ReadonlyMap<string, Flavour> =>
  new Map(fleets.flatMap((fleet) => fleetSettingsOf(fleet).flavours.map((of) => [of.name, of])));

export const truth = (options: TruthOptions): Truth => {
  const { clock, seed, onEvent, templates, secondUse, bootOf, hasSite, buildFails } = options;
  const flavours = flavoursOf(FLEET_NAMES);
  const panda = pandaWorld({
    clock,
    sites: Object.fromEntries(QUEUE_NAMES.map((name) => [name, { status: 'online', type: 'unified' }])),
  });
  const machineOf = (boot: typeof BOOT | typeof SLOW_BOOT) =>
    machinesOf({
      clock,
      seed,
      boot,
      wake: WAKE,
      diskMb: WORKER_DISK_MB,
      flavours,
      pool: () => pool,
      powerOff: (instanceId) => powerOff(instanceId),
    });
  const kinds = { usual: machineOf(BOOT), slow: machineOf(SLOW_BOOT) };
  const kindOf = new Map<string, keyof typeof kinds>();
  const machine = (instanceId: string) => kinds[kindOf.get(instanceId) ?? 'usual'];
  const pool: PoolWorld = poolWorld({
    clock,
    runJob: simulatedJob({
      clock,
      seed,
      panda,
      sites: Object.fromEntries(QUEUE_NAMES.map((name) => [name, { siteid: name, resourceType: 'SCORE' }])),
      onPayload: () => {},
    }),
    onIdle: (slot) => machine(slot.instanceId).onIdle(slot),
    onClaimed: (slot) => machine(slot.instanceId).onClaimed(slot),
  });
  const cut = new Map<string, { at: number; pilots: number }>();
  const powerOff = (instanceId: string): void => {
    if (isOfEc2(instanceId)) {
      ec2.powerOff(instanceId);
      return;
    }
    cut.set(instanceId, { at: clock.now, pilots: 0 });
    site?.powerOff(instanceId);
  };
  const comesUp = (instance: TwinInstance): void => {
    const boot = bootOf(instance);
    if (boot === 'never') return;
    if (boot === 'off') {
      clock.at(clock.now + OFF_SECONDS, () => powerOff(instance.instanceId));
      return;
    }
    kindOf.set(instance.instanceId, boot);
    kinds[boot].onRunning(instance);
  };
  const isCut = (instance: TwinInstance): void => {
    const pilots = machine(instance.instanceId).onEnding(instance);
    cut.set(instance.instanceId, { at: clock.now, pilots });
  };
  const template = {
    id: TEMPLATE.id,
    imageId: 'ami-0ae21e00000000001',
    userData: '',
    shutdownBehavior: 'terminate',
    metadataTags: true,
  } as const;
  const ec2: Ec2World = ec2World({
    clock,
    seed,
    placements: PLACEMENTS,
    templates: Array.from({ length: templates }, (_, index) => ({ ...template, version: String(index + 1) })),
    hiddenSeconds: [0.5, 20],
    secondUse,
    ownTag: TAG.stage,
    writableTags: WAKE_TAGS,
    onRunning: comesUp,
    onEnding: isCut,
    onEvent,
  });
  const site = elsewhere(
    { clouds: hasSite ? { [SITE]: { zones: [...SITE_ZONES], instances: SITE_SERVERS } } : {} },
    {
      ...{ clock, seed, onRunning: comesUp, onEnding: isCut },
      flavours: [...flavoursOf(FLEET_NAMES.filter(isOnSite)).values()],
      own: {
        lagSeconds: LAG_SECONDS,
        buildFails() {
          const message = buildFails();
          return message === undefined ? undefined : { code: 500, message };
        },
      },
    },
  );
  site?.openstack.operator.quota(SITE_SERVERS);
  const hang = (instance: TwinInstance) => {
    machine(instance.instanceId).onEnding(instance);
    pool.leave(instance.instanceId);
  };
  const byHand = new Map<string, number>();
  const startByHand = ({ instanceId, runs }: TwinInstance) => {
    byHand.set(instanceId, runs.length + 1);
    const server = site?.serverOf(instanceId);
    if (server === undefined) ec2.calls.startInstances([instanceId]);
    else site?.openstack.start(server);
  };
  const isByHand = (instance: TwinInstance): boolean =>
    launchOf(instance) === BY_HAND || byHand.get(instance.instanceId) === instance.runs.length;
  const marked = (instanceId: string, tags: Readonly<Record<string, string>>): void => {
    const metadata = site?.serverOf(instanceId)?.metadata;
    if (metadata === undefined) return;
    delete metadata[TAG.protected];
    Object.assign(metadata, tags);
  };
  const machines: Machines = {
    of: (instanceId) =>
      ec2.instances.get(instanceId) ?? site?.instances().find((of) => of.instanceId === instanceId),
    live: () => [...ec2.live, ...(site?.live() ?? [])],
    sleeping: () => [...ec2.sleeping, ...(site?.sleeping() ?? [])],
    all: () => [...ec2.instances.values(), ...(site?.instances() ?? [])],
  };
  return {
    ...{ clock, panda, pool, ec2, site, machines, protection: protection(clock, marked) },
    ...{ cut, hang, startByHand, isByHand },
  };
};

/** Whose jobs an instance was launched for, as its tags say. */
export const fleetOf = (instance: TwinInstance): string => belongingIn(instance.tags)?.fleet ?? '';

/** The queue whose pilots alone it takes, where it is from before there were fleets. */
export const onlyQueueOf = (instance: TwinInstance): string | undefined =>
  belongingIn(instance.tags)?.onlyQueue;

export const launchOf = (instance: TwinInstance): string => instance.tags[TAG.launch] ?? '';
