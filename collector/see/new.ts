import { stat } from 'node:fs/promises';
import type { Condor } from '../condor/condor.ts';
import { JOB, PLAIN_JOB } from './job-rows.ts';

/** Answers whether a job of aerie's has begun to wait at a moment or later, seconds since 1970; false: none, or nobody knows. */
export type SeesNew = (since: number) => Promise<boolean>;

/**
 * A condor_q for one job takes 25 to 40 ms of a core, with 30,000 jobs as with none (docs/decisions/0036-nudges.md), and
 * nudges are let through for half of the time: a hundredth of a core at the most. Where it takes long, the schedd has much to do and is left alone for longer.
 */
const REST_SECONDS = 3;
const REST_TIMES = 25;

const restAfter = (askedAt: number, answeredAt: number): number =>
  askedAt + Math.max(REST_SECONDS, REST_TIMES * (answeredAt - askedAt));

/** At most one line comes: the schedd looks no further. */
const newArgs = (job: string, since: string): readonly string[] => [
  '-allusers',
  '-constraint',
  `${job} && JobStatus == 1 && EnteredCurrentStatus >= ${since}`,
  '-limit',
  '1',
  '-af',
  'ClusterId',
];

/** Where the schedd writes down every change of its queue; undefined: it does not say. */
const logOf = async (condor: Condor): Promise<string | undefined> => {
  const answer = await condor('condor_config_val', ['JOB_QUEUE_LOG']);
  const path = answer.ok ? answer.stdout.trim() : undefined;
  return path?.startsWith('/') === true ? path : undefined;
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
    const answer = await condor('condor_q', newArgs(JOB, String(since)));
    const isNew = answer.ok && answer.stdout.trim() !== '';
    // After one that is new there is a nudge, and none after it for longer than this.
    if (!isNew) restsUntil = restAfter(askedAt, elapsed());
    none = answer.ok && !isNew ? { looks, since } : undefined;
    return isNew;
  };
};

interface ElsewhereOptions {
  /** Asks behind everybody's back: one that hangs takes nobody's turn. */
  readonly patient: Condor;
  /** Seconds since 1970, and seconds that only go forward. */
  readonly now: () => number;
  readonly elapsed: () => number;
}

/** `since` is of this machine's clock, and the schedd's may be another: it is asked for waits that are no longer than this. */
const shorterThan = (seconds: number): string => `time() - ${Math.ceil(Math.max(0, seconds)) + 1}`;

const seesNewAt = (schedd: string, { patient, now, elapsed }: ElsewhereOptions) => {
  let isAsking = false;
  let restsUntil = Number.NEGATIVE_INFINITY;
  let foundSince: number | undefined;
  const ask = async (since: number): Promise<void> => {
    const askedAt = elapsed();
    isAsking = true;
    try {
      const args = newArgs(PLAIN_JOB, shorterThan(now() - since));
      const answer = await patient('condor_q', ['-name', schedd, ...args]);
      foundSince = answer.ok && answer.stdout.trim() !== '' ? since : undefined;
    } finally {
      isAsking = false;
      restsUntil = restAfter(askedAt, elapsed());
    }
  };
  return (since: number): boolean => {
    const isFound = foundSince === since;
    foundSince = undefined;
    // Nobody waits for another machine: what it answers is for the next look.
    if (!isFound && !isAsking && elapsed() >= restsUntil) void ask(since).catch(() => undefined);
    return isFound;
  };
};

/**
 * Looks for new plain jobs in other schedds, each by itself: their logs are on other machines, so that they are asked each
 * few seconds. One that does not answer keeps no other one waiting, and is not asked again meanwhile.
 */
export const seesNewElsewhere = (schedds: readonly string[], options: ElsewhereOptions): SeesNew => {
  const sights = schedds.map((schedd) => seesNewAt(schedd, options));
  return async (since) => sights.map((sees) => sees(since)).some(Boolean);
};

/** Whether any of them sees something new. */
export const anySeesNew =
  (...sights: readonly SeesNew[]): SeesNew =>
  async (since) =>
    (await Promise.all(sights.map((sees) => sees(since)))).some(Boolean);
