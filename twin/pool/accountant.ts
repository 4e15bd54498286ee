/** PRIORITY_HALFLIFE: after so long half of what a submitter has used is forgotten. */
const HALFLIFE_SECONDS = 86_400;
/** The best real priority there is, and that of whoever has used nothing yet. */
const BEST_PRIORITY = 0.5;

/** HTCondor's accountant: the cores that each submitter's claims hold, weighted by SLOT_WEIGHT = Cpus, and what follows. */
export interface Accountant {
  /** Books cores that a submitter claims, or gives back if they are negative. */
  book(submitter: string, cores: number, now: number): void;
  usedBy(submitter: string): number;
  /**
   * The real user priority: the cores of late, the lower the better. The effective one is this times the submitter's
   * factor; all factors are the same, so they cancel.
   */
  priorityOf(submitter: string, now: number): number;
  /** Submitters whose claims hold something now. */
  holders(): Iterable<string>;
}

interface Account {
  priority: number;
  cores: number;
  at: number;
}

/**
 * Makes an accountant without a past. HTCondor ages priorities with each cycle, by what was used on average since the
 * last; between two changes of what is used, this is the same at every moment.
 */
export const newAccountant = (): Accountant => {
  const accounts = new Map<string, Account>();
  const age = (account: Account, now: number): void => {
    const kept = 0.5 ** ((now - account.at) / HALFLIFE_SECONDS);
    account.priority = Math.max(BEST_PRIORITY, account.priority * kept + account.cores * (1 - kept));
    account.at = now;
  };
  const accountOf = (submitter: string, now: number): Account => {
    const found = accounts.get(submitter);
    if (found !== undefined) {
      age(found, now);
      return found;
    }
    const made = { priority: BEST_PRIORITY, cores: 0, at: now };
    accounts.set(submitter, made);
    return made;
  };
  return {
    book(submitter, cores, now) {
      accountOf(submitter, now).cores += cores;
    },
    usedBy: (submitter) => accounts.get(submitter)?.cores ?? 0,
    priorityOf: (submitter, now) => accountOf(submitter, now).priority,
    *holders() {
      for (const [submitter, { cores }] of accounts) if (cores > 0) yield submitter;
    },
  };
};
