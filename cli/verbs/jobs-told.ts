import { isoOf } from '../command/moments.ts';
import { apelMessage } from '../jobs/apel.ts';
import { auditorRecord } from '../jobs/auditor.ts';
import type { ChargedJob, ChargedJobs } from '../jobs/charged.ts';
import type { AccountingTold, JobGroup, JobTold } from './accounting-told.ts';

/** Whose records are wanted, and for which site. */
export interface RecordsAsked {
  readonly form: 'auditor' | 'apel';
  readonly site: string;
}

const whoseOf = ({ queue, fleet, user, machine }: ChargedJob) => ({
  ...{ queue: queue ?? null, fleet: fleet ?? null, user },
  ...{ flavour: machine.flavour ?? null, market: machine.market ?? null },
});

const usedBy = (jobs: readonly ChargedJob[]) => {
  const all = (figure: (job: ChargedJob) => number) => jobs.reduce((sum, job) => sum + figure(job), 0);
  const isKnown = jobs.every(({ dollars }) => dollars !== undefined);
  return {
    coreHours: all(({ coreHours }) => coreHours),
    cpuHours: all(({ cpuSeconds }) => cpuSeconds / 3600),
    dollars: isKnown ? all(({ dollars = 0 }) => dollars) : null,
    isListed: jobs.some(({ isListed }) => isListed),
  };
};

const toldOf = (job: ChargedJob): JobTold => {
  const { id, status, runs, cores, memoryMb, wallSeconds, cpuSeconds, machine } = job;
  return {
    ...{ id, ...whoseOf(job), status },
    ...{ startedAt: isoOf(job.startedAt), endedAt: isoOf(job.endedAt) },
    ...{ runs, cores, memoryMb: memoryMb ?? null, wallSeconds, cpuSeconds },
    ...{ instance: machine.instanceId ?? null, zone: machine.zone ?? null },
    ...usedBy([job]),
  };
};

const recordsOf = (jobs: readonly ChargedJob[], { form, site }: RecordsAsked): readonly string[] =>
  form === 'apel'
    ? apelMessage(jobs, site)
    : [
        '[',
        ...jobs.map(
          (job, index) => `${JSON.stringify(auditorRecord(job, site))}${index < jobs.length - 1 ? ',' : ''}`,
        ),
        ']',
      ];

/** Tells finished jobs: each, and by queue, user, flavour and market. */
export const jobsTold = (
  { jobs, leftOut }: ChargedJobs,
  records: RecordsAsked | undefined,
): AccountingTold['jobs'] => ({
  groups: [...Map.groupBy(jobs, (job) => JSON.stringify(Object.values(whoseOf(job))))]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, all]): readonly JobGroup[] => {
      const [first] = all;
      return first === undefined ? [] : [{ ...whoseOf(first), jobs: all.length, ...usedBy(all) }];
    }),
  sum: { jobs: jobs.length, ...usedBy(jobs) },
  finished: jobs.map(toldOf),
  leftOut: [...leftOut].map(([why, count]) => ({ why, jobs: count })),
  records: records === undefined ? null : [...recordsOf(jobs, records)],
});
