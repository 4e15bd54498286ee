import { readFile, stat } from 'node:fs/promises';
import * as z from 'zod';
import { UsageError } from '../command/usage.ts';

/** A job that is over, as the history of its schedd has it. */
export interface FinishedJob {
  /** `GlobalJobId`: schedd, cluster, process and the moment of its submission. */
  readonly id: string;
  /** The schedd that it was submitted to. */
  readonly submitHost: string;
  /** Its PanDA queue, where it is a pilot of one. */
  readonly queue: string | undefined;
  readonly fleet: string | undefined;
  /** Whom the negotiator counted it for. A pilot is counted for its queue. */
  readonly user: string;
  readonly status: 'completed' | 'removed';
  readonly firstStartedAt: number;
  /** When its last run began: a job whose machine goes begins anew on another. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly runs: number;
  /** Seconds of all its runs. */
  readonly wallSeconds: number;
  /** The same, of CPU. */
  readonly cpuSeconds: number;
  readonly cpuSecondsOfLastRun: number;
  readonly cores: number;
  readonly memoryMb: number | undefined;
  readonly residentKb: number | undefined;
  readonly virtualKb: number | undefined;
  readonly subject: string | undefined;
  readonly fqan: string | undefined;
  readonly vo: string | undefined;
  /** What it ran on last, as the slot told. */
  readonly machine: {
    readonly instanceId: string | undefined;
    readonly flavour: string | undefined;
    readonly zone: string | undefined;
    readonly market: 'spot' | 'on-demand' | undefined;
    readonly cores: number | undefined;
    /** AWS's list price of all of it on demand, without disk and address. */
    readonly dollarsPerHour: number | undefined;
  };
}

/** Why an ad of the file is not among the jobs. */
export type NoJob = 'unfinished' | 'never-ran' | 'incomplete' | 'twice';

export interface JobHistory {
  readonly jobs: readonly FinishedJob[];
  readonly leftOut: ReadonlyMap<NoJob, number>;
}

/** What is not there, undefined in the pool, or no value but an expression (`"/Expr(…)/"`) is unknown. */
const text = z
  .string()
  .refine((value) => value !== '' && !value.startsWith('/Expr('))
  .optional()
  .catch(undefined);
const number = z.number().nonnegative().optional().catch(undefined);

/** In small letters: the names of attributes are the same in any. */
const ad = z.object({
  globaljobid: text,
  jobstatus: number,
  owner: text,
  acctgroupuser: text,
  match_apf_queue: text,
  aeriefleet: text,
  jobstartdate: number,
  jobcurrentstartdate: number,
  completiondate: number,
  enteredcurrentstatus: number,
  numjobstarts: number,
  remotewallclocktime: number,
  remoteusercpu: number,
  remotesyscpu: number,
  cumulativeremoteusercpu: number,
  cumulativeremotesyscpu: number,
  requestcpus: number,
  cpusprovisioned: number,
  memoryprovisioned: number,
  residentsetsize_raw: number,
  imagesize_raw: number,
  x509userproxysubject: text,
  x509userproxyfirstfqan: text,
  x509userproxyvoname: text,
  machineattrcpus0: number,
  machineattrtotalcpus0: number,
  machineattrec2instanceid0: text,
  machineattraerieinstancetype0: text,
  machineattraeriezone0: text,
  machineattraeriemarket0: z.enum(['spot', 'on-demand']).optional().catch(undefined),
  machineattraeriedollarsperhour0: number,
});

type Ad = z.output<typeof ad>;

/** HTCondor's JobStatus. */
const STATUS: Readonly<Record<number, FinishedJob['status']>> = { 3: 'removed', 4: 'completed' };

const sum = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : a + b;

const machineOf = (of: Ad): FinishedJob['machine'] => ({
  instanceId: of.machineattrec2instanceid0,
  flavour: of.machineattraerieinstancetype0,
  zone: of.machineattraeriezone0,
  market: of.machineattraeriemarket0,
  cores: of.machineattrtotalcpus0,
  dollarsPerHour: of.machineattraeriedollarsperhour0,
});

/** What of a job has no value of its own where the pool has none. */
const detailsOf = (of: Ad) => ({
  queue: of.match_apf_queue,
  fleet: of.aeriefleet,
  memoryMb: of.memoryprovisioned,
  residentKb: of.residentsetsize_raw,
  virtualKb: of.imagesize_raw,
  subject: of.x509userproxysubject,
  fqan: of.x509userproxyfirstfqan,
  vo: of.x509userproxyvoname,
  machine: machineOf(of),
});

const jobOf = (of: Ad): FinishedJob | NoJob => {
  const { globaljobid: id, owner, jobstartdate: firstStartedAt, remotewallclocktime: wallSeconds } = of;
  const status = STATUS[of.jobstatus ?? 0];
  if (of.jobstatus !== undefined && status === undefined) return 'unfinished';
  if (status !== undefined && firstStartedAt === undefined && wallSeconds === 0) return 'never-ran';
  // CompletionDate of a removed job is 0.
  const endedAt = of.completiondate || of.enteredcurrentstatus;
  const lastCpu = sum(of.remoteusercpu, of.remotesyscpu);
  const cores = of.machineattrcpus0 ?? of.cpusprovisioned ?? of.requestcpus;
  const startedAt = of.jobcurrentstartdate ?? firstStartedAt;
  if (id === undefined || owner === undefined || status === undefined || wallSeconds === undefined) {
    return 'incomplete';
  }
  if (firstStartedAt === undefined || startedAt === undefined || endedAt === undefined) return 'incomplete';
  if (lastCpu === undefined || cores === undefined || endedAt < startedAt) return 'incomplete';
  return {
    ...detailsOf(of),
    ...{ id, submitHost: id.split('#')[0] ?? id, user: of.acctgroupuser ?? owner, status },
    ...{ firstStartedAt, startedAt, endedAt, runs: of.numjobstarts ?? 1, wallSeconds, cores },
    cpuSeconds: sum(of.cumulativeremoteusercpu, of.cumulativeremotesyscpu) ?? lastCpu,
    cpuSecondsOfLastRun: lastCpu,
  };
};

const parsed = (file: string, json: string, line: number): unknown => {
  try {
    return JSON.parse(json);
  } catch {
    throw new UsageError(
      `--jobs ${file} is not what condor_history -json prints: from line ${line} on it is no JSON; docs/accounting.md has the command.`,
    );
  }
};

const lowerCased = (value: unknown): unknown =>
  typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([name, of]) => [name.toLowerCase(), of]))
    : value;

/** The ads of one array (`-json`), or of one line each (`-jsonl`). */
const adsIn = (file: string, given: string): readonly unknown[] => {
  if (given.trimStart().startsWith('[')) {
    const all = parsed(file, given, 1);
    return Array.isArray(all) ? all : [];
  }
  return given
    .split('\n')
    .flatMap((line, index) => (line.trim() === '' ? [] : [parsed(file, line, index + 1)]));
};

/**
 * Reads the jobs of what `condor_history -json` or `-jsonl` has printed: the shape is that of HTCondor 23.9. A job that is there
 * twice counts once. Throws UsageError: it is something else.
 */
export const jobsIn = (file: string, given: string): JobHistory => {
  const jobs = new Map<string, FinishedJob>();
  const leftOut = new Map<NoJob, number>();
  const leave = (why: NoJob) => leftOut.set(why, (leftOut.get(why) ?? 0) + 1);
  for (const [index, of] of adsIn(file, given).entries()) {
    const read = ad.safeParse(lowerCased(of));
    if (!read.success) {
      throw new UsageError(
        `--jobs ${file} is not what condor_history -json prints: its value ${index + 1} is no ad; docs/accounting.md has the command.`,
      );
    }
    const job = jobOf(read.data);
    if (typeof job === 'string') leave(job);
    else if (jobs.has(job.id)) leave('twice');
    else jobs.set(job.id, job);
  }
  return { jobs: [...jobs.values()], leftOut };
};

/** More than a string of Node.js may have would be refused without a sentence. */
const MOST_MEGABYTES = 256;

/** Reads the jobs of a file; `/dev/stdin` is what is piped in. Throws UsageError. */
export const readJobs = async (file: string): Promise<JobHistory> => {
  try {
    if ((await stat(file)).size > MOST_MEGABYTES * 1024 * 1024) {
      throw new UsageError(
        `--jobs ${file} has more than ${MOST_MEGABYTES} MB; let condor_history print -attributes of docs/accounting.md only, or fewer jobs.`,
      );
    }
    return jobsIn(file, await readFile(file, 'utf8'));
  } catch (error) {
    if (error instanceof UsageError || !(error instanceof Error) || !('code' in error)) throw error;
    throw new UsageError(
      `--jobs ${file} cannot be read (${error.code}); name a file that condor_history -json has printed.`,
    );
  }
};

/** What is read of an ad, as `condor_history -attributes` takes it. */
export const ATTRIBUTES: readonly string[] = Object.keys(ad.shape);
