import { offerKey } from '../model/flavours.ts';
import type { Refusal, RefusalClass } from '../model/launch.ts';
import type { CoolingRecord } from '../model/ledger.ts';
import { cut } from '../model/words.ts';

const DAY = 86_400;

/**
 * How long a refused offer is not asked again. Capacity comes back within minutes (Karpenter waits 3, ParallelCluster
 * 10); a quota only when something ends or a person raises it; a type in a zone when AWS brings it there. A class that
 * is not here says nothing of the offer.
 */
const COOLING_SECONDS: Readonly<Partial<Record<RefusalClass, number>>> = {
  capacity: 300,
  quota: 600,
  configuration: 600,
  unsupported: DAY,
};

/**
 * What a wake found no capacity for is asked for again sooner: it was one machine, and its disk tied it to one zone. If the
 * type is short there, the launch that comes next says so, and may look in other zones.
 */
const AFTER_WAKE_SECONDS: typeof COOLING_SECONDS = { ...COOLING_SECONDS, capacity: 60 };

type Refused = Omit<Refusal, 'code'>;

const coolingFor = (
  seconds: typeof COOLING_SECONDS,
  refusals: readonly Refused[],
  now: number,
): readonly CoolingRecord[] =>
  refusals.flatMap(({ offer, class: kind, why }) => {
    const cools = seconds[kind];
    return cools === undefined ? [] : [{ offer, until: now + cools, why: cut(why), class: kind }];
  });

/** The offers to leave alone for a while after a launch was refused in part. */
export const coolingOf = (refusals: readonly Refused[], now: number): readonly CoolingRecord[] =>
  coolingFor(COOLING_SECONDS, refusals, now);

/** The same after wakes were refused. */
export const coolingAfterWakes = (refusals: readonly Refused[], now: number): readonly CoolingRecord[] =>
  coolingFor(AFTER_WAKE_SECONDS, refusals, now);

const isCooling = ({ until, halvings }: CoolingRecord, now: number): boolean =>
  until > now && halvings === undefined;

const keysOf = (records: readonly CoolingRecord[]): ReadonlySet<string> =>
  new Set(records.map(({ offer }) => offerKey(offer)));

/** Keys of the offers that EC2 has refused lately. Suspects are none of them: they are asked for, a few at a time. */
export const coolingNow = (cooling: readonly CoolingRecord[], now: number): ReadonlySet<string> =>
  keysOf(cooling.filter((record) => isCooling(record, now)));

/** Keys of the offers that EC2 does not have in their zone. */
export const unsupportedNow = (cooling: readonly CoolingRecord[], now: number): ReadonlySet<string> =>
  keysOf(cooling.filter((record) => isCooling(record, now) && record.class === 'unsupported'));
