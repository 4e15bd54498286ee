import { NEWS } from '../../../lib/functions/functions.ts';
import type { TwinInstance } from './instance.ts';

/** An EC2 event as EventBridge delivers it. Like the documented one, a state change carries no `version`. */
export interface Ec2Event {
  readonly version?: '0';
  readonly id: string;
  readonly 'detail-type':
    | 'EC2 Instance State-change Notification'
    | 'EC2 Spot Instance Interruption Warning'
    | 'EC2 Instance Rebalance Recommendation';
  readonly source: 'aws.ec2';
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: {
    readonly 'instance-id': string;
    readonly state?: TwinInstance['life']['kind'];
    readonly 'instance-action'?: 'terminate';
  };
}

/** What has happened to an instance, before it is put into an envelope. */
export type Happened =
  | { readonly kind: 'state'; readonly state: TwinInstance['life']['kind'] }
  | { readonly kind: 'warning' }
  | { readonly kind: 'rebalance' };

export interface Envelope {
  readonly id: string;
  readonly account: string;
  readonly region: string;
  /** Seconds since 1970. */
  readonly at: number;
}

/** Seconds since 1970 as EC2 writes them: to the second, UTC. */
export const isoSeconds = (seconds: number): string =>
  `${new Date(Math.floor(seconds) * 1000).toISOString().slice(0, 19)}Z`;

/** Puts a happening into EventBridge's shape. */
export const ec2Event = (instanceId: string, happened: Happened, envelope: Envelope): Ec2Event => {
  const common = {
    id: envelope.id,
    source: 'aws.ec2',
    account: envelope.account,
    time: isoSeconds(envelope.at),
    region: envelope.region,
    resources: [`arn:aws:ec2:${envelope.region}:${envelope.account}:instance/${instanceId}`],
  } as const;
  switch (happened.kind) {
    case 'state':
      return {
        ...common,
        'detail-type': 'EC2 Instance State-change Notification',
        detail: { 'instance-id': instanceId, state: happened.state },
      };
    case 'warning':
      return {
        version: '0',
        ...common,
        'detail-type': 'EC2 Spot Instance Interruption Warning',
        detail: { 'instance-id': instanceId, 'instance-action': 'terminate' },
      };
    case 'rebalance':
      return {
        version: '0',
        ...common,
        'detail-type': 'EC2 Instance Rebalance Recommendation',
        detail: { 'instance-id': instanceId },
      };
  }
};

/** Whether one of the stack's rules lets an event through to the queue. */
export const isNews = (event: Ec2Event): boolean =>
  Object.values(NEWS).some(({ detailType }) => {
    const types: readonly string[] = detailType;
    return types.includes(event['detail-type']);
  });
