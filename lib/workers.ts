import { Tags } from 'aws-cdk-lib';
import {
  type BlockDevice,
  BlockDeviceVolume,
  CfnLaunchTemplate,
  EbsDeviceVolumeType,
  type IMachineImage,
  InstanceInitiatedShutdownBehavior,
  type IVpc,
  LaunchTemplate,
  OperatingSystemType,
  SecurityGroup,
  UserData,
} from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { ParameterValueType, StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { workerRoleName } from '../core/model/names.ts';

export interface WorkersProps {
  readonly stage: string;
  readonly vpc: IVpc;
  /** An AMI id, or the path of an SSM parameter that holds one; the parameter is read at each deploy. */
  readonly image: string;
  /** The same for types whose processors are ARM's. */
  readonly arm64Image?: string | undefined;
  readonly rootDevice: string;
  readonly diskGb: number;
  /** A volume for the jobs' scratch alone. */
  readonly scratch?: { readonly gb: number; readonly throughput: number; readonly iops: number } | undefined;
  /** The ARN of a customer's own key; absent: the account's default key for EBS. */
  readonly diskKey?: string | undefined;
  /** As EC2 is given it, before base64. */
  readonly userData: Buffer | undefined;
}

const NO_USER_DATA = Buffer.from(
  '#cloud-config\n# Nothing is added: the image becomes a worker by itself.\n',
);

/** What every worker is made from. Queue and launch come with each request, as tags; nothing secret is in here. */
export class Workers extends Construct {
  readonly template: LaunchTemplate;
  /** The image that takes the template's place on types whose processors are ARM's. */
  readonly arm64Image: string | undefined;
  readonly role: Role;
  readonly securityGroup: SecurityGroup;

  constructor(scope: Construct, id: string, props: WorkersProps) {
    super(scope, id);
    const imageId = this.imageOf(props.image);
    this.arm64Image = props.arm64Image === undefined ? undefined : this.imageOf(props.arm64Image);
    /** Says who a worker is, and may do nothing. The endpoint knows it by its name, before anything is deployed. */
    this.role = new Role(this, 'Role', {
      roleName: workerRoleName(props.stage),
      assumedBy: new ServicePrincipal('ec2.amazonaws.com'),
    });
    /** Without an inbound rule: the collector reaches a worker through CCB, over the worker's own connection. */
    this.securityGroup = new SecurityGroup(this, 'OutboundOnly', {
      vpc: props.vpc,
      description: 'aerie workers: nothing comes in; jobs reach their storage, CVMFS and the pool',
      allowAllOutbound: true,
      allowAllIpv6Outbound: true,
    });
    this.template = new LaunchTemplate(this, 'Template', {
      machineImage: image(imageId),
      role: this.role,
      securityGroup: this.securityGroup,
      requireImdsv2: true,
      httpEndpoint: true,
      /** One hop: what runs in a container or another network namespace does not reach the metadata. */
      httpPutResponseHopLimit: 1,
      /** A worker reads its queue from the tag `aerie:queue`. */
      instanceMetadataTags: true,
      /** A worker that powers itself off is gone. */
      instanceInitiatedShutdownBehavior: InstanceInitiatedShutdownBehavior.TERMINATE,
      blockDevices: this.disks(props),
    });
    giveUserData(this.template, props.userData ?? NO_USER_DATA);
    Tags.of(this.template).add('Name', `aerie-${props.stage} worker`);
  }

  private imageOf(image: string): string {
    return image.startsWith('ami-')
      ? image
      : StringParameter.valueForTypedStringParameterV2(this, image, ParameterValueType.AWS_EC2_IMAGE_ID);
  }

  private disks({ rootDevice, diskGb, scratch, diskKey }: WorkersProps): BlockDevice[] {
    const options = {
      volumeType: EbsDeviceVolumeType.GP3,
      encrypted: true,
      ...(diskKey === undefined ? {} : { kmsKey: Key.fromKeyArn(this, 'DiskKey', diskKey) }),
      deleteOnTermination: true,
    };
    const root = { deviceName: rootDevice, volume: BlockDeviceVolume.ebs(diskGb, options) };
    if (scratch === undefined) return [root];
    const { gb, throughput, iops } = scratch;
    const volume = BlockDeviceVolume.ebs(gb, { ...options, throughput, iops });
    return [root, { deviceName: SCRATCH_DEVICE, volume }];
  }
}

/** A name that no image uses for its root; the machine finds the volume by its being empty. */
const SCRATCH_DEVICE = '/dev/sdf';

/** The CDK takes texts only, and packed user-data is none. */
const giveUserData = (template: LaunchTemplate, userData: Buffer): void => {
  const resource = template.node.defaultChild;
  if (!(resource instanceof CfnLaunchTemplate)) throw new Error('a launch template of the CDK has changed');
  resource.addPropertyOverride('LaunchTemplateData.UserData', userData.toString('base64'));
};

const image = (imageId: string): IMachineImage => ({
  getImage: () => ({ imageId, osType: OperatingSystemType.LINUX, userData: UserData.custom('') }),
});
