import type { TraceJob } from '../load/trace.ts';
import { offeredTo, tracesOf } from './load.ts';
import type { Scenario, ScenarioQueue } from './schema.ts';

const HOUR = 3600;

const lastHour = (trace: readonly TraceJob[]): number => Math.ceil((trace.at(-1)?.submitSeconds ?? 0) / HOUR);

const selection = ({ load }: ScenarioQueue): string => {
  const of = load.partitions === undefined ? '' : ` of partition ${load.partitions.join(', ')}`;
  return `${load.trace} with ${load.cores === 1 ? '1 core' : `${load.cores} cores`}${of}`;
};

const emptyLoad = (queue: ScenarioQueue, trace: readonly TraceJob[], hours: number): readonly string[] => {
  const { fromHour, maxRunSeconds } = queue.load;
  const offered = offeredTo(queue, trace, hours);
  if (offered.some(({ runSeconds }) => runSeconds <= maxRunSeconds)) return [];
  const span = `from hour ${fromHour} to ${fromHour + hours}`;
  return offered.length === 0
    ? [
        `queue ${queue.name}: there is no job in ${selection(queue)} ${span}; choose another part of the trace`,
      ]
    : [
        `queue ${queue.name}: each of the ${offered.length} jobs in ${selection(queue)} ${span} is longer than its maxRunSeconds of ${maxRunSeconds}; raise it`,
      ];
};

const beyondTrace = (
  { name, load }: ScenarioQueue,
  trace: readonly TraceJob[],
  hours: number,
): readonly string[] => {
  const end = lastHour(trace);
  return load.fromHour + hours <= end
    ? []
    : [
        `queue ${name}: ${hours} hours from hour ${load.fromHour} go beyond ${load.trace}, which ends at hour ${end}; take fewer hours or begin earlier`,
      ];
};

/**
 * What is wrong with the load of a scenario: queues without a job, and hours that a trace does not have. Where other
 * `hours` are asked for than its own, a queue may stay without a job, but not all of them.
 */
export const loadMistakes = async (scenario: Scenario, asked?: number): Promise<readonly string[]> => {
  const hours = asked ?? scenario.hours;
  const traces = await tracesOf(scenario);
  const each = scenario.queues.map((queue) => ({ queue, trace: traces.get(queue.load.trace) ?? [] }));
  const beyond = each.flatMap(({ queue, trace }) => beyondTrace(queue, trace, hours));
  if (beyond.length > 0) return beyond;
  const empty = each
    .map(({ queue, trace }) => emptyLoad(queue, trace, hours))
    .filter((why) => why.length > 0);
  if (asked === undefined) return empty.flat();
  return empty.length < each.length ? [] : [`no job comes within ${asked} hours; ask for more with --hours`];
};
