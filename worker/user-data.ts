import { gzipSync } from 'node:zlib';
import type * as z from 'zod';
import { type WorkerOptions, workerOptions } from './options.ts';
import { programs, programsMark } from './programs.ts';

/** EC2's limit on user-data, before its own base64. */
export const MOST_USER_DATA_BYTES = 16_384;

const DIRECTORY = '/usr/local/libexec/aerie';

type Facts = z.output<typeof workerOptions>;

interface File {
  readonly path: string;
  readonly content: string;
  readonly permissions?: string;
}

/**
 * What cloud-init makes a worker of this pool from, for every queue: a worker reads its queue from its tags. It is JSON,
 * which is YAML too, so that no text in it can become anything else. A mistake in the options is thrown, a sentence each.
 */
export const userData = (options: WorkerOptions): string => {
  const parsed = workerOptions.safeParse(options);
  if (!parsed.success) throw new Error(parsed.error.issues.flatMap(sentences).join(' '));
  const text = `#cloud-config\n${JSON.stringify(cloudConfig(parsed.data), null, 1)}\n`;
  const bytes = packed(text).byteLength;
  if (bytes > MOST_USER_DATA_BYTES) {
    throw new Error(
      `The user-data has ${bytes} bytes when packed, EC2 takes ${MOST_USER_DATA_BYTES}; name fewer hosts, or fewer authorities in endpointCa, and let the site's script fetch what is large.`,
    );
  }
  return text;
};

/** User-data as EC2 is given it: gzip, which cloud-init unpacks by itself, and which makes a third of it. */
export const packed = (text: string): Buffer => gzipSync(text, { level: 9 });

const sentences = (issue: z.core.$ZodIssue): readonly string[] => {
  const at = (...more: readonly PropertyKey[]) => [...issue.path, ...more].map(String).join('.');
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => `${at(key)} is no option of a worker.`);
  return [`${at()} ${issue.message}.`];
};

const cloudConfig = (facts: Facts) => ({
  write_files: [
    ...(facts.os === 'baked' ? [] : programFiles(facts.os)),
    ...(facts.endpointCa === undefined ? [] : [{ path: '/etc/aerie/ca.pem', content: facts.endpointCa }]),
    ...(facts.site === undefined
      ? []
      : [{ path: '/etc/aerie/site.json', content: JSON.stringify(facts.site) }]),
    { path: '/etc/aerie/worker.json', content: factsFile(facts) },
  ] satisfies readonly File[],
  runcmd: [[`${DIRECTORY}/begin`]],
});

const programFiles = (os: 'el9' | 'debian'): readonly File[] =>
  Object.entries(programs(os)).map(([name, content]) => ({
    path: `${DIRECTORY}/${name}`,
    content,
    permissions: '0755',
  }));

/** Where RPMs put OSG's worker-node client. */
const EL9_ENVIRONMENT = { OSG_GRID: '/etc/osg/wn-client' };

const factsFile = ({ endpointCa: _, site: __, ...facts }: Facts): string =>
  `${JSON.stringify({ ...facts, programs: programsMark(), environment: { ...(facts.os === 'el9' ? EL9_ENVIRONMENT : {}), ...facts.environment } })}\n`;
