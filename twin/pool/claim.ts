/** CLAIM_WORKLIFE: no job begins on a claim that is older. */
const CLAIM_WORKLIFE_SECONDS = 1200;

/** Whether a claim that a job has left may be used for another job; else it goes back to the negotiator. */
export const isFresh = (claimedAt: number, now: number): boolean => now - claimedAt < CLAIM_WORKLIFE_SECONDS;
