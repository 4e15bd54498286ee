import * as z from 'zod';
import { got, text, whole } from './option-text.ts';
import { condorMistakes } from './site-condor.ts';

const MOST_PACKAGES = 100;
/** A name, with a version where the package manager takes one. */
const PACKAGE = /^[A-Za-z0-9][A-Za-z0-9+.:=~_-]{0,120}$/;

/** What aerie writes itself or has its own way for, and what is no place for files. */
const NOT_FOR_FILES =
  /^\/(usr\/local\/libexec\/aerie|etc\/(aerie|condor|hosts$|passwd$|shadow$|cvmfs\/default\.local$|systemd\/system\/(aerie-|condor))|var\/lib\/(aerie|condor)|home\/slot|(cvmfs|dev|proc|run|sys)(\/|$))/;

const FILE = 'an absolute path of plain letters';
const filePath = text(
  /^(\/[A-Za-z0-9_@+-][A-Za-z0-9._@+-]*|\/\.[A-Za-z0-9_-][A-Za-z0-9._-]*)+$/,
  FILE,
).refine((path) => !NOT_FOR_FILES.test(path), {
  error: ({ input }) => `is "${input}", which is aerie's own or no place for files; expected another`,
});

const lines = z.string().superRefine((given, context) => {
  for (const message of condorMistakes(given)) context.addIssue({ code: 'custom', message });
});

/**
 * What a site adds to its workers: beside aerie's own, never instead of it. All of it together may take `seconds`, at each
 * boot; what fails ends the boot, and is named.
 */
export const siteLayer = z.strictObject({
  /** Lines for HTCondor, read before aerie's own. */
  condor: lines.optional(),
  packages: z
    .array(text(PACKAGE, 'the name of a package'))
    .max(MOST_PACKAGES, { error: ({ input }) => got(input, `${MOST_PACKAGES} packages or fewer`) })
    .default([]),
  files: z
    .array(z.strictObject({ path: filePath, content: z.string(), executable: z.boolean() }))
    .default([]),
  /** A program, run as root after packages and files are there. */
  script: text(/^#!\/[^\n]+\n/, 'a program that begins with #! and its interpreter').optional(),
  seconds: whole(10, 3_600, 'seconds').default(300),
});
