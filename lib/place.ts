import { type Place, USUAL_PLACE } from '../core/settings/place.ts';
import { workerDiskMbOf } from '../core/settings/worker-disk.ts';
import { type Disked, disksOf, volumesGbOf } from './stage-disk.ts';

/** What a stage's block says of it. */
interface Placed extends Disked {
  readonly region?: string | undefined;
  readonly arm64Image?: string | undefined;
  readonly network: { readonly kind: string };
}

/**
 * Returns where the workers of a stage live, as far as it decides what they cost. Subnets of the site's own are taken to
 * give out public addresses: whether they do stands nowhere in the block, and budgets are to hold.
 */
export const placeOfStage = (stage: Placed): Place => ({
  region: stage.region ?? USUAL_PLACE.region,
  diskGb: volumesGbOf(stage),
  workerDiskMb: workerDiskMbOf(disksOf(stage)),
  hasArm64Image: stage.arm64Image !== undefined,
  hasPublicAddress: stage.network.kind === 'public' || stage.network.kind === 'existing',
});
