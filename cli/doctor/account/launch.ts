import { type _InstanceType, CreateFleetCommand, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { GetRoleCommand } from '@aws-sdk/client-iam';
import { isArm64 } from '../../../core/model/flavours.ts';
import type { Block } from '../../../lib/stage/config.ts';
import { launchedFrom } from '../../../lib/stage/fleets.ts';
import { type Finding, fail, ok, skip, warn } from '../finding.ts';
import { type Asked, asked, isDenial } from '../look/asked.ts';
import type { Examined } from '../look/examined.ts';
import { imageIdOf } from './image.ts';
import { templatesIn } from './launch-templates.ts';
import { firstFleet, launchTags } from './launcher-calls.ts';
import { workerSubnets } from './zones.ts';

/** EC2's answer to a dry run that would have worked. */
const WOULD_WORK = 'DryRunOperation';
const RUNBOOK = "docs/runbooks/ec2.md#launch-rejected says what mends which of EC2's codes";

const judgeDryRun = (call: string, answer: Asked<unknown>): Finding => {
  if (answer.ok) return warn('dry-run', `EC2 took ${call} and said nothing of the dry run that it was`);
  if (answer.code === WOULD_WORK) return ok('dry-run', `EC2 would do ${call} for you`);
  if (isDenial(answer.code)) {
    return warn('dry-run', `${answer.why}; that says nothing of the launcher, which has rights of its own`);
  }
  if (!answer.hasLooked) return warn('dry-run', answer.why);
  return fail('dry-run', `EC2 would refuse ${call}: ${answer.said}`, RUNBOOK);
};

/** The SDK lists the types of its own day; which exist is for EC2 to say. */
const instanceType = (flavour: string): _InstanceType => flavour as _InstanceType;

/** What a worker of the fleet that stands for all is launched from. */
const launchOf = async (stage: Examined) => {
  const { name = '', settings } = firstFleet(stage.fleets) ?? {};
  const type = settings?.flavours[0]?.name ?? '';
  const { image, arm64Image } = launchedFrom<Block>(stage.config, name);
  const isArm = isArm64(type);
  const [id, stack] = await Promise.all([
    imageIdOf({ image: isArm ? (arm64Image ?? image) : image }, stage),
    stage.stack(),
  ]);
  const launcher = stack.ok && stack.value !== undefined ? await stage.launcher() : undefined;
  const { ofStage, ofFleets } = templatesIn(launcher?.ok === true ? launcher.value.environment : {});
  const template = ofFleets.get(name) ?? ofStage;
  return {
    InstanceType: instanceType(type),
    /** A template has the image of x86_64; for ARM's types a launch names the other. */
    image: template === undefined || isArm ? { ImageId: id.ok ? id.value : '' } : {},
    template: template && { LaunchTemplateId: template.id, Version: template.version },
  };
};

/** Asks EC2 whether it would launch a worker, without launching one: as the launcher does where the stage is deployed. */
export const checkDryRun = async (stage: Examined): Promise<readonly Finding[]> => {
  const { clients } = stage;
  const [{ InstanceType, image, template }, subnets] = await Promise.all([
    launchOf(stage),
    workerSubnets(stage),
  ]);
  const [subnet] = subnets ?? [];
  if (subnet === undefined)
    return [skip('dry-run', 'the subnets of the workers are made by the first deploy')];
  const Tags = Object.entries(launchTags(stage)).map(([Key, Value]) => ({ Key, Value }));
  const run = await asked(
    'ec2:RunInstances',
    clients.ec2.send(
      new RunInstancesCommand({
        DryRun: true,
        MinCount: 1,
        MaxCount: 1,
        InstanceType,
        SubnetId: subnet.subnetId,
        TagSpecifications: (['instance', 'volume'] as const).map((ResourceType) => ({ ResourceType, Tags })),
        ...image,
        ...(template === undefined ? {} : { LaunchTemplate: template }),
      }),
    ),
  );
  if (template === undefined) return [judgeDryRun('RunInstances', run)];
  const fleet = await asked(
    'ec2:CreateFleet',
    clients.ec2.send(
      new CreateFleetCommand({
        DryRun: true,
        Type: 'instant',
        TargetCapacitySpecification: { TotalTargetCapacity: 1, DefaultTargetCapacityType: 'on-demand' },
        LaunchTemplateConfigs: [
          {
            LaunchTemplateSpecification: template,
            Overrides: [{ InstanceType, SubnetId: subnet.subnetId, ...image }],
          },
        ],
        TagSpecifications: (['fleet', 'instance', 'volume'] as const).map((ResourceType) => ({
          ResourceType,
          Tags,
        })),
      }),
    ),
  );
  return [judgeDryRun('RunInstances', run), judgeDryRun('CreateFleet', fleet)];
};

const SPOT_ROLE = 'AWSServiceRoleForEC2Spot';

/** Looks for the role that EC2 uses itself for spot; the launcher may make it, where nothing forbids that. */
export const checkSpotRole = async ({ fleets, clients }: Examined): Promise<readonly Finding[]> => {
  if (fleets.every(({ atTimes }) => atTimes.every(({ market }) => market === 'on-demand'))) {
    return [ok('spot-role', 'no fleet buys spot')];
  }
  const answer = await asked('iam:GetRole', clients.iam.send(new GetRoleCommand({ RoleName: SPOT_ROLE })));
  if (answer.ok) return [ok('spot-role', `${SPOT_ROLE} is there`)];
  if (!/NoSuchEntity/.test(answer.code)) return [warn('spot-role', answer.why)];
  return [
    warn(
      'spot-role',
      `${SPOT_ROLE} is not there: the first spot launch has to make it`,
      'aws iam create-service-linked-role --aws-service-name spot.amazonaws.com',
    ),
  ];
};
