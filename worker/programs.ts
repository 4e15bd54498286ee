import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const DIRECTORY = join(import.meta.dirname, 'files');
const IMAGE_DIRECTORY = join(import.meta.dirname, 'image');

/** Lines that are empty, a comment or a docstring; the first line of a script is none of them. */
const COMMENT = /^(?!#!)[ \t]*(#.*|""".*""")?\n/gm;

const textOf = (directory: string, name: string): string =>
  readFileSync(join(directory, name), 'utf8').replace(COMMENT, '');

const isFor = (name: string, os: 'el9' | 'debian'): boolean =>
  !name.startsWith('packages-') || name === `packages-${os}.sh`;

/**
 * What runs on a worker, by file name: everything in `files/`, with the package list of one system. Comments stay
 * here: user-data has no room for them.
 */
export const programs = (os: 'el9' | 'debian'): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(DIRECTORY)
      .filter((name) => /^[a-z][a-z0-9.-]*$/.test(name) && isFor(name, os))
      .sort()
      .map((name) => [name, textOf(DIRECTORY, name)]),
  );

/** A script that makes an image, or checks a machine that was booted from one. */
export const imageScript = (name: 'bake.sh' | 'check.sh'): string => textOf(IMAGE_DIRECTORY, name);
