import type { Flavour } from '../../core/model/flavours.ts';
import { TAG } from '../../core/model/names.ts';
import type { Resources } from '../../core/model/resources.ts';
import { startedAt, type TwinInstance } from '../aws/ec2/instance.ts';
import type { Clock } from '../clock/clock.ts';
import { exponential, normal, stream } from '../clock/random.ts';
import type { Slot } from '../pool/model.ts';
import { type Oddity, roomOf } from '../pool/odd.ts';
import type { PoolWorld } from '../pool/world.ts';

interface BootOptions {
  /** From the call that launched or started it to the slot in the collector. */
  readonly meanSeconds: number;
  readonly sdSeconds: number;
  readonly neverShare: number;
}

/** What the worker's disk offers to pilots, and what Linux sees of the memory EC2 sells. */
const SEEN_MEMORY_SHARE = 0.955;
/** One boot in a hundred takes a good deal longer. */
const SLOW_SHARE = 0.01;
const SLOW_MEAN_SECONDS = 300;
const FASTEST_SECONDS = 45;
/** EC2 itself takes some of it until a machine that is started again has power. */
const FASTEST_WAKE_SECONDS = 20;

/** Seconds from the launch call to the slot, or undefined if the worker never joins. Model: docs/reference.md. */
const bootSeconds = (boot: BootOptions, seed: number, instanceId: string): number | undefined => {
  const random = stream(seed, 'boot', instanceId);
  const usual = boot.meanSeconds + boot.sdSeconds * normal(random);
  const slow = random() < SLOW_SHARE ? exponential(random, SLOW_MEAN_SECONDS) : 0;
  const never = random() < boot.neverShare;
  return never ? undefined : Math.max(FASTEST_SECONDS, usual + slow);
};

/** The same of one that is started again, for the n-th time. */
const wakeSeconds = (
  wake: BootOptions,
  seed: number,
  { instanceId, runs }: TwinInstance,
): number | undefined => {
  const random = stream(seed, 'wake', instanceId, runs.length);
  const usual = wake.meanSeconds + wake.sdSeconds * normal(random);
  return random() < wake.neverShare ? undefined : Math.max(FASTEST_WAKE_SECONDS, usual);
};

const seen = (instance: TwinInstance, flavour: Flavour | undefined, diskMb: number): Resources => ({
  cpus: instance.vcpus,
  memoryMb: Math.floor((flavour?.memoryMb ?? 0) * SEEN_MEMORY_SHARE),
  diskMb,
  gpus: flavour?.gpus ?? 0,
});

/** When its own timer powers it off. */
const endOf = ({ launchedAt, tags }: TwinInstance): number | undefined => {
  const life = tags[TAG.maxLifeSeconds];
  return life === undefined ? undefined : launchedAt + Number(life);
};

export interface MachineOptions {
  readonly clock: Clock;
  readonly seed: number;
  readonly boot: BootOptions;
  /** The boots of machines that are started again. */
  readonly wake: BootOptions;
  readonly diskMb: number;
  /** What each instance type has, by name. */
  readonly flavours: ReadonlyMap<string, Flavour>;
  readonly pool: () => PoolWorld;
  readonly powerOff: (instanceId: string) => void;
  /** Whether an instance that comes up now is one that never joins; none, unless told. */
  readonly bootsFail?: (instance: TwinInstance) => boolean;
  /** What is odd about a worker that joins now; nothing, unless told. */
  readonly oddity?: (instance: TwinInstance) => Oddity | undefined;
}

/** What happens on the workers themselves: boot, join, power-off when nothing claims them for their linger. */
export const machines = (options: MachineOptions) => {
  const {
    clock,
    seed,
    boot,
    wake,
    diskMb,
    flavours,
    pool,
    powerOff,
    bootsFail = () => false,
    oddity = () => undefined,
  } = options;
  const failed = new Set<string>();
  const joining = new Map<string, () => void>();
  const lingering = new Map<string, () => void>();
  const lingerSeconds = new Map<string, number>();
  /** Of workers that linger less once a job has run since they joined. */
  const lingerAfterJob = new Map<string, number>();

  const shutDown = (instanceId: string) => {
    pool().leave(instanceId);
    powerOff(instanceId);
  };
  return {
    onRunning(instance: TwinInstance) {
      const { instanceId, tags } = instance;
      const takes =
        instance.runs.length > 1 ? wakeSeconds(wake, seed, instance) : bootSeconds(boot, seed, instanceId);
      const { [TAG.fleet]: fleet, [TAG.queue]: queue } = tags;
      const numberIn = (tag: string) => (tags[tag] === undefined ? undefined : Number(tags[tag]));
      // One without either comes to its end in its own boot script.
      if (takes === undefined || bootsFail(instance) || (fleet ?? queue) === undefined) {
        failed.add(instanceId);
        return;
      }
      failed.delete(instanceId);
      const join = () => {
        lingerSeconds.set(instanceId, Number(tags[TAG.lingerSeconds]));
        const after = numberIn(TAG.lingerAfterJobSeconds);
        if (after !== undefined) lingerAfterJob.set(instanceId, after);
        const odd = oddity(instance);
        pool().join({
          instanceId,
          ...(fleet === undefined ? { queue } : { fleet }),
          endsAt: endOf(instance),
          width: numberIn(TAG.width),
          firstWidth: numberIn(TAG.firstWidth),
          jobWallSeconds: numberIn(TAG.jobWallSeconds),
          total: roomOf(seen(instance, flavours.get(instance.offer.flavour), diskMb), odd),
          odd,
        });
      };
      joining.set(instanceId, clock.at(Math.max(clock.now, startedAt(instance) + takes), join));
    },
    consoleOf: (instance: TwinInstance): string | undefined =>
      failed.has(instance.instanceId) ? 'aerie: boot failed: this machine was made never to join' : undefined,
    onEnding({ instanceId }: TwinInstance): number {
      joining.get(instanceId)?.();
      lingering.get(instanceId)?.();
      return pool().cutPower(instanceId);
    },
    onIdle({ instanceId }: Slot) {
      const linger = lingerSeconds.get(instanceId) ?? 0;
      lingering.set(
        instanceId,
        clock.at(clock.now + linger, () => shutDown(instanceId)),
      );
    },
    onClaimed({ instanceId }: Slot) {
      lingering.get(instanceId)?.();
      lingering.delete(instanceId);
      lingerSeconds.set(instanceId, lingerAfterJob.get(instanceId) ?? lingerSeconds.get(instanceId) ?? 0);
    },
  };
};
