import type { TwinInstance } from './instance.ts';

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

/** What DescribeInstances says of an end. */
export interface StateReason {
  readonly code: EndCause;
  readonly message: string;
  /** StateTransitionReason: empty, but for ends that somebody has asked for. */
  readonly transition: string;
}

const gmt = (seconds: number): string =>
  new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');

/** Why an instance has ended; undefined while it lives. */
export const stateReasonOf = ({ life }: TwinInstance): StateReason | undefined => {
  if (life.kind !== 'shutting-down' && life.kind !== 'terminated') return undefined;
  const { cause, endedAt } = life;
  return {
    code: cause,
    message: `${cause}: ${MESSAGES[cause]}`,
    transition: cause === 'Client.UserInitiatedShutdown' ? `User initiated (${gmt(endedAt)} GMT)` : '',
  };
};
