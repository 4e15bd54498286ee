import {
  type CloudFormationClient,
  CloudFormationServiceException,
  DescribeStacksCommand,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';

/** One thing that a stack has made. */
interface StackResource {
  readonly type: string;
  /** What the template calls it. */
  readonly logicalId: string;
  readonly physicalId: string;
}

/** A stack as CloudFormation has it. */
export interface Stack {
  readonly status: string;
  readonly why: string | undefined;
  /** Seconds since 1970: when it was last made or changed. */
  readonly changedAt: number;
  /** Those of its nested stacks among them. */
  readonly resources: readonly StackResource[];
}

const NESTED = 'AWS::CloudFormation::Stack';

const resourcesOf = async (
  client: CloudFormationClient,
  StackName: string,
): Promise<readonly StackResource[]> => {
  const found: StackResource[] = [];
  for await (const page of paginateListStackResources({ client }, { StackName })) {
    for (const summary of page.StackResourceSummaries ?? []) {
      const { ResourceType = '', LogicalResourceId = '', PhysicalResourceId = '' } = summary;
      found.push({ type: ResourceType, logicalId: LogicalResourceId, physicalId: PhysicalResourceId });
    }
  }
  const nested = found.filter(({ type, physicalId }) => type === NESTED && physicalId !== '');
  const within = await Promise.all(nested.map(({ physicalId }) => resourcesOf(client, physicalId)));
  return [...found, ...within.flat()];
};

/** CloudFormation has no code of its own for a stack that is not there. */
const isNotThere = (error: unknown): boolean =>
  error instanceof CloudFormationServiceException &&
  error.name === 'ValidationError' &&
  error.message.includes('does not exist');

/** Reads a stack; undefined if there is none of that name. */
export const seeStack = async (
  client: CloudFormationClient,
  StackName: string,
): Promise<Stack | undefined> => {
  try {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName }));
    if (stack === undefined || stack.StackStatus === 'DELETE_COMPLETE') return undefined;
    const changed = stack.LastUpdatedTime ?? stack.CreationTime;
    return {
      status: stack.StackStatus ?? 'unknown',
      why: stack.StackStatusReason,
      changedAt: (changed?.getTime() ?? 0) / 1000,
      resources: await resourcesOf(client, StackName),
    };
  } catch (error) {
    if (isNotThere(error)) return undefined;
    throw error;
  }
};
