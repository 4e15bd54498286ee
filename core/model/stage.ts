import { EC2, isOfEc2 } from './clouds.ts';
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
  /** The clouds beside EC2, by name; absent: none. */
  readonly clouds?: Readonly<Record<string, CloudSource>>;
  /** Where `stageOfFleet` has found the fleet to be launched; absent: on EC2. */
  readonly cloud?: string;
}

/** What a cloud beside EC2 has of its own: the rest, user-data above all, is that of the fleet's launch template. */
export interface CloudSource {
  readonly imageId: string;
  readonly placements: readonly Placement[];
  /** Why nobody can say what is there just now; absent: it has been looked at in this tick, or nobody asks. */
  readonly unknown?: string;
}

/** What the stage gives every fleet. */
export interface Site {
  readonly placements: readonly Placement[];
  readonly workerDiskMb: number;
}

const onEc2 = (stage: Stage, fleet: string): Stage => {
  const { fleets } = stage;
  const own = fleets !== undefined && Object.hasOwn(fleets, fleet) ? fleets[fleet] : undefined;
  if (own === undefined) return stage;
  const { imageUnknown: _, arm64Image: __, fleets: ___, ...others } = stage;
  return { ...others, ...own };
};

/** What a cloud of the stage has of its own; undefined: EC2, and one that the stage does not have. */
export const cloudSourceOf = ({ clouds = {} }: Stage, cloud: string): CloudSource | undefined =>
  Object.hasOwn(clouds, cloud) ? clouds[cloud] : undefined;

/**
 * The stage as one of its fleets is launched. A template is another one on each cloud: that its workers join on EC2 proves
 * nothing of an OpenStack.
 */
export const stageOfFleet = (stage: Stage, fleet: string, cloud: string = EC2): Stage => {
  const own = onEc2(stage, fleet);
  if (cloud === EC2) return own;
  const source = cloudSourceOf(stage, cloud);
  const { imageUnknown: _, arm64Image: __, fleets: ___, ...others } = own;
  const { id, version } = own.template;
  return {
    ...{ ...others, cloud },
    placements: source?.placements ?? [],
    template: {
      ...{ id: `${id}@${cloud}`, version },
      ...(source === undefined ? {} : { imageId: source.imageId }),
    },
  };
};

/**
 * Those of some machines that are not on a cloud which says nothing now: whether the others have ended, nobody can know, and
 * so they prove nothing of the pool.
 */
export const inSight = <T extends { readonly instanceId: string }>(
  { clouds = {} }: Pick<Stage, 'clouds'>,
  machines: readonly T[],
): readonly T[] =>
  Object.values(clouds).every(({ unknown }) => unknown === undefined)
    ? machines
    : machines.filter(({ instanceId }) => isOfEc2(instanceId));
