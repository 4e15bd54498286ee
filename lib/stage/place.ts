import { type OwnPlace, type Place, USUAL_PLACE } from '../../core/settings/place.ts';
import { workerDiskMbOf } from '../../core/settings/worker-disk.ts';
import { type Disked, disksOf, paidGbOf } from './disk.ts';

/** What a stage's block says of it. */
interface Placed extends Sourced {
  readonly region?: string | undefined;
  readonly network: { readonly kind: string };
  /** Fleets that are launched from something of their own. */
  readonly ownFleets?: Readonly<Record<string, Sourced>> | undefined;
  /** Clouds beside EC2, by name. */
  readonly clouds?: Readonly<Record<string, unknown>> | undefined;
}

/** What a stage or a fleet is launched from. */
interface Sourced extends Disked {
  readonly arm64Image?: string | undefined;
}

const sourcePlace = (source: Sourced): OwnPlace => ({
  diskGb: paidGbOf(source),
  workerDiskMb: workerDiskMbOf(disksOf(source)),
  hasArm64Image: source.arm64Image !== undefined,
});

const ownPlaces = (fleets: Readonly<Record<string, Sourced>>): Readonly<Record<string, OwnPlace>> =>
  Object.fromEntries(Object.entries(fleets).map(([fleet, source]) => [fleet, sourcePlace(source)]));

/**
 * Returns where the workers of a stage live, as far as it decides what they cost. Subnets of the site's own are taken to
 * give out public addresses: whether they do stands nowhere in the block, and budgets are to hold.
 */
export const placeOfStage = (stage: Placed): Place => ({
  region: stage.region ?? USUAL_PLACE.region,
  ...sourcePlace(stage),
  hasPublicAddress: stage.network.kind === 'public' || stage.network.kind === 'existing',
  fleets: ownPlaces(stage.ownFleets ?? {}),
  clouds: Object.keys(stage.clouds ?? {}),
});
