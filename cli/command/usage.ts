/** A mistake of the person at the keyboard: one sentence that says what to do; exit code 2. */
export class UsageError extends Error {}
