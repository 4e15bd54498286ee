import { type Hazards, isSpotCheaper } from '../../../learn/hazards.ts';
import { asked, type Suspects } from '../../../learn/narrowing.ts';
import { type Flavour, type Market, type Offer, offered, offerKey } from '../../../model/flavours.ts';
import type { OnTrial } from '../../../model/launch.ts';
import { howManyFit, least, type Resources, type Shape } from '../../../model/resources.ts';
import type { Site } from '../../../model/stage.ts';
import type { Placement } from '../../../model/worker.ts';
import { isSmaller, type SeenRooms } from '../../../observe/seen-rooms.ts';
import type { FleetSettings } from '../../../settings/fleet-settings.ts';
import { dollarsPerHour } from '../../../settings/prices.ts';
import { sizeFor } from './sizing.ts';

/** Flavours of one size that hold the same number of a pilot, with the places and the market to ask for them. */
export interface OfferClass extends OnTrial {
  readonly market: Market;
  readonly offers: readonly (Offer & Pick<Placement, 'subnetId'>)[];
  /** What the smallest of them will offer: a plan that holds for it holds for all. */
  readonly room: Resources;
  /** What one of them costs, dollars per hour, by flavour; absent where one has no price. */
  readonly prices?: Readonly<Record<string, number>>;
}

const everyOffer = ({ name }: Flavour, market: Market, { placements }: Site): OfferClass['offers'] =>
  placements.map((place) => ({ flavour: name, market, ...place }));

const offersOf = (
  flavour: Flavour,
  market: Market,
  site: Site,
  cooling: ReadonlySet<string>,
): OfferClass['offers'] => everyOffer(flavour, market, site).filter((offer) => !cooling.has(offerKey(offer)));

/** Where money is short, on-demand does not stand in for spot that is refused. */
const markets = ({ market }: FleetSettings, onlyCheapest: boolean): readonly Market[] => {
  switch (market) {
    case 'spot':
    case 'on-demand':
      return [market];
    case 'spot-first':
      return onlyCheapest ? ['spot'] : ['spot', 'on-demand'];
    case 'spot-if-cheaper':
      return ['spot', 'on-demand'];
    default:
      return market satisfies never;
  }
};

/** Whether the spot pool of an offer is worth its risk; where the fleet does not ask for that, it is. */
const isWorth = (
  { flavour, zone, market }: Offer,
  cpus: number,
  settings: FleetSettings,
  hazards: Hazards | undefined,
): boolean => {
  if (market !== 'spot' || settings.market !== 'spot-if-cheaper' || hazards === undefined) return true;
  const price = (of: Market) => dollarsPerHour({ flavour, cpus, market: of }, settings) ?? 0;
  const prices = { spot: price('spot'), onDemand: price('on-demand') };
  return isSpotCheaper(prices, hazards(flavour, zone), settings.expectedJobMinutes / 60);
};

/** A flavour that a pilot fits on, with what is left to ask for it on one market. */
interface Candidate {
  readonly flavour: Flavour;
  readonly room: Resources;
  readonly pilots: number;
  readonly offers: OfferClass['offers'];
}

/** Of the flavours of the size that suits the number of pilots, those that hold the most: a plan has one number for all. */
const ofOneSize = (candidates: readonly Candidate[], wanted: Wanted): readonly Candidate[] => {
  const sizes = candidates.map(({ flavour, pilots }) => ({ cpus: flavour.cpus, pilots }));
  const size = sizeFor(sizes, wanted.count, wanted.launchTokens, wanted.overheadPercent);
  return candidates.filter(({ flavour, pilots }) => flavour.cpus === size?.cpus && pilots === size.pilots);
};

/** How many pilots workers are wanted for, and what the size of these depends on besides. */
export interface Wanted {
  readonly count: number;
  /** Instances that EC2 will start now. */
  readonly launchTokens: number;
  /** What a worker costs whatever its size, in percent of a core. */
  readonly overheadPercent: number;
  /** Money is short: only the cheapest offer is asked for. */
  readonly onlyCheapest?: boolean;
  /** How often EC2 takes machines of a spot pool back; absent: the fleet does not ask. */
  readonly hazards?: Hazards;
  /** Offers of which EC2 refuses one and does not say which. */
  readonly suspects?: Suspects;
  /** Those of the cooling offers that EC2 does not have in their zone at all. */
  readonly unsupported?: ReadonlySet<string>;
}

/** What the workers of an offer class cost, by flavour, if all prices are known. */
const pricesOf = (
  candidates: readonly Candidate[],
  market: Market,
  settings: FleetSettings,
): Readonly<Record<string, number>> | undefined => {
  const prices: Record<string, number> = {};
  for (const { flavour } of candidates) {
    const price = dollarsPerHour({ flavour: flavour.name, cpus: flavour.cpus, market }, settings);
    if (price === undefined) return undefined;
    prices[flavour.name] = price;
  }
  return prices;
};

const classOf = (
  candidates: readonly Candidate[],
  market: Market,
  settings: FleetSettings,
  onlyCheapest: boolean,
): OfferClass => {
  const prices = pricesOf(candidates, market, settings);
  const room = candidates.map((of) => of.room).reduce(least);
  if (prices === undefined) return { market, room, offers: candidates.flatMap(({ offers }) => offers) };
  const cheapest = Math.min(...Object.values(prices));
  const kept = onlyCheapest
    ? candidates.filter(({ flavour }) => prices[flavour.name] === cheapest)
    : candidates;
  return { market, room, prices, offers: kept.flatMap(({ offers }) => offers) };
};

/** What a worker of each of a fleet's flavours offers, as far as one has been seen, and else as planned. */
export const roomsOf = (settings: FleetSettings, site: Site, seen: SeenRooms) =>
  settings.flavours.map((flavour) => {
    const planned = offered(flavour, site.workerDiskMb);
    const { room, isAlone } = seen.get(flavour.name) ?? { room: planned, isAlone: false };
    return isAlone && isSmaller(room, planned) ? { flavour, room, planned } : { flavour, room };
  });

/**
 * How many pilots such a worker holds. One machine alone that is smaller than planned says that none fits, and then one more
 * is tried; it does not say how many machines are needed.
 */
const holding = (
  shape: Shape,
  { room, planned }: { readonly room: Resources; readonly planned?: Resources },
) => {
  const pilots = howManyFit(shape, room);
  return planned === undefined || pilots === 0
    ? { room, pilots }
    : { room: planned, pilots: howManyFit(shape, planned) };
};

/** What there is to choose from: where workers may be put, offers that were refused lately, and rooms that were seen. */
interface Choice {
  readonly site: Site;
  readonly cooling: ReadonlySet<string>;
  readonly seen: SeenRooms;
}

/**
 * The flavours to launch for pilots of one shape: of the size that suits them (core/decide/workers/sizing/sizing.ts), all that there are go
 * to EC2 together, so that one which is short does not matter. Offers that were refused lately are left out, and a size
 * that is refused everywhere gives way to the next. `unsupported`: EC2 has none of them in any of the zones.
 */
export const chooseOffers = (
  shape: Shape,
  wanted: Wanted,
  settings: FleetSettings,
  { site, cooling, seen }: Choice,
): OfferClass | 'too-small' | 'all-cooling' | 'unsupported' => {
  const fitting = roomsOf(settings, site, seen)
    .map((of) => ({ flavour: of.flavour, ...holding(shape, of) }))
    .filter(({ room, pilots }) => pilots > 0 && (room.gpus === 0 || shape.gpus > 0));
  if (fitting.length === 0) return 'too-small';
  const asking = markets(settings, wanted.onlyCheapest === true);
  for (const market of asking) {
    const open = fitting
      .map((of) => ({
        ...of,
        offers: offersOf(of.flavour, market, site, cooling).filter((offer) =>
          isWorth(offer, of.flavour.cpus, settings, wanted.hazards),
        ),
      }))
      .filter(({ offers }) => offers.length > 0);
    if (open.length === 0) continue;
    const chosen = classOf(ofOneSize(open, wanted), market, settings, wanted.onlyCheapest === true);
    return { ...chosen, ...asked(chosen.offers, wanted.suspects ?? NO_SUSPECTS) };
  }
  const all = asking.flatMap((market) => fitting.flatMap(({ flavour }) => everyOffer(flavour, market, site)));
  return all.every((offer) => wanted.unsupported?.has(offerKey(offer))) ? 'unsupported' : 'all-cooling';
};

const NO_SUSPECTS: Suspects = new Map();
