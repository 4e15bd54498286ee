import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const DIRECTORY = join(import.meta.dirname, 'files');

/** Lines that are empty, a comment or a docstring; the first line of a script is none of them. */
const COMMENT = /^(?!#!)[ \t]*(#.*|""".*""")?\n/gm;

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
      .map((name) => [name, readFileSync(join(DIRECTORY, name), 'utf8').replace(COMMENT, '')]),
  );
