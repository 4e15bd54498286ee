import { known, type Snapshot, unknown } from '../../core/model/snapshot.ts';
import type { Stage } from '../../core/model/stage.ts';

type Image = Snapshot<string | undefined>;

/** Returns the stage as it launches from an image instead of its template's own, or cannot say from which. */
export const withImage = (stage: Stage, image: Image): Stage => {
  if (image.kind === 'unknown') return { ...stage, imageUnknown: image.why };
  const imageId = image.value;
  return imageId === undefined ? stage : { ...stage, template: { ...stage.template, imageId } };
};

/**
 * Reads the image that the stage's pipeline made last, in each tick. While it cannot be read, or its parameter has
 * gone, the image that was read before holds: to go back to the template's own would replace the whole fleet without
 * a canary. A function that has never read it says so.
 */
export const newestImage = (
  parameter: string | undefined,
  read: (parameter: string) => Promise<string | undefined>,
): ((now: number) => Promise<Image>) => {
  if (parameter === undefined) return async (now) => known(undefined, now);
  let last: Image | undefined;
  return async (now) => {
    try {
      const imageId = await read(parameter);
      if (imageId !== undefined) last = known(imageId, now);
      return last ?? known(undefined, now);
    } catch (error) {
      return last ?? unknown(error instanceof Error ? error.message : String(error));
    }
  };
};
