import type { TwinInstance } from './instance.ts';

/** EC2 bills each instance for a minute at least. */
const MINIMUM_SECONDS = 60;

/** Seconds that an instance is billed for up to a moment: from its launch call until its end began. */
export const paidSeconds = ({ life, launchedAt }: TwinInstance, now: number): number => {
  const until = life.kind === 'shutting-down' || life.kind === 'terminated' ? life.endedAt : now;
  return Math.max(MINIMUM_SECONDS, until - launchedAt);
};

/** Paid core-hours, in total and by the value of one tag (instances without it under ''). */
export interface Bill {
  readonly coreHours: number;
  readonly byTag: ReadonlyMap<string, number>;
}

/** What these instances have cost up to a moment. */
export const billOf = (instances: Iterable<TwinInstance>, tag: string, now: number): Bill => {
  const byTag = new Map<string, number>();
  let total = 0;
  for (const instance of instances) {
    const hours = (paidSeconds(instance, now) * instance.vcpus) / 3600;
    const value = instance.tags[tag] ?? '';
    byTag.set(value, (byTag.get(value) ?? 0) + hours);
    total += hours;
  }
  return { coreHours: total, byTag };
};
