import { belongingIn } from '../../../core/model/names.ts';
import { DEFAULT_FLEET } from '../../../core/model/pool.ts';
import { listPrice, listPriceOfCore } from '../../../core/settings/list-prices.ts';
import { extrasPerHour, type Place } from '../../../core/settings/place.ts';
import { isOver, type PaidRun, type TwinInstance } from './instance.ts';

/** EC2 bills every start of an instance, and every disk, for a minute at least. */
const MINIMUM_SECONDS = 60;

/** Seconds that a time with power is billed for up to a moment. */
const paidSeconds = ({ from, until = Number.POSITIVE_INFINITY }: PaidRun, now: number): number =>
  Math.max(MINIMUM_SECONDS, Math.min(until, now) - from);

/** From the launch to the end: a disk is paid while its machine sleeps, too. */
const diskSeconds = ({ life, launchedAt }: TwinInstance, now: number): number =>
  Math.max(MINIMUM_SECONDS, ('endedAt' in life ? life.endedAt : now) - launchedAt);

const diskPerHour = (place: Place): number => extrasPerHour({ ...place, hasPublicAddress: false });

const addressPerHour = (place: Place): number => extrasPerHour({ ...place, diskGb: 0 });

/** What the disks of instances have cost up to a moment at list prices, dollars. */
export const diskDollars = (instances: Iterable<TwinInstance>, now: number, place: Place): number =>
  [...instances].reduce((sum, of) => sum + (diskPerHour(place) * diskSeconds(of, now)) / 3600, 0);

/** Where instances live, and what spot costs there. */
export interface PricedPlace extends Place {
  /** The price of spot for a fleet, in percent of the one on demand; absent: as much. */
  readonly spotPercent?: (fleet: string) => number;
}

const FREE_SECONDS = 3600;

/**
 * Whether EC2 took an instance back in its first hour: its use is not charged then, unlike its disk and its address. Source:
 * "Billing for interrupted Spot Instances" in EC2's user guide.
 */
const wasTakenBackSoon = ({ life, launchedAt }: TwinInstance): boolean =>
  'cause' in life &&
  life.cause === 'Server.SpotInstanceTermination' &&
  'endedAt' in life &&
  life.endedAt - launchedAt < FREE_SECONDS;

/** What an instance is charged for its use, as a part of the price on demand. */
const shareOf = (instance: TwinInstance, { spotPercent }: PricedPlace): number => {
  if (instance.offer.market !== 'spot') return 1;
  if (wasTakenBackSoon(instance)) return 0;
  return (spotPercent?.(fleetOf(instance) ?? DEFAULT_FLEET) ?? 100) / 100;
};

/**
 * What an instance has cost up to a moment, from AWS's list prices, with its disk and its address, dollars. Undefined: a type that it
 * was has no list price there.
 */
const dollarsOf = (instance: TwinInstance, now: number, place: PricedPlace): number | undefined => {
  let sum = diskDollars([instance], now, place);
  const share = shareOf(instance, place);
  for (const run of instance.runs) {
    const price = listPrice({ name: run.flavour, cpus: run.vcpus }, place.region);
    if (price === undefined) return undefined;
    sum += ((price * share + addressPerHour(place)) * paidSeconds(run, now)) / 3600;
  }
  return sum;
};

/** Returns what instances have cost at list prices up to a moment, dollars; undefined if a type has none. */
export const listBill = (
  instances: Iterable<TwinInstance>,
  now: number,
  place: PricedPlace,
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
  place: PricedPlace,
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
    const over = sums(all.filter(isOver), now);
    for (const [key, dollars] of over) {
      ended.set(key, plus(ended.has(key) ? ended.get(key) : 0, dollars));
    }
    const live = all.filter((instance) => !isOver(instance));
    open = live.map(({ instanceId }) => instanceId);
    const running = sums(live, now);
    const of = (key: string | undefined) =>
      plus(ended.has(key) ? ended.get(key) : 0, running.has(key) ? running.get(key) : 0);
    const keys = new Set([...ended.keys(), ...running.keys()]);
    return { all: [...keys].reduce<number | undefined>((sum, key) => plus(sum, of(key)), 0), of };
  };
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
    const hours = instance.runs.reduce((sum, run) => sum + (paidSeconds(run, now) * run.vcpus) / 3600, 0);
    const fleet = fleetOf(instance) ?? '';
    byFleet.set(fleet, (byFleet.get(fleet) ?? 0) + hours);
    total += hours;
  }
  return { coreHours: total, byFleet };
};

/** A core is taken to cost what one of an m6i does, where the list has no price of its own. */
const USUAL_FAMILY = 'm6i';

/**
 * What the disks of these instances have cost while their machines slept, in core-hours of what each was last: for
 * comparing with those that are paid.
 */
export const sleepCoreHours = (instances: Iterable<TwinInstance>, now: number, place: Place): number => {
  let total = 0;
  for (const instance of instances) {
    const { runs, offer, life, launchedAt } = instance;
    const awake = runs.reduce((sum, { from, until = now }) => sum + until - from, 0);
    const asleep = ('endedAt' in life ? life.endedAt : now) - launchedAt - awake;
    const core =
      listPriceOfCore(offer.flavour.split('.')[0] ?? '', place.region) ??
      listPriceOfCore(USUAL_FAMILY, place.region);
    if (core !== undefined) total += (diskPerHour(place) / core) * (asleep / 3600);
  }
  return total;
};

/** The fleet that an instance is of; undefined: somebody launched it by hand. */
export const fleetOf = ({ tags }: TwinInstance): string | undefined => belongingIn(tags)?.fleet;
