import { stat } from 'node:fs/promises';
import type { Condor } from '../condor/condor.ts';
import { JOB } from './job-rows.ts';

/** Answers whether a job of aerie's has begun to wait at a moment or later, seconds since 1970; false: none, or nobody knows. */
export type SeesNew = (since: number) => Promise<boolean>;

/**
 * A condor_q for one job takes 25 to 40 ms of a core, with 30,000 jobs as with none (docs/decisions/0036-nudges.md), and
 * nudges are let through for half of the time: a hundredth of a core at the most. Where it takes long, the schedd has much to do and is left alone for longer.
 */
const REST_SECONDS = 3;
const REST_TIMES = 25;

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
 * where it changes all the time, it is asked each few seconds. The log is not read, which only HTCondor may.
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
    const isNew = answer.ok && answer.stdout.trim() !== '';
    // After one that is new there is a nudge, and none after it for longer than this.
    if (!isNew) restsUntil = askedAt + Math.max(REST_SECONDS, REST_TIMES * (elapsed() - askedAt));
    none = answer.ok && !isNew ? { looks, since } : undefined;
    return isNew;
  };
};
