const BEGINNING = 'not joined ';

/** The cause of a retirement: the worker's startd has not been in the collector in time. */
export const neverJoined = (joinDeadlineSeconds: number): string =>
  `${BEGINNING}${joinDeadlineSeconds} s after its launch`;

/** Whether a worker is retired for that cause. */
export const isNeverJoined = (cause: string): boolean => cause.startsWith(BEGINNING);
