import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UsageError } from '../command/usage.ts';
import { verbWithoutStage } from '../command/verb-without-stage.ts';
import { configurationOf } from '../import/configuration.ts';
import { type IniFile, readIni } from '../import/ini.ts';
import { importLines, listLines } from '../import/lines.ts';
import { importSite } from '../import/site.ts';
import { importTold, type Told } from '../import/told.ts';
import { DOES } from './does.ts';

const STAGE = /^[a-z][a-z0-9-]{0,19}$/;
const UNNAMED = 'site';

/** So many columns has the list in a file. */
const LIST_COLUMNS = 100;

/** The bytes of a file as Python reads them, one sign a byte where they are no UTF-8. */
const textIn = async (file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new UsageError(
      `${file} cannot be read (${code}); expected a file of AutoPyFactory's, such as queues.conf.`,
    );
  }
};

const readAll = async (names: readonly string[]): Promise<readonly IniFile[]> => {
  const read = await Promise.all(names.map(async (name) => readIni(name, await textIn(name))));
  const mistakes = read.flatMap((of) => (of.ok ? [] : of.mistakes));
  if (mistakes.length > 0) throw new UsageError(mistakes.join('\n'));
  return read.flatMap((of) => (of.ok ? [of.file] : []));
};

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** Writes the files of an import, all or none: what is there already is somebody's work. */
const written = async (folder: string, told: Told): Promise<readonly string[]> => {
  const files: readonly (readonly [name: string, text: string])[] = [
    ...(told.block === null
      ? []
      : [['stage.json', `${JSON.stringify({ [told.stage]: told.block }, undefined, 2)}\n`] as const]),
    ...told.templates.map(({ queue, text }) => [join('templates', `${queue}.sub`), text] as const),
    ['list.txt', `${listLines(told, LIST_COLUMNS).join('\n').trim()}\n`],
  ];
  const paths = files.map(([name]) => join(folder, name));
  for (const path of paths) {
    if (await exists(path)) {
      throw new UsageError(
        `${path} is there already; nothing was written. Give --out a new folder, or move it away.`,
      );
    }
  }
  for (const [name, text] of files) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, { flag: 'wx' });
  }
  return paths;
};

export const importVerb = verbWithoutStage({
  name: 'import',
  takes: 'FILE … [--out DIR]',
  names: [0, Number.POSITIVE_INFINITY],
  does: DOES.import,
  more: [
    'It prints the block for cdk.json, which a deploy would take as it stands, a pilot template a queue, and what has no counterpart and what to do.',
    'Values of what looks like credentials are never shown. Files are read in the order of queueConf.',
    'Exit code: 0 if nothing is to be looked at, 1 if something is, 2 if a file cannot be read.',
  ],
  stageMeans: `what the block is called; else AERIE_STAGE, else ${UNNAMED}`,
  options: { out: { type: 'string' } },
  means: { out: ['DIR', 'write stage.json, templates and list.txt there; what is there stays'] },
  examples: [
    'aerie import queues.conf autopyfactory.conf',
    'aerie import queues.conf --stage prod --out imported',
  ],
  schema: importTold,
  async ask({ names, options: { out }, stage = UNNAMED }) {
    if (names.length === 0) {
      throw new UsageError(
        'aerie import takes one file or more, not 0: aerie import queues.conf autopyfactory.conf',
      );
    }
    if (!STAGE.test(stage)) {
      throw new UsageError(
        `--stage takes a name of small letters, digits and dashes, 20 at the most, not "${stage}".`,
      );
    }
    const put = configurationOf(await readAll(names));
    if (!put.ok) throw new UsageError(put.mistakes.join('\n'));
    if (put.configuration.sections.length === 0) {
      throw new UsageError(
        `${names.map((name) => basename(name)).join(', ')} has no section of a queue. Queues from AGIS are written out by AutoPyFactory's own Agis.py with -o FILE; import that file.`,
      );
    }
    const { block, templates, rows: keys, problems, notes } = importSite(put.configuration);
    const told = importTold.parse({ stage, block, templates, keys, problems, notes, written: [] });
    const files = out === undefined ? [] : await written(out, told);
    return { ...told, written: [...files] };
  },
  lines: importLines,
  isWell: ({ problems }) => problems.length === 0,
});
