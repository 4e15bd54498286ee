import {
  type _InstanceType,
  CreateTagsCommand,
  type EC2Client,
  ModifyInstanceAttributeCommand,
  StartInstancesCommand,
} from '@aws-sdk/client-ec2';
import type { LetStopReply, RefusedOrder, Said } from '../../../core/model/launch.ts';
import type { PlannedWake, WakeReply } from '../../../core/model/wake.ts';
import { isAboutState } from './codes.ts';
import { NO_RETRY } from './once.ts';
import {
  callsLeft,
  endReplyOf,
  isRefusal,
  type Ordered,
  orderAll,
  orderEach,
  orderGroups,
  type Send,
} from './order.ts';

/** Gives stopped instances the types that they are to wake as. EC2 takes one a call. */
const resize = (client: EC2Client, wakes: readonly PlannedWake[], hasTime: () => boolean) => {
  const flavours = new Map(wakes.map(({ instanceId, offer }) => [instanceId, offer.flavour]));
  const send = (InstanceId: string) => {
    // The SDK lists the types of its own day; which exist is for EC2 to say.
    const Value = flavours.get(InstanceId) as _InstanceType;
    return client.send(new ModifyInstanceAttributeCommand({ InstanceId, InstanceType: { Value } }));
  };
  return orderEach(send, [...flavours.keys()], hasTime);
};

/** The wakes that have the same answer to a question, each time. */
const groupsOf = (wakes: readonly PlannedWake[], of: (wake: PlannedWake) => string) =>
  [...Map.groupBy(wakes, of).values()].map((group) => ({
    ids: group.map(({ instanceId }) => instanceId),
    tags: group[0]?.tags ?? {},
  }));

const sortedTags = ({ tags = {} }: PlannedWake): readonly (readonly [string, string])[] =>
  Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1));

/** Writes tags, one order for all instances with the same. */
const tag = (client: EC2Client, wakes: readonly PlannedWake[], hasTime: () => boolean) => {
  const groups = groupsOf(wakes, (of) => JSON.stringify(sortedTags(of)));
  const mayCall = callsLeft(hasTime);
  return orderGroups(groups, ({ ids, tags }) => {
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    const send: Send = async (of) => {
      await client.send(new CreateTagsCommand({ Resources: [...of], Tags }));
      return of;
    };
    return orderAll(send, ids, mayCall);
  });
};

/**
 * Starts each type in each zone by itself, so that one that is short costs no other. Once a single one is refused for want
 * of room or quota, there is none for the others of its type and zone either.
 */
const start = (client: EC2Client, wakes: readonly PlannedWake[], hasTime: () => boolean) => {
  const send: Send = async (ids) => {
    const command = new StartInstancesCommand({ InstanceIds: [...ids] });
    command.middlewareStack.add((next) => next, NO_RETRY);
    const reply = await client.send(command);
    return (reply.StartingInstances ?? []).flatMap(({ InstanceId }) => InstanceId ?? []);
  };
  const mayCall = callsLeft(hasTime);
  const groups = groupsOf(wakes, ({ offer }) => `${offer.flavour}/${offer.zone}`);
  return orderGroups(groups, ({ ids }) =>
    orderAll(send, ids, mayCall, ({ class: type }) => type === 'capacity' || type === 'quota'),
  );
};

/** What EC2 did not do with an instance, by what that calls for. */
const sorted = ({ instanceId, code, why, class: type }: Ordered['refused'][number]): RefusedOrder => ({
  instanceId,
  code,
  why,
  class: isAboutState(code) ? 'state' : type === 'token' ? 'configuration' : type,
});

const unansweredIn = ({ unclear, stopped }: Ordered): readonly string[] => {
  if (stopped?.kind === 'unclear') return [stopped.why];
  return unclear.length === 0 ? [] : [`EC2's answer does not speak of ${unclear.join(' ')}`];
};

const stoppedIn = (kind: 'caller' | 'throttled', { stopped }: Ordered): readonly Said[] =>
  stopped?.kind === kind ? [{ code: stopped.code, why: stopped.why }] : [];

/** Those that an order has not reached: they are not as planned, and are not started. */
const without = (wakes: readonly PlannedWake[], { refused, unclear, unasked }: Ordered) => {
  const left = new Set([...refused.map(({ instanceId }) => instanceId), ...unclear, ...unasked]);
  return wakes.filter(({ instanceId }) => !left.has(instanceId));
};

/** Starts stopped instances, after their types and then their tags are changed. */
export const wake = async (
  client: EC2Client,
  wakes: readonly PlannedWake[],
  hasTime: () => boolean,
): Promise<WakeReply> => {
  const changed = wakes.filter(({ isResized }) => isResized === true);
  const resized = await resize(client, changed, hasTime);
  const sized = without(wakes, resized);
  const named = sized.filter(({ tags }) => tags !== undefined);
  const tagged = await tag(client, named, hasTime);
  const started = await start(client, without(sized, tagged), hasTime);
  const orders = [resized, tagged, started];
  const [unanswered] = orders.flatMap(unansweredIn);
  const [unheard] = orders.flatMap((order) => stoppedIn('caller', order));
  const [throttled] = orders.flatMap((order) => stoppedIn('throttled', order));
  return {
    taken: started.taken,
    refused: orders.flatMap(({ refused }) => refused.map(sorted)),
    unasked: orders.flatMap(({ unasked }) => unasked),
    ...(unanswered === undefined ? {} : { unanswered }),
    ...(unheard === undefined ? {} : { unheard }),
    ...(throttled === undefined ? {} : { throttled }),
  };
};

/** Makes the power-off of instances a stop. EC2 takes one a call; what is left is for another tick. */
export const letStop = async (
  client: EC2Client,
  instanceIds: readonly string[],
  hasTime: () => boolean,
): Promise<LetStopReply> => {
  const InstanceInitiatedShutdownBehavior = { Value: 'stop' };
  const send = (InstanceId: string) =>
    client.send(new ModifyInstanceAttributeCommand({ InstanceId, InstanceInitiatedShutdownBehavior }));
  const ordered = await orderEach(send, instanceIds, hasTime);
  return {
    ...endReplyOf(ordered),
    refused: ordered.refused.filter(isRefusal).map(sorted),
    ...(ordered.unclear.length === 0 ? {} : { unclear: ordered.unclear }),
  };
};
