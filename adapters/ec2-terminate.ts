import { type EC2Client, EC2ServiceException, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { callFailure } from './ec2-failure.ts';

/** EC2 takes a thousand; half of that keeps the answer, and a retry without some of the ids, small. */
const BATCH = 500;

/** Errors about some of the instances, which EC2 names: it does not know them, or their owner has protected them. */
const ABOUT_SOME = ['InvalidInstanceID.NotFound', 'OperationNotPermitted'];

/** The ids that EC2 will not end; none if that is not what is wrong. */
const refusedIds = (error: unknown): ReadonlySet<string> =>
  error instanceof EC2ServiceException && ABOUT_SOME.includes(error.name)
    ? new Set(error.message.match(/\bi-[0-9a-f]+\b/g))
    : new Set();

/** One such id makes EC2 refuse the whole call, so the rest is asked for again without it. Undefined: throttled. */
const endBatch = async (
  client: EC2Client,
  instanceIds: readonly string[],
): Promise<readonly string[] | undefined> => {
  let left = [...instanceIds];
  while (left.length > 0) {
    try {
      const reply = await client.send(new TerminateInstancesCommand({ InstanceIds: left }));
      return (reply.TerminatingInstances ?? []).flatMap(({ InstanceId }) => InstanceId ?? []);
    } catch (error) {
      if (callFailure(error)?.kind === 'throttled') return undefined;
      const refused = refusedIds(error);
      const others = left.filter((id) => !refused.has(id));
      if (others.length === left.length) throw error;
      left = others;
    }
  }
  return [];
};

/** Asks EC2 to end instances and returns the ids it took; once it throttles, the rest is left for another tick. */
export const terminate = async (
  client: EC2Client,
  instanceIds: readonly string[],
): Promise<readonly string[]> => {
  const taken: string[] = [];
  for (let start = 0; start < instanceIds.length; start += BATCH) {
    const ended = await endBatch(client, instanceIds.slice(start, start + BATCH));
    if (ended === undefined) break;
    taken.push(...ended);
  }
  return taken;
};
