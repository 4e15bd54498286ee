import { Annotations, Validations } from 'aws-cdk-lib';
import {
  BlockDeviceVolume,
  EbsDeviceVolumeType,
  Instance,
  InstanceType,
  type ISecurityGroup,
  MachineImage,
  Port,
  SecurityGroup,
  Subnet,
  UserData,
} from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { ARecord, PrivateHostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import type { StageConfig } from '../stage/config.ts';
import { SQUID_PORT, squidZone } from '../stage/squid.ts';
import type { Network } from './network.ts';

export interface SquidProps {
  readonly stage: string;
  readonly squid: NonNullable<StageConfig['squid']>;
  readonly network: Network;
  /** The group of those who may ask it. */
  readonly workers: ISecurityGroup;
  readonly diskKey: string | undefined;
}

const DEBIAN = '/aws/service/debian/release/13/latest/amd64';
const ROOT = '/dev/xvda';
/** Beside the cache: the system and its logs. */
const SYSTEM_GB = 10;
const MB_PER_GIB = 1024;

/** Servers of CVMFS and Frontier speak http at these ports; a squid that asks anything would be a way out for everybody. */
const PORTS = '80 8000 8008 8080 3128';

/** What is this machine's own: no server of CVMFS or Frontier, but its metadata and whatever listens on it alone. */
const OWN = '0.0.0.0/8 127.0.0.0/8 169.254.0.0/16 ::/128 ::1/128 fe80::/10 fd00:ec2::/32';

/**
 * CVMFS's objects never change, and some are large; everything else as Debian has it. Who may ask it is the security group's
 * affair: a network may have any addresses, public ones of the site's own, too.
 */
const configuration = (cacheGb: number): string =>
  [
    `acl own dst ${OWN}`,
    `acl served port ${PORTS}`,
    'http_access deny own',
    'http_access deny !served',
    'http_access deny CONNECT',
    'http_access allow all',
    `http_port ${SQUID_PORT}`,
    'cache_mem 1024 MB',
    'maximum_object_size_in_memory 128 KB',
    'maximum_object_size 1024 MB',
    'collapsed_forwarding on',
    `cache_dir aufs /var/spool/squid ${cacheGb * MB_PER_GIB - MB_PER_GIB} 16 256`,
    'logfile_rotate 3',
    '',
  ].join('\n');

const userData = (cacheGb: number): UserData =>
  UserData.custom(
    `#cloud-config\n${JSON.stringify({
      package_update: true,
      package_upgrade: true,
      packages: ['squid'],
      write_files: [{ path: '/etc/squid/aerie.conf', content: configuration(cacheGb) }],
      // Debian's own file would be asked about if it were changed before the package comes.
      runcmd: [
        ['systemctl', 'stop', 'squid'],
        ['cp', '/etc/squid/aerie.conf', '/etc/squid/squid.conf'],
        ['systemctl', 'restart', 'squid'],
      ],
    })}\n`,
  );

/** A squid in the workers' network, found by a name of its own. Only workers reach it, and without it they go on DIRECT. */
export class Squid extends Construct {
  constructor(scope: Construct, id: string, { stage, squid, network, workers, diskKey }: SquidProps) {
    super(scope, id);
    const [place] = network.placements;
    if (place === undefined) throw new Error('a network without a subnet');
    const { vpc } = network;
    const group = new SecurityGroup(this, 'Group', {
      vpc,
      description: 'aerie squid: workers ask it, it asks the servers of CVMFS and Frontier',
      allowAllOutbound: true,
      allowAllIpv6Outbound: true,
    });
    group.addIngressRule(workers, Port.tcp(SQUID_PORT), 'workers');
    const subnet = Subnet.fromSubnetAttributes(this, 'Subnet', {
      subnetId: place.subnetId,
      availabilityZone: place.zone,
    });
    Annotations.of(subnet).acknowledgeWarning(
      '@aws-cdk/aws-ec2:noSubnetRouteTableId',
      'Nothing here asks for its route table.',
    );
    const instance = new Instance(this, 'Instance', {
      vpc,
      vpcSubnets: { subnets: [subnet] },
      instanceType: new InstanceType(squid.instanceType),
      machineImage: MachineImage.fromSsmParameter(DEBIAN),
      securityGroup: group,
      userData: userData(squid.cacheGb),
      userDataCausesReplacement: true,
      requireImdsv2: true,
      blockDevices: [
        {
          deviceName: ROOT,
          volume: BlockDeviceVolume.ebs(squid.cacheGb + SYSTEM_GB, {
            volumeType: EbsDeviceVolumeType.GP3,
            encrypted: true,
            deleteOnTermination: true,
            ...(diskKey === undefined ? {} : { kmsKey: Key.fromKeyArn(this, 'DiskKey', diskKey) }),
          }),
        },
      ],
    });
    /** The subnet says it already. */
    instance.instance.addPropertyDeletionOverride('AvailabilityZone');
    const zone = new PrivateHostedZone(this, 'Zone', { vpc, zoneName: squidZone(stage) });
    new ARecord(this, 'Name', {
      zone,
      recordName: 'squid',
      target: RecordTarget.fromIpAddresses(instance.instancePrivateIp),
    });
    Validations.of(instance).acknowledge(
      { id: 'AwsSolutions-EC28', reason: 'It tells nothing that five minutes are too late for.' },
      {
        id: 'AwsSolutions-EC29',
        reason: 'It holds a cache alone: one that is gone is made again, and workers go on without it.',
      },
    );
  }
}
