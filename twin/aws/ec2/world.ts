import type { Market } from '../../../core/model/flavours.ts';
import type { Ec2Calls } from './calls.ts';
import { capacity } from './capacity.ts';
import { consoleLog } from './console.ts';
import { describeInstances } from './describe.ts';
import { createFleet } from './fleet.ts';
import type { LaunchFailure, TwinInstance } from './instance.ts';
import { launching } from './launching.ts';
import { type Lives, lives } from './life.ts';
import { createTags, modifyInstanceAttribute } from './modify.ts';
import type { CapacityWindow, Ec2Options } from './options.ts';
import { DEFAULT_ACCOUNT, DEFAULT_REGION } from './options.ts';
import { type Refusing, refusing } from './refusing.ts';
import { runInstances } from './run.ts';
import { sight } from './sight.ts';
import { type SpotMarket, spotMarket } from './spot.ts';
import { startInstances } from './start.ts';
import { launchTemplates } from './templates.ts';
import { terminateInstances } from './terminate.ts';
import { DOCUMENTED_LIMITS, throttle } from './throttle.ts';

/** What a scenario may do to EC2. */
interface Ec2Faults extends Pick<Refusing, 'refuseCalls' | 'refuseFleets' | 'refuseEnds'> {
  /** Narrows capacity; returns a function that lifts it again. */
  limit(window: CapacityWindow): () => void;
  /** Sets or (undefined) lifts the vCPU quota of a market. */
  quota(market: Market, vcpus: number | undefined): void;
  /** While on, every call is refused with RequestLimitExceeded. */
  throttleEverything(on: boolean): void;
  /** While on, every call is refused with UnauthorizedOperation. */
  denyEverything(on: boolean): void;
  /** Warns a live spot instance and ends it two minutes later. */
  interrupt(instanceId: string): void;
  recommendRebalance(instanceId: string): void;
  /** From now on instances end seconds after their launch, for this reason; undefined: no more. */
  failLaunches(reason: LaunchFailure | undefined): void;
}

/** EC2 as the twin lives it. Nothing here speaks HTTP; `ec2Face` does. */
export interface Ec2World {
  readonly account: string;
  /** Seconds since 1970. */
  now(): number;
  readonly calls: Ec2Calls;
  readonly faults: Ec2Faults;
  /** The machine powers itself off from inside: it ends or stops, as its attribute says. */
  powerOff(instanceId: string): void;
  /** Every instance ever launched, in the order of launch. Bill them with `billOf`. */
  readonly instances: ReadonlyMap<string, TwinInstance>;
  /** The pending and running ones. */
  readonly live: ReadonlySet<TwinInstance>;
  /** The stopping and stopped ones. */
  readonly sleeping: ReadonlySet<TwinInstance>;
}

/** Makes an EC2 without instances. */
export const ec2World = (options: Ec2Options): Ec2World => {
  const { clock, account = DEFAULT_ACCOUNT, region = DEFAULT_REGION } = options;
  const room = capacity(clock, options);
  const throttled = throttle(clock, options.limits ?? DOCUMENTED_LIMITS);
  const consoles = consoleLog(options);
  const arnOf = (instanceId: string) => `arn:aws:ec2:${region}:${account}:instance/${instanceId}`;
  const refused = refusing(arnOf, options.ownTag);
  const lived: Lives = lives(options, room, {
    running(instance) {
      consoles.post(instance);
      spot.watch(instance);
      options.onRunning?.(instance);
    },
    ending(instance) {
      spot.unwatch(instance.instanceId);
      options.onEnding?.(instance);
    },
    ended: consoles.post,
  });
  const spot: SpotMarket = spotMarket(options, lived);
  const launch = launching(options, {
    ...{ capacity: room, throttle: throttled, refusing: refused, lives: lived },
  });
  const seen = sight(clock, lived.instances);
  const templateOf = launchTemplates(options.templates);
  const acting = { throttle: throttled, refusing: refused, sight: seen, lives: lived };
  return {
    account,
    now: () => clock.now,
    calls: {
      createFleet: createFleet(launch),
      runInstances: runInstances(launch),
      terminateInstances: terminateInstances(acting),
      startInstances: startInstances(acting, room),
      modifyInstanceAttribute: modifyInstanceAttribute(acting, launch.flavour),
      createTags: createTags(acting, {
        templates: options.templates,
        writable: options.writableTags,
        arnOf,
      }),
      describeInstances(request) {
        const isBounded = request.filters.length > 0 || request.maxResults !== undefined;
        throttled.admit(isBounded ? 'describe' : 'describeUnbounded');
        refused.checkCall('DescribeInstances');
        return describeInstances(seen, request);
      },
      describeLaunchTemplateVersion(id, version) {
        throttled.admit('describe');
        return templateOf(id, version);
      },
      getConsoleOutput(instanceId, latest) {
        throttled.admit('describe');
        const [instance] = seen.named([instanceId]);
        return instance === undefined ? undefined : consoles.read(instance, latest);
      },
    },
    faults: {
      limit: (window) => room.limit(window),
      quota: (market, vcpus) => room.quota(market, vcpus),
      throttleEverything: (on) => throttled.everything(on),
      denyEverything: (on) => throttled.denyEverything(on),
      refuseCalls: refused.refuseCalls,
      refuseFleets: refused.refuseFleets,
      refuseEnds: refused.refuseEnds,
      interrupt: (instanceId) => spot.interrupt(instanceId),
      failLaunches: (reason) => lived.failLaunches(reason),
      recommendRebalance: (instanceId) => spot.recommendRebalance(instanceId),
    },
    powerOff(instanceId) {
      const stops = lived.instances.get(instanceId)?.shutdownBehavior === 'stop';
      lived[stops ? 'stop' : 'end'](instanceId, 'Client.InstanceInitiatedShutdown');
    },
    instances: lived.instances,
    live: lived.live,
    sleeping: lived.sleeping,
  };
};
