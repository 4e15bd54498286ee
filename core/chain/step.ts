/** What a sched plugin may look at. Pilots are those of the queue in the pool; held ones count as pending. */
export interface PilotFacts {
  /** Activated jobs that have no pilot yet, in AutoPyFactory's words the ready ones. */
  readonly ready: number;
  /** Assigned, defined, throttled, pending or waiting jobs. */
  readonly notReady: number;
  /** Pilots waiting in the pool: idle, held, and those just submitted. */
  readonly pending: number;
  readonly running: number;
  /** Running and pending pilots over all queues of the factory. */
  readonly pilotsInFactory: number;
  /** Pilots submitted over the queue's whole history. */
  readonly pilotsEver: number;
  /** PanDA's status of the site; undefined where it is not known. */
  readonly siteStatus: string | undefined;
  /** Pilots that ended within the last hour, and those of them that ran no longer than `shortSeconds`. */
  readonly ended: { readonly count: number; readonly short: number; readonly shortSeconds: number };
}

/** A number of pilots to submit (negative: to remove), and why it is that number. An empty reason: unchanged. */
export interface Step {
  readonly n: number;
  readonly why: string;
}

/** A step that cannot be taken for want of a fact; the queue holds. */
export interface Stuck {
  readonly missing: string;
}

/** A sched plugin with its parameters in place. */
export type Plugin = (n: number, facts: PilotFacts) => Step | Stuck;

/** The step of a plugin that has nothing to say. */
export const unchanged = (n: number): Step => ({ n, why: '' });

/** The step to `n`, with its reason: `MaxPerCycle(50): 80 -> 50`, then what was seen, if that had a part in it. */
export const moved = (label: string, from: number, n: number, seen = ''): Step =>
  from === n ? unchanged(n) : { n, why: `${label}: ${from} -> ${n}${seen === '' ? '' : `, ${seen}`}` };

/** The step of a plugin that counts anew from the facts, with the sum it did: `Ready: 100 ready - 20 pending = 80`. */
export const counted = (label: string, before: number, n: number, sum: string): Step =>
  n === before ? unchanged(n) : { n, why: `${label}: ${sum} = ${n}` };

/** The same for a sum that counts as 0 where it is below. */
export const countedFromZero = (label: string, before: number, sum: number, terms: string): Step =>
  sum < 0 ? counted(label, before, 0, `max(0, ${terms})`) : counted(label, before, sum, terms);
