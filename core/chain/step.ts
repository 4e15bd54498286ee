import type { Reason } from '../model/reason.ts';
import type { MissingFact, Term } from '../model/reason-pilots.ts';

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

/** A number of pilots to submit (negative: to remove), and why it is that number. Without a reason: unchanged. */
export interface Step {
  readonly n: number;
  readonly why?: Reason;
}

/** A step that cannot be taken for want of a fact; the queue holds. */
export interface Stuck {
  readonly missing: MissingFact;
}

/** A sched plugin with its parameters in place. */
export type Plugin = (n: number, facts: PilotFacts) => Step | Stuck;

type Moved = Extract<Reason, { kind: 'chain-moved' }>;

type Counted = Extract<Reason, { kind: 'chain-counted' }>;

/** The plugin whose step it is, with the parameters that it is called by: `MaxPerCycle(50)`. */
export type Label = Pick<Moved, 'plugin' | 'parameters'>;

export const label = (plugin: string, ...parameters: readonly number[]): Label => ({ plugin, parameters });

/** What of a count was seen. */
export const of = (what: Term['of'], count: number): Term => ({ of: what, count });

/** The step of a plugin that has nothing to say. */
export const unchanged = (n: number): Step => ({ n });

/** The step from one number to another, with what was seen, if that had a part in it. */
export const moved = (
  by: Label,
  from: number,
  to: number,
  seen: Partial<Pick<Moved, 'seen' | 'status' | 'short'>> = {},
): Step =>
  from === to ? unchanged(to) : { n: to, why: { kind: 'chain-moved', ...by, from, to, seen: [], ...seen } };

/** A sum of a plugin that counts anew from the facts: 100 ready - 20 pending. */
export type Sum = Pick<Counted, 'plus' | 'minus' | 'atMost' | 'areLimited'>;

export const sum = (plus: readonly Term[], minus: readonly Term[] = []): Sum => ({ plus, minus });

/** The step of a plugin that counts anew, with the sum it did. */
export const counted = (by: Label, before: number, to: number, terms: Sum): Step =>
  to === before ? unchanged(to) : { n: to, why: { kind: 'chain-counted', ...by, ...terms, to } };

const total = (terms: readonly Term[]): number => terms.reduce((n, { count }) => n + count, 0);

/** The same for a sum that counts as it is, and as 0 where it is below. */
export const countedFromZero = (by: Label, before: number, terms: Sum): Step =>
  counted(by, before, Math.max(0, total(terms.plus) - total(terms.minus)), terms);
