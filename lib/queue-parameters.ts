import { NestedStack } from 'aws-cdk-lib';
import { ParameterTier, StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { queuesPath } from '../core/model/names.ts';
import { describeKnobs } from '../core/settings/settings.ts';
import type { StageConfig } from './config.ts';
import { groupOf } from './stage-limits.ts';

type Knobs = StageConfig['queues'][string];

/**
 * The queues of cdk.json as SSM parameters. Only knobs that are given become one: the others have their defaults, and
 * stay free to be put by hand. A deploy writes a parameter again only when cdk.json has a new value for it.
 */
export class QueueParameters extends Construct {
  constructor(scope: Construct, id: string, stage: string, queues: StageConfig['queues']) {
    super(scope, id);
    for (const [group, of] of Map.groupBy(Object.entries(queues), ([queue]) => groupOf(queue))) {
      const stack = new NestedStack(this, `Group${group}`, {
        description: `aerie ${stage}: settings of queues`,
      });
      for (const [queue, given] of of) putQueue(stack, `${queuesPath(stage)}/${queue}`, queue, given);
    }
  }
}

const putQueue = (stack: NestedStack, path: string, queue: string, given: Knobs): void => {
  for (const { name, description, pattern } of describeKnobs()) {
    const stringValue = given[name];
    if (stringValue === undefined) continue;
    new StringParameter(stack, `${queue}-${name}`, {
      parameterName: `${path}/${name}`,
      stringValue,
      description,
      allowedPattern: pattern,
      tier: ParameterTier.STANDARD,
    });
  }
};
