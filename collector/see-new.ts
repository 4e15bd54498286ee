import { stat } from 'node:fs/promises';
import type { Condor } from './condor.ts';
import { JOB } from './job-rows.ts';

/** Answers whether a job of aerie's has begun to wait at a moment or later, seconds since 1970; false: none, or nobody knows. */
export type SeesNew = (since: number) => Promise<boolean>;

/** So many times as long as it took, the schedd is not asked again: a hundredth of a core, however long its queue is. */
const REST_TIMES = 100;

/** At most one line comes: the schedd looks no further. */
const newArgs = (since: number): readonly string[] => [
  '-allusers',
  '-constraint',
  `${JOB} && JobStatus == 1 && EnteredCurrentStatus >= ${since}`,
  '-limit',
  '1',
  '-af',
  'ClusterId',
];

/** Where the schedd writes down every change of its queue; undefined: it does not say. */
const logOf = async (condor: Condor): Promise<string | undefined> => {
  const answer = await condor('condor_config_val', ['JOB_QUEUE_LOG']);
  const path = answer.ok ? answer.stdout.trim() : '';
  return path.startsWith('/') ? path : undefined;
};

/** How the file looks now; one that nobody can look at is another each time. */
const looksOf = async (path: string | undefined): Promise<string | undefined> => {
  if (path === undefined) return undefined;
  return stat(path).then(
    ({ ino, size, mtimeMs }) => `${ino} ${size} ${mtimeMs}`,
    () => undefined,
  );
};

/**
 * Looks for new jobs and costs the schedd next to nothing: while its log is as it was when none was found, nobody asks it;
 * where it changes all the time, it is asked for a hundredth of the time. The log is not read, which only HTCondor may.
 */
export const seesNew = (condor: Condor, elapsed: () => number): SeesNew => {
  let path: Promise<string | undefined> | undefined;
  let none: { readonly looks: string | undefined; readonly since: number } | undefined;
  let restsUntil = Number.NEGATIVE_INFINITY;
  return async (since) => {
    if (elapsed() < restsUntil) return false;
    path ??= logOf(condor);
    const looks = await looksOf(await path);
    // What has not begun to wait since then has not begun to wait since later either.
    if (none?.looks !== undefined && none.looks === looks && since >= none.since) return false;
    const askedAt = elapsed();
    const answer = await condor('condor_q', newArgs(since));
    restsUntil = elapsed() + REST_TIMES * (elapsed() - askedAt);
    const isNew = answer.ok && answer.stdout.trim() !== '';
    none = answer.ok && !isNew ? { looks, since } : undefined;
    return isNew;
  };
};
