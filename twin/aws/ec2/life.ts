import { type Random, stream } from '../../clock/random.ts';
import type { Capacity } from './capacity.ts';
import { ec2Event, type Happened } from './events.ts';
import type { EndCause, LaunchFailure } from './instance.ts';
import { isLive, isOver, type Life, type TwinInstance, uuidOf } from './instance.ts';
import { DEFAULT_ACCOUNT, DEFAULT_REGION, type Ec2Options, type Span } from './options.ts';

/** What is known of an instance at the moment of its launch. */
type Newborn = Omit<TwinInstance, 'launchedAt' | 'runs' | 'visibleAt' | 'life'>;

/** What may be changed of an instance: its type only while it is stopped. */
type Changes = Partial<Pick<TwinInstance, 'offer' | 'vcpus' | 'tags' | 'shutdownBehavior'>>;

/** An instance as its own world may change it. */
type Owned = { -readonly [K in keyof TwinInstance]: TwinInstance[K] };

export interface Lives {
  readonly instances: ReadonlyMap<string, TwinInstance>;
  readonly live: ReadonlySet<TwinInstance>;
  readonly sleeping: ReadonlySet<TwinInstance>;
  begin(newborn: Newborn): TwinInstance;
  /** Begins the end of an instance; nothing happens to one that is ending or gone. */
  end(instanceId: string, cause: EndCause): void;
  /** Begins the stop of one that has power. */
  stop(instanceId: string, cause: EndCause): void;
  /** Starts a stopped one; its capacity has been taken. */
  start(instanceId: string): void;
  change(instanceId: string, changes: Changes): void;
  /** From now on instances end at their launch, with this reason; undefined: no more. */
  failLaunches(reason: LaunchFailure | undefined): void;
  /** Tells the world what happened to an instance. */
  tell(instanceId: string, happened: Happened): void;
}

/** Seconds, guessed from what one sees on EC2; a launch of tens of seconds is the machine's own boot, not ours. */
const DEFAULT = {
  pendingSeconds: [8, 20],
  stoppingSeconds: [10, 60],
  shuttingDownSeconds: [20, 40],
  hiddenSeconds: [0.5, 6],
  eventDelaySeconds: [0.2, 2],
  failSeconds: [2, 8],
} as const satisfies Partial<Record<keyof Ec2Options, Span>>;

const draw = (random: Random, [lowest, highest]: Span): number => lowest + (highest - lowest) * random();

/** Moves instances through their lives on the clock: pending, running, stopped and started again, terminated. */
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
  const sleeping = new Set<TwinInstance>();
  const fates = new Map<string, { readonly random: Random; callOff: () => void }>();
  let failure: LaunchFailure | undefined;
  /** The first of a kind is drawn as if there were no other: what sleeps once more changes nothing before. */
  const nth = (instanceId: string): readonly number[] => {
    const runs = instances.get(instanceId)?.runs.length ?? 1;
    return runs === 1 ? [] : [runs];
  };
  const tell = (instanceId: string, happened: Happened) => {
    const { onEvent, account = DEFAULT_ACCOUNT, region = DEFAULT_REGION } = options;
    if (onEvent === undefined) return;
    const what = happened.kind === 'state' ? happened.state : happened.kind;
    const random = stream(seed, 'event', instanceId, what, ...nth(instanceId));
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
  /** Begins a run: it has power in a while, unless something comes between, or it ends at once for this reason. */
  const comeUp = (instance: Owned, random: Random, reason?: LaunchFailure) => {
    const { instanceId, offer, vcpus } = instance;
    instance.runs = [...instance.runs, { flavour: offer.flavour, vcpus, from: clock.now }];
    sleeping.delete(instance);
    live.add(instance);
    enter(instance, { kind: 'pending' });
    const callOff =
      reason === undefined
        ? clock.at(clock.now + draw(random, spans.pendingSeconds), () => {
            enter(instance, { kind: 'running', since: clock.now });
            hooks.running(instance);
          })
        : clock.at(clock.now + draw(random, spans.failSeconds), () => end(instanceId, reason));
    fates.set(instanceId, { random, callOff });
  };
  const owned = (instanceId: string): Owned => {
    const instance = instances.get(instanceId);
    if (instance === undefined) throw new Error(`there is no ${instanceId}`);
    return instance;
  };
  /** Ends the run of one that has power, and with it what it takes of room and quota. */
  const cutPower = (instance: Owned, life: Life) => {
    const { runs } = instance;
    const last = runs.at(-1);
    if (last !== undefined) instance.runs = [...runs.slice(0, -1), { ...last, until: clock.now }];
    live.delete(instance);
    capacity.give(instance.offer, instance.vcpus);
    enter(instance, life);
    hooks.ending(instance);
  };
  /** What was to become of it does not come to be. */
  const fateOf = (instanceId: string): Random | undefined => {
    const fate = fates.get(instanceId);
    fate?.callOff();
    fates.delete(instanceId);
    return fate?.random;
  };
  const end = (instanceId: string, cause: EndCause): void => {
    const instance = instances.get(instanceId);
    if (instance === undefined || isOver(instance)) return;
    const random = fateOf(instanceId) ?? stream(seed, 'end', instanceId);
    const endedAt = clock.now;
    const life: Life = { kind: 'shutting-down', endedAt, cause };
    if (isLive(instance)) cutPower(instance, life);
    else enter(instance, life);
    sleeping.delete(instance);
    clock.at(endedAt + draw(random, spans.shuttingDownSeconds), () => {
      enter(instance, { kind: 'terminated', endedAt, cause, since: clock.now });
      hooks.ended(instance);
    });
  };
  return {
    instances,
    live,
    sleeping,
    tell,
    begin(newborn) {
      const { instanceId } = newborn;
      const random = stream(seed, 'life', instanceId);
      const launchedAt = clock.now;
      const visibleAt = launchedAt + draw(random, spans.hiddenSeconds);
      if (instances.has(instanceId)) throw new Error(`${instanceId} was launched twice`);
      const instance: Owned = { ...newborn, launchedAt, visibleAt, runs: [], life: { kind: 'pending' } };
      instances.set(instanceId, instance);
      comeUp(instance, random, failure);
      return instance;
    },
    stop(instanceId, cause) {
      const instance = owned(instanceId);
      if (!isLive(instance)) return;
      fateOf(instanceId);
      const random = stream(seed, 'stop', instanceId, instance.runs.length);
      cutPower(instance, { kind: 'stopping', since: clock.now, cause });
      sleeping.add(instance);
      const callOff = clock.at(clock.now + draw(random, spans.stoppingSeconds), () => {
        enter(instance, { kind: 'stopped', since: clock.now, cause });
        hooks.ended(instance);
      });
      fates.set(instanceId, { random, callOff });
    },
    start(instanceId) {
      const instance = owned(instanceId);
      if (instance.life.kind !== 'stopped') throw new Error(`${instanceId} is not stopped`);
      comeUp(instance, stream(seed, 'start', instanceId, instance.runs.length));
    },
    change(instanceId, changes) {
      Object.assign(owned(instanceId), changes);
    },
    failLaunches(reason) {
      failure = reason;
    },
    end,
  };
};
