import { readTrace, type TraceJob, type TraceName } from '../load/trace.ts';
import type { JobOrder } from '../panda/job.ts';
import type { PlainSubmission } from '../pool/schedd.ts';
import type { Scenario, ScenarioJobs, ScenarioQueue } from './schema.ts';

/** A plain job that is going to be submitted. */
interface PlainOrder extends PlainSubmission {
  readonly arrivesAt: number;
}

/** The jobs of a scenario: PanDA's and plain ones, and how many of the trace's jobs are left out as too long. */
export interface Load {
  readonly jobs: readonly JobOrder[];
  readonly plain: readonly PlainOrder[];
  readonly notBrokered: number;
}

/** Whatever has jobs that come out of a trace. */
type WithLoad = Pick<ScenarioQueue | ScenarioJobs, 'load'>;

const HOUR = 3600;

/** Jobs of a trace that a load takes within its hours, those that are too long included. */
export const offeredTo = (
  { load }: WithLoad,
  trace: readonly TraceJob[],
  hours: number,
): readonly TraceJob[] => {
  const from = load.fromHour * HOUR;
  return trace.filter(
    ({ submitSeconds, cores, partition }) =>
      submitSeconds >= from &&
      submitSeconds < from + hours * HOUR &&
      cores === load.cores &&
      (load.partitions === undefined || load.partitions.includes(partition)),
  );
};

/** Reading one takes most of a second, and the check of a scenario needs it as well as its load. */
const read = new Map<TraceName, Promise<readonly TraceJob[]>>();

/** The traces of a scenario, each read once. */
export const tracesOf = async ({
  queues,
  jobs,
}: Pick<Scenario, 'queues' | 'jobs'>): Promise<ReadonlyMap<TraceName, readonly TraceJob[]>> => {
  const names = [...new Set([...queues, ...jobs].map(({ load }) => load.trace))];
  for (const name of names) if (!read.has(name)) read.set(name, readTrace(name));
  return new Map(await Promise.all(names.map(async (name) => [name, (await read.get(name)) ?? []] as const)));
};

const plainOrder = (
  { user, fleet, load, wallSeconds, ...asked }: ScenarioJobs,
  name: string,
  { at, runSeconds }: Cut,
): PlainOrder => {
  const { memoryMb, diskMb, gpus } = asked;
  const shape = { cpus: load.cores, memoryMb, diskMb, gpus };
  return { name, user, fleet, shape, runSeconds, wallSeconds, arrivesAt: at };
};

/** A job of a trace at its moment in the run. */
interface Cut {
  readonly at: number;
  readonly runSeconds: number;
}

/** Cuts the jobs of every queue and every user out of its trace. PanDA's ids are given in order of arrival. */
export const loadOf = async (scenario: Scenario, hours: number): Promise<Load> => {
  const startsAt = Date.parse(scenario.startsAt) / 1000;
  const traces = await tracesOf(scenario);
  let notBrokered = 0;
  const cut = (of: WithLoad): readonly Cut[] => {
    const { fromHour, maxRunSeconds, trace } = of.load;
    const offered = offeredTo(of, traces.get(trace) ?? [], hours);
    const taken = offered.filter(({ runSeconds }) => runSeconds <= maxRunSeconds);
    notBrokered += offered.length - taken.length;
    return taken.map(({ submitSeconds, runSeconds }) => ({
      at: startsAt + submitSeconds - fromHour * HOUR,
      runSeconds,
    }));
  };
  const orders = scenario.queues.flatMap((queue) =>
    cut(queue).map(({ at, runSeconds }) => {
      const { name: siteid, resourceType, load } = queue;
      return { siteid, resourceType, cores: load.cores, arrivesAt: at, runSeconds };
    }),
  );
  const jobs = orders
    .sort((a, b) => a.arrivesAt - b.arrivesAt)
    .map((order, index) => ({ id: index + 1, ...order }));
  const plain = scenario.jobs.flatMap((of, entry) =>
    cut(of).map((job, index) => plainOrder(of, `jobs[${entry}]/${index}`, job)),
  );
  return { jobs, plain: plain.sort((a, b) => a.arrivesAt - b.arrivesAt), notBrokered };
};
