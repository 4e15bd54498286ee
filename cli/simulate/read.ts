import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { UsageError } from '../command/usage.ts';
import { readCsv } from './csv.ts';
import type { GivenLoad } from './given.ts';
import { sketchedLoad } from './sketch.ts';
import { readSwf } from './swf.ts';

/** What this reads at the most: beyond it a run takes hours, or more memory than a small machine has. */
const MOST = { megabytes: 32, jobs: 100_000, days: 30 } as const;

const GZIP = [0x1f, 0x8b] as const;

const mostBytes = MOST.megabytes * 1024 * 1024;

/** Throws what the system says of a file as a sentence. */
const bytesOf = async (file: string): Promise<Buffer> => {
  try {
    const { size } = await stat(file);
    if (size > mostBytes) throw new UsageError(tooLarge(file));
    return await readFile(file);
  } catch (error) {
    if (error instanceof UsageError || !(error instanceof Error) || !('code' in error)) throw error;
    throw new UsageError(`--load ${file} cannot be read (${error.code}); name a file of jobs in CSV or SWF.`);
  }
};

const tooLarge = (file: string): string =>
  `--load ${file} has more than ${MOST.megabytes} MB; cut a part out of it, such as its busiest week.`;

const unpacked = (file: string, bytes: Buffer): Buffer => {
  if (GZIP.some((byte, index) => bytes[index] !== byte)) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: mostBytes });
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(tooLarge(file));
    throw new UsageError(`--load ${file} begins like a gzip file and is none; make it anew.`);
  }
};

/** Where a load comes from: a file, or sketches of jobs that come for so long. */
export interface Source {
  readonly file?: string | undefined;
  readonly sketches?: readonly string[] | undefined;
  readonly forSeconds: number;
}

const sourced = async ({ file, sketches = [], forSeconds }: Source): Promise<GivenLoad> => {
  if ((file === undefined) === (sketches.length === 0)) {
    throw new UsageError(
      'which load? Say --load FILE for jobs in CSV or SWF, or --jobs "100/night x 4h", and not both.',
    );
  }
  if (forSeconds > MOST.days * 86_400) throw new UsageError(`--for takes ${MOST.days}d at the most.`);
  if (file === undefined) return sketchedLoad(sketches, forSeconds, MOST.jobs);
  const text = unpacked(file, await bytesOf(file)).toString('utf8');
  return (/\.swf(\.gz)?$/i.test(file) ? readSwf : readCsv)(basename(file), text);
};

/** A load without dates begins on a Monday at midnight, UTC: a schedule of a fleet finds its hours. */
const MONDAY = Date.parse('2026-01-05T00:00:00Z') / 1000;

/** Reads a load, the first job first, all of them at seconds since 1970. Throws UsageError: what is wrong with it, or that it is too much. */
export const readLoad = async (source: Source): Promise<GivenLoad> => {
  const load = await sourced(source);
  const jobs = load.jobs.toSorted((a, b) => a.at - b.at);
  const [first, last] = [jobs[0], jobs.at(-1)];
  if (first === undefined || last === undefined) {
    throw new UsageError(
      source.file === undefined
        ? 'no job comes in the time of --for; make it longer: a night begins at 22:00.'
        : `--load ${source.file} has no job that ran; see that its lines are jobs.`,
    );
  }
  if (jobs.length > MOST.jobs) {
    throw new UsageError(
      `these are ${jobs.length} jobs, and ${MOST.jobs} is the most; take a part of them, such as the busiest week.`,
    );
  }
  if (last.at - first.at > MOST.days * 86_400) {
    throw new UsageError(
      `${last.where}: the last job comes ${Math.round((last.at - first.at) / 86_400)} days after the first, and ${MOST.days} days is the most; take a part of them, such as the busiest week.`,
    );
  }
  const zero = { epoch: 0, midnight: MONDAY, 'first job': MONDAY - first.at }[load.zero];
  return { ...load, jobs: jobs.map((job) => ({ ...job, at: zero + job.at })) };
};
