import type { Instance } from './model/instance.ts';
import type { EndReply, LaunchOutcome, LaunchRequest, LetStopReply } from './model/launch.ts';
import type { PandaJobs, SiteSpecs } from './model/panda.ts';
import type {
  PoolState,
  PoolView,
  RemoveRequest,
  SubmitReply,
  SubmitRequest,
  WorkersReply,
} from './model/pool.ts';
import type { Snapshot } from './model/snapshot.ts';
import type { PlannedWake, WakeReply } from './model/wake.ts';
import type { RawSettings } from './settings/parse.ts';
import type { SettledStage } from './settings/settings-at.ts';
import type { OwnedParameters, Owner, SettingsRecord, SettingsSnapshot } from './settings/settings-record.ts';

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

/** Those who use the pool, told through its collector. Never throws for what a server or a network can do: nothing rests on it. */
export interface PoolUsers {
  tellUsers(states: readonly PoolState[]): Promise<void>;
}

/** EC2, as far as aerie needs it. */
export interface Cloud {
  launch(request: LaunchRequest): Promise<LaunchOutcome>;
  /**
   * What a launch came to is written down, so nobody asks for it again: what the cloud keeps to know it by may go. Absent of one
   * that keeps nothing. Never throws.
   */
  forgetLaunch?(request: LaunchRequest): Promise<void>;
  /**
   * Asks EC2 to end instances. One that it will not end keeps it from ending no other, which may take many calls; none
   * begins without time for it, and what is left then is not in the answer.
   */
  terminate(instanceIds: readonly string[], hasTime: () => boolean): Promise<EndReply>;
  /**
   * Starts stopped instances, each as it is planned: its type and its tags are changed before. One that cannot be started
   * keeps no other from it.
   */
  wake(wakes: readonly PlannedWake[], hasTime: () => boolean): Promise<WakeReply>;
  /** Makes the power-off of running instances a stop: their disks stay, and they can be woken. As `terminate` otherwise. */
  letStop(instanceIds: readonly string[], hasTime: () => boolean): Promise<LetStopReply>;
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

/** The settings of all queues and fleets, each parsed or with what is wrong with it. */
export interface SettingsSource {
  all(nowSeconds: number): Promise<SettledStage>;
}

/** The parameters of queues and fleets as SSM holds them. Throws what SSM answers with. */
export interface Parameters {
  all(): Promise<readonly OwnedParameters[]>;
  /** Those of one queue or fleet; empty if it has none. */
  of(owner: Owner): Promise<RawSettings>;
}

/** All settings in the ledger. A record that is older than the one that is there changes nothing. */
export interface SettingsStore {
  read(): Promise<SettingsSnapshot>;
  keep(record: SettingsRecord): Promise<void>;
  forget(owner: Owner, readAt: number): Promise<void>;
  /** Notes that everything was read. */
  complete(at: number): Promise<void>;
}
