import type { Condor } from './condor.ts';
import { rowsOf, type Value } from './rows.ts';

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
/** Records are written a little after the moment that they carry. */
const OVERLAP_SECONDS = 120;

/**
 * Asks for what ended at `since` or later. The history is read backwards from its end, and reading stops at the first
 * record that is older: the cost is that of the new records, not of the file.
 */
const historyArgs = (since: number): readonly string[] => [
  '-since',
  `EnteredCurrentStatus < ${Math.floor(since)}`,
  '-constraint',
  'MATCH_APF_QUEUE isnt undefined && JobUniverse == 5 && JobStatus == 4',
  '-af:tV',
  'ClusterId',
  'ProcId',
  'MATCH_APF_QUEUE',
  'JobCurrentStartDate',
  'CompletionDate',
  // slot1_3@<instance id>@<host>: the collector takes no ad whose name is another worker's.
  'LastRemoteHost',
];

const ON_WORKER = /^slot[0-9_]+@(i-[0-9a-f]{8,17})(?:@|$)/;

const workerIn = (slot: Value): string | undefined =>
  typeof slot === 'string' ? ON_WORKER.exec(slot)?.[1] : undefined;

interface Pilot {
  readonly queue: string;
  /** The instance that it ran on, if it was a worker. */
  readonly worker: string | undefined;
  readonly endedAt: number;
  readonly ranSeconds: number;
}

/**
 * Successive snapshots would miss pilots that start and end between two of them, which are just the short ones; the
 * history has every one, with its times, and survives a restart of the endpoint.
 */
export const endedPilots = (condor: Condor, shortSeconds: number): EndedPilots => {
  const pilots = new Map<string, Pilot>();
  let askedAt: number | undefined;
  return {
    async refresh(now) {
      const since = Math.max(now - HOUR, askedAt === undefined ? 0 : askedAt - OVERLAP_SECONDS);
      const answer = await condor('condor_history', historyArgs(since));
      if (!answer.ok) return answer.why;
      askedAt = now;
      for (const [cluster, proc, queue, startedAt, endedAt, slot] of rowsOf(answer.stdout)) {
        if (typeof queue !== 'string' || typeof endedAt !== 'number' || typeof startedAt !== 'number')
          continue;
        const pilot = { queue, worker: workerIn(slot), endedAt, ranSeconds: endedAt - startedAt };
        pilots.set(`${cluster}.${proc}/${endedAt}`, pilot);
      }
      for (const [id, { endedAt }] of pilots) if (now - endedAt > HOUR) pilots.delete(id);
      return undefined;
    },
    of(queue) {
      const its = [...pilots.values()].filter((pilot) => pilot.queue === queue);
      return { count: its.length, short: its.filter(({ ranSeconds }) => ranSeconds < shortSeconds).length };
    },
    byWorker() {
      const counts = new Map<string, { count: number; short: number }>();
      for (const { worker, ranSeconds } of pilots.values()) {
        if (worker === undefined) continue;
        const its = counts.get(worker) ?? { count: 0, short: 0 };
        counts.set(worker, its);
        its.count += 1;
        if (ranSeconds < shortSeconds) its.short += 1;
      }
      return counts;
    },
  };
};
