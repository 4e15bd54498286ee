import type { EndReply, RefusedEnd } from '../../../core/model/launch.ts';
import { inLanes } from '../lanes.ts';
import { INSTANCE_UNKNOWN } from './codes.ts';
import { type CallFailure, callFailure } from './failure.ts';

/** EC2 takes a thousand; half of that keeps the answer, and a retry without some of the ids, small. */
const BATCH = 500;

/**
 * Calls for one order, however many of its ids EC2 refuses one after the other; what is left then is for the next tick.
 * EC2's bucket for ends has room for a hundred, and gains five a second.
 */
const MOST_CALLS = 40;

/** An id stands alone in EC2's sentence, in a list, or at the end of an ARN. */
const WORD = /[A-Za-z0-9-]+/g;

type Refused = Extract<CallFailure, { kind: 'refused' }>;

/** What came of an order for several instances; every one of them is in one list. */
export interface Ordered {
  readonly taken: string[];
  readonly refused: (Refused & { readonly instanceId: string })[];
  /** EC2 may have carried it out, and did not say. */
  readonly unclear: string[];
  /** EC2 was not asked, or has not looked at it. */
  readonly unasked: string[];
  /** Why no more was asked; absent: there was no time, or all was. */
  stopped?: Exclude<CallFailure, Refused>;
}

const nothingYet = (): Ordered => ({ taken: [], refused: [], unclear: [], unasked: [] });

/** Sends one call for these instances, and answers for which of them EC2 has carried it out. */
export type Send = (instanceIds: readonly string[]) => Promise<readonly string[]>;

/** Whether another call may begin: there is time for it, and there were not too many. */
export const callsLeft = (hasTime: () => boolean): (() => boolean) => {
  let calls = 0;
  return () => {
    calls += 1;
    return calls <= MOST_CALLS && hasTime();
  };
};

/** So many ids as one call takes, again and again. */
const batchesOf = (instanceIds: readonly string[]): (readonly string[])[] => {
  const batches: (readonly string[])[] = [];
  for (let start = 0; start < instanceIds.length; start += BATCH) {
    batches.push(instanceIds.slice(start, start + BATCH));
  }
  return batches;
};

/** The halves of a batch that EC2 refuses without naming which of it. */
const halvesOf = (batch: readonly string[]): readonly (readonly string[])[] => {
  const middle = Math.ceil(batch.length / 2);
  return [batch.slice(0, middle), batch.slice(middle)];
};

/** Sends a call and sorts its instances by what came of it; a refusal is for the caller to sort. */
const sendOne = async (
  send: Send,
  batch: readonly string[],
  ordered: Ordered,
): Promise<Refused | undefined> => {
  try {
    const taken = new Set(await send(batch));
    for (const id of batch) (taken.has(id) ? ordered.taken : ordered.unclear).push(id);
    return undefined;
  } catch (error) {
    const failure = callFailure(error);
    if (failure === undefined) throw error;
    if (failure.kind === 'refused') return failure;
    ordered.stopped = failure;
    ordered[failure.kind === 'unclear' ? 'unclear' : 'unasked'].push(...batch);
    return undefined;
  }
};

/**
 * Orders something that EC2 does for all instances of a call or for none: what it names is taken out, and if it names
 * nothing the batch is halved, until the rest is taken. Once it throttles or does not answer, or no call is left, no more
 * is asked. `isForAll`: one instance is refused for what all that are still to be asked share.
 */
export const orderAll = async (
  send: Send,
  instanceIds: readonly string[],
  mayCall: () => boolean,
  isForAll: (failure: Refused) => boolean = () => false,
): Promise<Ordered> => {
  const ordered = nothingYet();
  const batches = batchesOf(instanceIds);
  const refuse = (failure: Refused, ids: readonly string[]) =>
    void ordered.refused.push(...ids.map((instanceId) => ({ ...failure, instanceId })));
  while (batches.length > 0 && ordered.stopped === undefined && mayCall()) {
    const batch = batches.shift() ?? [];
    const failure = await sendOne(send, batch, ordered);
    if (failure === undefined) continue;
    const named = new Set(failure.why.match(WORD));
    const wrong = batch.length === 1 ? batch : batch.filter((id) => named.has(id));
    refuse(failure, wrong);
    const rest = batch.filter((id) => !wrong.includes(id));
    batches.unshift(...(wrong.length === 0 ? halvesOf(rest) : [rest].filter(({ length }) => length > 0)));
    if (batch.length === 1 && isForAll(failure)) refuse(failure, batches.splice(0).flat());
  }
  ordered.unasked.push(...batches.flat());
  return ordered;
};

/** Orders one group after the other, until EC2 wants no more of it. */
export const orderGroups = async <G extends { readonly ids: readonly string[] }>(
  groups: readonly G[],
  order: (group: G) => Promise<Ordered>,
): Promise<Ordered> => {
  const all = nothingYet();
  for (const group of groups) {
    const one = all.stopped === undefined ? await order(group) : { ...nothingYet(), unasked: group.ids };
    for (const list of ['taken', 'unclear', 'unasked'] as const) all[list].push(...one[list]);
    all.refused.push(...one.refused);
    if (one.stopped !== undefined) all.stopped = one.stopped;
  }
  return all;
};

/** Orders something that takes a call for every instance, some at a time. It stops as `orderAll` does. */
export const orderEach = async (
  send: (instanceId: string) => Promise<unknown>,
  instanceIds: readonly string[],
  hasTime: () => boolean,
): Promise<Ordered> => {
  const ordered = nothingYet();
  const left = await inLanes(
    instanceIds,
    () => ordered.stopped === undefined && hasTime(),
    async (instanceId) => {
      const sendAlone: Send = async (ids) => {
        await send(instanceId);
        return ids;
      };
      const failure = await sendOne(sendAlone, [instanceId], ordered);
      if (failure !== undefined) ordered.refused.push({ ...failure, instanceId });
    },
  );
  ordered.unasked.push(...left);
  return ordered;
};

/** Of an order that is repeated by another tick: one of an instance that EC2 does not know is no refusal. */
export const isRefusal = ({ code }: { readonly code: string }): boolean => code !== INSTANCE_UNKNOWN;

/** The answer to such an order. */
export const endReplyOf = ({ taken, refused, stopped }: Ordered): EndReply => ({
  taken,
  refused: refused
    .filter(isRefusal)
    .map(({ instanceId, code, why }): RefusedEnd => ({ instanceId, code, why })),
  ...(stopped?.kind === 'unclear' ? { unanswered: stopped.why } : {}),
  ...(stopped?.kind === 'caller' ? { unheard: { code: stopped.code, why: stopped.why } } : {}),
});
