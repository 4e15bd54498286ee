import type { ToldDecision } from '../report/sample.ts';

/** Nothing that aerie waits for takes so long: views, cooling offers, join deadlines and lingers are minutes. */
const QUIET_SECONDS = 3600;
/** Time for many vain attempts, beside the work itself. */
const VAIN_SECONDS = 6 * 3600;
/** A run that is not over so long after its load has ended never will be. */
const LONGEST_TAIL_SECONDS = 14 * 86_400;
const DAY = 86_400;

export interface StandstillOptions {
  /** When the last job has come, seconds since 1970. */
  readonly loadEndsAt: number;
  /** When the last fault has ended, seconds since 1970. */
  readonly faultsEndAt: number;
  /** The longest of the jobs, seconds. */
  readonly longestJobSeconds: number;
}

/** The run at one moment of simulated time. */
export interface Going {
  readonly now: number;
  readonly jobsDone: number;
  /** A payload runs, a worker is alive, or an event is on its way. */
  readonly anythingAlive: boolean;
}

const inWords = (seconds: number): string =>
  seconds >= 2 * DAY ? `${Math.round(seconds / DAY)} days` : `${Math.round(seconds / 360) / 10} h`;

/**
 * Notices that a run cannot come to its end. After the load and the faults are over, it may be quiet (no decision but
 * to rest or hold, nothing alive) for an hour, and may go on without a job coming to its end for six hours and twice
 * the longest job: a job that is interrupted again and again would otherwise go on for ever.
 */
export const standstill = ({ loadEndsAt, faultsEndAt, longestJobSeconds }: StandstillOptions) => {
  const settledAt = Math.max(loadEndsAt, faultsEndAt);
  const vainSeconds = VAIN_SECONDS + 2 * longestJobSeconds;
  let quietSince = settledAt;
  let progressAt = settledAt;
  let jobsDone = 0;
  let acted = false;
  return {
    /** Hears of a decision. */
    told({ kind }: Pick<ToldDecision, 'kind'>): void {
      if (kind !== 'rest' && kind !== 'hold') acted = true;
    },
    /** Why the run is to be given up now, or undefined if it may go on. */
    look(going: Going): string | undefined {
      if (acted || going.anythingAlive) quietSince = Math.max(settledAt, going.now);
      if (going.jobsDone !== jobsDone) progressAt = Math.max(settledAt, going.now);
      acted = false;
      jobsDone = going.jobsDone;
      if (going.now - quietSince >= QUIET_SECONDS) {
        return `nothing has happened for ${inWords(QUIET_SECONDS)}, and nothing is left that could change that`;
      }
      if (going.now - progressAt >= vainSeconds)
        return `no job has come to its end for ${inWords(vainSeconds)}`;
      if (going.now - loadEndsAt >= LONGEST_TAIL_SECONDS) {
        return `it has gone on for ${inWords(LONGEST_TAIL_SECONDS)} after its load`;
      }
      return undefined;
    },
  };
};
