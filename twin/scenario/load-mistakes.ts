import type { TraceJob } from '../load/trace.ts';
import { offeredTo, tracesOf } from './load.ts';
import type { Scenario, ScenarioJobs, ScenarioQueue } from './schema.ts';

const HOUR = 3600;

const lastHour = (trace: readonly TraceJob[]): number => Math.ceil((trace.at(-1)?.submitSeconds ?? 0) / HOUR);

/** A load and whose it is. */
interface Source {
  readonly whose: string;
  readonly load: (ScenarioQueue | ScenarioJobs)['load'];
}

const sourcesOf = ({ queues, jobs }: Scenario): readonly Source[] => [
  ...queues.map(({ name, load }) => ({ whose: `queue ${name}`, load })),
  ...jobs.map(({ user, load }) => ({ whose: `jobs of ${user}`, load })),
];

const selection = ({ load }: Source): string => {
  const of = load.partitions === undefined ? '' : ` of partition ${load.partitions.join(', ')}`;
  return `${load.trace} with ${load.cores === 1 ? '1 core' : `${load.cores} cores`}${of}`;
};

const emptyLoad = (source: Source, trace: readonly TraceJob[], hours: number): readonly string[] => {
  const { fromHour, maxRunSeconds } = source.load;
  const offered = offeredTo(source, trace, hours);
  if (offered.some(({ runSeconds }) => runSeconds <= maxRunSeconds)) return [];
  const span = `from hour ${fromHour} to ${fromHour + hours}`;
  return offered.length === 0
    ? [`${source.whose}: there is no job in ${selection(source)} ${span}; choose another part of the trace`]
    : [
        `${source.whose}: each of the ${offered.length} jobs in ${selection(source)} ${span} is longer than its maxRunSeconds of ${maxRunSeconds}; raise it`,
      ];
};

const beyondTrace = (
  { whose, load }: Source,
  trace: readonly TraceJob[],
  hours: number,
): readonly string[] => {
  const end = lastHour(trace);
  return load.fromHour + hours <= end
    ? []
    : [
        `${whose}: ${hours} hours from hour ${load.fromHour} go beyond ${load.trace}, which ends at hour ${end}; take fewer hours or begin earlier`,
      ];
};

/**
 * What is wrong with the load of a scenario: queues and users without a job, and hours that a trace does not have. Where
 * other `hours` are asked for than its own, a queue may stay without a job, but not all of them.
 */
export const loadMistakes = async (scenario: Scenario, asked?: number): Promise<readonly string[]> => {
  const hours = asked ?? scenario.hours;
  const traces = await tracesOf(scenario);
  const each = sourcesOf(scenario).map((source) => ({ source, trace: traces.get(source.load.trace) ?? [] }));
  const beyond = each.flatMap(({ source, trace }) => beyondTrace(source, trace, hours));
  if (beyond.length > 0) return beyond;
  const empty = each
    .map(({ source, trace }) => emptyLoad(source, trace, hours))
    .filter((why) => why.length > 0);
  if (asked === undefined) return empty.flat();
  return empty.length < each.length ? [] : [`no job comes within ${asked} hours; ask for more with --hours`];
};
