import type { Decision } from './decisions.ts';
import type { Offer } from './flavours.ts';
import type { PandaJobs, SiteSpecs } from './panda.ts';
import type { PoolView, RemoveRequest, SubmitReply, SubmitRequest, WorkersReply } from './pool.ts';
import type {
  Change,
  CoolingRecord,
  LaunchRequest,
  LedgerView,
  OpenLaunch,
  SubmissionRecord,
  WorkerRecord,
} from './records.ts';
import type { ParsedSettings } from './settings.ts';
import type { RawSettings, SettingsRecord, SettingsSnapshot } from './settings-record.ts';
import type { Snapshot } from './snapshot.ts';

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
  drain(instanceIds: readonly string[]): Promise<WorkersReply>;
  undrain(instanceIds: readonly string[]): Promise<WorkersReply>;
  forget(instanceIds: readonly string[]): Promise<WorkersReply>;
}

/** An instance that a launch has brought forth. */
export interface Launched {
  readonly instanceId: string;
  readonly offer: Offer;
}

/** Why EC2 would not give an offer. `capacity` and `quota` pass; `configuration` needs a person. */
export interface Refusal {
  readonly offer: Offer;
  readonly class: 'capacity' | 'quota' | 'configuration';
  readonly why: string;
}

/** How one launch call ended. Partial and empty are values; only `answered` closes the intent with its workers. */
export type LaunchOutcome =
  | {
      readonly kind: 'answered';
      readonly launched: readonly Launched[];
      readonly refused: readonly Refusal[];
    }
  | { readonly kind: 'throttled'; readonly why: string }
  | { readonly kind: 'unclear'; readonly why: string }
  | { readonly kind: 'mismatched'; readonly why: string }
  | { readonly kind: 'rejected'; readonly why: string };

type InstanceState = 'pending' | 'running' | 'shutting-down' | 'terminated' | 'stopping' | 'stopped';

/** An instance as EC2 describes it. */
export interface Instance {
  readonly instanceId: string;
  readonly state: InstanceState;
  readonly launchedAt: number;
  readonly offer: Offer;
  readonly tags: Readonly<Record<string, string>>;
}

/** EC2, as far as aerie needs it. */
export interface Cloud {
  launch(request: LaunchRequest): Promise<LaunchOutcome>;
  /** Asks EC2 to end instances. Returns the ids that it took: none if throttled, and none that it does not know (yet). */
  terminate(instanceIds: readonly string[]): Promise<readonly string[]>;
  /** Looks instances up; those EC2 does not know are left out of the answer. Throttled: unknown. */
  describe(instanceIds: readonly string[], nowSeconds: number): Promise<Snapshot<readonly Instance[]>>;
  /** Every instance with all of these tags, ended ones included as long as EC2 shows them. Throttled: unknown. */
  list(tags: Readonly<Record<string, string>>, nowSeconds: number): Promise<Snapshot<readonly Instance[]>>;
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

export interface LaunchBook {
  /** Writes the intent down, before EC2 is asked. False if it is there already, or over: somebody else's to ask for. */
  open(launch: OpenLaunch): Promise<boolean>;
  /** Records the workers that came of it and how it ended, then takes the intent away. */
  close(launch: OpenLaunch, workers: readonly WorkerRecord[], outcome: string, at: number): Promise<void>;
  /** Remembers refused offers. */
  cool(records: readonly CoolingRecord[]): Promise<void>;
}

export interface WorkerBook {
  find(instanceId: string): Promise<WorkerRecord | undefined>;
  /** Moves a worker to its next state, unless somebody else has moved it since it was read. */
  change(change: Change, at: number): Promise<void>;
}

export interface SubmissionBook {
  submitted(record: SubmissionRecord): Promise<void>;
}
