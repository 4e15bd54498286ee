import { type Market, type Offer, offerKey } from '../../../core/model/flavours.ts';
import type { Clock } from '../../clock/clock.ts';
import type { CapacityWindow, Ec2Options } from './options.ts';
import { wordsOf } from './refusal.ts';

/** Why an offer gave fewer instances than were asked of it. */
export interface Lack {
  readonly code: string;
  readonly message: string;
}

export interface Room {
  readonly count: number;
  /** What EC2 says to whoever asks for more than `count`. */
  readonly lack: Lack | undefined;
}

/** What can run out: each offer's own capacity, and the account's vCPUs on each market. */
export interface Capacity {
  room(offer: Offer, vcpus: number): Room;
  take(offer: Offer, vcpus: number, count: number): void;
  give(offer: Offer, vcpus: number): void;
  limit(window: CapacityWindow): () => void;
  quota(market: Market, vcpus: number | undefined): void;
}

const QUOTA: Readonly<Record<Market, Lack>> = {
  'on-demand': {
    code: 'VcpuLimitExceeded',
    message: 'The launch needs more vCPUs than the quota of this account allows.',
  },
  spot: { code: 'MaxSpotInstanceCountExceeded', message: 'The spot quota of this account is used up.' },
};

const shortage = (offer: Offer, code = 'InsufficientInstanceCapacity'): Lack => ({
  code,
  message: wordsOf(code, offer),
});

const meets = (window: CapacityWindow, offer: Offer, now: number): boolean =>
  (window.flavour === undefined || window.flavour === offer.flavour) &&
  (window.zone === undefined || window.zone === offer.zone) &&
  (window.market === undefined || window.market === offer.market) &&
  now >= (window.fromSeconds ?? Number.NEGATIVE_INFINITY) &&
  now < (window.toSeconds ?? Number.POSITIVE_INFINITY);

const UNLIMITED: Room = { count: Number.POSITIVE_INFINITY, lack: undefined };

/** Capacity and quota of one account; both without a bound unless told. */
export const capacity = (clock: Clock, options: Pick<Ec2Options, 'capacity' | 'quotaVcpus'>): Capacity => {
  const windows = new Set(options.capacity ?? []);
  const quotas = new Map<Market, number | undefined>([
    ['spot', options.quotaVcpus?.spot],
    ['on-demand', options.quotaVcpus?.['on-demand']],
  ]);
  const used = new Map<string, number>();
  const vcpusUsed = new Map<Market, number>();
  const add = (offer: Offer, vcpus: number, count: number) => {
    const key = offerKey(offer);
    used.set(key, (used.get(key) ?? 0) + count);
    vcpusUsed.set(offer.market, (vcpusUsed.get(offer.market) ?? 0) + count * vcpus);
  };
  const ofQuota = (offer: Offer, vcpus: number): Room => {
    const quota = quotas.get(offer.market);
    if (quota === undefined) return UNLIMITED;
    const left = Math.floor((quota - (vcpusUsed.get(offer.market) ?? 0)) / vcpus);
    return { count: Math.max(0, left), lack: QUOTA[offer.market] };
  };
  return {
    room(offer, vcpus) {
      let room = ofQuota(offer, vcpus);
      for (const window of windows) {
        if (!meets(window, offer, clock.now)) continue;
        const count = Math.max(0, window.count - (used.get(offerKey(offer)) ?? 0));
        if (count < room.count) room = { count, lack: shortage(offer, window.code) };
      }
      return room;
    },
    take: (offer, vcpus, count) => add(offer, vcpus, count),
    give: (offer, vcpus) => add(offer, vcpus, -1),
    limit(window) {
      const own = { ...window };
      windows.add(own);
      return () => {
        windows.delete(own);
      };
    },
    quota: (market, vcpus) => {
      quotas.set(market, vcpus);
    },
  };
};
