import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const DIRECTORY = join(import.meta.dirname, 'files');
const IMAGE_DIRECTORY = join(import.meta.dirname, 'image');

/** Lines that are empty, a comment or a docstring; the first line of a script is none of them. */
const COMMENT = /^(?!#!)[ \t]*(#.*|""".*""")?\n/gm;

/** Python takes one blank for a level as well as four, and nothing else here needs any. */
const LEVELS = /^ +/gm;

/** A block of one statement that ends what it is in. */
const LAST_STATEMENT = /:\n +(?=(?:return|raise|continue|pass)\b)/g;

/** A string of Python's with what stands before it, or operators with the blanks around them. */
const STRING_OR_OPERATOR =
  /([rbf]*)("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|(?<=\S) *((?:[-+*/%=<>!&|,:()[\]{}]+ *)+)/g;

/** In user-data, which is JSON, a double quote is two characters. */
const inSingleQuotes = (text: string): string => text.replace(/^"([^'"\\]*)"$/, "'$1'");

/** The same Python without the blanks that it does not need. */
const tight = (text: string): string =>
  text
    .replace(LEVELS, (blanks) => ' '.repeat(blanks.length / 4))
    .replace(LAST_STATEMENT, ':')
    .replace(STRING_OR_OPERATOR, (_, prefix: string, string?: string, operators = '') =>
      string === undefined ? operators.replaceAll(' ', '') : prefix + inSingleQuotes(string),
    );

const textOf = (directory: string, name: string): string => {
  const text = readFileSync(join(directory, name), 'utf8').replace(COMMENT, '');
  return name.endsWith('.py') ? tight(text) : text.replace(LEVELS, '');
};

const isFor = (name: string, os: 'el9' | 'debian'): boolean =>
  !name.startsWith('packages-') || name === `packages-${os}.sh`;

/** The kinds of clouds that a worker may be a machine of. */
export const CLOUD_KINDS = ['ec2', 'openstack'] as const;

export type CloudKind = (typeof CLOUD_KINDS)[number];

const programsIn = (directory: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(directory)
      .filter((name) => /^[a-z][a-z0-9.-]*$/.test(name))
      .sort()
      .map((name) => [name, textOf(directory, name)]),
  );

/** The programs that stand in the place of EC2's of the same name on another cloud, in a folder of its own; an image brings EC2's. */
export const programsOfCloud = (cloud: CloudKind): Readonly<Record<string, string>> =>
  cloud === 'ec2' ? {} : programsIn(join(import.meta.dirname, cloud));

/**
 * What runs on a worker, by file name: everything in `files/`, with the package list of one system, and what is another
 * cloud's own. Comments stay here: user-data has no room for them.
 */
export const programs = (
  os: 'el9' | 'debian',
  cloud: CloudKind = 'ec2',
): Readonly<Record<string, string>> => ({
  ...Object.fromEntries(Object.entries(programsIn(DIRECTORY)).filter(([name]) => isFor(name, os))),
  ...programsOfCloud(cloud),
});

/**
 * What a worker finds its programs by: an image and a user-data of one version have the same. The worker computes it of the
 * files that it has (worker/files/version.py), without the list of packages, of which an image may have two, without blanks and
 * whatever the quotes: an image may have them as they are here.
 */
export const programsMark = (cloud: CloudKind = 'ec2'): string => {
  const hash = createHash('sha256');
  for (const [name, text] of Object.entries(programs('el9', cloud))) {
    if (!name.startsWith('packages-'))
      hash.update(`${name}\n${text.replace(/\s/g, '').replaceAll("'", '"')}\0`);
  }
  return hash.digest('hex').slice(0, 16);
};

/** A script that makes an image, or checks a machine that was booted from one. */
export const imageScript = (name: 'bake.sh' | 'check.sh'): string => textOf(IMAGE_DIRECTORY, name);
