import { LOOK_SECONDS } from '../../collector/nudge/newcomers.ts';
import { EC2, isOfEc2 } from '../../core/model/clouds.ts';
import { TAG, WAKE_TAGS } from '../../core/model/names.ts';
import type { Ec2Event } from '../aws/ec2/events.ts';
import type { TwinInstance } from '../aws/ec2/instance.ts';
import { type Ec2World, ec2World } from '../aws/ec2/world.ts';
import type { Clock } from '../clock/clock.ts';
import { type PandaWorld, pandaWorld } from '../panda/world.ts';
import type { Oddity } from '../pool/odd.ts';
import { type PoolWorld, poolWorld } from '../pool/world.ts';
import { isBadVersion, versionsOf } from '../scenario/deploys.ts';
import { WORKER_DISK_MB } from '../scenario/place.ts';
import { PLACEMENTS } from '../scenario/placements.ts';
import type { Scenario } from '../scenario/schema.ts';
import { fleetsOf } from '../scenario/settings.ts';
import { machines } from '../worker/machine.ts';
import { simulatedJob } from '../worker/pilot.ts';
import { type Elsewhere, elsewhere } from './elsewhere.ts';

/** PanDA, pool and EC2 under one clock, and what only somebody outside of all three can know. */
export interface World {
  readonly clock: Clock;
  readonly panda: PandaWorld;
  readonly pool: PoolWorld;
  readonly ec2: Ec2World;
  /** The cloud beside EC2; absent: the scenario has none. */
  readonly elsewhere?: Elsewhere;
  /** Instances that have run a payload. */
  readonly used: ReadonlySet<string>;
  /** Pilots that ran when aerie (not spot, not the worker itself) ended their worker: law 3 says none. */
  readonly busyKilled: () => number;
  /** What a scenario can break on the workers. */
  readonly breakage: Readonly<Record<'boots' | 'pilots', Breakable>> & { readonly oddities: Oddities };
}

/** Something that can be made to fail each time, until it is mended. */
interface Breakable {
  fail(on: boolean): void;
  readonly fails: boolean;
}

/** What is odd about workers that join now. */
interface Oddities {
  readonly of: (instance: TwinInstance) => Oddity | undefined;
  /** From now on also those for which this is so; answers what ends it. */
  begin(which: Oddities['of']): () => void;
}

const oddities = (): Oddities => {
  const begun = new Set<Oddities['of']>();
  return {
    of(instance) {
      for (const which of begun) {
        const odd = which(instance);
        if (odd !== undefined) return odd;
      }
      return undefined;
    },
    begin(which) {
      begun.add(which);
      return () => begun.delete(which);
    },
  };
};

const breakable = (): Breakable => {
  let fails = false;
  return {
    fail(on) {
      fails = on;
    },
    get fails() {
      return fails;
    },
  };
};

export const TEMPLATE = { id: 'lt-0ae21e00000000001', version: '1' } as const;

/** The launch template of a stage from before there were fleets: its machines need the tag of a queue. */
export const FORMER_TEMPLATE = { id: 'lt-0ae21e000000000f0', version: '1' } as const;

/** What collector/60-aerie.condor sets NEGOTIATOR_CYCLE_DELAY to; a test holds the two together. */
export const CYCLE_DELAY_SECONDS = 2;

/** Jobs of sites that are not ours: the real PanDA is never empty, and an empty one answers with an error. */
const JOBS_ELSEWHERE = 5000;

/** Makes the world of a scenario, before its first job. */
export const makeWorld = (
  scenario: Scenario,
  clock: Clock,
  seed: number,
  onEvent: (event: Ec2Event) => void,
): World => {
  const used = new Set<string>();
  const flavours = fleetsOf(scenario).flatMap((fleet) => fleet.flavours);
  const flavoursOn = (isEc2: boolean) =>
    fleetsOf(scenario)
      .filter(({ cloud }) => (cloud === EC2) === isEc2)
      .flatMap((fleet) => fleet.flavours);
  const breakage = { boots: breakable(), pilots: breakable(), oddities: oddities() };
  let busyKilled = 0;
  const siteOf = ({ status }: { readonly status: string }) => ({ status, type: 'unified' as const });
  const panda = pandaWorld({
    clock,
    sites: Object.fromEntries(scenario.queues.map((queue) => [queue.name, siteOf(queue)])),
    viewSeconds: scenario.pandaViewSeconds,
    jobsElsewhere: JOBS_ELSEWHERE,
  });
  const machine = machines({
    clock,
    seed,
    boot: scenario.boot,
    wake: scenario.wake,
    diskMb: WORKER_DISK_MB,
    flavours: new Map(flavours.map((flavour) => [flavour.name, flavour])),
    pool: () => pool,
    powerOff: (instanceId) => (isOfEc2(instanceId) ? ec2 : other)?.powerOff(instanceId),
    bootsFail: ({ template, tags }) =>
      breakage.boots.fails ||
      isBadVersion(template.version) ||
      (template.id === FORMER_TEMPLATE.id && tags[TAG.queue] === undefined),
    oddity: breakage.oddities.of,
  });
  const sites = Object.fromEntries(
    scenario.queues.map(({ name, resourceType }) => [name, { siteid: name, resourceType }]),
  );
  const pool: PoolWorld = poolWorld({
    clock,
    negotiatorSeconds: scenario.negotiatorSeconds,
    asked: { delaySeconds: CYCLE_DELAY_SECONDS, newcomerSeconds: LOOK_SECONDS },
    runJob: simulatedJob({
      clock,
      seed,
      panda,
      sites,
      onPayload: (id) => used.add(id),
      setupFails: (id) => breakage.pilots.fails || pool.slots.get(id)?.odd === 'black-hole',
    }),
    onIdle: machine.onIdle,
    onClaimed: machine.onClaimed,
  });
  const cut = (instance: TwinInstance) => {
    const lost = machine.onEnding(instance);
    const { life } = instance;
    if ('cause' in life && life.cause === 'Client.UserInitiatedShutdown') busyKilled += lost;
  };
  const ec2: Ec2World = ec2World({
    clock,
    seed,
    placements: PLACEMENTS,
    flavours: flavoursOn(true).map(
      ({ name, cpus, memoryMb, gpus }) => `${name}(${cpus}c,${memoryMb}m,${gpus}g)`,
    ),
    templates: [
      FORMER_TEMPLATE,
      ...versionsOf(scenario, TEMPLATE.version).map((version) => ({ ...TEMPLATE, version })),
    ].map((template) => ({
      ...template,
      imageId: 'ami-0ae21e00000000001',
      userData: '#cloud-config\n',
      shutdownBehavior: 'terminate',
      metadataTags: true,
    })),
    spot: {
      interruptionsPerHour: scenario.interruptionsPerHour,
      announcedShare: 0.5,
      announcedAheadSeconds: [60, 600],
    },
    quotaVcpus: scenario.vcpuQuotas,
    onRunning: machine.onRunning,
    consoleOf: machine.consoleOf,
    ownTag: TAG.stage,
    writableTags: WAKE_TAGS,
    onEnding: cut,
    onEvent,
  });
  const other = elsewhere(scenario, {
    ...{ clock, seed, flavours: flavoursOn(false), onRunning: machine.onRunning },
    onEnding(instance) {
      busyKilled += machine.onEnding(instance);
    },
  });
  return {
    ...{ clock, panda, pool, ec2, used, busyKilled: () => busyKilled, breakage },
    ...(other === undefined ? {} : { elsewhere: other }),
  };
};
