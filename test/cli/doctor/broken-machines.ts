import { answers, type Breakage, block, refuses } from './breakages.ts';
import {
  IMAGE,
  image,
  instanceType,
  offered,
  routeTable,
  SUBNETS,
  subnet,
  TYPES,
  types,
  VPC,
  WAY_OUT,
} from './well-account.ts';

const images = (more: object) => ({ 'ec2:DescribeImages': () => ({ imagesSet: [image(more)] }) });
const routes = (...all: readonly object[]) => ({
  'ec2:DescribeRouteTables': () => ({ routeTableSet: [routeTable(...all)] }),
});
const subnets = (more: object) => ({
  'ec2:DescribeSubnets': () => ({ subnetSet: [subnet(SUBNETS[0], more), subnet(SUBNETS[1])] }),
});

/** What can be wrong with what machines are made of: types, image, subnets. */
export const BROKEN_MACHINES: readonly Breakage[] = [
  {
    what: 'a flavour that is written out wrongly',
    break: (world) => {
      block(world, { fleets: { default: { flavours: 'm6i.large(4c,8192m), m6a.large' } } });
    },
    kind: 'instance-types',
    level: 'FAIL',
    says: /m6i\.large has 2 vCPUs, not 4/,
    fix: /write m6i\.large\(2c,8192m\)/,
  },
  {
    what: 'a type of another architecture, without Nitro',
    break: (world) => {
      const old = { hypervisor: 'xen', processorInfo: { supportedArchitectures: ['arm64'] } };
      answers(world, types(instanceType('m6i.large', 2, 8192, old), TYPES[1] ?? {}));
    },
    kind: 'instance-types',
    level: 'FAIL',
    says: /m6i\.large has no x86_64, no Nitro \(xen\)/,
    fix: /take m6i\.large out/,
  },
  {
    what: 'a zone that offers none of the flavours',
    break: (world) => answers(world, offered(['m6i.large', 'eu-west-1a'], ['m6a.large', 'eu-west-1a'])),
    kind: 'offerings',
    level: 'warn',
    says: /no flavour of fleet default is offered in eu-west-1b/,
    fix: /Values=eu-west-1b/,
  },
  {
    what: 'a type that no zone offers',
    break: (world) => answers(world, offered(['m6i.large', 'eu-west-1a'], ['m6i.large', 'eu-west-1b'])),
    kind: 'offerings',
    level: 'warn',
    says: /m6a\.large is offered in no zone of the workers/,
    fix: /take m6a\.large out/,
  },
  {
    what: 'an image that calls its root otherwise',
    break: (world) => answers(world, images({ rootDeviceName: '/dev/sda1' })),
    kind: 'image',
    level: 'FAIL',
    says: /calls its root \/dev\/sda1, and rootDevice is \/dev\/xvda/,
    fix: /"rootDevice": "\/dev\/sda1"/,
  },
  {
    what: 'an image for Graviton',
    break: (world) => answers(world, images({ architecture: 'arm64' })),
    kind: 'image',
    level: 'FAIL',
    says: /is of arm64; workers are x86_64/,
    fix: /another image/,
  },
  {
    what: 'an image of another system',
    break: (world) => answers(world, images({ platform: 'windows' })),
    kind: 'image',
    level: 'FAIL',
    says: /is a Windows; workers are Linux/,
    fix: /another image/,
  },
  {
    what: 'an image that is larger than the disk',
    break: (world) =>
      answers(world, images({ blockDeviceMapping: [{ deviceName: '/dev/xvda', ebs: { volumeSize: 200 } }] })),
    kind: 'image',
    level: 'FAIL',
    says: /root of 200 GiB, and workerDiskGb is 100/,
    fix: /"workerDiskGb": 200/,
  },
  {
    what: 'an image that is gone',
    break: (world) => refuses(world, 'ec2:DescribeImages', 'InvalidAMIID.NotFound'),
    kind: 'image',
    level: 'FAIL',
    says: new RegExp(`${IMAGE} is not there`),
    fix: /another image/,
  },
  {
    what: 'an image that is deprecated',
    break: (world) => answers(world, images({ deprecationTime: '2026-01-01T00:00:00.000Z' })),
    kind: 'image',
    level: 'warn',
    says: /deprecated since 2026-01-01/,
    fix: /another image/,
  },
  {
    what: 'a subnet of another zone',
    break: (world) => answers(world, subnets({ availabilityZone: 'eu-west-1c' })),
    kind: 'network',
    level: 'FAIL',
    says: /is in eu-west-1c, not in eu-west-1a/,
    fix: /"zone": "eu-west-1c"/,
  },
  {
    what: 'a subnet of another VPC',
    break: (world) => answers(world, subnets({ vpcId: 'vpc-0fedcba9876543210' })),
    kind: 'network',
    level: 'FAIL',
    says: new RegExp(`is in vpc-0fedcba9876543210, not in ${VPC}`),
    fix: /"vpcId": "vpc-0fedcba9876543210"/,
  },
  {
    what: 'a subnet that is not there',
    break: (world) => answers(world, { 'ec2:DescribeSubnets': () => ({ subnetSet: [subnet(SUBNETS[1])] }) }),
    kind: 'network',
    level: 'FAIL',
    says: /there is no subnet subnet-0aaaaaaaaaaaaaaa1/,
    fix: /name another one/,
  },
  {
    what: 'a subnet with few addresses left',
    break: (world) => answers(world, subnets({ availableIpAddressCount: 3 })),
    kind: 'network',
    level: 'warn',
    says: /has 3 addresses left/,
    fix: /another subnet/,
  },
  {
    what: 'subnets without public addresses behind an internet gateway',
    break: (world) => answers(world, subnets({ mapPublicIpOnLaunch: false })),
    kind: 'network',
    level: 'FAIL',
    says: /gives no public addresses: no byte would leave/,
    fix: /--map-public-ip-on-launch/,
  },
  {
    what: 'functions in subnets that only an internet gateway leads out of',
    break: (world) => {
      block(world, {
        fixedAddress: true,
        network: { vpcId: VPC, placements: SUBNETS.slice(0, 1) },
      });
      answers(world, offered(['m6i.large', 'eu-west-1a'], ['m6a.large', 'eu-west-1a']));
    },
    kind: 'network',
    level: 'FAIL',
    says: /subnet-0aaaaaaaaaaaaaaa1 goes out through an internet gateway: Lambda gives functions no public address/,
    fix: /name subnets behind a NAT gateway, or take "fixedAddress" out/,
  },
];

/** A route that is gone takes both subnets with it. */
export const NO_WAY_OUT = [
  ['no route at all', routes()],
  ['a route to what is gone', routes({ ...WAY_OUT, state: 'blackhole' })],
] as const;
