import { queuesPath } from '../core/names.ts';
import type { NewsReader } from '../lib/alarms.ts';
import type { LambdaName } from '../lib/bundling.ts';
import { EVENT_QUEUE, NEWS, SETTINGS_QUEUE } from '../lib/functions.ts';
import { type Clock, simulatedClock } from './clock.ts';
import type { Ec2Event } from './ec2/events.ts';
import { faultWindows, scheduleFaults } from './faults.ts';
import { gauge } from './gauge.ts';
import type { Outcome } from './lambda/runtime-api.ts';
import { type Load, loadOf } from './load.ts';
import { pacer } from './pace.ts';
import { type EventQueue, eventQueue } from './queue.ts';
import type { Shown } from './sample.ts';
import { openSandbox, type Sandbox, STAGE } from './sandbox.ts';
import type { Scenario } from './scenario.ts';
import { parameterEvent } from './ssm/events.ts';
import type { ParameterChange } from './ssm/store.ts';
import { type Summary, summarize } from './summary.ts';
import { startTimers, tickCounter } from './timers.ts';
import { callMetrics, type Datum, deadLetterMetrics, metricsIn } from './watched.ts';
import { makeWorld, type World } from './world.ts';

export interface RunOptions {
  readonly seed: number;
  /** Hours of load; the scenario's own unless given. */
  readonly hours?: number | undefined;
  /** Simulated seconds per real second; as fast as the machine allows unless given. */
  readonly speed?: number | undefined;
  /** How long the functions let PanDA and the endpoint take, real seconds. */
  readonly httpTimeoutSeconds?: number | undefined;
  readonly show?: (shown: Shown) => void;
  readonly onLog?: (name: LambdaName, line: string) => void;
  /** What CloudWatch would have got. */
  readonly onMetric?: (datum: Datum) => void;
  readonly signal?: AbortSignal | undefined;
}

/** A function to be run, and who waits for how it ends. */
interface Invocation {
  readonly name: LambdaName;
  readonly event: unknown;
  readonly done: (outcome: Outcome) => void;
}

const SAMPLE_SECONDS = 60;
/** A run that is not over so long after its load has ended never will be. */
const LONGEST_TAIL_SECONDS = 14 * 86_400;

/** Whether one of the stack's rules lets an event through to the queue. */
const isNews = (event: Ec2Event): boolean =>
  Object.values(NEWS).some(({ detailType, ...rest }) => {
    const states: readonly string[] | undefined = 'detail' in rest ? rest.detail.state : undefined;
    const types: readonly string[] = detailType;
    return types.includes(event['detail-type']) && (states?.includes(event.detail.state ?? '') ?? true);
  });

/** Whether the stack's rule lets a change of a parameter through to its queue. */
const isSetting = ({ name }: ParameterChange): boolean => name.startsWith(`${queuesPath(STAGE)}/`);

const allDone = (world: World, jobs: number): boolean => {
  let done = 0;
  for (const { finishedAt } of world.panda.jobs.all()) if (finishedAt !== undefined) done += 1;
  return done === jobs;
};

const pendingIn = (queues: Stage['queues']): number =>
  Object.values(queues).reduce((sum, { pending }) => sum + pending, 0);

const lettersIn = ({ queues, clock }: Stage): readonly Datum[] => [
  deadLetterMetrics('events', clock.now, queues.events.deadLetters.length),
  deadLetterMetrics('settings', clock.now, queues.settings.deadLetters.length),
];

const sampleRegularly = (clock: Clock, take: () => void): void => {
  const again = () => {
    take();
    clock.at(clock.now + SAMPLE_SECONDS, again);
  };
  clock.at(clock.now, again);
};

/** Everything of one run that is not the functions. */
interface Stage {
  readonly clock: Clock;
  readonly world: World;
  readonly load: Load;
  readonly queues: Readonly<Record<NewsReader, EventQueue>>;
  readonly invocations: Invocation[];
}

const setStage = async (scenario: Scenario, seed: number, hours: number): Promise<Stage> => {
  const clock = simulatedClock(Date.parse(scenario.startsAt) / 1000);
  const invocations: Invocation[] = [];
  const into = (name: NewsReader) => (event: unknown, done: (outcome: Outcome) => void) =>
    invocations.push({ name, event, done });
  const queues = {
    events: eventQueue(clock, EVENT_QUEUE, into('events')),
    settings: eventQueue(clock, SETTINGS_QUEUE, into('settings')),
  };
  const world = makeWorld(scenario, clock, seed, (event) => {
    if (isNews(event)) queues.events.send(event);
  });
  const load = await loadOf(scenario, hours);
  for (const job of load.jobs) world.panda.jobs.arrive(job);
  return { clock, world, load, queues, invocations };
};

/** Lets simulated time pass until everything is over; it stands still while a function runs. Answers false if aborted. */
const play = async (
  stage: Stage,
  sandbox: Sandbox,
  options: RunOptions,
  latest: number,
): Promise<boolean> => {
  const { clock, world, load, queues, invocations } = stage;
  const pace = pacer(clock.now, options.speed, options.signal);
  const isOver = () =>
    world.ec2.live.size === 0 && pendingIn(queues) === 0 && allDone(world, load.jobs.length);
  for (let next = clock.next(); next !== undefined; next = clock.next()) {
    if (next > latest) throw new Error('The run does not come to an end: jobs or workers are left for ever.');
    await pace(next);
    if (options.signal?.aborted === true) return false;
    clock.step();
    let invoked = false;
    for (let call = invocations.shift(); call !== undefined; call = invocations.shift()) {
      const outcome = await sandbox.invoke(call.name, call.event);
      options.onMetric?.(callMetrics(call.name, clock.now, !outcome.ok));
      call.done(outcome);
      invoked = true;
    }
    if (invoked && isOver()) return true;
  }
  return true;
};

/**
 * Runs a scenario to its end: its load, and then on until every job is done and no worker is left. The same scenario
 * and seed give the same run. An aborted run answers undefined.
 */
export const runScenario = async (scenario: Scenario, options: RunOptions): Promise<Summary | undefined> => {
  const { seed, hours = scenario.hours, show = () => {}, onMetric = () => {} } = options;
  const stage = await setStage(scenario, seed, hours);
  const { clock, world, load, queues, invocations } = stage;
  const startsAt = clock.now;
  const counter = tickCounter((told) => show({ kind: 'told', told }));
  const sandbox = await openSandbox(scenario, world, {
    ...options,
    onLog(name, line) {
      options.onLog?.(name, line);
      for (const datum of metricsIn(line)) onMetric(datum);
    },
    onParameter(change) {
      if (isSetting(change)) queues.settings.send(parameterEvent(change, clock.now));
    },
  });
  try {
    show({
      kind: 'opening',
      scenario: scenario.title,
      title: 'aerie on the embedded twin',
      loadSeconds: hours * 3600,
      seed,
      queues: scenario.queues.map(({ name }) => name),
      faults: faultWindows(scenario),
    });
    const take = gauge(scenario, world, startsAt);
    sampleRegularly(clock, () => {
      show({ kind: 'sample', ...take() });
      for (const datum of lettersIn(stage)) onMetric(datum);
    });
    const timers = startTimers(clock, (name, event) => {
      const atSeconds = clock.now - startsAt;
      const done = (outcome: Outcome) => {
        if (name !== 'settings') counter.take(name, atSeconds, outcome);
      };
      invocations.push({ name, event, done });
    });
    const parameterOf = (queue: string, knob: string) => `${queuesPath(STAGE)}/${queue}/${knob}`;
    scheduleFaults(scenario, world, { ...sandbox, timers, parameterOf });
    const latest = startsAt + hours * 3600 + LONGEST_TAIL_SECONDS;
    if (!(await play(stage, sandbox, options, latest))) return undefined;
    const ec2Calls = [...sandbox.ec2Calls.values()].reduce((sum, calls) => sum + calls, 0);
    const deadLetters = Object.values(queues).reduce((sum, queue) => sum + queue.deadLetters.length, 0);
    const counts = { ...counter.counts(), ec2Calls, deadLetters };
    const summary = summarize(scenario, world, load, { seed, hours, startsAt }, counts);
    show({ kind: 'sample', ...take() });
    show({ kind: 'closing', summary: { ...summary } });
    return summary;
  } finally {
    await sandbox.close();
  }
};
