import { readFileSync, statSync } from 'node:fs';
import * as z from 'zod';
import type { WorkerOptions } from '../../worker/options.ts';
import { got } from './matching.ts';

export const SITE_ALLOWED =
  'any of `condor` (a file of lines), `packages`, `files` (their paths on the worker, each with the file to put there), `script` (a file) and `seconds` (300), which all of it may take';

const PATH_ALLOWED = 'the path of a file';
const path = z
  .string({ error: ({ input }) => got(input, PATH_ALLOWED) })
  .min(1, { error: ({ input }) => got(input, PATH_ALLOWED) });

/** A site's own layer as cdk.json says it: what is in the files, worker/site-layer.ts judges. */
export const workerSite = z.strictObject(
  {
    condor: path.optional(),
    packages: z.array(z.string({ error: ({ input }) => got(input, 'the name of a package') })).optional(),
    files: z.record(z.string(), path).optional(),
    script: path.optional(),
    seconds: z.number({ error: ({ input }) => got(input, 'a number of seconds') }).optional(),
  },
  { error: ({ code, input }) => (code === 'invalid_type' ? got(input, 'an object') : undefined) },
);

type WorkerSite = z.output<typeof workerSite>;
type Layer = NonNullable<WorkerOptions['site']>;

const OWNER_EXECUTES = 0o100;

/** The layer with what is in its files; throws for one that cannot be read, which `siteMistakes` has said before. */
export const siteLayerOf = ({ condor, packages, files, script, seconds }: WorkerSite): Layer => ({
  ...(condor === undefined ? {} : { condor: readFileSync(condor, 'utf8') }),
  ...(packages === undefined ? {} : { packages }),
  files: Object.entries(files ?? {}).map(([at, from]) => ({
    path: at,
    content: readFileSync(from, 'utf8'),
    executable: (statSync(from).mode & OWNER_EXECUTES) !== 0,
  })),
  ...(script === undefined ? {} : { script: readFileSync(script, 'utf8') }),
  ...(seconds === undefined ? {} : { seconds }),
});

const isText = (file: string): boolean => {
  const bytes = readFileSync(file);
  return Buffer.from(bytes.toString('utf8')).equals(bytes) && !bytes.includes(0);
};

const fileMistake = (file: string): string | undefined => {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) return 'and there is no such file; give the path of one';
  if (!stat.isFile()) return 'which is no file; give the path of one';
  return isText(file) ? undefined : 'which is no text; let the script fetch what is none';
};

/** Says which files of a site's own layer cannot be taken: name of the setting, path and why. */
export const siteMistakes = ({ condor, script, files }: WorkerSite): readonly string[] =>
  [
    ['condor', condor] as const,
    ['script', script] as const,
    ...Object.entries(files ?? {}).map(([at, from]) => [`files.${at}`, from] as const),
  ].flatMap(([name, file]) => {
    const mistake = file === undefined ? undefined : fileMistake(file);
    return mistake === undefined ? [] : [`${name} is "${file}", ${mistake}`];
  });
