import type { Condor } from '../../collector/condor/condor.ts';

/** A pilot in the schedd, by HTCondor's numbers: status 1 is idle, 2 runs, 3 is removed. */
interface ScheddJob {
  readonly cluster: number;
  readonly proc: number;
  readonly status: 1 | 2 | 3;
}

const RANGE = /ClusterId == (\d+) && ProcId >= (\d+) && ProcId <= (\d+)/g;

const isIn = (constraint: string, { cluster, proc }: ScheddJob): boolean => {
  const ranges = [...constraint.matchAll(RANGE)].map((range) => range.slice(1).map(Number));
  return (
    ranges.length === 0 ||
    ranges.some(([of, from = 0, to = -1]) => of === cluster && from <= proc && proc <= to)
  );
};

const STATUS = /JobStatus (==|!=) (\d)/;

const chosenBy = (constraint: string, job: ScheddJob): boolean => {
  const [, operator, status] = STATUS.exec(constraint) ?? [];
  return (operator === '==') === (job.status === Number(status)) && isIn(constraint, job);
};

/** A schedd that lists and removes jobs by the constraints that it is given; `fail` says which runs end badly. */
export const schedd = (
  ids: readonly string[],
  fail: (tool: string, nth: number) => boolean = () => false,
) => {
  let jobs = ids.map((id): ScheddJob => {
    const [cluster = 0, proc = 0] = id.split('.').map(Number);
    return { cluster, proc, status: 1 };
  });
  const constraints: Record<string, string[]> = { condor_q: [], condor_rm: [] };
  const change = (constraint: string, status: ScheddJob['status']) => {
    jobs = jobs.map((job) => (chosenBy(constraint, job) ? { ...job, status } : job));
  };
  const condor: Condor = async (tool, args) => {
    const constraint = args[args.indexOf('-constraint') + 1] ?? '';
    const runs = constraints[tool] ?? [];
    runs.push(constraint);
    if (fail(tool, runs.length)) return { ok: false, why: `${tool}: exit status 1`, stdout: '', stderr: '' };
    if (tool === 'condor_rm') change(constraint, 3);
    const found = tool === 'condor_q' ? jobs.filter((job) => chosenBy(constraint, job)) : [];
    return { ok: true, stdout: found.map(({ cluster, proc }) => `${cluster}\t${proc}\n`).join('') };
  };
  return {
    condor,
    constraints,
    /** A job that begins to run. */
    start: (id: string) => {
      jobs = jobs.map((job) => (`${job.cluster}.${job.proc}` === id ? { ...job, status: 2 } : job));
    },
    idle: () => jobs.filter(({ status }) => status === 1).map(({ cluster, proc }) => `${cluster}.${proc}`),
  };
};
