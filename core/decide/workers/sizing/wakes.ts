import { isOfEc2 } from '../../../model/clouds.ts';
import { TAG } from '../../../model/names.ts';
import { shapeKey } from '../../../model/resources.ts';
import type { PlannedWake } from '../../../model/wake.ts';
import type { WorkerRecord } from '../../../model/worker.ts';
import type { Situation } from '../../../observe/situation.ts';
import { lifeLeftSeconds } from '../../../observe/sleepers.ts';
import type { OfferClass } from './offers.ts';
import { promiseOf, type Wanted, widthOf } from './request.ts';

/** What is wanted of new workers, and what of it sleepers are woken for. */
export interface Split {
  readonly wakes: readonly PlannedWake[];
  /** What is left to be launched. */
  readonly cold: readonly Wanted[];
}

const familyOf = (flavour: string): string => flavour.slice(0, flavour.indexOf('.'));

type Place = OfferClass['offers'][number];

/**
 * The offer as which a sleeper wakes: of its own family, whose types its image starts on, and in the zone of its disk. Its own
 * type first, which needs no change, and the only one beside EC2. Undefined: the plan wants none such.
 */
const placeFor = ({ instanceId, offer }: WorkerRecord, { offers }: OfferClass): Place | undefined => {
  const mayBecome = (flavour: string) =>
    isOfEc2(instanceId) ? familyOf(flavour) === familyOf(offer.flavour) : flavour === offer.flavour;
  const there = offers.filter(({ flavour, zone }) => zone === offer.zone && mayBecome(flavour));
  return there.find(({ flavour }) => flavour === offer.flavour) ?? there[0];
};

/** Whether a sleeper takes the jobs that a worker is wanted for: what it was told of them at its launch holds on. */
const serves = (worker: WorkerRecord, { shape, longestSeconds }: Wanted, situation: Situation): boolean => {
  const { settings, facts } = situation;
  return (
    worker.width === widthOf(settings, shape.cpus) &&
    (worker.firstWidth ?? 0) <= shape.cpus &&
    lifeLeftSeconds(worker, settings, facts.now) >= longestSeconds
  );
};

/** One that did not wake may have its old type still, or the one that it was to have: EC2 is told which in any case. */
const hasKnownType = ({ state }: WorkerRecord): boolean =>
  state.kind === 'asleep' && state.refusedAt === undefined && state.isTypeUnknown === undefined;

const wakeOf = (worker: WorkerRecord, { flavour, zone }: Place, { offers, shape }: Wanted): PlannedWake => {
  const { instanceId, offer } = worker;
  const isResized = isOfEc2(instanceId) && (flavour !== offer.flavour || !hasKnownType(worker));
  const price = offers.prices?.[flavour];
  return {
    instanceId,
    offer: { flavour, zone, market: offer.market },
    offers: offers.room,
    meantFor: shapeKey(shape),
    ...(price === undefined ? {} : { dollarsPerHour: price }),
    ...(isResized ? { isResized, tags: { [TAG.promised]: promiseOf(offers.room) } } : {}),
  };
};

/**
 * Splits what is wanted into sleepers that are woken for it, as the size that it asks for, and what is left to be launched.
 * Sleepers are machines on demand: they stand in for no others. Each is taken once: first those that have the size, then the
 * others, in the order in which they are given.
 */
export const takeSleepers = (
  granted: readonly Wanted[],
  sleepers: readonly WorkerRecord[],
  situation: Situation,
): Split => {
  const left = new Set(sleepers);
  const wakes: PlannedWake[] = [];
  /** Takes those that are what is wanted, or any that may become it, and returns what is wanted still. */
  const take = (wanted: Wanted, asTheyAre: boolean): Wanted => {
    if (wanted.offers.market !== 'on-demand') return wanted;
    let { count } = wanted;
    for (const worker of left) {
      if (count === 0) break;
      const place = placeFor(worker, wanted.offers);
      if (place === undefined || !serves(worker, wanted, situation)) continue;
      if (asTheyAre && place.flavour !== worker.offer.flavour) continue;
      left.delete(worker);
      wakes.push(wakeOf(worker, place, wanted));
      count -= 1;
    }
    return { ...wanted, count };
  };
  // EC2 is asked twice more for each that wakes as another size.
  const others = granted.map((wanted) => take(wanted, true));
  const cold = others.map((wanted) => take(wanted, false)).filter(({ count }) => count > 0);
  return { wakes, cold };
};
