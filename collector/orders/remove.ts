import { DEFAULT_FLEET, type RemoveRequest } from '../../core/model/pool.ts';
import type { Condor } from '../condor/condor.ts';
import { rowsOf } from '../condor/rows.ts';
import { noTemplate, outage } from '../serve/refused.ts';
import { readTemplate } from '../templates/template.ts';
import type { Turns } from '../turns.ts';

export interface RemoveOptions {
  readonly condor: Condor;
  readonly templatesDirectory: string;
  readonly turns: Turns;
}

export interface Job {
  readonly cluster: number;
  readonly proc: number;
}

/** Holds for jobs that ask for this fleet; one that asks for none is of the fleet that is there by itself. */
const asksFor = (fleet: string): string =>
  `(AerieFleet ?: ${JSON.stringify(DEFAULT_FLEET)}) =?= ${JSON.stringify(fleet)}`;

/** Arguments that list a queue's idle pilots, all or of one fleet. To `==`, small and capital letters are the same. */
export const idleArgs = (queue: string, fleet?: string): readonly string[] => [
  '-allusers',
  '-constraint',
  [
    `MATCH_APF_QUEUE =?= ${JSON.stringify(queue)} && JobUniverse == 5 && JobStatus == 1`,
    ...(fleet === undefined ? [] : [asksFor(fleet)]),
  ].join(' && '),
  '-af:tV',
  'ClusterId',
  'ProcId',
];

const jobsOf = (stdout: string): readonly Job[] =>
  rowsOf(stdout).flatMap(([cluster, proc]) =>
    typeof cluster === 'number' && typeof proc === 'number' ? [{ cluster, proc }] : [],
  );

/** Job ids grow with time. */
const newestFirst = (a: Job, b: Job): number => b.cluster - a.cluster || b.proc - a.proc;

/** These jobs as an expression over the queue, runs of neighbours as one range. */
const isOneOf = (jobs: readonly Job[]): string => {
  const ranges: { readonly cluster: number; from: number; readonly to: number }[] = [];
  for (const { cluster, proc } of [...jobs].sort(newestFirst)) {
    const last = ranges.at(-1);
    if (last !== undefined && last.cluster === cluster && last.from === proc + 1) last.from = proc;
    else ranges.push({ cluster, from: proc, to: proc });
  }
  return ranges
    .map(({ cluster, from, to }) => `(ClusterId == ${cluster} && ProcId >= ${from} && ProcId <= ${to})`)
    .join(' || ');
};

/** Removes these jobs, but only while they are idle: one that has started meanwhile goes on. */
export const removeArgs = (jobs: readonly Job[]): readonly string[] => [
  '-constraint',
  `JobStatus == 1 && (${isOneOf(jobs)})`,
];

/** So many jobs in one expression stay far below what one argument may hold. */
const JOBS_AT_ONCE = 500;

/** Removes up to `count` of the idle pilots that are asked for, newest first, and leaves `leave` of them. Gives how many are gone. */
export const remover = ({ condor, templatesDirectory, turns }: RemoveOptions) => {
  const idleOf = async ({ queue, fleet }: RemoveRequest): Promise<readonly Job[]> => {
    const answer = await condor('condor_q', idleArgs(queue, fleet));
    if (!answer.ok) throw outage(answer.why);
    return jobsOf(answer.stdout);
  };

  /** Of these, the ones that condor_rm has not taken: they run by now, or belong to somebody else. */
  const leftOf = async (jobs: readonly Job[]): Promise<number> => {
    const still = await condor('condor_q', [
      '-allusers',
      '-constraint',
      `JobStatus != 3 && (${isOneOf(jobs)})`,
      '-af:tV',
      'ClusterId',
      'ProcId',
    ]);
    if (!still.ok) throw outage(still.why);
    return jobsOf(still.stdout).length;
  };

  const remove = async (request: RemoveRequest): Promise<number> => {
    const { queue, count, leave } = request;
    const read = await readTemplate(templatesDirectory, queue);
    if (read.ok && read.template === undefined) {
      throw noTemplate(queue);
    }
    const idle = [...(await idleOf(request))].sort(newestFirst);
    const chosen = idle.slice(0, Math.min(count, Math.max(0, idle.length - leave)));
    let removed = 0;
    for (let from = 0; from < chosen.length; from += JOBS_AT_ONCE) {
      const some = chosen.slice(from, from + JOBS_AT_ONCE);
      const answer = await condor('condor_rm', removeArgs(some));
      const gone = some.length - (await leftOf(some));
      if (!answer.ok && gone === 0 && removed === 0) throw outage(answer.why);
      removed += gone;
    }
    return removed;
  };

  return async (request: RemoveRequest) => ({
    removed: await turns(`remove ${request.queue}`, () => remove(request)),
  });
};
