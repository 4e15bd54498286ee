import { TAG } from '../core/model/names.ts';
import { DEFAULT_FLEET, type PoolView, poolView } from '../core/model/pool.ts';
import type { PandaWorld } from '../twin/panda/world.ts';
import type { FleetSample, QueueSample, Sample } from '../twin/report/sample.ts';
import { getPool } from './ask-endpoint.ts';
import type { LabEndpoint } from './endpoint.ts';
import type { LabCloud } from './lab-cloud.ts';
import { LAB_WORKERS, type LabQueue } from './lab-load.ts';

/** The pool as its endpoint shows it, parsed; undefined while it cannot be asked or does not know all of it. */
const look = async (endpoint: LabEndpoint): Promise<PoolView | undefined> => {
  try {
    const view = poolView.parse(await getPool(endpoint));
    return view.pilots.complete && view.workers.complete ? view : undefined;
  } catch {
    return undefined;
  }
};

interface Dials {
  readonly panda: PandaWorld;
  readonly cloud: LabCloud;
  readonly view: PoolView;
}

const sampleQueue = ({ name, cores }: LabQueue, { panda, view }: Dials): QueueSample => {
  const jobs = panda.jobs.countsOf(name);
  const shapes = view.pilots.queues.find(({ queue }) => queue === name)?.shapes ?? [];
  return {
    queue: name,
    activated: jobs.activated,
    jobsRunning: jobs.running,
    jobsDone: jobs.holding + jobs.finished,
    idle: shapes.reduce((n, of) => n + of.idle, 0),
    running: shapes.reduce((n, of) => n + of.running, 0),
    coresBusy: jobs.running * cores,
  };
};

/** The lab has one fleet. */
const sampleFleet = ({ cloud, view }: Dials): FleetSample => {
  const [live = [], sleeping = []] = [cloud.live(), cloud.sleeping()].map((all) =>
    all.filter(({ tags }) => tags[TAG.fleet] === DEFAULT_FLEET),
  );
  const seen = new Map(view.workers.workers.map((worker) => [worker.instanceId, worker]));
  const joined = live.flatMap(({ instanceId }) => seen.get(instanceId) ?? []);
  const draining = joined.filter((worker) => worker.draining).length;
  return {
    fleet: DEFAULT_FLEET,
    booting: live.length - joined.length,
    joined: joined.length - draining,
    draining,
    asleep: sleeping.length,
    maxWorkers: LAB_WORKERS,
    coresClaimed: joined.reduce((n, { total, free }) => n + total.cpus - free.cpus, 0),
    coresPaid: live.reduce((n, { vcpus }) => n + vcpus, 0),
  };
};

/** Reads the lab's dials; undefined where the pool cannot be read at this moment. */
export const labGauge =
  (queues: readonly LabQueue[], panda: PandaWorld, cloud: LabCloud, endpoint: LabEndpoint) =>
  async (atSeconds: number): Promise<Sample | undefined> => {
    const view = await look(endpoint);
    if (view === undefined) return undefined;
    const dials = { panda, cloud, view };
    const samples = queues.map((queue) => sampleQueue(queue, dials));
    const fleet = sampleFleet(dials);
    return {
      atSeconds,
      queues: samples,
      fleets: [fleet],
      coresBusy: samples.reduce((n, { coresBusy }) => n + coresBusy, 0),
      coresPaid: fleet.coresPaid,
    };
  };
