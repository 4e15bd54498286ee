import { REGION_PRICES } from './list-price-table.ts';
import { listPriceOfCore } from './list-prices.ts';
import { workerDiskMbOf } from './worker-disk.ts';

/** Where a stage's workers live, as far as it decides what they cost and what disk they offer. */
export interface Place {
  /** Such as `us-east-1`. */
  readonly region: string;
  /** All volumes of a worker together, and what speed costs besides, as so many GiB. */
  readonly diskGb: number;
  /** Disk that a worker offers to pilots, MB; an instance store may have more. */
  readonly workerDiskMb: number;
  /** Whether a worker has a public IPv4 address of its own. */
  readonly hasPublicAddress: boolean;
  /** Whether there is an image for types whose processors are ARM's. */
  readonly hasArm64Image: boolean;
  /** Fleets that are launched from something of their own, with what that changes; absent: none. */
  readonly fleets?: Readonly<Record<string, OwnPlace>>;
  /** The names of the clouds beside EC2 that the stage has; absent: none. */
  readonly clouds?: readonly string[];
  /** Fleets that are deployed for one of these, by its name: their workers have its programs. Absent: nobody knows. */
  readonly deployedOn?: Readonly<Record<string, readonly string[]>>;
}

/** What of a place is a fleet's own, because it is launched from disks and images of its own. */
export type OwnPlace = Pick<Place, 'diskGb' | 'workerDiskMb' | 'hasArm64Image'>;

/** Returns where the workers of one fleet live. */
export const placeOfFleet = (place: Place, fleet: string): Place => {
  const own = place.fleets !== undefined && Object.hasOwn(place.fleets, fleet) ? place.fleets[fleet] : {};
  return { ...place, ...own };
};

/** What a stage has whose block says nothing else; where nobody knows better, it is assumed. */
export const USUAL_PLACE: Place = {
  region: 'us-east-1',
  diskGb: 100,
  workerDiskMb: workerDiskMbOf({ rootGb: 100, cvmfsQuotaMb: 10_000 }),
  hasPublicAddress: true,
  hasArm64Image: false,
};

/** The hours of a month in AWS's prices by the month. */
export const HOURS_IN_MONTH = 730;

/** A public IPv4 address, dollars an hour, the same in all regions. AWS's VPC prices since 2024-02-01. */
export const PUBLIC_ADDRESS = 0.005;

const DEAREST_GP3 = Math.max(...Object.values(REGION_PRICES).map(({ gp3 }) => gp3 ?? 0));

const gp3Of = (region: string): number =>
  (Object.hasOwn(REGION_PRICES, region) ? REGION_PRICES[region]?.gp3 : undefined) ?? DEAREST_GP3;

/** Returns what a worker's disk costs an hour at the list price, dollars: all that is paid for one that is asleep. */
export const diskPerHour = ({ region, diskGb }: Pick<Place, 'region' | 'diskGb'>): number =>
  (diskGb * gp3Of(region)) / HOURS_IN_MONTH;

/** Returns what a worker's disk and address cost an hour at list prices, dollars: the same for every size. */
export const extrasPerHour = (place: Place): number =>
  diskPerHour(place) + (place.hasPublicAddress ? PUBLIC_ADDRESS : 0);

/** What a core is taken to cost where neither the fleet nor the region says: an m6i's in us-east-1. */
const USUAL_CORE = listPriceOfCore('m6i', 'us-east-1') ?? 0.048;

/** Returns the same in percent of what a core costs, rounded up. Without a price of a core: of an m6i's, here if listed. */
export const extrasPercent = (place: Place, corePerHour: number | undefined): number =>
  Math.ceil(
    (100 * extrasPerHour(place)) / (corePerHour ?? listPriceOfCore('m6i', place.region) ?? USUAL_CORE),
  );
