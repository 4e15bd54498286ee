import { nameOf } from '../../core/settings/parse.ts';
import type { TwinInstance } from '../aws/ec2/instance.ts';
import { fleetOf, runningListBill } from '../aws/ec2/list-bill.ts';
import { isAlive, type PoolJob, type Slot } from '../pool/model.ts';
import { notOver } from '../pool/not-over.ts';
import type { FleetSample, QueueSample, Sample } from '../report/sample.ts';
import { TWIN_PLACE } from '../scenario/place.ts';
import type { Scenario } from '../scenario/schema.ts';
import { settingsOf, spotPercentIn } from '../scenario/settings.ts';
import type { World } from '../stage/world.ts';

/** The cap of every fleet of a scenario. */
export const capsOf = (scenario: Scenario): ReadonlyMap<string, number> =>
  new Map(
    settingsOf(scenario).fleets.map((fleet) => [nameOf(fleet), fleet.ok ? fleet.settings.maxWorkers : 0]),
  );

const isEnded = ({ life }: PoolJob): boolean => life.kind === 'ended' || life.kind === 'removed';

interface PilotCount {
  idle: number;
  running: number;
}

/** Counts pilots. */
const pilotCounter = (world: World): (() => ReadonlyMap<string, PilotCount>) => {
  const live = notOver(world.pool.pilots);
  return () => {
    const counts = new Map<string, PilotCount>();
    for (const { queue, life } of live(isEnded)) {
      if (life.kind === 'ended' || life.kind === 'removed') continue;
      const count = counts.get(queue) ?? { idle: 0, running: 0 };
      counts.set(queue, count);
      count[life.kind] += 1;
    }
    return counts;
  };
};

/** Cores that plain jobs run on. */
const plainCounter = (world: World): (() => number) => {
  const live = notOver(world.pool.plain);
  return () =>
    live(isEnded).reduce((cores, { life, shape }) => cores + (life.kind === 'running' ? shape.cpus : 0), 0);
};

type ByFleet = ReadonlyMap<string | undefined, readonly TwinInstance[]>;

const byFleet = (workers: Iterable<TwinInstance>): ByFleet => Map.groupBy(workers, fleetOf);

const sampleQueue = (
  world: World,
  { name: queue, load: { cores } }: Scenario['queues'][number],
  pilots: PilotCount,
): QueueSample => {
  const jobs = world.panda.jobs.countsOf(queue);
  return {
    queue,
    activated: jobs.activated,
    jobsRunning: jobs.running,
    jobsDone: jobs.holding + jobs.finished,
    idle: pilots.idle,
    running: pilots.running,
    coresBusy: jobs.running * cores,
  };
};

const claimedOn = ({ running }: Slot): number =>
  [...running.values()].reduce((sum, { shape }) => sum + shape.cpus, 0);

const vcpusOf = (workers: readonly TwinInstance[]): number => workers.reduce((n, { vcpus }) => n + vcpus, 0);

/** What is read for one fleet at a moment. */
interface Dials {
  readonly workers: readonly TwinInstance[];
  readonly asleep: number;
  readonly maxWorkers: number;
  readonly listDollars: number | undefined;
}

const sampleFleet = (
  world: World,
  fleet: string,
  { workers, asleep, maxWorkers, listDollars }: Dials,
): FleetSample => {
  const slots = workers.map(({ instanceId }) => world.pool.slots.get(instanceId));
  const joined = slots.filter((slot) => slot !== undefined).filter(isAlive);
  const draining = joined.filter((slot) => slot.draining).length;
  return {
    fleet,
    booting: workers.length - joined.length,
    joined: joined.length - draining,
    draining,
    asleep,
    maxWorkers,
    coresClaimed: joined.reduce((n, slot) => n + claimedOn(slot), 0),
    coresPaid: vcpusOf(workers),
    ...(listDollars === undefined ? {} : { listDollars }),
  };
};

/** Reads the world's dials: a sample of this moment, as somebody who sees everything would take it. */
export const gauge = (scenario: Scenario, world: World, startsAt: number): (() => Sample) => {
  const countPilots = pilotCounter(world);
  const plainBusy = plainCounter(world);
  const caps = capsOf(scenario);
  const bill = runningListBill(
    world.ec2.instances,
    { ...TWIN_PLACE, spotPercent: spotPercentIn(scenario) },
    fleetOf,
  );
  return () => {
    const pilots = countPilots();
    const live = [...world.ec2.live, ...(world.elsewhere?.live() ?? [])];
    const asleep = [...world.ec2.sleeping, ...(world.elsewhere?.sleeping() ?? [])];
    const [workers, sleeping] = [byFleet(live), byFleet(asleep)];
    const dollars = bill(world.clock.now);
    const queues = scenario.queues.map((queue) =>
      sampleQueue(world, queue, pilots.get(queue.name) ?? { idle: 0, running: 0 }),
    );
    const fleets = [...caps].map(([fleet, maxWorkers]) =>
      sampleFleet(world, fleet, {
        workers: workers.get(fleet) ?? [],
        asleep: sleeping.get(fleet)?.length ?? 0,
        maxWorkers,
        listDollars: dollars.of(fleet),
      }),
    );
    return {
      atSeconds: world.clock.now - startsAt,
      queues,
      fleets,
      coresBusy: queues.reduce((n, { coresBusy }) => n + coresBusy, plainBusy()),
      coresPaid: vcpusOf(live),
      ...(dollars.all === undefined ? {} : { listDollars: dollars.all }),
    };
  };
};
