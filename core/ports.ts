import type { Offer } from './flavours.ts';
import type { PandaJobs, SiteSpecs } from './panda.ts';
import type { PoolView, RemoveRequest, SubmitReply, SubmitRequest, WorkersReply } from './pool.ts';
import type { LaunchRequest } from './records.ts';
import type { Snapshot } from './snapshot.ts';

/** PanDA's answers. Never throws for what a server or a network can do: that is an unknown snapshot. */
export interface Panda {
  jobs(nowSeconds: number): Promise<Snapshot<PandaJobs>>;
  sites(nowSeconds: number): Promise<Snapshot<SiteSpecs>>;
}

/** The pool, seen and changed through the endpoint beside its collector. Only `view` turns an outage into a value. */
export interface PoolSight {
  view(nowSeconds: number): Promise<Snapshot<PoolView>>;
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

export type InstanceState = 'pending' | 'running' | 'shutting-down' | 'terminated' | 'stopping' | 'stopped';

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
  /** Asks EC2 to end instances; those it no longer knows count as ended. Returns the ids that EC2 took. */
  terminate(instanceIds: readonly string[]): Promise<readonly string[]>;
  /** Looks instances up; those EC2 does not know are left out of the answer. */
  describe(instanceIds: readonly string[]): Promise<readonly Instance[]>;
  /** Every instance that this stage has launched, found by its tags, ended ones included as long as EC2 shows them. */
  list(tags: Readonly<Record<string, string>>): Promise<readonly Instance[]>;
}
