import type { Flavour, Offer } from '../../../core/model/flavours.ts';
import { stream } from '../../clock/random.ts';

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
