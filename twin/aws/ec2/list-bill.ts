import { belongingIn } from '../../../core/model/names.ts';
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

/** What instances have cost: all together, and by whose they are. Undefined: a type among them has no list price. */
export interface Dollars {
  readonly all: number | undefined;
  readonly of: (whose: string) => number | undefined;
}

const plus = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : a + b;

/** Adds the same up again and again without looking twice at an instance that has ended: a long run has many. */
export const runningListBill = (
  instances: ReadonlyMap<string, TwinInstance>,
  place: Place,
  whose: (instance: TwinInstance) => string | undefined = () => undefined,
): ((now: number) => Dollars) => {
  let known = 0;
  let open: readonly string[] = [];
  const ended = new Map<string | undefined, number | undefined>();
  const sums = (of: readonly TwinInstance[], now: number) =>
    new Map([...Map.groupBy(of, whose)].map(([key, each]) => [key, listBill(each, now, place)]));
  return (now) => {
    const ids = [...open];
    let index = 0;
    for (const id of instances.keys()) {
      if (index >= known) ids.push(id);
      index += 1;
    }
    known = index;
    const all = ids.flatMap((id) => instances.get(id) ?? []);
    const over = sums(
      all.filter((instance) => !isLive(instance)),
      now,
    );
    for (const [key, dollars] of over) {
      ended.set(key, plus(ended.has(key) ? ended.get(key) : 0, dollars));
    }
    const live = all.filter(isLive);
    open = live.map(({ instanceId }) => instanceId);
    const running = sums(live, now);
    const of = (key: string | undefined) =>
      plus(ended.has(key) ? ended.get(key) : 0, running.has(key) ? running.get(key) : 0);
    const keys = new Set([...ended.keys(), ...running.keys()]);
    return { all: [...keys].reduce<number | undefined>((sum, key) => plus(sum, of(key)), 0), of };
  };
};

/** EC2 bills each instance for a minute at least. */
const MINIMUM_SECONDS = 60;

/** Seconds that an instance is billed for up to a moment: from its launch call until its end began. */
const paidSeconds = ({ life, launchedAt }: TwinInstance, now: number): number => {
  const until = life.kind === 'shutting-down' || life.kind === 'terminated' ? life.endedAt : now;
  return Math.max(MINIMUM_SECONDS, until - launchedAt);
};

/** Paid core-hours, in total and by fleet (those of none under ''). */
export interface Bill {
  readonly coreHours: number;
  readonly byFleet: ReadonlyMap<string, number>;
}

/** What these instances have cost up to a moment. A worker from before there were fleets is of the default one. */
export const billOf = (instances: Iterable<TwinInstance>, now: number): Bill => {
  const byFleet = new Map<string, number>();
  let total = 0;
  for (const instance of instances) {
    const hours = (paidSeconds(instance, now) * instance.vcpus) / 3600;
    const fleet = fleetOf(instance) ?? '';
    byFleet.set(fleet, (byFleet.get(fleet) ?? 0) + hours);
    total += hours;
  }
  return { coreHours: total, byFleet };
};

/** The fleet that an instance is of; undefined: somebody launched it by hand. */
export const fleetOf = ({ tags }: TwinInstance): string | undefined => belongingIn(tags)?.fleet;
