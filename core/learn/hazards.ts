import type { Account, Exposure, Exposures } from '../model/account.ts';
import { type EndedWorker, isReclaimed, type WorkerRecord } from '../model/worker.ts';

/** Below this the series of the multiplier is 1 within a double's digits. */
const TINY = 1e-9;

/**
 * How much work a job takes on a machine that may be taken back, over what it takes on one that stays: it begins anew
 * each time, so (e^{hL} - 1) / (hL) for a job of L hours and a hazard of h per hour.
 */
export const workMultiplier = (hazardPerHour: number, jobHours: number): number => {
  const expected = hazardPerHour * jobHours;
  return expected < TINY ? 1 : Math.expm1(expected) / expected;
};

/** Whether a job is expected to cost less on spot, with what interruptions make it do again. Prices: dollars per hour. */
export const isSpotCheaper = (
  { spot, onDemand }: { readonly spot: number; readonly onDemand: number },
  hazardPerHour: number,
  jobHours: number,
): boolean => spot * workMultiplier(hazardPerHour, jobHours) < onDemand;

const poolKey = (flavour: string, zone: string): string => `${flavour}/${zone}`;

/**
 * What is believed of a pool that nothing is known of: one reclaim in 20 hours, the middle of the bands that AWS's spot
 * advisor shows for a month's share of interrupted machines, on the cautious side. It weighs as much as 20 hours seen.
 */
const PRIOR = { hours: 20, reclaims: 1 } as const;

/** Pools change within days; after two weeks what was seen weighs half, and a pool that was left is tried again. */
const HALF_LIFE_SECONDS = 14 * 86_400;

const HOUR = 3_600;

const weighed = ({ hours, reclaims, at }: Exposure, now: number): Exposure => {
  const weight = 0.5 ** (Math.max(0, now - at) / HALF_LIFE_SECONDS);
  return { hours: hours * weight, reclaims: reclaims * weight, at: Math.max(at, now) };
};

const plus = (a: Exposure | undefined, b: Exposure): Exposure => {
  if (a === undefined) return b;
  const [one, other] = [weighed(a, b.at), weighed(b, a.at)];
  return { hours: one.hours + other.hours, reclaims: one.reclaims + other.reclaims, at: one.at };
};

/** The exposures with spot workers that are over. */
export const withExposed = (before: Exposures, ended: readonly EndedWorker[]): Exposures => {
  const after: Record<string, Exposure> = { ...before };
  for (const { worker, endedAt } of ended) {
    const { offer, launchedAt, state } = worker;
    if (offer.market !== 'spot') continue;
    const key = poolKey(offer.flavour, offer.zone);
    const hours = Math.max(0, endedAt - launchedAt) / HOUR;
    after[key] = plus(after[key], { hours, reclaims: isReclaimed(state) ? 1 : 0, at: endedAt });
  }
  return after;
};

/** How often EC2 takes a machine of a pool back, per hour. */
export type Hazards = (flavour: string, zone: string) => number;

/**
 * The hazard of each pool from all accounts and the workers that live now: reclaims over hours, with the prior as if it
 * had been seen too (the mean of a gamma distribution after Poisson events).
 */
export const hazards = (
  accounts: readonly Account[],
  workers: readonly WorkerRecord[],
  now: number,
): Hazards => {
  const pools = new Map<string, Exposure>();
  const add = (key: string, exposure: Exposure) => pools.set(key, plus(pools.get(key), exposure));
  for (const { pools: seen = {} } of accounts) {
    for (const [key, exposure] of Object.entries(seen)) add(key, weighed(exposure, now));
  }
  for (const { offer, launchedAt, state } of workers) {
    if (offer.market !== 'spot') continue;
    const hours = Math.max(0, now - launchedAt) / HOUR;
    add(poolKey(offer.flavour, offer.zone), { hours, reclaims: isReclaimed(state) ? 1 : 0, at: now });
  }
  return (flavour, zone) => {
    const { hours = 0, reclaims = 0 } = pools.get(poolKey(flavour, zone)) ?? {};
    return (PRIOR.reclaims + reclaims) / (PRIOR.hours + hours);
  };
};
