import type { LambdaName } from '../lib/bundling.ts';
import { type Clock, simulatedClock } from './clock.ts';
import { isNews } from './ec2/news.ts';
import type { Outcome } from './lambda/runtime-api.ts';
import { type Load, loadOf } from './load.ts';
import { type EventQueue, eventQueue } from './queue.ts';
import type { Scenario } from './scenario.ts';
import { makeWorld, type World } from './world.ts';

/** A function to be run, and who waits for how it ends. */
interface Invocation {
  readonly name: LambdaName;
  readonly event: unknown;
  readonly done: (outcome: Outcome) => void;
}

/** Everything of one run that is not the functions. */
export interface Stage {
  readonly clock: Clock;
  readonly world: World;
  readonly load: Load;
  readonly queue: EventQueue;
  readonly invocations: Invocation[];
}

/** Makes the world of a scenario and puts its jobs on the clock. */
export const setStage = async (scenario: Scenario, seed: number, hours: number): Promise<Stage> => {
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

/** Jobs of a queue whose payload has come to its end. */
export const doneOf = ({ panda }: World, queue: string): number => {
  const { holding, finished } = panda.jobs.countsOf(queue);
  return holding + finished;
};
