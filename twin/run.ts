import type { LambdaName } from '../lib/bundling.ts';
import { NEWS } from '../lib/functions.ts';
import { type Clock, simulatedClock } from './clock.ts';
import type { Ec2Event } from './ec2/events.ts';
import { faultWindows, scheduleFaults } from './faults.ts';
import { gauge } from './gauge.ts';
import type { Outcome } from './lambda/runtime-api.ts';
import { type Load, loadOf } from './load.ts';
import { pacer } from './pace.ts';
import { type EventQueue, eventQueue } from './queue.ts';
import type { Shown } from './sample.ts';
import { openSandbox, type Sandbox } from './sandbox.ts';
import type { Scenario } from './scenario.ts';
import { type Summary, summarize } from './summary.ts';
import { startTimers, tickCounter } from './timers.ts';
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

const allDone = (world: World, jobs: number): boolean => {
  let done = 0;
  for (const { finishedAt } of world.panda.jobs.all()) if (finishedAt !== undefined) done += 1;
  return done === jobs;
};

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
  readonly queue: EventQueue;
  readonly invocations: Invocation[];
}

const setStage = async (scenario: Scenario, seed: number, hours: number): Promise<Stage> => {
  const clock = simulatedClock(Date.parse(scenario.startsAt) / 1000);
  const invocations: Invocation[] = [];
  const queue = eventQueue(clock, (event, done) => invocations.push({ name: 'events', event, done }));
  const world = makeWorld(scenario, clock, seed, (event) => {
    if (isNews(event)) queue.send(event);
  });
  const load = await loadOf(scenario, hours);
  for (const job of load.jobs) world.panda.jobs.arrive(job);
  return { clock, world, load, queue, invocations };
};

/** Lets simulated time pass until everything is over; it stands still while a function runs. Answers false if aborted. */
const play = async (
  stage: Stage,
  sandbox: Sandbox,
  options: RunOptions,
  latest: number,
): Promise<boolean> => {
  const { clock, world, load, queue, invocations } = stage;
  const pace = pacer(clock.now, options.speed, options.signal);
  const isOver = () => world.ec2.live.size === 0 && queue.pending === 0 && allDone(world, load.jobs.length);
  for (let next = clock.next(); next !== undefined; next = clock.next()) {
    if (next > latest) throw new Error('The run does not come to an end: jobs or workers are left for ever.');
    await pace(next);
    if (options.signal?.aborted === true) return false;
    clock.step();
    let invoked = false;
    for (let call = invocations.shift(); call !== undefined; call = invocations.shift()) {
      call.done(await sandbox.invoke(call.name, call.event));
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
  const { seed, hours = scenario.hours, show = () => {} } = options;
  const stage = await setStage(scenario, seed, hours);
  const { clock, world, load, queue, invocations } = stage;
  const startsAt = clock.now;
  const counter = tickCounter((told) => show({ kind: 'told', told }));
  const sandbox = await openSandbox(scenario, world, options);
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
    sampleRegularly(clock, () => show({ kind: 'sample', ...take() }));
    scheduleFaults(scenario, world, sandbox);
    startTimers(clock, (name, event) => {
      const atSeconds = clock.now - startsAt;
      invocations.push({ name, event, done: (outcome) => counter.take(name, atSeconds, outcome) });
    });
    const latest = startsAt + hours * 3600 + LONGEST_TAIL_SECONDS;
    if (!(await play(stage, sandbox, options, latest))) return undefined;
    const ec2Calls = [...sandbox.ec2Calls.values()].reduce((sum, calls) => sum + calls, 0);
    const counts = { ...counter.counts(), ec2Calls, deadLetters: queue.deadLetters.length };
    const summary = summarize(scenario, world, load, { seed, hours, startsAt }, counts);
    show({ kind: 'sample', ...take() });
    show({ kind: 'closing', summary: { ...summary } });
    return summary;
  } finally {
    await sandbox.close();
  }
};
