import type { Condor } from './condor.ts';
import { rowsOf } from './rows.ts';

/** How many pilots of a queue ended in the last hour, and how many of them soon after their start. */
interface Ended {
  readonly count: number;
  readonly short: number;
}

export interface EndedPilots {
  /** Asks the schedd's history for what is new; undefined, or why it could not be asked. */
  refresh(now: number): Promise<string | undefined>;
  of(queue: string): Ended;
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
];

interface Pilot {
  readonly queue: string;
  readonly endedAt: number;
  readonly ranSeconds: number;
}

const NONE: Ended = { count: 0, short: 0 };

/** Counts by queue in one pass: a thousand queues ask, of tens of thousands of pilots. */
const countedByQueue = (pilots: Iterable<Pilot>, shortSeconds: number): ReadonlyMap<string, Ended> => {
  const counts = new Map<string, Ended>();
  for (const { queue, ranSeconds } of pilots) {
    const { count, short } = counts.get(queue) ?? NONE;
    counts.set(queue, { count: count + 1, short: short + (ranSeconds < shortSeconds ? 1 : 0) });
  }
  return counts;
};

/**
 * Successive snapshots would miss pilots that start and end between two of them, which are just the short ones; the
 * history has every one, with its times, and survives a restart of the endpoint.
 */
export const endedPilots = (condor: Condor, shortSeconds: number): EndedPilots => {
  const pilots = new Map<string, Pilot>();
  let counts: ReadonlyMap<string, Ended> = new Map();
  let askedAt: number | undefined;
  return {
    async refresh(now) {
      const since = Math.max(now - HOUR, askedAt === undefined ? 0 : askedAt - OVERLAP_SECONDS);
      const answer = await condor('condor_history', historyArgs(since));
      if (!answer.ok) return answer.why;
      askedAt = now;
      for (const [cluster, proc, queue, startedAt, endedAt] of rowsOf(answer.stdout)) {
        if (typeof queue !== 'string' || typeof endedAt !== 'number' || typeof startedAt !== 'number')
          continue;
        pilots.set(`${cluster}.${proc}/${endedAt}`, { queue, endedAt, ranSeconds: endedAt - startedAt });
      }
      for (const [id, { endedAt }] of pilots) if (now - endedAt > HOUR) pilots.delete(id);
      counts = countedByQueue(pilots.values(), shortSeconds);
      return undefined;
    },
    of: (queue) => counts.get(queue) ?? NONE,
  };
};
