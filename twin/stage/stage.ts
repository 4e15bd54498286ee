import type { LambdaName } from '../../lib/functions/bundling.ts';
import { EVENT_QUEUE, SETTINGS_QUEUE } from '../../lib/functions/functions.ts';
import type { NewsReader } from '../../lib/watch/alarm-spec.ts';
import { isNews } from '../aws/ec2/events.ts';
import type { Outcome } from '../aws/lambda/runtime-api.ts';
import { type DeadLetter, type EventQueue, eventQueue } from '../aws/sqs.ts';
import { type Clock, simulatedClock } from '../clock/clock.ts';
import type { Load } from '../scenario/load.ts';
import type { Scenario } from '../scenario/schema.ts';
import { type Datum, deadLetterMetrics, vcpuMetrics } from './watched.ts';
import { makeWorld, type World } from './world.ts';

const MARKETS = ['spot', 'on-demand'] as const;

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
  readonly queues: Readonly<Record<NewsReader, EventQueue>>;
  readonly invocations: Invocation[];
}

/** Makes the world of a scenario and puts jobs on the clock. */
export const setStage = (scenario: Scenario, seed: number, load: Load): Stage => {
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
  for (const job of load.jobs) world.panda.jobs.arrive(job);
  for (const { arrivesAt, ...job } of load.plain) clock.at(arrivesAt, () => world.pool.send(job));
  return { clock, world, load, queues, invocations };
};

/** Messages that are not done with, in all queues. */
export const pendingIn = ({ queues }: Stage): number =>
  Object.values(queues).reduce((sum, { pending }) => sum + pending, 0);

/** Dead letters in all queues, with the function that each was for. */
export const deadLettersIn = ({ queues }: Stage): readonly (DeadLetter & { readonly reader: string })[] =>
  Object.entries(queues).flatMap(([reader, { deadLetters }]) =>
    deadLetters.map((letter) => ({ reader, ...letter })),
  );

/** What CloudWatch is told of the dead letters at this moment. */
export const letterMetrics = ({ queues, clock }: Stage): readonly Datum[] => [
  deadLetterMetrics('events', clock.now, queues.events.deadLetters.length),
  deadLetterMetrics('settings', clock.now, queues.settings.deadLetters.length),
];

/** What CloudWatch is told of the account's vCPUs at this moment. */
export const usageMetrics = ({ world, clock }: Stage, { vcpuQuotas }: Scenario): readonly Datum[] =>
  MARKETS.map((market) => {
    const live = [...world.ec2.live].filter(({ offer }) => offer.market === market);
    const used = live.reduce((sum, { vcpus }) => sum + vcpus, 0);
    return vcpuMetrics(market, clock.now, used, vcpuQuotas[market]);
  });

/** Plain jobs that have come to their end, and those that run. */
export const plainIn = ({ pool }: World) => {
  const lives = [...pool.plain.values()].map(({ life }) => life.kind);
  return {
    done: lives.filter((kind) => kind === 'ended').length,
    running: lives.filter((kind) => kind === 'running').length,
  };
};

/** Jobs of a queue whose payload has come to its end. */
export const doneOf = ({ panda }: World, queue: string): number => {
  const { holding, finished } = panda.jobs.countsOf(queue);
  return holding + finished;
};
