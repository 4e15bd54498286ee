import { Aws, Validations } from 'aws-cdk-lib';
import { EventField, Match, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { CfnLifecyclePolicy } from 'aws-cdk-lib/aws-imagebuilder';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { STAGE_TAG } from '../rights/launch.ts';
import { keeperRole } from './roles.ts';

export interface ImageLifeProps {
  readonly stage: string;
  readonly recipeName: string;
  readonly keep: number;
  readonly topic: ITopic;
}

/** As long as the ledger remembers which template joined last, its image has to be there. */
const LAUNCHED_WITHIN_DAYS = 90;

/** What becomes of images: those that could not be made are told of, and old ones that nobody launches are deleted. */
export class ImageLife extends Construct {
  constructor(scope: Construct, id: string, { stage, recipeName, keep, topic }: ImageLifeProps) {
    super(scope, id);
    new CfnLifecyclePolicy(this, 'Retention', {
      name: `aerie-${stage}`,
      description: `Keeps ${keep} images of ${stage}, and each that was launched within ${LAUNCHED_WITHIN_DAYS} days`,
      executionRole: keeperRole(this).roleArn,
      resourceType: 'AMI_IMAGE',
      resourceSelection: { tagMap: { [STAGE_TAG]: stage } },
      policyDetails: [
        {
          action: { type: 'DELETE', includeResources: { amis: true, snapshots: true } },
          filter: { type: 'COUNT', value: keep },
          exclusionRules: { amis: { lastLaunched: { unit: 'DAYS', value: LAUNCHED_WITHIN_DAYS } } },
        },
      ],
    });
    const images = `arn:${Aws.PARTITION}:imagebuilder:${Aws.REGION}:${Aws.ACCOUNT_ID}:image/${recipeName}/`;
    const told = RuleTargetInput.fromText(
      `aerie ${stage}: the image ${EventField.fromPath('$.resources[0]')} was not made (${EventField.fromPath('$.detail.state.status')}). Workers are launched from the last one that joined. Runbook: docs/images.md#if-no-image-comes`,
    );
    const failed = new Rule(this, 'Failed', {
      description: 'An image of the pipeline could not be made, or did not pass its test',
      eventPattern: {
        source: ['aws.imagebuilder'],
        detailType: ['EC2 Image Builder Image State Change'],
        resources: Match.prefix(images),
        detail: { state: { status: ['FAILED', 'CANCELLED'] } },
      },
      // It lets EventBridge publish without a condition. With one, EventBridge would be refused: it sends SNS no source.
      targets: [new SnsTopic(topic, { message: told })],
    });
    Validations.of(failed).acknowledge({
      id: 'Serverless-EventBusDLQ',
      reason: 'A mail that is lost is made good: no new image comes, which the age of the parameter shows.',
    });
  }
}
