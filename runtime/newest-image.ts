import type { Stage } from '../core/launches.ts';

/** The stage as it launches from an image instead of its template's own. */
export const withImage = (stage: Stage, imageId: string | undefined): Stage =>
  imageId === undefined ? stage : { ...stage, template: { ...stage.template, imageId } };

/**
 * The image that the stage's pipeline made last, read in each tick. While it cannot be read, the one that was read before
 * holds; a function that has never read it fails, because what it would launch from may have been replaced long ago.
 */
export const newestImage = (
  parameter: string | undefined,
  read: (parameter: string) => Promise<string | undefined>,
): (() => Promise<string | undefined>) => {
  if (parameter === undefined) return async () => undefined;
  let last: { readonly imageId: string | undefined } | undefined;
  return async () => {
    try {
      last = { imageId: await read(parameter) };
    } catch (error) {
      if (last === undefined) throw error;
    }
    return last.imageId;
  };
};
