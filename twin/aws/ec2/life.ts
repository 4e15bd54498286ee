import { type Random, stream } from '../../clock/random.ts';
import type { Capacity } from './capacity.ts';
import { ec2Event, type Happened } from './events.ts';
import type { EndCause, LaunchFailure } from './instance.ts';
import { isLive, type Life, type TwinInstance, uuidOf } from './instance.ts';
import { DEFAULT_ACCOUNT, DEFAULT_REGION, type Ec2Options, type Span } from './options.ts';

/** What is known of an instance at the moment of its launch. */
type Newborn = Omit<TwinInstance, 'launchedAt' | 'visibleAt' | 'life'>;

/** An instance as its own world may change it. */
type Owned = TwinInstance & { life: Life };

export interface Lives {
  readonly instances: ReadonlyMap<string, TwinInstance>;
  readonly live: ReadonlySet<TwinInstance>;
  begin(newborn: Newborn): TwinInstance;
  /** Begins the end of a live instance; nothing happens to one that is ending or gone. */
  end(instanceId: string, cause: EndCause): void;
  /** From now on instances end at their launch, with this reason; undefined: no more. */
  failLaunches(reason: LaunchFailure | undefined): void;
  /** Tells the world what happened to an instance. */
  tell(instanceId: string, happened: Happened): void;
}

/** Seconds, guessed from what one sees on EC2; a launch of tens of seconds is the machine's own boot, not ours. */
const DEFAULT = {
  pendingSeconds: [8, 20],
  shuttingDownSeconds: [20, 40],
  hiddenSeconds: [0.5, 6],
  eventDelaySeconds: [0.2, 2],
  failSeconds: [2, 8],
} as const satisfies Partial<Record<keyof Ec2Options, Span>>;

const draw = (random: Random, [lowest, highest]: Span): number => lowest + (highest - lowest) * random();

/** Moves instances through their lives on the clock: pending, running, shutting down, terminated. */
export const lives = (
  options: Ec2Options,
  capacity: Capacity,
  hooks: {
    readonly running: (instance: TwinInstance) => void;
    readonly ending: (instance: TwinInstance) => void;
    readonly ended: (instance: TwinInstance) => void;
  },
): Lives => {
  const { clock, seed } = options;
  const spans = { ...DEFAULT, ...options };
  const instances = new Map<string, Owned>();
  const live = new Set<TwinInstance>();
  const fates = new Map<string, { readonly random: Random; callOff: () => void }>();
  let failure: LaunchFailure | undefined;
  const tell = (instanceId: string, happened: Happened) => {
    const { onEvent, account = DEFAULT_ACCOUNT, region = DEFAULT_REGION } = options;
    if (onEvent === undefined) return;
    const what = happened.kind === 'state' ? happened.state : happened.kind;
    const random = stream(seed, 'event', instanceId, what);
    const at = clock.now;
    if (random() < (options.eventLossShare ?? 0)) return;
    const id = uuidOf(seed, 'event', instanceId, what, at);
    const event = ec2Event(instanceId, happened, { id, account, region, at });
    clock.at(at + draw(random, spans.eventDelaySeconds), () => onEvent(event));
  };
  const enter = (instance: Owned, life: Life) => {
    instance.life = life;
    tell(instance.instanceId, { kind: 'state', state: life.kind });
  };
  const end = (instanceId: string, cause: EndCause): void => {
    const instance = instances.get(instanceId);
    if (instance === undefined || !isLive(instance)) return;
    const fate = fates.get(instanceId);
    fate?.callOff();
    fates.delete(instanceId);
    live.delete(instance);
    capacity.give(instance.offer, instance.vcpus);
    const endedAt = clock.now;
    enter(instance, { kind: 'shutting-down', endedAt, cause });
    hooks.ending(instance);
    const random = fate?.random ?? stream(seed, 'end', instanceId);
    clock.at(endedAt + draw(random, spans.shuttingDownSeconds), () => {
      enter(instance, { kind: 'terminated', endedAt, cause, since: clock.now });
      hooks.ended(instance);
    });
  };
  return {
    instances,
    live,
    tell,
    begin(newborn) {
      const random = stream(seed, 'life', newborn.instanceId);
      const launchedAt = clock.now;
      const visibleAt = launchedAt + draw(random, spans.hiddenSeconds);
      if (instances.has(newborn.instanceId)) throw new Error(`${newborn.instanceId} was launched twice`);
      const instance: Owned = { ...newborn, launchedAt, visibleAt, life: { kind: 'pending' } };
      instances.set(instance.instanceId, instance);
      live.add(instance);
      enter(instance, instance.life);
      const reason = failure;
      const callOff =
        reason === undefined
          ? clock.at(launchedAt + draw(random, spans.pendingSeconds), () => {
              enter(instance, { kind: 'running', since: clock.now });
              hooks.running(instance);
            })
          : clock.at(launchedAt + draw(random, spans.failSeconds), () => end(instance.instanceId, reason));
      fates.set(instance.instanceId, { random, callOff });
      return instance;
    },
    failLaunches(reason) {
      failure = reason;
    },
    end,
  };
};
