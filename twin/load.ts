import { readTrace, type TraceJob, type TraceName } from '../bench/trace.ts';
import type { JobOrder } from './panda/job.ts';
import type { Scenario, ScenarioQueue } from './scenario.ts';

/** The jobs of a scenario, and how many of the trace's jobs its queues' maxtime has kept out. */
export interface Load {
  readonly jobs: readonly JobOrder[];
  readonly notBrokered: number;
}

const HOUR = 3600;

const cutOut = (trace: readonly TraceJob[], { load }: ScenarioQueue, hours: number): readonly TraceJob[] => {
  const from = load.fromHour * HOUR;
  return trace.filter(
    ({ submitSeconds, cores, partition }) =>
      submitSeconds >= from &&
      submitSeconds < from + hours * HOUR &&
      cores === load.cores &&
      (load.partitions === undefined || load.partitions.includes(partition)),
  );
};

/** Cuts the jobs of every queue out of its trace. Job ids are given in order of arrival. */
export const loadOf = async (scenario: Scenario, hours: number): Promise<Load> => {
  const startsAt = Date.parse(scenario.startsAt) / 1000;
  const traces = new Map<TraceName, readonly TraceJob[]>();
  for (const { load } of scenario.queues) {
    if (!traces.has(load.trace)) traces.set(load.trace, await readTrace(load.trace));
  }
  let notBrokered = 0;
  const orders: Omit<JobOrder, 'id'>[] = [];
  for (const queue of scenario.queues) {
    const { fromHour, maxRunSeconds, trace } = queue.load;
    const offered = cutOut(traces.get(trace) ?? [], queue, hours);
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
