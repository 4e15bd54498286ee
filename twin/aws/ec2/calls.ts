import type { Market } from '../../../core/model/flavours.ts';
import type { Life, ShutdownBehavior, TwinInstance } from './instance.ts';
import type { LaunchTemplate } from './options.ts';

export interface TagSpecification {
  readonly resourceType: string;
  readonly tags: readonly { readonly key: string; readonly value: string }[];
}

/** One place a fleet may launch in. */
export interface Override {
  readonly templateId: string;
  readonly templateVersion: string;
  readonly flavour: string;
  readonly subnetId: string;
  /** Instead of the template's own. */
  readonly imageId?: string;
  readonly priority?: number;
}

/** CreateFleet of type `instant`. */
export interface FleetRequest {
  readonly clientToken?: string;
  readonly overrides: readonly Override[];
  readonly target: Readonly<Record<Market, number>>;
  readonly strategy: Readonly<Record<Market, string>>;
  readonly tagSpecifications: readonly TagSpecification[];
}

/** What a fleet has launched in one place, or why it has not. */
export interface FleetGrant {
  readonly override: Override;
  readonly market: Market;
  readonly zone: string;
  readonly instanceIds: readonly string[];
}

export interface FleetLack {
  readonly override: Override;
  readonly market: Market;
  readonly code: string;
  readonly message: string;
}

export interface FleetReply {
  readonly fleetId: string;
  readonly instances: readonly FleetGrant[];
  readonly errors: readonly FleetLack[];
}

export interface RunRequest {
  readonly clientToken?: string;
  readonly templateId: string;
  readonly templateVersion: string;
  readonly flavour: string;
  readonly subnetId: string;
  readonly market: Market;
  readonly minCount: number;
  readonly maxCount: number;
  readonly tagSpecifications: readonly TagSpecification[];
}

export interface RunReply {
  readonly reservationId: string;
  readonly instances: readonly TwinInstance[];
}

export interface StateChange {
  readonly instanceId: string;
  readonly previous: Life['kind'];
  readonly current: Life['kind'];
}

/** What ModifyInstanceAttribute is to set: one of the two. */
export interface Modification {
  readonly instanceId: string;
  readonly shutdownBehavior?: ShutdownBehavior;
  readonly flavour?: string;
}

export interface DescribeRequest {
  readonly instanceIds: readonly string[];
  readonly filters: readonly { readonly name: string; readonly values: readonly string[] }[];
  readonly maxResults?: number;
  readonly nextToken?: string;
}

export interface DescribeReply {
  readonly instances: readonly TwinInstance[];
  readonly nextToken?: string;
}

/** What anyone may ask over the wire. Each throws an Ec2Refusal where EC2 answers with an error. */
export interface Ec2Calls {
  describeLaunchTemplateVersion(id: string, version: string): LaunchTemplate;
  createFleet(request: FleetRequest): FleetReply;
  runInstances(request: RunRequest): RunReply;
  terminateInstances(instanceIds: readonly string[]): readonly StateChange[];
  startInstances(instanceIds: readonly string[]): readonly StateChange[];
  modifyInstanceAttribute(modification: Modification): void;
  createTags(instanceIds: readonly string[], tags: TagSpecification['tags']): void;
  describeInstances(request: DescribeRequest): DescribeReply;
  /** What the machine had said when EC2 last posted it, or with `latest` up to now; undefined if that is nothing. */
  getConsoleOutput(instanceId: string, latest: boolean): string | undefined;
}
