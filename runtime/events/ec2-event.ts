import * as z from 'zod';
import { instanceId } from '../../core/model/pool.ts';
import { json } from '../run/json.ts';

/** What an EC2 event says that matters here. */
export interface Ec2Event {
  readonly instanceId: string;
  /** Seconds since 1970. */
  readonly at: number;
  readonly kind: 'ended' | 'stopping' | 'stopped' | 'started' | 'interruption' | 'rebalance' | 'other';
}

/** EventBridge's envelope. `version` is missing from EC2's own sample, so it is not asked for. */
const envelope = z.object({
  source: z.literal('aws.ec2'),
  'detail-type': z.string(),
  time: z.iso.datetime(),
  detail: z.object({ 'instance-id': instanceId, state: z.string().optional() }),
});

/** What a state of EC2's means here. One that is started is pending and then running, like one that is launched. */
const BY_STATE: ReadonlyMap<string, Ec2Event['kind']> = new Map([
  ['shutting-down', 'ended'],
  ['terminated', 'ended'],
  ['stopping', 'stopping'],
  ['stopped', 'stopped'],
  ['pending', 'started'],
  ['running', 'started'],
]);

const kindOf = (detailType: string, state: string | undefined): Ec2Event['kind'] => {
  if (detailType === 'EC2 Spot Instance Interruption Warning') return 'interruption';
  if (detailType === 'EC2 Instance Rebalance Recommendation') return 'rebalance';
  return BY_STATE.get(state ?? '') ?? 'other';
};

/** Reads an event as EventBridge sends it; undefined if it is none that can be read. */
export const parseEc2Event = (body: string): Ec2Event | undefined => {
  const parsed = json.pipe(envelope).safeParse(body);
  if (!parsed.success) return undefined;
  const { detail, time } = parsed.data;
  return {
    instanceId: detail['instance-id'],
    at: Date.parse(time) / 1000,
    kind: kindOf(parsed.data['detail-type'], detail.state),
  };
};
