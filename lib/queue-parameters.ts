import { ParameterTier, StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { queuesPath } from '../core/names.ts';
import { describeKnobs } from '../core/settings.ts';
import type { StageConfig } from './config.ts';

/**
 * The queues of cdk.json as SSM parameters. Only knobs that are given become one: the others have their defaults, and
 * stay free to be put by hand. A deploy writes a parameter again only when cdk.json has a new value for it.
 */
export class QueueParameters extends Construct {
  constructor(scope: Construct, id: string, stage: string, queues: StageConfig['queues']) {
    super(scope, id);
    for (const [queue, given] of Object.entries(queues)) {
      for (const { name, description, pattern } of describeKnobs()) {
        const stringValue = given[name];
        if (stringValue === undefined) continue;
        new StringParameter(this, `${queue}-${name}`, {
          parameterName: `${queuesPath(stage)}/${queue}/${name}`,
          stringValue,
          description,
          allowedPattern: pattern,
          tier: ParameterTier.STANDARD,
        });
      }
    }
  }
}
