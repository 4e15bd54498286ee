import type { Flavour, Offer } from '../../../core/model/flavours.ts';
import { stream } from '../../clock/random.ts';
import type { Lack, Room } from './capacity.ts';

/** A place a fleet may launch in, with what its strategy looks at. */
export interface Candidate<T> {
  readonly of: T;
  readonly price: number;
  readonly priority: number;
}

export interface Allocation<T> {
  readonly grants: readonly { readonly of: T; readonly count: number }[];
  /** Places that were asked and gave fewer than asked, in the order of asking. */
  readonly lacks: readonly { readonly of: T; readonly lack: Lack }[];
}

/** Pools within this much of the cheapest share a spot launch, as price-capacity-optimized spreads it. */
const NEAR = 1.1;

const groupedBy = <T>(candidates: readonly Candidate<T>[], rank: (c: Candidate<T>) => number) => {
  const groups = new Map<number, Candidate<T>[]>();
  for (const candidate of candidates) {
    const group = groups.get(rank(candidate));
    if (group === undefined) groups.set(rank(candidate), [candidate]);
    else group.push(candidate);
  }
  return [...groups.keys()].sort((a, b) => a - b).map((key) => groups.get(key) ?? []);
};

/** Roomy pools near the cheapest first and together, then the others by price, then those short of room. */
const byPriceAndRoom = <T>(candidates: readonly Candidate<T>[], isRoomy: (of: T) => boolean) => {
  const roomy = candidates.filter((c) => isRoomy(c.of));
  const cheapest = Math.min(...roomy.map((c) => c.price));
  const near = roomy.filter((c) => c.price <= cheapest * NEAR);
  const dear = roomy.filter((c) => c.price > cheapest * NEAR);
  const scarce = candidates.filter((c) => !isRoomy(c.of));
  return [near, ...groupedBy(dear, (c) => c.price), ...groupedBy(scarce, (c) => c.price)];
};

/** Orders places into tiers: a tier is asked only for what the ones before it lacked. */
export const tiers = <T>(
  strategy: string,
  candidates: readonly Candidate<T>[],
  isRoomy: (of: T) => boolean,
): readonly (readonly Candidate<T>[])[] => {
  switch (strategy) {
    case 'prioritized':
    case 'capacity-optimized-prioritized':
      return groupedBy(candidates, (c) => c.priority);
    case 'diversified':
      return [candidates];
    case 'lowest-price':
      return groupedBy(candidates, (c) => c.price);
    default:
      return byPriceAndRoom(candidates, isRoomy);
  }
};

/** Where capacity is looked up and taken while a target is being split. */
export interface Store<T> {
  room(of: T): Room;
  take(of: T, count: number): void;
}

/**
 * Splits a target evenly within each tier, and passes on what a place cannot give. Never grants more than asked.
 * `turn` rotates each tier, so that the odd instance does not always go to the same place.
 */
export const allocate = <T>(
  tiered: readonly (readonly Candidate<T>[])[],
  target: number,
  store: Store<T>,
  turn: number,
): Allocation<T> => {
  const granted = new Map<T, number>();
  const lacks: { of: T; lack: Lack }[] = [];
  let rest = target;
  const isFilled = (of: T, share: number): boolean => {
    const { count, lack } = store.room(of);
    const given = Math.min(share, count);
    if (given > 0) {
      store.take(of, given);
      granted.set(of, (granted.get(of) ?? 0) + given);
      rest -= given;
    }
    if (given < share && lack !== undefined) lacks.push({ of, lack });
    return given === share;
  };
  for (const tier of tiered) {
    const start = tier.length === 0 ? 0 : turn % tier.length;
    let open = [...tier.slice(start), ...tier.slice(0, start)];
    while (rest > 0 && open.length > 0) {
      const each = Math.floor(rest / open.length);
      const odd = rest % open.length;
      open = open.filter(({ of }, index) => isFilled(of, each + (index < odd ? 1 : 0)));
    }
  }
  return { grants: [...granted].map(([of, count]) => ({ of, count })), lacks };
};

/** Dollars per vCPU-hour of the families, near the list prices of us-east-1; only their order matters here. */
const PER_VCPU: Readonly<Record<string, number>> = { c: 0.0425, m: 0.048, r: 0.063 };

/** Any other family; those are mostly accelerated and dear. */
const OTHER_PER_VCPU = 0.25;

const AMD_SHARE = 0.9;

const LOCAL_DISK_SHARE = 1.18;

/** What spot costs of the list price, from the cheapest pool to the dearest. */
const SPOT_SHARE = [0.3, 0.6] as const;

/** Dollars per hour of an offer: by type alone on demand, by type and zone on spot. */
export const hourlyPrice = (seed: number, offer: Offer, flavour: Flavour): number => {
  const family = offer.flavour.split('.')[0] ?? '';
  const perVcpu = PER_VCPU[family[0] ?? ''] ?? OTHER_PER_VCPU;
  const maker = /^.\da/.test(family) ? AMD_SHARE : 1;
  const disk = family.endsWith('d') ? LOCAL_DISK_SHARE : 1;
  const list = flavour.cpus * perVcpu * maker * disk;
  if (offer.market === 'on-demand') return list;
  const [low, high] = SPOT_SHARE;
  return list * (low + (high - low) * stream(seed, 'spot-price', offer.flavour, offer.zone)());
};
