import type { Account } from './model/account.ts';
import type { Decision } from './model/decision.ts';
import type { Mark } from './model/discrepancy.ts';
import type { EndNote } from './model/instance.ts';
import type { OpenLaunch } from './model/launch.ts';
import type { Boots, Joins, Pace } from './model/learned.ts';
import type { Lease, LeaseWish } from './model/lease.ts';
import type { CoolingRecord, LedgerView, PilotsView, SubmissionRecord } from './model/ledger.ts';
import type { Reason } from './model/reason.ts';
import type {
  Change,
  ConsoleNote,
  Cost,
  EndedWorker,
  EndRefusal,
  WorkerRecord,
  WorkerState,
} from './model/worker.ts';

/**
 * aerie's memory. Every write is of one record and under a condition, so that doing it twice is doing it once. It is one
 * port, in groups by what they remember; whoever needs one group takes `Ledger['launches']`.
 */
export interface Ledger {
  /** Reads everything that is alive. */
  view(): Promise<LedgerView>;
  /** Reads what is alive but no workers: queue 1 needs none, and they are nearly all that there is. */
  viewForPilots(): Promise<PilotsView>;
  readonly decisions: Decisions;
  readonly leases: Leases;
  readonly launches: Launches;
  readonly workers: Workers;
  readonly learned: Learned;
  readonly accounts: Accounts;
  readonly submissions: Submissions;
  readonly ends: Ends;
  readonly marks: Marks;
}

interface Decisions {
  /** Writes a decision down; if one of this queue or fleet and moment is there already, that one is the answer. */
  keep(decision: Decision): Promise<Decision>;
}

/**
 * The right to act on the pool for one tick. Who takes it last has the highest fence, and only that one's intents are
 * ever asked for: an older holder that wakes up finds out by `holds`, before EC2 or the schedd is asked.
 */
interface Leases {
  /** Takes the lease, or says why not; core/write/lease.ts has the rules. The ledger must be read after this. */
  take(wish: LeaseWish): Promise<Lease | { readonly kind: 'refused'; readonly why: Reason }>;
  /** Whether nobody has taken it since. Has to see every write before it (a strongly consistent read). */
  holds(lease: Lease): Promise<boolean>;
  /** Lets go of it, so that the next one need not wait until it has run out; nothing happens if it has been taken. */
  release(lease: Lease): Promise<void>;
}

/** Launches whose outcome is not written down yet. */
interface Launches {
  /** Whether any is open: it may have brought forth workers that the ledger does not know yet. */
  isAnyOpen(): Promise<boolean>;
  /**
   * Writes the intent down, before anything is asked. Takes an intent over that an earlier fence wrote and did not ask
   * for. False if it was asked for already, or is over: somebody else's.
   */
  open(launch: OpenLaunch): Promise<boolean>;
  /** Writes down that EC2 is going to be asked. False if the intent is no longer the one that was opened. */
  ask(launch: OpenLaunch): Promise<boolean>;
  /**
   * Takes away an intent that was never asked for. False if it is no longer the one that was read: it has been asked for,
   * or another fence has it, or took it away.
   */
  withdraw(launch: OpenLaunch): Promise<boolean>;
  /**
   * Sets the moment of the last call that was not answered. False, and nothing is set, if it is no longer the one that was
   * read: somebody else is asking, or the launch is closed.
   */
  unanswered(launch: OpenLaunch, at: number): Promise<boolean>;
  /** Notes when EC2 first said that it has had the token of a launch that is open. */
  tokenKnown(launch: OpenLaunch, at: number): Promise<void>;
  /** Records the workers that came of it and how it ended, then takes the intent away. */
  close(launch: OpenLaunch, workers: readonly WorkerRecord[], outcome: string, at: number): Promise<void>;
}

interface Workers {
  find(instanceId: string): Promise<WorkerRecord | undefined>;
  /**
   * Moves a worker to its next state. False if somebody else has moved it since it was read: nothing was written. One
   * that has a cost is over when it is gone, and stays as that until its cost is booked.
   */
  change(change: Change, at: number): Promise<boolean>;
  /**
   * Writes down that a worker's power-off is a stop, or that it was refused that at a moment. False if it was a stop already:
   * somebody else tells EC2 so.
   */
  letStop(worker: WorkerRecord, mayStop: true | { readonly refusedAt: number }): Promise<boolean>;
  /** Writes down a worker that was found. False if it is there already. */
  adopt(worker: WorkerRecord): Promise<boolean>;
  /** Marks a worker as protected, or no longer so. */
  protect(worker: WorkerRecord, isProtected: boolean): Promise<void>;
  /** Writes down that EC2 will not end a worker. */
  refuseEnd(worker: WorkerRecord, refusal: EndRefusal): Promise<void>;
}

/** What is remembered of how EC2 and the machines behave; each write replaces what was there, unless it says otherwise. */
interface Learned {
  /** Remembers refused offers. What was to last longer stays, unless it was a suspicion. */
  cool(records: readonly CoolingRecord[]): Promise<void>;
  /** Undefined: launches are not slowed down any more. */
  pace(pace: Pace | undefined): Promise<void>;
  boots(boots: Boots): Promise<void>;
  joins(joins: Joins): Promise<void>;
}

/** What fleets have spent, and the workers that are over and not booked yet. */
interface Accounts {
  /** Writes down what a worker costs that has no cost yet. */
  price(worker: WorkerRecord, cost: Cost): Promise<void>;
  /** Writes the next version of an account. False if another tick has written one since it was read: nothing is written. */
  enter(account: Account): Promise<boolean>;
  /** Lets go of a worker that is over and booked. */
  bury(ended: EndedWorker): Promise<void>;
}

/** What queues have submitted. */
interface Submissions {
  /** Adds one, once. Throws if another tick has added one of its queue at the same time. */
  add(record: SubmissionRecord): Promise<void>;
}

/** Why instances have ended, and the last that they said. */
interface Ends {
  /** How a worker stood when the ledger last knew it; undefined if it does not know it, or no more. */
  lastState(fleet: string, instanceId: string): Promise<WorkerState['kind'] | undefined>;
  /** Keeps why one has ended. False if that is kept already. */
  keep(note: EndNote): Promise<boolean>;
  keepConsole(note: ConsoleNote): Promise<void>;
}

/** What the audit has seen and not yet acted on. */
interface Marks {
  all(): Promise<readonly Mark[]>;
  add(mark: Mark): Promise<void>;
  remove(mark: Mark): Promise<void>;
}
