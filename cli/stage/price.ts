import type { WorkerRecord } from '../../core/model/worker.ts';
import { listPrice } from '../../core/settings/list-prices.ts';
import { extrasPerHour, type Place, placeOfFleet } from '../../core/settings/place.ts';

/** What a worker costs an hour, dollars; `isListed`: at AWS's list prices, because its fleet has none of its own. */
export interface Rate {
  readonly awake: number;
  /** Its disk alone. */
  readonly asleep: number;
  readonly isListed: boolean;
}

type Priced = Pick<WorkerRecord, 'fleet' | 'offer' | 'offers' | 'cost'>;

/** Returns what a worker costs an hour; undefined: nothing is known of its type. */
export const rateOf = ({ fleet, offer, offers, cost }: Priced, place: Place): Rate | undefined => {
  const here = placeOfFleet(place, fleet);
  const asleep = extrasPerHour({ ...here, hasPublicAddress: false });
  if (cost !== undefined) return { awake: cost.dollarsPerHour, asleep, isListed: false };
  const listed = listPrice({ name: offer.flavour, cpus: offers.cpus }, here.region);
  return listed === undefined ? undefined : { awake: listed + extrasPerHour(here), asleep, isListed: true };
};
