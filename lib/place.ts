import { type Place, USUAL_PLACE } from '../core/settings/place.ts';

/** What a stage's block says of it. */
interface Placed {
  readonly region?: string | undefined;
  readonly workerDiskGb: number;
  readonly network: { readonly kind: string };
}

/**
 * Returns where the workers of a stage live, as far as it decides what they cost. Subnets of the site's own are taken to
 * give out public addresses: whether they do stands nowhere in the block, and budgets are to hold.
 */
export const placeOfStage = ({ region, workerDiskGb, network }: Placed): Place => ({
  region: region ?? USUAL_PLACE.region,
  diskGb: workerDiskGb,
  hasPublicAddress: network.kind === 'public' || network.kind === 'existing',
});
