import { DescribeInstancesCommand, type EC2Client, type Filter } from '@aws-sdk/client-ec2';
import * as z from 'zod';
import type { Instance } from '../../../core/model/instance.ts';
import { known, type Snapshot, unknown } from '../../../core/model/snapshot.ts';
import { callFailure } from './failure.ts';

/** EC2's limit on the values of one filter. */
const FILTER_VALUES = 200;
/** EC2's largest page. Without a page size and a filter, calls count against a smaller bucket. */
const PAGE = 1000;

/** EC2 gives states of its own a reason too (`pending`): only that of an end is one. */
const ENDING = ['shutting-down', 'terminated', 'stopping', 'stopped'];

const endReasonOf = (
  state: Instance['state'],
  { Code, Message = '' }: { readonly Code?: string | undefined; readonly Message?: string | undefined } = {},
  transition = '',
): Pick<Instance, 'reason'> => {
  if (!ENDING.includes(state) || Code === undefined) return {};
  return { reason: { code: Code, message: Message, ...(transition === '' ? {} : { transition }) } };
};

const STATES = ['pending', 'running', 'shutting-down', 'terminated', 'stopping', 'stopped'] as const;
const reason = z.object({ Code: z.string().optional(), Message: z.string().optional() });
const volume = z
  .object({ Ebs: z.object({ AttachTime: z.date() }) })
  .transform(({ Ebs }) => Ebs.AttachTime)
  .optional()
  .catch(undefined);
const tag = z.object({ Key: z.string(), Value: z.string().default('') });

/**
 * An instance as EC2 describes it. What is odd about one must not hide the others, nor itself: a state that nobody knows is
 * one of a machine that lives, and a launch without a date was just now, so that nothing is forgotten or ended for it.
 */
const described = z.object({
  InstanceId: z.string(),
  State: z.object({ Name: z.enum(STATES) }).catch({ Name: 'running' }),
  LaunchTime: z.date().optional().catch(undefined),
  BlockDeviceMappings: z.array(volume).catch([]),
  InstanceType: z.string().catch('unknown'),
  Placement: z.object({ AvailabilityZone: z.string() }).catch({ AvailabilityZone: 'unknown' }),
  InstanceLifecycle: z.string().optional().catch(undefined),
  StateReason: reason.optional().catch(undefined),
  StateTransitionReason: z.string().optional().catch(undefined),
  Tags: z.array(tag).catch([]),
});

/**
 * When an instance was launched. EC2's launch time is that of its last start; the volumes that it was launched with stay
 * attached while it is stopped.
 */
const launchedAt = (
  { LaunchTime, BlockDeviceMappings }: z.output<typeof described>,
  nowSeconds: number,
): number => {
  const moments = [LaunchTime, ...BlockDeviceMappings].flatMap((of) => of?.getTime() ?? []);
  return moments.length === 0 ? nowSeconds : Math.min(...moments) / 1000;
};

/** One instance of an answer; none if it has no id by which anybody could know it. */
const readInstance = (given: unknown, nowSeconds: number): readonly Instance[] => {
  const parsed = described.safeParse(given);
  if (!parsed.success) return [];
  const { InstanceId, State, InstanceType, Placement, InstanceLifecycle, Tags } = parsed.data;
  return [
    {
      instanceId: InstanceId,
      state: State.Name,
      launchedAt: launchedAt(parsed.data, nowSeconds),
      offer: {
        flavour: InstanceType,
        zone: Placement.AvailabilityZone,
        market: InstanceLifecycle === 'spot' ? 'spot' : 'on-demand',
      },
      tags: Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])),
      ...endReasonOf(State.Name, parsed.data.StateReason, parsed.data.StateTransitionReason),
    },
  ];
};

/** All pages of one search; undefined if what answered did not list anything, not even nothing. */
const search = async (
  client: EC2Client,
  filters: readonly Filter[],
  nowSeconds: number,
): Promise<readonly Instance[] | undefined> => {
  const found: Instance[] = [];
  let token: string | undefined;
  do {
    const page = await client.send(
      new DescribeInstancesCommand({ Filters: [...filters], MaxResults: PAGE, NextToken: token }),
    );
    if (page.Reservations === undefined) return undefined;
    for (const { Instances } of page.Reservations) {
      for (const instance of Instances ?? []) found.push(...readInstance(instance, nowSeconds));
    }
    token = page.NextToken;
  } while (token !== undefined);
  return found;
};

/** Everything that the searches find, as seen now; one that fails for now makes the whole unknown. */
const snapshot = async (
  client: EC2Client,
  searches: readonly (readonly Filter[])[],
  nowSeconds: number,
): Promise<Snapshot<readonly Instance[]>> => {
  const found: Instance[] = [];
  try {
    for (const filters of searches) {
      const part = await search(client, filters, nowSeconds);
      if (part === undefined) return unknown('the answer to DescribeInstances lists no reservations');
      found.push(...part);
    }
  } catch (error) {
    const failure = callFailure(error);
    if (failure === undefined || failure.kind === 'refused') throw error;
    return unknown(`EC2 did not say: ${failure.why}`);
  }
  return known(found, nowSeconds);
};

/** Instances by id. Asked through a filter, so that an id EC2 does not know is just not in the answer. */
export const byId = (client: EC2Client, instanceIds: readonly string[], nowSeconds: number) => {
  const searches: (readonly Filter[])[] = [];
  for (let start = 0; start < instanceIds.length; start += FILTER_VALUES) {
    searches.push([{ Name: 'instance-id', Values: instanceIds.slice(start, start + FILTER_VALUES) }]);
  }
  return snapshot(client, searches, nowSeconds);
};

/** `*` and `?` would match more than themselves. */
const literal = (text: string): string => text.replace(/[\\*?]/g, '\\$&');

/** Instances that carry all of these tags. */
export const byTags = (client: EC2Client, tags: Readonly<Record<string, string>>, nowSeconds: number) => {
  const filters = Object.entries(tags).map(([key, value]) => ({
    Name: `tag:${key}`,
    Values: [literal(value)],
  }));
  return snapshot(client, [filters], nowSeconds);
};
