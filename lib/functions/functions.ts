import { fleetsPath, queuesPath } from '../../core/model/names.ts';
import type { LambdaName } from './bundling.ts';

/**
 * What AWS gives each function and how events reach it, as plain values: the stack deploys them and the twin acts on
 * them, so that neither can drift from the other.
 */
export const FUNCTIONS = {
  pilots: { memoryMb: 512, timeoutSeconds: 50 },
  workers: { memoryMb: 512, timeoutSeconds: 50 },
  events: { memoryMb: 256, timeoutSeconds: 30 },
  /** Ten thousand instances are some ten pages of EC2's, and nobody waits for it. */
  audit: { memoryMb: 512, timeoutSeconds: 120 },
  /** A full read of some thousand queues takes a minute at Parameter Store's own pace. */
  settings: { memoryMb: 256, timeoutSeconds: 180 },
} as const satisfies Record<LambdaName, { readonly memoryMb: number; readonly timeoutSeconds: number }>;

/** Those that look at every worker, or at the settings of every queue and fleet: what they need grows with the stage. */
const GROWING: readonly LambdaName[] = ['pilots', 'workers', 'audit', 'settings'];

/** The memory of a function in a stage that gives so much to its ticks and its audit, MB; settings have half of that. */
export const memoryOf = (name: LambdaName, tickMemoryMb: number): number => {
  const { memoryMb } = FUNCTIONS[name];
  return GROWING.includes(name)
    ? Math.ceil((memoryMb / FUNCTIONS.workers.memoryMb) * tickMemoryMb)
    : memoryMb;
};

/** Lambda's own limits; less than the least is not enough for a stage of ten thousand workers. */
export const TICK_MEMORY_MB = { least: FUNCTIONS.workers.memoryMb, most: 10_240 } as const;

/**
 * How many executions an event source may have at a time: the fewest that SQS's may be limited to. A new account runs ten
 * in all: four event sources with two each, and the two ticks of the minute. And all ask one endpoint, which a burst must
 * not drown.
 */
export const FEWEST_AT_A_TIME = 2;

/** EventBridge's smallest rate, and the period of the pilots tick: a cycle is a minute, as AutoPyFactory's. */
export const MINUTE_SECONDS = 60;

/** How often the workers tick may look: each minute, or more often by messages that the minute's rule sends ahead. */
export const TICK_PERIODS = [20, 30, 60] as const;
export type TickSeconds = (typeof TICK_PERIODS)[number];
/** A new worker is wanted within seconds; PanDA's counts and EC2's launch tokens are no fresher after less. */
export const DEFAULT_TICK_SECONDS: TickSeconds = 20;

/** How long after the minute's own tick the others of that minute come. */
export const laterTicks = (tickSeconds: TickSeconds): readonly number[] =>
  Array.from({ length: MINUTE_SECONDS / tickSeconds - 1 }, (_, index) => (index + 1) * tickSeconds);

/**
 * How long a tick that is sent ahead may lie in its queue. Longer than it is wanted, so that one that comes too late is
 * counted; shorter than it is invisible to others once it was taken, so that none comes twice.
 */
export const LATER_TICK_KEPT_SECONDS = 2 * MINUTE_SECONDS;

/** Twice the time between two looks at the same discrepancy (core/audit/confirm.ts): each audit may act on the last. */
export const AUDIT_SECONDS = 600;

/** How often all settings are read again, because Parameter Store's events are best effort. */
export const SETTINGS_SECONDS = 300;

/** A queue between events and their function. */
export interface NewsQueueLimits {
  readonly gatherSeconds: number;
  readonly batch: number;
  readonly visibleAgainSeconds: number;
  readonly maxTries: number;
}

/** AWS's advice: six times the function's timeout. */
const VISIBLE_AGAIN = 6;

/** The queue between EC2's events and their function. */
export const EVENT_QUEUE = {
  /** A spot warning comes two minutes ahead: a second of gathering costs nothing, and a burst comes in few batches. */
  gatherSeconds: 1,
  batch: 100,
  visibleAgainSeconds: VISIBLE_AGAIN * FUNCTIONS.events.timeoutSeconds,
  /** An hour and a half of tries: an endpoint that is down for an hour makes no dead letters. */
  maxTries: 30,
} as const satisfies NewsQueueLimits;

/** The queue between Parameter Store's events and their function. */
export const SETTINGS_QUEUE = {
  /** Whoever tunes a queue sets several knobs in a row. */
  gatherSeconds: 2,
  batch: 100,
  visibleAgainSeconds: VISIBLE_AGAIN * FUNCTIONS.settings.timeoutSeconds,
  /** An hour and a half; the timer has read everything by then. */
  maxTries: 5,
} as const satisfies NewsQueueLimits;

/** EC2's news carries no tags, so these match every instance of the account; the function looks up whose it is. */
export const NEWS = {
  /** Every state: of a worker that sleeps, each is news. */
  Changed: { source: ['aws.ec2'], detailType: ['EC2 Instance State-change Notification'] },
  Warned: {
    source: ['aws.ec2'],
    detailType: ['EC2 Spot Instance Interruption Warning', 'EC2 Instance Rebalance Recommendation'],
  },
} as const;

/** Parameter Store's news of a stage's queues and fleets. */
export const settingsNews = (stage: string) => ({
  Changed: {
    source: ['aws.ssm'],
    detailType: ['Parameter Store Change'],
    detail: { name: [queuesPath(stage), fleetsPath(stage)].map((path) => ({ prefix: `${path}/` })) },
  },
});
