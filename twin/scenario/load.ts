import { readTrace, type TraceJob, type TraceName } from '../load/trace.ts';
import type { JobOrder } from '../panda/job.ts';
import type { Scenario, ScenarioQueue } from './schema.ts';

/** The jobs of a scenario, and how many of the trace's jobs its queues' maxtime has kept out. */
export interface Load {
  readonly jobs: readonly JobOrder[];
  readonly notBrokered: number;
}

const HOUR = 3600;

/** Jobs of a trace that a queue is offered within its hours, those longer than its maxtime included. */
export const offeredTo = (
  { load }: ScenarioQueue,
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
}: Pick<Scenario, 'queues'>): Promise<ReadonlyMap<TraceName, readonly TraceJob[]>> => {
  const names = [...new Set(queues.map(({ load }) => load.trace))];
  for (const name of names) if (!read.has(name)) read.set(name, readTrace(name));
  return new Map(await Promise.all(names.map(async (name) => [name, (await read.get(name)) ?? []] as const)));
};

/** Cuts the jobs of every queue out of its trace. Job ids are given in order of arrival. */
export const loadOf = async (scenario: Scenario, hours: number): Promise<Load> => {
  const startsAt = Date.parse(scenario.startsAt) / 1000;
  const traces = await tracesOf(scenario);
  let notBrokered = 0;
  const orders: Omit<JobOrder, 'id'>[] = [];
  for (const queue of scenario.queues) {
    const { fromHour, maxRunSeconds, trace } = queue.load;
    const offered = offeredTo(queue, traces.get(trace) ?? [], hours);
    const brokered = offered.filter(({ runSeconds }) => runSeconds <= maxRunSeconds);
    notBrokered += offered.length - brokered.length;
    for (const { submitSeconds, runSeconds, cores } of brokered) {
      const arrivesAt = startsAt + submitSeconds - fromHour * HOUR;
      orders.push({ siteid: queue.name, resourceType: queue.resourceType, cores, arrivesAt, runSeconds });
    }
  }
  const jobs = orders
    .sort((a, b) => a.arrivesAt - b.arrivesAt)
    .map((order, index) => ({ id: index + 1, ...order }));
  return { jobs, notBrokered };
};
