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
} as const satisfies Record<LambdaName, { readonly memoryMb: number; readonly timeoutSeconds: number }>;

/** EventBridge's smallest rate. */
export const TICK_SECONDS = 60;

/** Twice the time between two looks at the same discrepancy (core/discrepancies.ts): each audit may act on the last. */
export const AUDIT_SECONDS = 600;

/** The queue between EC2's events and their function. */
export const EVENT_QUEUE = {
  /** A spot warning comes two minutes ahead: a second of gathering costs nothing, and a burst comes in few batches. */
  gatherSeconds: 1,
  batch: 100,
  /** AWS's advice: six times the function's timeout. */
  visibleAgainSeconds: 6 * FUNCTIONS.events.timeoutSeconds,
  /** An hour and a half of tries: an endpoint that is down for an hour makes no dead letters. */
  maxTries: 30,
} as const;

/** EC2's news carries no tags, so these match every instance of the account; the function looks up whose it is. */
export const NEWS = {
  Ended: {
    source: ['aws.ec2'],
    detailType: ['EC2 Instance State-change Notification'],
    detail: { state: ['shutting-down', 'terminated'] },
  },
  Warned: {
    source: ['aws.ec2'],
    detailType: ['EC2 Spot Instance Interruption Warning', 'EC2 Instance Rebalance Recommendation'],
  },
} as const;
