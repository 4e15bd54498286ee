import type { Flavour } from '../../core/flavours.ts';
import { TAG } from '../../core/names.ts';
import { parseQueueSettings, type QueueSettings } from '../../core/settings.ts';
import type { Clock } from '../../twin/clock.ts';
import type { Ec2Event } from '../../twin/ec2/events.ts';
import type { TwinInstance } from '../../twin/ec2/instance.ts';
import type { SecondUse } from '../../twin/ec2/options.ts';
import { type Ec2World, ec2World } from '../../twin/ec2/world.ts';
import { machines } from '../../twin/machine.ts';
import { type PandaWorld, pandaWorld } from '../../twin/panda/world.ts';
import { simulatedPilot } from '../../twin/pilot.ts';
import { PLACEMENTS } from '../../twin/placements.ts';
import { type PoolWorld, poolWorld } from '../../twin/pool/world.ts';
import { TEMPLATE, WORKER_DISK_MB } from '../../twin/world.ts';
import { type Protection, protection } from './protection.ts';

/** Times are short, so that every deadline passes within one episode. */
const COMMON = {
  state: 'active',
  'join-deadline-seconds': '600',
  'linger-seconds': '180',
  'pilot-wall-seconds': '1800',
  'max-life-seconds': '5400',
  'drain-deadline-seconds': '1200',
} as const;

/** Two queues: narrow pilots on demand, and wide ones on spot first, whose cap on cores binds before that on workers. */
export const QUEUES = {
  NARROW: { ...COMMON, 'max-workers': '6', flavours: 'm6i.large, m6a.large, m6i.2xlarge' },
  WIDE: {
    ...COMMON,
    cpus: '8',
    'memory-mb': '16000',
    market: 'spot-first',
    rebalance: 'drain',
    'max-workers': '6',
    'max-cores': '32',
    flavours: 'm6i.2xlarge, m6a.2xlarge',
  },
} as const satisfies Record<string, Readonly<Record<string, string>>>;
export type QueueName = keyof typeof QUEUES;
export const QUEUE_NAMES: readonly QueueName[] = ['NARROW', 'WIDE'];

const readSettings = (queue: QueueName): QueueSettings => {
  const parsed = parseQueueSettings(queue, QUEUES[queue]);
  if (!parsed.ok) throw new Error(`the settings of ${queue} are wrong: ${JSON.stringify(parsed.problems)}`);
  return parsed.settings;
};
const AS_SET = { NARROW: readSettings('NARROW'), WIDE: readSettings('WIDE') } as const;

/** The settings of a queue while nobody has turned them. */
export const settingsOf = (queue: QueueName): QueueSettings => AS_SET[queue];

/** The stage of the stack that is deployed, and the launch that those instances carry which it did not launch. */
export const STAGE = 'faults';
export const BY_HAND = 'by-hand';

const BOOT = { meanSeconds: 150, sdSeconds: 45, neverShare: 0 } as const;
const SLOW_BOOT = { ...BOOT, meanSeconds: 560, sdSeconds: 120 } as const;

/** What is so, whatever anybody sees of it: PanDA, pool and EC2 under one clock. */
export interface Truth {
  readonly clock: Clock;
  readonly panda: PandaWorld;
  readonly pool: PoolWorld;
  readonly ec2: Ec2World;
  /** The machine stops working and keeps its power: its startd is gone, its jobs start anew elsewhere, it never ends itself. */
  hang(instance: TwinInstance): void;
  readonly protection: Protection;
  /** Moments at which power was cut, by instance; and how many pilots ran then. */
  readonly cut: ReadonlyMap<string, { readonly at: number; readonly pilots: number }>;
}

export interface TruthOptions {
  readonly clock: Clock;
  readonly seed: number;
  readonly onEvent: (event: Ec2Event) => void;
  /** How many versions the launch template has, or will have. */
  readonly templates: number;
  readonly secondUse: SecondUse;
  /** How an instance that has power comes up: as usual, late, or never. */
  readonly bootOf: (instance: TwinInstance) => 'usual' | 'slow' | 'never';
}

export const truth = ({ clock, seed, onEvent, templates, secondUse, bootOf }: TruthOptions): Truth => {
  const flavours = new Map<string, Flavour>(
    QUEUE_NAMES.flatMap((queue) => settingsOf(queue).flavours.map((flavour) => [flavour.name, flavour])),
  );
  const panda = pandaWorld({
    clock,
    sites: Object.fromEntries(QUEUE_NAMES.map((name) => [name, { status: 'online', type: 'unified' }])),
  });
  const machineOf = (boot: typeof BOOT | typeof SLOW_BOOT) =>
    machines({
      clock,
      seed,
      boot,
      diskMb: WORKER_DISK_MB,
      flavours,
      pool: () => pool,
      powerOff: (instanceId) => ec2.powerOff(instanceId),
    });
  const kinds = { usual: machineOf(BOOT), slow: machineOf(SLOW_BOOT) };
  const kindOf = new Map<string, keyof typeof kinds>();
  const machine = (instanceId: string) => kinds[kindOf.get(instanceId) ?? 'usual'];
  const pool: PoolWorld = poolWorld({
    clock,
    runPilot: simulatedPilot({
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
    onRunning(instance) {
      const boot = bootOf(instance);
      if (boot === 'never') return;
      kindOf.set(instance.instanceId, boot);
      kinds[boot].onRunning(instance);
    },
    onEnding(instance) {
      const pilots = machine(instance.instanceId).onEnding(instance);
      cut.set(instance.instanceId, { at: clock.now, pilots });
    },
    onEvent,
  });
  const hang = (instance: TwinInstance) => {
    machine(instance.instanceId).onEnding(instance);
    pool.leave(instance.instanceId);
  };
  return { clock, panda, pool, ec2, protection: protection(clock), cut, hang };
};

export const queueOf = (instance: TwinInstance): string => instance.tags[TAG.queue] ?? '';
export const launchOf = (instance: TwinInstance): string => instance.tags[TAG.launch] ?? '';
