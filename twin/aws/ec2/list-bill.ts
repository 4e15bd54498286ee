import { listPrice } from '../../../core/settings/list-prices.ts';
import { extrasPerHour, type Place } from '../../../core/settings/place.ts';
import { isLive, type TwinInstance } from './instance.ts';

/**
 * What an instance has cost up to a moment on demand, at AWS's list prices, with its disk and its address, dollars; spot
 * counts as on demand. Undefined: its type has no list price there.
 */
const dollarsOf = (instance: TwinInstance, now: number, place: Place): number | undefined => {
  const price = listPrice({ name: instance.offer.flavour, cpus: instance.vcpus }, place.region);
  return price === undefined
    ? undefined
    : ((price + extrasPerHour(place)) * paidSeconds(instance, now)) / 3600;
};

/** Returns what instances have cost at list prices up to a moment, dollars; undefined if a type has none. */
export const listBill = (
  instances: Iterable<TwinInstance>,
  now: number,
  place: Place,
): number | undefined => {
  let sum = 0;
  for (const instance of instances) {
    const dollars = dollarsOf(instance, now, place);
    if (dollars === undefined) return undefined;
    sum += dollars;
  }
  return sum;
};

/** Adds the same up again and again without looking twice at an instance that has ended: a long run has many. */
export const runningListBill = (
  instances: ReadonlyMap<string, TwinInstance>,
  place: Place,
): ((now: number) => number | undefined) => {
  let known = 0;
  let open: readonly string[] = [];
  let ended: number | undefined = 0;
  return (now) => {
    const ids = [...open];
    let index = 0;
    for (const id of instances.keys()) {
      if (index >= known) ids.push(id);
      index += 1;
    }
    known = index;
    const all = ids.flatMap((id) => instances.get(id) ?? []);
    const over = listBill(
      all.filter((instance) => !isLive(instance)),
      now,
      place,
    );
    ended = ended === undefined || over === undefined ? undefined : ended + over;
    const live = all.filter(isLive);
    open = live.map(({ instanceId }) => instanceId);
    const running = listBill(live, now, place);
    return ended === undefined || running === undefined ? undefined : ended + running;
  };
};

/** EC2 bills each instance for a minute at least. */
const MINIMUM_SECONDS = 60;

/** Seconds that an instance is billed for up to a moment: from its launch call until its end began. */
const paidSeconds = ({ life, launchedAt }: TwinInstance, now: number): number => {
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
