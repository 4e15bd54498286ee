import type { PlannedLaunch } from '../../../model/decision.ts';
import { isArm64 } from '../../../model/flavours.ts';
import { LINGER_AFTER_JOB_SECONDS, lingerAtLaunch } from '../../../model/lifetimes.ts';
import { clientTokenOf, launchIdOf, TAG } from '../../../model/names.ts';
import { type Resources, type Shape, shapeKey } from '../../../model/resources.ts';
import { tagsOf } from '../../../model/templates.ts';
import { mostAsleep } from '../../../observe/keep-asleep.ts';
import type { Situation } from '../../../observe/situation.ts';
import type { FleetSettings } from '../../../settings/fleet-settings.ts';
import type { OfferClass } from './offers.ts';

/** Workers of an offer, for jobs of a width. */
export interface Wanted {
  readonly offers: OfferClass;
  readonly count: number;
  /** What they are for: jobs of this shape. */
  readonly shape: Shape;
  /** How long the longest of those jobs may run, seconds. */
  readonly longestSeconds: number;
  /** Where several widths want more than there is: they are kept for theirs at first. */
  readonly isContended?: true;
}

/** The width that a worker launched for jobs of it is kept to; undefined: it takes jobs of any. */
export const widthOf = ({ widths }: FleetSettings, width: number): number | undefined =>
  widths === 'apart' ? width : undefined;

/** As a worker reads it from its tags. */
export const promiseOf = ({ cpus, memoryMb, diskMb, gpus }: Resources): string =>
  `${cpus}c,${memoryMb}m,${diskMb}d,${gpus}g`;

/** How a launch is told apart, and what its workers do when they are idle. */
interface Kind {
  readonly index: number;
  readonly kept?: true;
}

/** How many workers of a fleet sleep, or may. */
const mayOf = ({ members, launches, asleep = [] }: Situation['fleet']): number =>
  asleep.length +
  members.filter(({ record: { offer, kept } }) => offer.market === 'on-demand' && kept !== true).length +
  launches.reduce(
    (n, { request: { market, kept, count } }) => (market === 'on-demand' && kept !== true ? n + count : n),
    0,
  );

/** Whether workers of such a launch may sleep once they have joined: all of them, beside those that do or may. */
const maySleep = ({ offers: { market, offers, room }, count }: Wanted, situation: Situation): boolean => {
  const { settings, stage, fleet, keepSecondsOf } = situation;
  const [offer] = offers;
  if (market !== 'on-demand' || offer === undefined || mostAsleep(settings) === 0) return false;
  // Who ends instead waits for its next job as long as ever: a boot takes minutes.
  if (mayOf(fleet) + count > settings.maxAsleep) return false;
  const { flavour, zone } = offer;
  const one = { template: stage.template, offer: { flavour, zone, market }, offers: room };
  return keepSecondsOf(one) > 0;
};

/** A launch as EC2 is asked for it: frozen with its token and its tags. */
export const request = (wanted: Wanted, situation: Situation, { index, kept }: Kind): PlannedLaunch => {
  const { offers, count, shape, isContended } = wanted;
  const { settings, stage, ec2, facts } = situation;
  const width = widthOf(settings, shape.cpus);
  const linger =
    kept === true ? settings.maxLifeSeconds : lingerAtLaunch(settings.lingerSeconds, ec2.viewAgeSeconds);
  const launchId = launchIdOf(settings.name, facts.now, index);
  return {
    offers: offers.room,
    ...(offers.prices === undefined ? {} : { prices: offers.prices }),
    ...(offers.halvings === undefined ? {} : { halvings: offers.halvings }),
    request: {
      launchId,
      fleet: settings.name,
      ...(width === undefined ? {} : { width }),
      meantFor: shapeKey(shape),
      ...(kept === true ? { kept } : {}),
      ...(isContended === true ? { firstWidth: shape.cpus } : {}),
      clientToken: clientTokenOf(stage.stage, launchId),
      template: stage.template,
      market: offers.market,
      count,
      overrides: offers.offers.map(({ flavour, subnetId, zone }) => ({
        flavour,
        subnetId,
        zone,
        ...(stage.arm64Image !== undefined && isArm64(flavour) ? { imageId: stage.arm64Image } : {}),
      })),
      ...(settings.capacityReservations === 'first' && offers.market === 'on-demand'
        ? { reservationsFirst: true }
        : {}),
      tags: {
        ...stage.tags,
        [TAG.stage]: stage.stage,
        [TAG.fleet]: settings.name,
        [TAG.launch]: launchId,
        ...(stage.cloud === undefined ? {} : { [TAG.cloud]: stage.cloud }),
        [TAG.lingerSeconds]: String(linger),
        ...(kept !== true && maySleep(wanted, situation)
          ? { [TAG.lingerAfterJobSeconds]: String(LINGER_AFTER_JOB_SECONDS) }
          : {}),
        [TAG.maxLifeSeconds]: String(settings.maxLifeSeconds),
        [TAG.jobWallSeconds]: String(settings.jobWallSeconds),
        [TAG.promised]: promiseOf(offers.room),
        ...(width === undefined ? {} : { [TAG.width]: String(width) }),
        ...(isContended === true ? { [TAG.firstWidth]: String(shape.cpus) } : {}),
        ...(settings.rebalance === 'drain' ? { [TAG.rebalance]: settings.rebalance } : {}),
        ...tagsOf(stage.template),
      },
    },
  };
};
