import type { Template } from './templates.ts';
import type { Placement } from './worker.ts';

/** What workers are launched from. */
export interface LaunchSource {
  readonly template: Template;
  /** Why nobody can say which image takes the place of the template's own; absent: the template is whole. */
  readonly imageUnknown?: string;
  /** The image of types whose processors are ARM's; absent: there is none, and none of them is launched. */
  readonly arm64Image?: string;
  readonly workerDiskMb: number;
}

/** The stage: its name, what its workers are launched from, and where they may be put. */
export interface Stage extends Site, LaunchSource {
  readonly stage: string;
  /** Tags of the site's own, for all that is launched. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Fleets that are launched from something else, by name; absent: none. */
  readonly fleets?: Readonly<Record<string, LaunchSource>>;
}

/** What the stage gives every fleet. */
export interface Site {
  readonly placements: readonly Placement[];
  readonly workerDiskMb: number;
}

/** The stage as one of its fleets is launched. */
export const stageOfFleet = (stage: Stage, fleet: string): Stage => {
  const { fleets } = stage;
  const own = fleets !== undefined && Object.hasOwn(fleets, fleet) ? fleets[fleet] : undefined;
  if (own === undefined) return stage;
  const { imageUnknown: _, arm64Image: __, fleets: ___, ...others } = stage;
  return { ...others, ...own };
};
