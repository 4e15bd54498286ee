import { isoOf } from '../command/moments.ts';
import type { ChargedJob } from './charged.ts';

/** A component of a record: how much of something was taken for the whole time. */
interface Component {
  readonly name: string;
  /** A whole number, not below 0. */
  readonly amount: number;
  readonly scores: readonly never[];
}

/** A record as AUDITOR takes it (`RecordAdd`). */
export interface AuditorRecord {
  readonly record_id: string;
  readonly meta: Readonly<Record<string, readonly string[]>>;
  readonly components: readonly Component[];
  readonly start_time: string;
  readonly stop_time: string;
}

/** AUDITOR refuses a longer name; it counts characters as they are read. */
const MOST_CHARACTERS = 256;

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

const nameOf = (text: string): string =>
  Array.from(graphemes.segment(text), ({ segment }) => segment)
    .slice(0, MOST_CHARACTERS)
    .join('');

const component = (name: string, amount: number | undefined): readonly Component[] =>
  amount === undefined ? [] : [{ name, amount: Math.round(amount), scores: [] }];

/**
 * Makes a record for AUDITOR of a job, as its server parses one (`auditor/src/domain/` in ALU-Schumacher/AUDITOR, 0.10): names are
 * not empty and have 256 characters at the most, amounts are whole. Names of components and of meta are those of the examples of
 * its HTCondor collector and its APEL plugin. As that collector does it counts the last run; CPU is in seconds. Benchmarks
 * (`scores`) are for the site to add.
 */
export const auditorRecord = (job: ChargedJob, site: string): AuditorRecord => {
  const { machine } = job;
  const meta: Readonly<Record<string, string | undefined>> = {
    site_id: site,
    headnode: job.submitHost,
    user: job.user,
    subject: job.subject,
    voms: job.fqan ?? job.vo,
    queue: job.queue,
    fleet: job.fleet,
    instance: machine.instanceId,
    flavour: machine.flavour,
    zone: machine.zone,
    market: machine.market,
    dollars_at: job.dollars === undefined ? undefined : job.isListed ? 'list' : 'own',
  };
  return {
    record_id: nameOf(`htcondor-${job.id}`),
    meta: Object.fromEntries(
      Object.entries(meta).flatMap(([name, value]) =>
        value === undefined || value.trim() === '' ? [] : [[name, [nameOf(value)]]],
      ),
    ),
    components: [
      ...component('Cores', job.cores),
      ...component('Memory', job.memoryMb),
      ...component('TotalCPU', job.cpuSecondsOfLastRun),
      ...component('NNodes', 1),
      ...component('MicroDollars', job.dollars === undefined ? undefined : job.dollars * 1e6),
    ],
    start_time: isoOf(job.startedAt),
    // A job that was held before it was removed ended with its run.
    stop_time: isoOf(Math.min(job.endedAt, job.startedAt + job.wallSeconds)),
  };
};
