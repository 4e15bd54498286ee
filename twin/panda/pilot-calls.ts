import * as z from 'zod';
import { done, int, type Method, method, refused } from './method.ts';

const acquisition = z.looseObject({
  site_name: z.string(),
  resource_type: z.string().nullish(),
  n_jobs: int.default(1),
});

const acquireJobs = method('POST', acquisition, (world, { site_name, resource_type, n_jobs }) => {
  if (world.mode === 'refuses') return refused('Timed out');
  const jobs = [];
  while (jobs.length < (n_jobs ?? 1)) {
    const job = world.jobs.acquire(site_name, resource_type ?? undefined);
    if (job === undefined) break;
    const { id: PandaID, label: prodSourceLabel = 'managed', cores: coreCount, runSeconds } = job;
    // What a pilot on a real machine runs; the twin's own takes the run time from the job itself.
    const payload = { transformation: 'sleep', jobPars: String(runSeconds) };
    jobs.push({ StatusCode: 0, PandaID, prodSourceLabel, coreCount, ...payload });
  }
  return jobs.length === 0 ? refused('No jobs in PanDA') : done({ StatusCode: 0, jobs });
});

/** What a pilot may tell of its job: the step it asks for, and the state in which it has been told before. */
const TOLD = {
  starting: { step: 'prepare', reached: 'starting' },
  running: { step: 'start', reached: 'running' },
  finished: { step: 'finish', reached: 'holding' },
  failed: { step: 'lose', reached: 'activated' },
} as const;
const statuses = z.enum(['starting', 'running', 'finished', 'failed']);

const update = z.looseObject({ job_id: z.int(), job_status: z.string() });

const updateJob = method('POST', update, ({ mode, jobs }, { job_id, job_status }) => {
  if (mode === 'refuses') return refused('Timed out');
  const status = statuses.safeParse(job_status);
  if (!status.success) return refused(`job_status has to be one of ${statuses.options.join(', ')}`);
  const { step, reached } = TOLD[status.data];
  if (jobs.find(job_id)?.state === reached) return done({ StatusCode: 0 });
  try {
    jobs[step](job_id);
    return done({ StatusCode: 0 });
  } catch (error) {
    return refused(error instanceof Error ? error.message : String(error));
  }
});

/** What a pilot asks: for a job, and to note how far it has come. */
export const PILOT_CALLS: Readonly<Record<string, Method>> = {
  'pilot/acquire_jobs': acquireJobs,
  'pilot/update_job': updateJob,
};
