import { userInfo } from 'node:os';
import { INSTANCE_ID } from '../../core/model/pool.ts';
import type { Condor } from '../condor/condor.ts';
import { rowsOf, type Value } from '../condor/rows.ts';
import { areLiterals, isWritten, written } from '../condor/written.ts';

/** How many pilots of a queue ended in the last hour, and how many of them soon after their start. */
interface Ended {
  readonly count: number;
  readonly short: number;
}

export interface EndedPilots {
  /** Asks the schedd's history for what is new; undefined, or why it could not be asked. */
  refresh(now: number): Promise<string | undefined>;
  of(queue: string): Ended;
  /** The same by the worker that they ended on. */
  byWorker(): ReadonlyMap<string, Ended>;
}

const HOUR = 3600;

/**
 * Holds for a pilot of the endpoint's own that ended before a moment and left the queue then: whatever the history has
 * before it is older. Of a job of somebody else, or one that stays in the queue after its end, this could not be said, nor of
 * one that was removed while it ran: it leaves when its machine says so, or its lease is over.
 */
export const ownBefore = (moment: number): string =>
  [
    `${written('AerieRequestId')} != ""`,
    isWritten('Owner', userInfo().username),
    isWritten('LeaveJobInQueue', false),
    '(JobStatus == 4 || LastJobStatus == 1)',
    `EnteredCurrentStatus < ${Math.floor(moment)}`,
  ].join(' && ');

/** Names the newest record of all, whoever's it is. */
export const NEWEST_ARGS: readonly string[] = ['-limit', '1', '-af:tV', 'ClusterId', 'ProcId'];

/** More records than a busy schedd writes in an hour: 14 each second. Some 20 MB of them are read in two seconds. */
const MOST_RECORDS = 50_000;

/** 3 is removed, 4 completed. One that was removed while it waited has not ended: it never began. */
const HAS_ENDED = 'JobUniverse == 5 && (JobStatus == 4 || JobStatus == 3 && LastJobStatus != 1)';

/** Whoever submitted the job may have written them: only what is written out is asked for. */
const PRINTED = [
  ...['MATCH_APF_QUEUE', 'JobCurrentStartDate', 'EnteredCurrentStatus', 'LastRemoteHost'],
  ...['LastRemoteWallClockTime', 'RemoteWallClockTime'],
];

/**
 * When it began. One that was removed while it was held (5) has waited for that, an hour by most templates: its last run was as
 * long as the schedd has counted it, and counts up to the removal.
 */
const BEGAN =
  'LastJobStatus == 5 ? int(EnteredCurrentStatus) - int(LastRemoteWallClockTime ?: RemoteWallClockTime) : int(JobCurrentStartDate)';

/**
 * Asks for the pilots that have ended. The history is read backwards from its end, up to the record that was the newest
 * when it was last asked, or else to the first that is an hour old: the cost is that of the new records, not of the file.
 */
const historyArgs = (until: string): readonly string[] => [
  ...['-since', until, '-scanlimit', String(MOST_RECORDS)],
  '-constraint',
  `${written('MATCH_APF_QUEUE')} != "" && ${areLiterals(PRINTED)} && ${HAS_ENDED}`,
  '-af:tV',
  'ClusterId',
  'ProcId',
  'MATCH_APF_QUEUE',
  BEGAN,
  // CompletionDate of a removed job is 0.
  'int(EnteredCurrentStatus)',
  // slot1_3@<instance id>@<host>: the collector takes no ad whose name is another worker's.
  'LastRemoteHost',
  // Anybody's job may name a queue and a host: a machine is judged by our own pilots.
  isWritten('Owner', userInfo().username),
];

const ON_WORKER = new RegExp(`^slot[0-9_]+@(${INSTANCE_ID})(?:@|$)`);

const workerIn = (slot: Value): string | undefined =>
  typeof slot === 'string' ? ON_WORKER.exec(slot)?.[1] : undefined;

interface Pilot {
  readonly queue: string;
  /** The instance that it ran on, if it was a worker. */
  readonly worker: string | undefined;
  readonly endedAt: number;
  readonly ranSeconds: number;
}

/** An id as the tools take it; undefined if the row has none. */
const idOf = ([cluster, proc]: readonly Value[]): string | undefined =>
  typeof cluster === 'number' && typeof proc === 'number' ? `${cluster}.${proc}` : undefined;

const NONE: Ended = { count: 0, short: 0 };

/** Counts in one pass: a thousand queues ask, of tens of thousands of pilots. `of`: whose a pilot is; undefined: nobody's. */
const counted = (
  pilots: Iterable<Pilot>,
  of: (pilot: Pilot) => string | undefined,
  shortSeconds: number,
): ReadonlyMap<string, Ended> => {
  const counts = new Map<string, Ended>();
  for (const pilot of pilots) {
    const whose = of(pilot);
    if (whose === undefined) continue;
    const { count, short } = counts.get(whose) ?? NONE;
    counts.set(whose, { count: count + 1, short: short + (pilot.ranSeconds < shortSeconds ? 1 : 0) });
  }
  return counts;
};

/**
 * Successive snapshots would miss pilots that start and end between two of them, which are just the short ones; the
 * history has every one, with its times, and survives a restart of the endpoint.
 */
export const endedPilots = (condor: Condor, shortSeconds: number): EndedPilots => {
  const pilots = new Map<string, Pilot>();
  let byQueue: ReadonlyMap<string, Ended> = new Map();
  let readUpTo: string | undefined;
  return {
    async refresh(now) {
      // Asked first: what is written between the two questions is read twice, and counted once.
      const newest = await condor('condor_history', NEWEST_ARGS);
      if (!newest.ok) return newest.why;
      const answer = await condor('condor_history', historyArgs(readUpTo ?? ownBefore(now - HOUR)));
      if (!answer.ok) return answer.why;
      readUpTo = idOf(rowsOf(newest.stdout).flat());
      for (const row of rowsOf(answer.stdout)) {
        const [, , queue, startedAt, endedAt, slot, isOurs] = row;
        if (typeof queue !== 'string' || typeof endedAt !== 'number' || typeof startedAt !== 'number')
          continue;
        const pilot = {
          queue,
          worker: isOurs === true ? workerIn(slot) : undefined,
          endedAt,
          ranSeconds: endedAt - startedAt,
        };
        pilots.set(`${idOf(row)}/${endedAt}`, pilot);
      }
      for (const [id, { endedAt }] of pilots) if (now - endedAt > HOUR) pilots.delete(id);
      byQueue = counted(pilots.values(), ({ queue }) => queue, shortSeconds);
      return undefined;
    },
    of: (queue) => byQueue.get(queue) ?? NONE,
    byWorker: () => counted(pilots.values(), ({ worker }) => worker, shortSeconds),
  };
};
