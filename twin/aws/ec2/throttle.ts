import type { Clock } from '../../clock/clock.ts';
import { Ec2Refusal } from './refusal.ts';

/** EC2's token buckets, per account and Region. */
export interface Limits {
  readonly runInstances: BucketSize;
  readonly createFleet: BucketSize;
  readonly terminateInstances: BucketSize;
  readonly startInstances: BucketSize;
  readonly modifyInstanceAttribute: BucketSize;
  readonly createTags: BucketSize;
  readonly describe: BucketSize;
  /** Describe calls with neither a filter nor a page size. */
  readonly describeUnbounded: BucketSize;
  /** Instances launched, by whichever call. */
  readonly launched: BucketSize;
  readonly terminated: BucketSize;
  readonly started: BucketSize;
}

/**
 * As documented in "Request throttling for the Amazon EC2 API"; CreateFleet and ModifyInstanceAttribute are two of the other
 * mutating actions. Every action has a bucket of its own.
 */
export const DOCUMENTED_LIMITS: Limits = {
  runInstances: { burst: 5, perSecond: 2 },
  createFleet: { burst: 50, perSecond: 5 },
  terminateInstances: { burst: 100, perSecond: 5 },
  startInstances: { burst: 5, perSecond: 2 },
  modifyInstanceAttribute: { burst: 50, perSecond: 5 },
  createTags: { burst: 100, perSecond: 10 },
  describe: { burst: 100, perSecond: 20 },
  describeUnbounded: { burst: 50, perSecond: 10 },
  launched: { burst: 1000, perSecond: 2 },
  terminated: { burst: 1000, perSecond: 20 },
  started: { burst: 1000, perSecond: 2 },
};

export interface Throttle {
  /** Takes tokens, one for a request or one for each resource; throws RequestLimitExceeded, taking none, if too few are left. */
  admit(limit: keyof Limits, count?: number): void;
  /** Takes tokens if there are enough, and answers whether there were. */
  takes(limit: keyof Limits, count: number): boolean;
  /** While on, every call is refused. */
  everything(on: boolean): void;
  /** While on, the account's rights allow no call. */
  denyEverything(on: boolean): void;
}

/** The buckets of one account; they refill in simulated time. */
export const throttle = (clock: Clock, limits: Limits): Throttle => {
  const bucket = (name: keyof Limits): Bucket => tokenBucket(clock, limits[name]);
  const buckets: Readonly<Record<keyof Limits, Bucket>> = {
    runInstances: bucket('runInstances'),
    createFleet: bucket('createFleet'),
    terminateInstances: bucket('terminateInstances'),
    startInstances: bucket('startInstances'),
    modifyInstanceAttribute: bucket('modifyInstanceAttribute'),
    createTags: bucket('createTags'),
    describe: bucket('describe'),
    describeUnbounded: bucket('describeUnbounded'),
    launched: bucket('launched'),
    terminated: bucket('terminated'),
    started: bucket('started'),
  };
  let closed = false;
  let denied = false;
  return {
    admit(limit, count = 1) {
      if (denied) {
        throw new Ec2Refusal(
          'UnauthorizedOperation',
          'You are not authorized to perform this operation.',
          403,
        );
      }
      if (closed || buckets[limit].left() < count) {
        throw new Ec2Refusal('RequestLimitExceeded', 'Request limit exceeded.', 503);
      }
      buckets[limit].take(count);
    },
    takes(limit, count) {
      const has = buckets[limit].left() >= count;
      if (has) buckets[limit].take(count);
      return has;
    },
    everything(on) {
      closed = on;
    },
    denyEverything(on) {
      denied = on;
    },
  };
};

export interface BucketSize {
  readonly burst: number;
  readonly perSecond: number;
}

export interface Bucket {
  /** Tokens in it now. */
  left(): number;
  /** Takes tokens out; taking more than are left is a mistake of the caller. */
  take(count: number): void;
}

/** A token bucket that starts full and refills in simulated time. */
export const tokenBucket = (clock: Clock, size: BucketSize): Bucket => {
  let tokens = size.burst;
  let at = clock.now;
  const left = (): number => {
    tokens = Math.min(size.burst, tokens + (clock.now - at) * size.perSecond);
    at = clock.now;
    return tokens;
  };
  return {
    left,
    take(count) {
      if (count > left()) throw new Error(`${count} tokens were taken of ${tokens}`);
      tokens -= count;
    },
  };
};
