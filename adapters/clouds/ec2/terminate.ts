import { type EC2Client, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import type { EndReply } from '../../../core/model/launch.ts';
import { callsLeft, endReplyOf, orderAll } from './order.ts';

/**
 * Asks EC2 to end instances. One that it will not end makes it refuse the whole call: the others are ended without it. What
 * is left is for another tick.
 */
export const terminate = async (
  client: EC2Client,
  instanceIds: readonly string[],
  hasTime: () => boolean,
): Promise<EndReply> => {
  const send = async (ids: readonly string[]) => {
    const reply = await client.send(new TerminateInstancesCommand({ InstanceIds: [...ids] }));
    return (reply.TerminatingInstances ?? []).flatMap(({ InstanceId }) => InstanceId ?? []);
  };
  return endReplyOf(await orderAll(send, instanceIds, callsLeft(hasTime)));
};
