import type { Account } from './model/account.ts';
import type { Decision } from './model/decision.ts';
import type { Mark } from './model/discrepancy.ts';
import type { EndNote, Instance } from './model/instance.ts';
import type { EndReply, LaunchOutcome, LaunchRequest, OpenLaunch } from './model/launch.ts';
import type { Boots, Joins, Pace } from './model/learned.ts';
import type { Lease, LeaseWish } from './model/lease.ts';
import type { CoolingRecord, LedgerView, SubmissionRecord } from './model/ledger.ts';
import type { PandaJobs, SiteSpecs } from './model/panda.ts';
import type { PoolView, RemoveRequest, SubmitReply, SubmitRequest, WorkersReply } from './model/pool.ts';
import type { Reason } from './model/reason.ts';
import type { Snapshot } from './model/snapshot.ts';
import type {
  Change,
  ConsoleNote,
  Cost,
  EndedWorker,
  EndRefusal,
  WorkerRecord,
  WorkerState,
} from './model/worker.ts';
import type { ParsedSettings } from './settings/queue-settings.ts';
import type { RawSettings, SettingsRecord, SettingsSnapshot } from './settings/settings-record.ts';

/** PanDA's answers. Never throws for what a server or a network can do: that is an unknown snapshot. */
export interface Panda {
  jobs(nowSeconds: number): Promise<Snapshot<PandaJobs>>;
  sites(nowSeconds: number): Promise<Snapshot<SiteSpecs>>;
}

/** The pool, seen and changed through the endpoint beside its collector. Only `view` turns an outage into a value. */
export interface PoolSight {
  view(): Promise<Snapshot<PoolView>>;
}

export interface PoolPilots {
  submit(request: SubmitRequest): Promise<SubmitReply>;
  remove(request: RemoveRequest): Promise<number>;
}

export interface PoolWorkers {
  /** Who is not in the collector at this moment fails with NOT_IN_COLLECTOR (core/model/pool.ts), and only who is not. */
  drain(instanceIds: readonly string[]): Promise<WorkersReply>;
  undrain(instanceIds: readonly string[]): Promise<WorkersReply>;
  forget(instanceIds: readonly string[]): Promise<WorkersReply>;
}

/** EC2, as far as aerie needs it. */
export interface Cloud {
  launch(request: LaunchRequest): Promise<LaunchOutcome>;
  /**
   * Asks EC2 to end instances. One that it will not end keeps it from ending no other, which may take many calls; none
   * begins without time for it, and what is left then is not in the answer.
   */
  terminate(instanceIds: readonly string[], hasTime: () => boolean): Promise<EndReply>;
  /** Looks instances up; those EC2 does not know are left out of the answer. Throttled: unknown. */
  describe(instanceIds: readonly string[], nowSeconds: number): Promise<Snapshot<readonly Instance[]>>;
  /** Every instance with all of these tags, ended ones included as long as EC2 shows them. Throttled: unknown. */
  list(tags: Readonly<Record<string, string>>, nowSeconds: number): Promise<Snapshot<readonly Instance[]>>;
}

/** What machines say on their consoles. Undefined: EC2 has nothing, does not know the instance, or does not answer now. */
export interface Consoles {
  /** What one that has power has said up to now; of an older type what EC2 posted when it started. */
  latest(instanceId: string): Promise<string | undefined>;
  /** What EC2 has kept of one that has ended, for about an hour. */
  kept(instanceId: string): Promise<string | undefined>;
}

/** The settings of all queues, each parsed or with what is wrong with it. */
export interface SettingsSource {
  queues(nowSeconds: number): Promise<readonly ParsedSettings[]>;
}

/** The parameters of queues as SSM holds them. Throws what SSM answers with. */
export interface QueueParameters {
  all(): Promise<ReadonlyMap<string, RawSettings>>;
  /** Those of one queue; empty if it has none. */
  of(queue: string): Promise<RawSettings>;
}

/** The settings of all queues in the ledger. A record that is older than the one that is there changes nothing. */
export interface SettingsBook {
  read(): Promise<SettingsSnapshot>;
  keep(record: SettingsRecord): Promise<void>;
  forget(queue: string, readAt: number): Promise<void>;
  /** Notes that everything was read. */
  complete(at: number): Promise<void>;
}

/** What the ledger holds of everything that is alive. */
export interface LedgerSight {
  view(): Promise<LedgerView>;
}

export interface DecisionBook {
  /** Writes a decision down; if one of this queue and moment is there already, that one is the answer. */
  keep(decision: Decision): Promise<Decision>;
}

/**
 * The right to act on the pool for one tick. Who takes it last has the highest fence, and only that one's intents are
 * ever asked for: an older holder that wakes up finds out by `holds`, before EC2 or the schedd is asked.
 */
export interface LeaseBook {
  /** Takes the lease, or says why not; core/write/lease.ts has the rules. The ledger must be read after this. */
  take(wish: LeaseWish): Promise<Lease | { readonly kind: 'refused'; readonly why: Reason }>;
  /** Whether nobody has taken it since. Has to see every write before it (a strongly consistent read). */
  holds(lease: Lease): Promise<boolean>;
  /** Lets go of it, so that the next one need not wait until it has run out; nothing happens if it has been taken. */
  release(lease: Lease): Promise<void>;
}

export interface LaunchSight {
  /** Whether any launch is open: it may have brought forth workers that the ledger does not know yet. */
  isAnyOpen(): Promise<boolean>;
}

export interface LaunchBook {
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
  /** Notes when EC2 first said that it has had the token of a launch that is open. */
  tokenKnown(launch: OpenLaunch, at: number): Promise<void>;
  /** Records the workers that came of it and how it ended, then takes the intent away. */
  close(launch: OpenLaunch, workers: readonly WorkerRecord[], outcome: string, at: number): Promise<void>;
  /** Remembers refused offers. What was to last longer stays, unless it was a suspicion. */
  cool(records: readonly CoolingRecord[]): Promise<void>;
}

export interface WorkerBook {
  find(instanceId: string): Promise<WorkerRecord | undefined>;
  /**
   * Moves a worker to its next state. False if somebody else has moved it since it was read: nothing was written. One
   * that has a cost is over when it is gone, and stays as that until its cost is booked.
   */
  change(change: Change, at: number): Promise<boolean>;
  /** Writes down a worker that was found. False if it is there already. */
  adopt(worker: WorkerRecord): Promise<boolean>;
  /** Marks a worker as protected, or no longer so. */
  protect(worker: WorkerRecord, isProtected: boolean): Promise<void>;
  /** Writes down that EC2 will not end a worker. */
  refuseEnd(worker: WorkerRecord, refusal: EndRefusal): Promise<void>;
}

/** What is remembered of how EC2 and the machines behave; each write replaces what was there. */
export interface LoreBook {
  /** Undefined: launches are not slowed down any more. */
  pace(pace: Pace | undefined): Promise<void>;
  boots(boots: Boots): Promise<void>;
  joins(joins: Joins): Promise<void>;
  console(note: ConsoleNote): Promise<void>;
}

/** What queues have spent, and the workers that are over and not booked yet. */
export interface AccountBook {
  /** Writes down what a worker costs that has no cost yet. */
  price(worker: WorkerRecord, cost: Cost): Promise<void>;
  /** Writes the next version of an account. False if another tick has written one since it was read: nothing is written. */
  enter(account: Account): Promise<boolean>;
  /** Lets go of a worker that is over and booked. */
  bury(ended: EndedWorker): Promise<void>;
}

/** Why instances have ended. */
export interface EndBook {
  /** How a worker stood when the ledger last knew it; undefined if it does not know it, or no more. */
  lastState(queue: string, instanceId: string): Promise<WorkerState['kind'] | undefined>;
  /** Keeps why one has ended. False if that is kept already. */
  ended(note: EndNote): Promise<boolean>;
}

/** What the audit has seen and not yet acted on. */
export interface MarkBook {
  marks(): Promise<readonly Mark[]>;
  mark(mark: Mark): Promise<void>;
  unmark(mark: Mark): Promise<void>;
}

export interface SubmissionBook {
  submitted(record: SubmissionRecord): Promise<void>;
}
