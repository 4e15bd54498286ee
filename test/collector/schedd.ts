import type { Condor } from '../../collector/condor/condor.ts';
import { type AdPool, adTools } from './ad-tools.ts';
import type { Ad } from './classads.ts';
import { QUEUE } from './serving.ts';

const idOf = ({ ClusterId, ProcId }: Ad): string => `${ClusterId}.${ProcId}`;

/** A pilot of the endpoint's; `more`: what is another of it. */
export const pilot = (id: string, more: Ad = {}): Ad => {
  const [ClusterId = '', ProcId = ''] = id.split('.');
  // By HTCondor's numbers: status 1 is idle, 2 runs, 3 is removed.
  return { ClusterId, ProcId, JobUniverse: '5', JobStatus: '1', MATCH_APF_QUEUE: `"${QUEUE}"`, ...more };
};

/** A schedd that lists and removes jobs by what it is asked; `fail` says which runs end badly. */
export const schedd = (
  jobs: readonly (string | Ad)[],
  fail: (tool: string, nth: number) => boolean = () => false,
) => {
  const pool: Pick<AdPool, 'jobs'> = {
    jobs: jobs.map((job) => (typeof job === 'string' ? pilot(job) : job)),
  };
  const tools = adTools(pool);
  const constraints: Record<string, string[]> = { condor_q: [], condor_rm: [] };
  const condor: Condor = async (tool, args) => {
    const runs = constraints[tool] ?? [];
    runs.push(args[args.indexOf('-constraint') + 1] ?? '');
    if (fail(tool, runs.length)) return { ok: false, why: `${tool}: exit status 1`, stdout: '', stderr: '' };
    return tools(tool, args);
  };
  return {
    condor,
    constraints,
    /** A job that begins to run. */
    start: (id: string) => {
      pool.jobs = pool.jobs.map((job) => (idOf(job) === id ? { ...job, JobStatus: '2' } : job));
    },
    idle: () => pool.jobs.filter(({ JobStatus }) => JobStatus === '1').map(idOf),
  };
};
