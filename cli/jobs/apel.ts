import type { ChargedJob } from './charged.ts';

/** The first line of a message of job records. */
const HEADER = 'APEL-individual-job-message: v0.3';

/** A record ends with it, wherever it stands in a line. */
const END = '%%';

/** A value stands in one line, and does not end its record. */
const inOneLine = (value: string | number): string =>
  String(value)
    .replaceAll(/[\p{Cc}\u2028\u2029]/gu, ' ')
    .replaceAll(END, '__')
    .trim();

/** What APEL takes for no value, in any letters. */
const NONE: ReadonlySet<string> = new Set(['', 'none', 'null']);

const recordOf = (job: ChargedJob, site: string): readonly string[] => {
  const fields: readonly (readonly [string, string | number | undefined])[] = [
    ['Site', site],
    ['SubmitHost', job.submitHost],
    ['MachineName', job.submitHost],
    ['Queue', job.queue ?? job.fleet],
    ['LocalJobId', job.id],
    ['LocalUserId', job.user],
    ['GlobalUserName', job.subject],
    ['FQAN', job.fqan],
    // APEL takes it from FQAN where there is one.
    ['VO', job.fqan === undefined ? job.vo : undefined],
    ['WallDuration', Math.round(job.wallSeconds)],
    ['CpuDuration', Math.round(job.cpuSeconds)],
    ['Processors', Math.round(job.cores)],
    ['NodeCount', 1],
    ['StartTime', Math.floor(job.firstStartedAt)],
    ['EndTime', Math.floor(job.endedAt)],
    ['InfrastructureDescription', 'APEL-AERIE-HTCONDOR'],
    ['InfrastructureType', 'grid'],
    ['MemoryReal', job.residentKb],
    ['MemoryVirtual', job.virtualKb],
  ];
  return fields.flatMap(([name, value]) => {
    const told = value === undefined ? '' : inOneLine(value);
    return NONE.has(told.toLowerCase()) ? [] : [`${name}: ${told}`];
  });
};

/**
 * Makes a message for APEL of jobs, with the fields and in the order of its JobRecord (`apel/db/records/job.py` in apel/apel; the
 * message is split by `record_factory.py` there). What a field means is as in APEL's own HTCondor parser: all runs of a job, whose
 * wall time is not multiplied by its cores; memory is in KB. There is no ServiceLevel: APEL takes both of its fields or none.
 */
export const apelMessage = (jobs: readonly ChargedJob[], site: string): readonly string[] => [
  HEADER,
  ...jobs.flatMap((job) => [...recordOf(job, site), END]),
];
