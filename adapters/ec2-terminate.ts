import { type EC2Client, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import type { EndReply, RefusedEnd } from '../core/model/launch.ts';
import { type CallFailure, callFailure } from './ec2-failure.ts';

/** EC2 takes a thousand; half of that keeps the answer, and a retry without some of the ids, small. */
const BATCH = 500;

/**
 * Calls for one order, however many of its ids EC2 refuses one after the other; what is left then is for the next tick.
 * EC2's bucket has room for a hundred, and gains five a second.
 */
const MOST_CALLS = 40;

/** EC2 does not know it: it is too young to be seen, or long gone. That is no refusal. */
const UNKNOWN = 'InvalidInstanceID.NotFound';

/** An id stands alone in EC2's sentence, in a list, or at the end of an ARN. */
const WORD = /[A-Za-z0-9-]+/g;

const batchesOf = (instanceIds: readonly string[]): (readonly string[])[] => {
  const batches: (readonly string[])[] = [];
  for (let start = 0; start < instanceIds.length; start += BATCH) {
    batches.push(instanceIds.slice(start, start + BATCH));
  }
  return batches;
};

/** What came of one call. */
type Called =
  | { readonly kind: 'taken'; readonly instanceIds: readonly string[] }
  | (Extract<CallFailure, { kind: 'refused' }> & { readonly named: ReadonlySet<string> })
  | Exclude<CallFailure, { kind: 'refused' }>;

const call = async (client: EC2Client, instanceIds: readonly string[]): Promise<Called> => {
  try {
    const reply = await client.send(new TerminateInstancesCommand({ InstanceIds: [...instanceIds] }));
    return {
      kind: 'taken',
      instanceIds: (reply.TerminatingInstances ?? []).flatMap(({ InstanceId }) => InstanceId ?? []),
    };
  } catch (error) {
    const failure = callFailure(error);
    if (failure === undefined) throw error;
    if (failure.kind !== 'refused') return failure;
    return { ...failure, named: new Set(failure.why.match(WORD)) };
  }
};

/** The halves of a batch that EC2 refuses without naming which of it. */
const halvesOf = (batch: readonly string[]): readonly (readonly string[])[] => {
  const middle = Math.ceil(batch.length / 2);
  return [batch.slice(0, middle), batch.slice(middle)];
};

/**
 * Asks EC2 to end instances. One that it will not end makes it refuse the whole call: what it names is taken out, and if
 * it names nothing the batch is halved, until the rest is taken. Once it throttles or does not answer, or there is no time
 * for another call, what is left is for another tick.
 */
export const terminate = async (
  client: EC2Client,
  instanceIds: readonly string[],
  hasTime: () => boolean,
): Promise<EndReply> => {
  const taken: string[] = [];
  const refused: RefusedEnd[] = [];
  const batches = batchesOf(instanceIds);
  for (let calls = 0; calls < MOST_CALLS && hasTime(); calls += 1) {
    const batch = batches.shift();
    if (batch === undefined) return { taken, refused };
    const called = await call(client, batch);
    switch (called.kind) {
      case 'taken':
        taken.push(...called.instanceIds);
        break;
      case 'refused': {
        const { named, why, code } = called;
        const wrong = batch.length === 1 ? batch : batch.filter((id) => named.has(id));
        if (code !== UNKNOWN) refused.push(...wrong.map((instanceId) => ({ instanceId, code, why })));
        const rest = batch.filter((id) => !wrong.includes(id));
        batches.unshift(...(wrong.length === 0 ? halvesOf(rest) : [rest].filter(({ length }) => length > 0)));
        break;
      }
      case 'throttled':
        return { taken, refused };
      case 'unclear':
        return { taken, refused, unanswered: called.why };
      case 'caller':
        return { taken, refused, unheard: { code: called.code, why: called.why } };
      default:
        return called satisfies never;
    }
  }
  return { taken, refused };
};
