import { type Flavour, type Market, type Offer, offered, offerKey } from './flavours.ts';
import type { CoolingRecord, Placement } from './records.ts';
import { howManyFit, type Resources, type Shape } from './resources.ts';
import type { QueueSettings } from './settings.ts';

/** Flavours of one size that hold the same number of a pilot, with the places and the market to ask for them. */
export interface OfferClass {
  readonly market: Market;
  readonly offers: readonly (Offer & Pick<Placement, 'subnetId'>)[];
  /** What the smallest of them will offer: a plan that holds for it holds for all. */
  readonly room: Resources;
}

/** What the stage gives every queue. */
export interface Site {
  readonly placements: readonly Placement[];
  readonly workerDiskMb: number;
}

const smallest = (flavours: readonly Flavour[], diskMb: number): Resources => {
  const rooms = flavours.map((flavour) => offered(flavour, diskMb));
  return {
    cpus: Math.min(...rooms.map((room) => room.cpus)),
    memoryMb: Math.min(...rooms.map((room) => room.memoryMb)),
    diskMb,
    gpus: Math.min(...rooms.map((room) => room.gpus)),
  };
};

const markets = (settings: QueueSettings): readonly Market[] =>
  settings.market === 'spot-first' ? ['spot', 'on-demand'] : [settings.market];

/**
 * The flavours to launch for pilots of one shape: the smallest size on which one fits. Small workers are the cheap
 * ones: a long job then holds no empty cores. All flavours of that size go to EC2 together, so that one which is
 * short does not matter; offers that were refused lately are left out, and a size that is refused everywhere gives way
 * to the next.
 */
export const chooseOffers = (
  shape: Shape,
  settings: QueueSettings,
  site: Site,
  cooling: ReadonlySet<string>,
): OfferClass | 'too-small' | 'all-cooling' => {
  const capacity = (flavour: Flavour) => howManyFit(shape, offered(flavour, site.workerDiskMb));
  const fitting = settings.flavours.filter((flavour) => capacity(flavour) > 0);
  if (fitting.length === 0) return 'too-small';
  const sizes = [...new Set(fitting.map((flavour) => flavour.cpus))].sort((a, b) => a - b);
  for (const market of markets(settings)) {
    for (const cpus of sizes) {
      const alike = fitting.filter((flavour) => flavour.cpus === cpus);
      const most = Math.max(...alike.map(capacity));
      const flavours = alike.filter((flavour) => capacity(flavour) === most);
      const offers = flavours
        .flatMap(({ name }) => site.placements.map((place) => ({ flavour: name, market, ...place })))
        .filter((offer) => !cooling.has(offerKey(offer)));
      if (offers.length > 0) return { market, offers, room: smallest(flavours, site.workerDiskMb) };
    }
  }
  return 'all-cooling';
};

/** Keys of the offers that EC2 has refused lately. */
export const coolingNow = (cooling: readonly CoolingRecord[], now: number): ReadonlySet<string> =>
  new Set(cooling.filter(({ until }) => until > now).map(({ offer }) => offerKey(offer)));
