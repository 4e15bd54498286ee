import { createHash } from 'node:crypto';
import { Aws, Fn } from 'aws-cdk-lib';
import { InstanceProfile } from 'aws-cdk-lib/aws-iam';
import {
  CfnComponent,
  CfnDistributionConfiguration,
  CfnImagePipeline,
  CfnImageRecipe,
  CfnInfrastructureConfiguration,
} from 'aws-cdk-lib/aws-imagebuilder';
import { Construct } from 'constructs';
import { imagePath } from '../../core/model/names.ts';
import { STAGE_TAG } from '../rights/launch.ts';
import type { StageConfig } from '../stage/config.ts';
import { imageGb } from '../stage/images.ts';
import { type Baking, bakeDocument, checkDocument, programsDocuments } from './components.ts';
import { builderRole } from './roles.ts';

type Pipeline = NonNullable<StageConfig['imagePipeline']>;

export interface ImagePipelineProps {
  readonly stage: string;
  readonly pipeline: Pipeline;
  readonly baking: Baking;
  /** An AMI id, or a parameter of AWS's own, which is read anew for each image. */
  readonly image: string;
  readonly rootDevice: string;
  readonly subnetId: string;
  readonly securityGroupId: string;
  /** The stage's own, on machines, images and AMIs. */
  readonly tags: Readonly<Record<string, string>>;
  /** The customer's key for disks; undefined: the account's default. */
  readonly diskKey: string | undefined;
}

/** At night in Europe and America; on Mondays, so that somebody is there when canaries go. UTC. */
const SCHEDULE: Readonly<Record<Pipeline['schedule'], string>> = {
  daily: 'cron(0 3 * * ? *)',
  weekly: 'cron(0 3 ? * mon *)',
  monthly: 'cron(0 3 1 * ? *)',
};

const VERSION = '1.0.0';
/** A boot, and checks of seconds. */
const TEST_MINUTES = 60;

/** A recipe and a component never change; a new one is told by its name. */
const nameOf = (stage: string, what: string, ...content: readonly string[]): string =>
  `aerie-${stage}-${what}-${createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 12)}`;

const AGENT = {
  el9: { file: 'linux_amd64/amazon-ssm-agent.rpm', install: 'dnf -y -q install' },
  debian: { file: 'debian_amd64/amazon-ssm-agent.deb', install: 'dpkg -i' },
} as const;

/** Installs the agent by which Image Builder speaks to its machine: neither AlmaLinux nor Debian brings it. */
const withAgent = (os: Baking['os']): string => {
  const { file, install } = AGENT[os];
  const bucket = `amazon-ssm-${Aws.REGION}`;
  const from = `https://s3.${Aws.REGION}.${Aws.URL_SUFFIX}/${bucket}/latest/${file}`;
  const to = `/var/tmp/${file.replace('/', '-')}`;
  const fetch = `python3 -c 'import sys,urllib.request as u; u.urlretrieve(sys.argv[1],sys.argv[2])' ${from} ${to}`;
  return ['#!/bin/sh', 'set -e', fetch, `${install} ${to}`, 'systemctl enable --now amazon-ssm-agent'].join(
    '\n',
  );
};

/**
 * Makes an image of the stage's own regularly: updated, baked by the worker's own programs, and tested by a boot. Only
 * then its id is written to the parameter, from which the launcher takes it as a canary.
 */
export class ImagePipeline extends Construct {
  /** Name of the recipe, which the ARN of each image begins with. */
  readonly recipeName: string;

  constructor(scope: Construct, id: string, props: ImagePipelineProps) {
    super(scope, id);
    const { stage, pipeline, tags } = props;
    const imageTags = { ...tags, [STAGE_TAG]: stage };
    const recipe = this.recipe(props);
    this.recipeName = recipe.name;
    const distribution = new CfnDistributionConfiguration(this, 'Distribution', {
      name: `aerie-${stage}`,
      distributions: [
        {
          region: Aws.REGION,
          amiDistributionConfiguration: {
            Name: `aerie-${stage}-{{ imagebuilder:buildDate }}`,
            Description: `Worker of the stage ${stage} of aerie`,
            AmiTags: imageTags,
          },
          ssmParameterConfigurations: [{ parameterName: imagePath(stage), dataType: 'aws:ec2:image' }],
        },
      ],
    });
    const made = new CfnImagePipeline(this, 'Pipeline', {
      name: `aerie-${stage}`,
      description: `Images of workers of the stage ${stage}`,
      imageRecipeArn: recipe.attrArn,
      infrastructureConfigurationArn: this.infrastructure(props).attrArn,
      distributionConfigurationArn: distribution.attrArn,
      imageTestsConfiguration: { imageTestsEnabled: true, timeoutMinutes: TEST_MINUTES },
      imageTags,
      /** What is updated are packages, of which Image Builder knows nothing: it is not asked what has changed. */
      schedule: {
        scheduleExpression: SCHEDULE[pipeline.schedule],
        pipelineExecutionStartCondition: 'EXPRESSION_MATCH_ONLY',
      },
    });
    /** CloudFormation has ImageTags; the schema that cfn-lint 1.51 brings does not. */
    made.addMetadata('cfn-lint', { config: { ignore_checks: ['E3002'] } });
  }

  private recipe({
    stage,
    pipeline,
    baking,
    image,
    rootDevice,
    diskKey,
  }: ImagePipelineProps): CfnImageRecipe {
    const component = (what: string, data: string) =>
      new CfnComponent(this, what, {
        name: nameOf(stage, what.toLowerCase(), data),
        version: VERSION,
        platform: 'Linux',
        data,
      });
    const documents = {
      ...Object.fromEntries(programsDocuments(baking).map((data, at) => [`Programs${at + 1}`, data])),
      Bake: bakeDocument(baking),
      Check: checkDocument(),
    };
    const parentImage = image.startsWith('ami-') ? image : `ssm:${image}`;
    return new CfnImageRecipe(this, 'Recipe', {
      name: nameOf(
        stage,
        'worker',
        ...[
          ...Object.values(documents),
          parentImage,
          rootDevice,
          ...(diskKey === undefined ? [] : [diskKey]),
        ],
      ),
      version: VERSION,
      parentImage,
      components: Object.entries(documents).map(([what, data]) => ({
        componentArn: component(what, data).attrArn,
      })),
      additionalInstanceConfiguration: { userDataOverride: Fn.base64(withAgent(baking.os)) },
      blockDeviceMappings: [
        {
          deviceName: rootDevice,
          ebs: {
            volumeSize: imageGb(pipeline),
            volumeType: 'gp3',
            encrypted: true,
            deleteOnTermination: true,
            ...(diskKey === undefined ? {} : { kmsKeyId: diskKey }),
          },
        },
      ],
    });
  }

  /** Its machines do not carry the stage's mark: the audit would take them for workers that nobody knows. */
  private infrastructure({ stage, pipeline, ...props }: ImagePipelineProps): CfnInfrastructureConfiguration {
    const profile = new InstanceProfile(this, 'Profile', { role: builderRole(this) });
    return new CfnInfrastructureConfiguration(this, 'Infrastructure', {
      name: `aerie-${stage}`,
      instanceProfileName: profile.instanceProfileName,
      instanceTypes: [pipeline.instanceType],
      instanceMetadataOptions: { httpTokens: 'required', httpPutResponseHopLimit: 1 },
      subnetId: props.subnetId,
      securityGroupIds: [props.securityGroupId],
      terminateInstanceOnFailure: true,
      resourceTags: { ...props.tags, Name: `aerie-${stage} image` },
    });
  }
}
