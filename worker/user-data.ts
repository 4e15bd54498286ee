import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type * as z from 'zod';
import { centralManagersOf, type WorkerOptions, workerOptions } from './options.ts';
import { programs, programsMark, programsOfCloud } from './programs.ts';

/** EC2's limit on user-data, before its own base64. */
export const MOST_USER_DATA_BYTES = 16_384;

const DIRECTORY = '/usr/local/libexec/aerie';

type Facts = z.output<typeof workerOptions>;

interface File {
  readonly path: string;
  readonly content: string;
  readonly permissions?: string;
}

/** YAML takes these characters only when they are escaped; JSON takes them as they are. */
const UNPRINTABLE = /[\x7f-\x9f\u2028\u2029\ufffe\uffff]/g;

const printable = (json: string): string =>
  json.replace(UNPRINTABLE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/**
 * What cloud-init makes a worker of this pool from, for every fleet: a worker reads its fleet from its tags. It is JSON,
 * which is YAML too, so that no text in it can become anything else. A mistake in the options is thrown, a sentence each.
 */
export const userData = (options: WorkerOptions): string => {
  const parsed = workerOptions.safeParse(options);
  if (!parsed.success) throw new Error(parsed.error.issues.flatMap(sentences).join(' '));
  return `#cloud-config\n${printable(JSON.stringify(cloudConfig(parsed.data)))}\n`;
};

/** A block of gzip's ends where zlib's buffers are full. Which size packs a text best is seen by trying; 1 % lies between them. */
const MEMORY_LEVELS = [5, 6, 7, 8, 9] as const;

const gzipped = (text: string): Buffer =>
  MEMORY_LEVELS.map((memLevel) => gzipSync(text, { level: 9, memLevel })).reduce((a, b) =>
    b.length < a.length ? b : a,
  );

const WITH_PATIENCE = join(import.meta.dirname, 'zopfli.mjs');

/**
 * The same format, 4 % shorter, in a second: Zopfli looks for the shortest, which zlib does not. It is WebAssembly and answers
 * later; a construct of the CDK cannot wait, so that a process of its own does.
 */
const gzippedWithPatience = (text: string): Buffer =>
  execFileSync(process.execPath, [WITH_PATIENCE], { input: text });

/**
 * User-data as EC2 is given it: gzip, which cloud-init unpacks by itself, and which makes a third of it. One that is longer
 * than EC2 takes is thrown.
 */
export const packed = (text: string): Buffer => {
  const quickly = gzipped(text);
  const bytes = quickly.length > MOST_USER_DATA_BYTES ? gzippedWithPatience(text) : quickly;
  if (bytes.length > MOST_USER_DATA_BYTES) {
    throw new Error(
      `The user-data has ${bytes.length} bytes when packed, EC2 takes ${MOST_USER_DATA_BYTES}; name fewer hosts or fewer authorities in endpointCa, let the site's script fetch what is large, or bake an image, which has the programs.`,
    );
  }
  return bytes;
};

const sentences = (issue: z.core.$ZodIssue): readonly string[] => {
  const at = (...more: readonly PropertyKey[]) => [...issue.path, ...more].map(String).join('.');
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => `${at(key)} is no option of a worker.`);
  return [`${at()} ${issue.message}.`];
};

/** Between the first command of cloud-init and the worker's own deadline; the worker's has the better sentence. */
const CLOUD_INIT_SECONDS = 120;

/**
 * The first thing that cloud-init does: if it dies before it has come to the last, this ends the VM all the same. It needs
 * nothing of what is still to come, and outlives what it is started by.
 */
const END =
  '[ -e /run/aerie/accepting ] || { echo "aerie: power-off: no worker after $1 s" >/dev/console; shutdown -h now || poweroff -f; }';

const endsAfter = (seconds: number): readonly string[] => [
  ...['setsid', 'sh', '-c', `{ sleep "$1"; ${END}; } </dev/null >/dev/null 2>&1 &`, 'sh', `${seconds}`],
];

const cloudConfig = (facts: Facts) => ({
  bootcmd: [endsAfter(facts.bootSeconds + CLOUD_INIT_SECONDS)],
  write_files: [
    ...programFiles(facts),
    ...(facts.endpointCa === undefined ? [] : [{ path: '/etc/aerie/ca.pem', content: facts.endpointCa }]),
    ...(facts.site === undefined
      ? []
      : [{ path: '/etc/aerie/site.json', content: JSON.stringify(facts.site) }]),
    { path: '/etc/aerie/worker.json', content: factsFile(facts) },
  ] satisfies readonly File[],
  runcmd: [[`${DIRECTORY}/begin`]],
});

/** The programs that only some workers run, and whether these do: there is no room for what nobody asks for. */
const isRun = ({ site, sessionManager, logGroup, syslogHost }: Facts): Readonly<Record<string, boolean>> => {
  const hasAgents = sessionManager || logGroup !== '' || syslogHost !== '';
  const hasLayer = site !== undefined;
  return {
    'agents.py': hasAgents,
    'layer.py': hasLayer,
    'timed.py': hasAgents || hasLayer,
    /** It compares an image's programs with those of the user-data, which here are the same. */
    'version.py': false,
  };
};

const fileOf = ([name, content]: readonly [string, string]): File => ({
  path: `${DIRECTORY}/${name}`,
  content,
  ...(content.startsWith('#!') ? { permissions: '0755' } : {}),
});

const programFiles = (facts: Facts): readonly File[] => {
  const { os, cloud } = facts;
  if (os === 'baked') return Object.entries(programsOfCloud(cloud)).map(fileOf);
  const run = isRun(facts);
  // Backwards: so more of what is alike lies within reach of gzip, whose window is smaller than all of it.
  return Object.entries(programs(os, cloud))
    .reverse()
    .filter(([name]) => run[name] ?? true)
    .map(fileOf);
};

/** Where RPMs put OSG's worker-node client. */
const EL9_ENVIRONMENT = { OSG_GRID: '/etc/osg/wn-client' };

/** Several central managers are written as HTCondor's CONDOR_HOST has them. */
const factsFile = ({ endpointCa: _, site: __, cloud, ...facts }: Facts): string =>
  `${JSON.stringify({ ...facts, centralManager: centralManagersOf(facts.centralManager).join(', '), programs: programsMark(cloud), environment: { ...(facts.os === 'el9' ? EL9_ENVIRONMENT : {}), ...facts.environment } })}\n`;
