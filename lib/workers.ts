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
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { ParameterValueType, StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { workerRoleName } from '../core/model/names.ts';

/** What machines are launched from. */
export interface SourceProps {
  /** An AMI id, or the path of an SSM parameter that holds one; the parameter is read at each deploy. */
  readonly image: string;
  /** The same for types whose processors are ARM's. */
  readonly arm64Image?: string | undefined;
  readonly rootDevice: string;
  readonly diskGb: number;
  /** A volume for the jobs' scratch alone. */
  readonly scratch?: { readonly gb: number; readonly throughput: number; readonly iops: number } | undefined;
  /** As EC2 is given it, before base64. */
  readonly userData: Buffer | undefined;
}

export interface WorkersProps {
  readonly stage: string;
  readonly vpc: IVpc;
  /** What fleets are launched from that say nothing else. */
  readonly source: SourceProps;
  /** What the others are launched from, by fleet. */
  readonly fleets: Readonly<Record<string, SourceProps>>;
  /** The ARN of a customer's own key; absent: the account's default key for EBS. */
  readonly diskKey?: string | undefined;
}

/** A launch template, and the image that takes the place of its own on types whose processors are ARM's. */
export interface Source {
  readonly template: LaunchTemplate;
  readonly arm64Image: string | undefined;
}

const NO_USER_DATA = Buffer.from(
  '#cloud-config\n# Nothing is added: the image becomes a worker by itself.\n',
);

/**
 * Not `Template`, as it was before there were fleets: then it would be a new version of the same launch template. Until a worker of
 * the newest version has joined, most are launched from the one before, whose machines need the tag `aerie:queue`.
 */
const SOURCE = 'FleetTemplate';

/**
 * What every worker is made from: a launch template of the stage's, and one of each fleet that is launched from something of
 * its own. Fleet and launch come with each request, as tags; nothing secret is in here.
 */
export class Workers extends Construct {
  readonly source: Source;
  readonly fleets: Readonly<Record<string, Source>>;
  readonly role: Role;
  readonly securityGroup: SecurityGroup;

  constructor(scope: Construct, id: string, props: WorkersProps) {
    super(scope, id);
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
    const key = props.diskKey === undefined ? undefined : Key.fromKeyArn(this, 'DiskKey', props.diskKey);
    const name = `aerie-${props.stage} worker`;
    this.source = this.sourceOf(SOURCE, name, props.source, key);
    this.fleets = Object.fromEntries(
      Object.entries(props.fleets).map(([fleet, source]) => [
        fleet,
        this.sourceOf(`Fleet-${fleet}`, `${name} of ${fleet}`, source, key),
      ]),
    );
  }

  /** Every template that workers are launched from. */
  get templates(): readonly LaunchTemplate[] {
    return [this.source, ...Object.values(this.fleets)].map(({ template }) => template);
  }

  private sourceOf(id: string, name: string, props: SourceProps, key: IKey | undefined): Source {
    const template = new LaunchTemplate(this, id, {
      machineImage: image(this.imageOf(props.image)),
      role: this.role,
      securityGroup: this.securityGroup,
      requireImdsv2: true,
      httpEndpoint: true,
      /** One hop: what runs in a container or another network namespace does not reach the metadata. */
      httpPutResponseHopLimit: 1,
      /** A worker reads its fleet from the tag `aerie:fleet`. */
      instanceMetadataTags: true,
      /** A worker that powers itself off is gone. */
      instanceInitiatedShutdownBehavior: InstanceInitiatedShutdownBehavior.TERMINATE,
      blockDevices: disks(props, key),
    });
    giveUserData(template, props.userData ?? NO_USER_DATA);
    Tags.of(template).add('Name', name);
    const arm64Image = props.arm64Image === undefined ? undefined : this.imageOf(props.arm64Image);
    return { template, arm64Image };
  }

  private imageOf(image: string): string {
    return image.startsWith('ami-')
      ? image
      : StringParameter.valueForTypedStringParameterV2(this, image, ParameterValueType.AWS_EC2_IMAGE_ID);
  }
}

/** A name that no image uses for its root; the machine finds the volume by its being empty. */
const SCRATCH_DEVICE = '/dev/sdf';

const disks = ({ rootDevice, diskGb, scratch }: SourceProps, key: IKey | undefined): BlockDevice[] => {
  const options = {
    volumeType: EbsDeviceVolumeType.GP3,
    encrypted: true,
    ...(key === undefined ? {} : { kmsKey: key }),
    deleteOnTermination: true,
  };
  const root = { deviceName: rootDevice, volume: BlockDeviceVolume.ebs(diskGb, options) };
  if (scratch === undefined) return [root];
  const { gb, throughput, iops } = scratch;
  const volume = BlockDeviceVolume.ebs(gb, { ...options, throughput, iops });
  return [root, { deviceName: SCRATCH_DEVICE, volume }];
};

/** The CDK takes texts only, and packed user-data is none. */
const giveUserData = (template: LaunchTemplate, userData: Buffer): void => {
  const resource = template.node.defaultChild;
  if (!(resource instanceof CfnLaunchTemplate)) throw new Error('a launch template of the CDK has changed');
  resource.addPropertyOverride('LaunchTemplateData.UserData', userData.toString('base64'));
};

const image = (imageId: string): IMachineImage => ({
  getImage: () => ({ imageId, osType: OperatingSystemType.LINUX, userData: UserData.custom('') }),
});
