import { TAG } from '../../core/model/names.ts';
import { parseQueueSettings } from '../../core/settings/settings.ts';
import type { TwinInstance } from '../aws/ec2/instance.ts';
import { runningListBill } from '../aws/ec2/list-bill.ts';
import { isAlive } from '../pool/model.ts';
import type { QueueSample, Sample } from '../report/sample.ts';
import type { Scenario } from '../scenario/schema.ts';
import { TWIN_PLACE, type World } from '../stage/world.ts';

/** The cap of every queue of a scenario. */
export const capsOf = (scenario: Scenario): ReadonlyMap<string, number> =>
  new Map(
    scenario.queues.map(({ name, settings }) => {
      const parsed = parseQueueSettings(name, settings);
      return [name, parsed.ok ? parsed.settings.maxWorkers : 0];
    }),
  );

interface PilotCount {
  idle: number;
  running: number;
}

/** Counts pilots without looking again at those that are over: a long run has many. */
const pilotCounter = (world: World): (() => ReadonlyMap<string, PilotCount>) => {
  const over = new Set<number>();
  return () => {
    const counts = new Map<string, PilotCount>();
    for (const [id, { queue, life }] of world.pool.pilots) {
      if (over.has(id)) continue;
      if (life.kind === 'ended' || life.kind === 'removed') {
        over.add(id);
        continue;
      }
      const count = counts.get(queue) ?? { idle: 0, running: 0 };
      counts.set(queue, count);
      count[life.kind] += 1;
    }
    return counts;
  };
};

/** Cores that plain jobs run on, without a second look at those that are over. */
const plainCounter = (world: World): (() => number) => {
  const over = new Set<number>();
  return () => {
    let cores = 0;
    for (const [id, { life, shape }] of world.pool.plain) {
      if (over.has(id)) continue;
      if (life.kind === 'ended') over.add(id);
      else if (life.kind === 'running') cores += shape.cpus;
    }
    return cores;
  };
};

const workersOf = (world: World): ReadonlyMap<string, readonly TwinInstance[]> => {
  const byQueue = new Map<string, TwinInstance[]>();
  for (const instance of world.ec2.live) {
    const queue = instance.tags[TAG.queue] ?? '';
    const list = byQueue.get(queue);
    if (list === undefined) byQueue.set(queue, [instance]);
    else list.push(instance);
  }
  return byQueue;
};

/** What is read for one queue at a moment. */
interface Dials {
  readonly pilots: PilotCount;
  readonly workers: readonly TwinInstance[];
  readonly maxWorkers: number;
}

const sampleQueue = (
  world: World,
  { name: queue, load: { cores } }: Scenario['queues'][number],
  { pilots, workers, maxWorkers }: Dials,
): QueueSample => {
  const jobs = world.panda.jobs.countsOf(queue);
  const slots = workers.map(({ instanceId }) => world.pool.slots.get(instanceId));
  const joined = slots.filter((slot) => slot !== undefined && isAlive(slot));
  const draining = joined.filter((slot) => slot?.draining === true).length;
  return {
    queue,
    activated: jobs.activated,
    jobsRunning: jobs.running,
    jobsDone: jobs.holding + jobs.finished,
    idle: pilots.idle,
    running: pilots.running,
    booting: workers.length - joined.length,
    joined: joined.length - draining,
    draining,
    maxWorkers,
    coresBusy: jobs.running * cores,
    coresPaid: workers.reduce((n, { vcpus }) => n + vcpus, 0),
  };
};

/** Reads the world's dials: a sample of this moment, as somebody who sees everything would take it. */
export const gauge = (scenario: Scenario, world: World, startsAt: number): (() => Sample) => {
  const countPilots = pilotCounter(world);
  const plainBusy = plainCounter(world);
  const caps = capsOf(scenario);
  const bill = runningListBill(world.ec2.instances, TWIN_PLACE);
  return () => {
    const pilots = countPilots();
    const workers = workersOf(world);
    const queues = scenario.queues.map((queue) =>
      sampleQueue(world, queue, {
        pilots: pilots.get(queue.name) ?? { idle: 0, running: 0 },
        workers: workers.get(queue.name) ?? [],
        maxWorkers: caps.get(queue.name) ?? 0,
      }),
    );
    const listDollars = bill(world.clock.now);
    return {
      atSeconds: world.clock.now - startsAt,
      queues,
      coresBusy: queues.reduce((n, { coresBusy }) => n + coresBusy, plainBusy()),
      coresPaid: queues.reduce((n, { coresPaid }) => n + coresPaid, 0),
      ...(listDollars === undefined ? {} : { listDollars }),
    };
  };
};
