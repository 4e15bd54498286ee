import type { LambdaName } from '../lib/bundling.ts';
import { NEWS } from '../lib/functions.ts';
import { type Clock, simulatedClock } from './clock.ts';
import type { Ec2Event } from './ec2/events.ts';
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

/** Whether one of the stack's rules lets an event through to the queue. */
const isNews = (event: Ec2Event): boolean =>
  Object.values(NEWS).some(({ detailType, ...rest }) => {
    const states: readonly string[] | undefined = 'detail' in rest ? rest.detail.state : undefined;
    const types: readonly string[] = detailType;
    return types.includes(event['detail-type']) && (states?.includes(event.detail.state ?? '') ?? true);
  });

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
