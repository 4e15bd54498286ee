import * as z from 'zod';
import { TAG } from './names.ts';
import type { Parsed } from './parsed.ts';

/** What tells what workers are launched from apart: the template's version, and the image that takes its image's place. */
export const templateKey = ({ id, version, imageId }: Template): string =>
  imageId === undefined ? `${id}#${version}` : `${id}#${version}#${imageId}`;

export const isSameTemplate = (a: Template, b: Template): boolean => templateKey(a) === templateKey(b);

/** What of a template EC2 does not tag by itself. */
export const tagsOf = ({ imageId }: Template): Readonly<Record<string, string>> =>
  imageId === undefined ? {} : { [TAG.image]: imageId };

/** The template that the tags of an instance name; undefined: none. */
export const templateIn = (tags: Readonly<Record<string, string>>): Template | undefined => {
  const [id, version] = [tags['aws:ec2launchtemplate:id'], tags['aws:ec2launchtemplate:version']];
  const imageId = tags[TAG.image];
  if (id === undefined || version === undefined) return undefined;
  return imageId === undefined ? { id, version } : { id, version, imageId };
};

/** One version of a launch template; the version is a number as text, and a later one is larger. */
export const template = z.object({
  id: z.string(),
  version: z.string(),
  /** The image that is launched instead of the version's own. */
  imageId: z.string().exactOptional(),
});

export type Template = Parsed<typeof template>;
