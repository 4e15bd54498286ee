import { gzipSync } from 'node:zlib';
import type * as z from 'zod';
import { centralManagersOf, type WorkerOptions, workerOptions } from './options.ts';
import { programs } from './programs.ts';

/** EC2's limit on user-data, before its own base64. */
export const MOST_USER_DATA_BYTES = 16_384;

const DIRECTORY = '/usr/local/libexec/aerie';

type Facts = z.output<typeof workerOptions>;

interface File {
  readonly path: string;
  readonly content: string;
}

/**
 * What cloud-init makes a worker of this pool from, for every queue: a worker reads its queue from its tags. It is JSON,
 * which is YAML too, so that no text in it can become anything else. A mistake in the options is thrown, a sentence each.
 */
export const userData = (options: WorkerOptions): string => {
  const parsed = workerOptions.safeParse(options);
  if (!parsed.success) throw new Error(parsed.error.issues.flatMap(sentences).join(' '));
  return `#cloud-config\n${JSON.stringify(cloudConfig(parsed.data), null, 1)}\n`;
};

/** The same as EC2 gets it: compressed, which cloud-init sees by itself, because a worker's programs are long. */
export const packedUserData = (options: WorkerOptions): Buffer => {
  const packed = gzipSync(userData(options), { level: 9 });
  if (packed.length > MOST_USER_DATA_BYTES) {
    throw new Error(
      `The user-data has ${packed.length} bytes, EC2 takes ${MOST_USER_DATA_BYTES}; name fewer hosts, or fewer authorities in endpointCa.`,
    );
  }
  return packed;
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
    ...(facts.os === 'baked' ? [] : [programsFile(facts.os)]),
    ...(facts.endpointCa === undefined ? [] : [{ path: '/etc/aerie/ca.pem', content: facts.endpointCa }]),
    { path: '/etc/aerie/worker.json', content: factsFile(facts) },
  ] satisfies readonly File[],
  runcmd: [...(facts.os === 'baked' ? [] : [['python3', '-c', UNPACK, PROGRAMS]]), [`${DIRECTORY}/begin`]],
});

/** Where RPMs put OSG's worker-node client. */
const EL9_ENVIRONMENT = { OSG_GRID: '/etc/osg/wn-client' };

/** Several central managers are written as HTCondor's CONDOR_HOST has them. */
const factsFile = ({ endpointCa: _, ...facts }: Facts): string =>
  `${JSON.stringify({ ...facts, centralManager: centralManagersOf(facts.centralManager).join(', '), environment: { ...(facts.os === 'el9' ? EL9_ENVIRONMENT : {}), ...facts.environment } })}\n`;

const PROGRAMS = `${DIRECTORY}/programs.json`;

/** Every program is executable; cloud-init has made the directory. */
const UNPACK =
  'import json,os,sys\nos.chdir(os.path.dirname(sys.argv[1]))\nfor name,text in json.load(open(sys.argv[1])).items():\n open(name,"w").write(text)\n os.chmod(name,0o755)';

/** All programs in one file: they have the same rights. */
const programsFile = (os: 'el9' | 'debian'): File => ({
  path: PROGRAMS,
  content: JSON.stringify(programs(os)),
});
