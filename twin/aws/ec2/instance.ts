import { createHash } from 'node:crypto';
import type { Offer } from '../../../core/model/flavours.ts';

/**
 * EC2's words for why an instance has ended: the code of its state reason, and the message that comes with it. Those of
 * an instance that never had power end it seconds after its launch, while the launch itself was answered as a success.
 * Source: "StateReason" of EC2's API reference.
 */
const MESSAGES = {
  'Client.UserInitiatedShutdown': 'User initiated shutdown',
  'Client.InstanceInitiatedShutdown': 'Instance initiated shutdown',
  'Server.SpotInstanceTermination': 'Spot instance termination',
  'Client.InternalError': 'Client error on launch',
  'Client.InvalidKMSKey.InvalidState': 'The KMS key provided is in an incorrect state',
  'Client.VolumeLimitExceeded': 'Volume limit exceeded',
  'Server.InternalError': 'Internal error on launch',
} as const;

export type EndCause = keyof typeof MESSAGES;

/** What ends an instance at its launch. */
export const LAUNCH_FAILURES = [
  'Client.InternalError',
  'Client.InvalidKMSKey.InvalidState',
  'Client.VolumeLimitExceeded',
  'Server.InternalError',
] as const satisfies readonly EndCause[];

export type LaunchFailure = (typeof LAUNCH_FAILURES)[number];

/** Where an instance stands. Power is on while it is `running`, and cut as soon as it is `stopping` or `shutting-down`. */
export type Life =
  | { readonly kind: 'pending' }
  | { readonly kind: 'running'; readonly since: number }
  | { readonly kind: 'stopping'; readonly since: number; readonly cause: EndCause }
  | { readonly kind: 'stopped'; readonly since: number; readonly cause: EndCause }
  | { readonly kind: 'shutting-down'; readonly endedAt: number; readonly cause: EndCause }
  | {
      readonly kind: 'terminated';
      readonly endedAt: number;
      readonly cause: EndCause;
      readonly since: number;
    };

/** What a power-off from inside comes to. */
export const SHUTDOWN_BEHAVIORS = ['stop', 'terminate'] as const;

export type ShutdownBehavior = (typeof SHUTDOWN_BEHAVIORS)[number];

/** A time for which an instance is paid: from the call that launched or started it until its power was cut. */
export interface PaidRun {
  readonly flavour: string;
  readonly vcpus: number;
  readonly from: number;
  /** Absent: it still has power, or is about to. */
  readonly until?: number;
}

/** One instance of the twin's EC2. Moments are seconds since 1970. */
export interface TwinInstance {
  readonly instanceId: string;
  readonly reservationId: string;
  readonly offer: Offer;
  readonly vcpus: number;
  readonly subnetId: string;
  readonly template: { readonly id: string; readonly version: string };
  readonly imageId: string;
  readonly clientToken: string;
  /** The caller's tags and those that EC2 adds itself (`aws:…`). */
  readonly tags: Readonly<Record<string, string>>;
  /** When the launch was called: its disk is paid from here on. */
  readonly launchedAt: number;
  /** The first is that of its launch; every start begins another. The last of them began at what EC2 calls its launch time. */
  readonly runs: readonly PaidRun[];
  readonly shutdownBehavior: ShutdownBehavior;
  /** Before this moment no other call knows the instance. */
  readonly visibleAt: number;
  readonly life: Life;
}

export const isSpot = (instance: TwinInstance): boolean => instance.offer.market === 'spot';

/** Pending or running: takes capacity and quota, and is billed. */
export const isLive = (instance: TwinInstance): boolean =>
  instance.life.kind === 'pending' || instance.life.kind === 'running';

/** Ending or gone: nothing leads back from there. */
export const isOver = ({ life }: TwinInstance): boolean =>
  life.kind === 'shutting-down' || life.kind === 'terminated';

/** Since when it has last been started, or since its launch. */
export const startedAt = ({ runs, launchedAt }: TwinInstance): number => runs.at(-1)?.from ?? launchedAt;

/** What DescribeInstances says of an end, or of a stop. */
export interface StateReason {
  readonly code: EndCause;
  readonly message: string;
  /** StateTransitionReason: empty, but for ends that somebody has asked for. */
  readonly transition: string;
}

const gmt = (seconds: number): string =>
  new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');

/** Why an instance has ended or stopped; undefined while it lives. */
export const stateReasonOf = ({ life }: TwinInstance): StateReason | undefined => {
  if (life.kind === 'pending' || life.kind === 'running') return undefined;
  const { cause } = life;
  const endedAt = 'endedAt' in life ? life.endedAt : life.since;
  return {
    code: cause,
    message: `${cause}: ${MESSAGES[cause]}`,
    transition: cause === 'Client.UserInitiatedShutdown' ? `User initiated (${gmt(endedAt)} GMT)` : '',
  };
};

/** Hex digits that follow from what they name alone, never from the order in which things were asked for. */
const digits = (seed: number, ...labels: readonly (string | number)[]): string =>
  createHash('sha1')
    .update(`${seed}/${labels.join('/')}`)
    .digest('hex');

/** `i-` and 17 digits, from the token of its launch and its number in it. */
export const instanceIdOf = (seed: number, scope: string, index: number): string =>
  `i-${digits(seed, 'instance', scope, index).slice(0, 17)}`;

/** The public address that it has while it has power: another after every start. */
export const addressOf = (instance: TwinInstance): string | undefined => {
  if (!isLive(instance)) return undefined;
  const hex = digits(0, 'address', instance.instanceId, instance.runs.length);
  const parts = [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  return `3.${parts.join('.')}`;
};

export const reservationIdOf = (seed: number, scope: string): string =>
  `r-${digits(seed, 'reservation', scope).slice(0, 17)}`;

/** Digits in the groups of a UUID. */
export const uuidOf = (seed: number, ...labels: readonly (string | number)[]): string => {
  const d = digits(seed, ...labels);
  return `${d.slice(0, 8)}-${d.slice(8, 12)}-${d.slice(12, 16)}-${d.slice(16, 20)}-${d.slice(20, 32)}`;
};
