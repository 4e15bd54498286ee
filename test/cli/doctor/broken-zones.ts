import type { Answers, Call } from './aws-stand-in.ts';
import { answers, type Breakage, block } from './breakages.ts';
import type { World } from './world.ts';

type Row = Readonly<Record<string, string>>;

/** The filters of a request of EC2: a row has to have one of the values of each. */
const filtersOf = (params: Call['params']) =>
  Object.keys(params).flatMap((name) => {
    const [, at] = /^Filter\.(\d+)\.Name$/.exec(name) ?? [];
    if (at === undefined) return [];
    const values = Object.entries(params).flatMap(([key, value]) =>
      key.startsWith(`Filter.${at}.Value.`) ? [value] : [],
    );
    return [{ name: String(params[name]), values }];
  });

const filtered = (rows: readonly Row[], { params }: Call): readonly Row[] =>
  rows.filter((row) => filtersOf(params).every(({ name, values }) => values.includes(row[name])));

/** Zones as EC2 describes them, by the words of its filters. */
const zone = (name: string, more: Row = {}): Row => ({
  'zone-name': name,
  'zone-type': 'availability-zone',
  state: 'available',
  ...more,
});

/** A region with zones, and the default subnets that the account has in some of them. */
const region = (zones: readonly Row[], withDefaults: readonly string[]): Answers => ({
  'ec2:DescribeAvailabilityZones': (call) => ({
    availabilityZoneInfo: filtered(zones, call).map((row) => ({ zoneName: row['zone-name'] })),
  }),
  'ec2:DescribeSubnets': (call) => ({
    subnetSet: filtered(
      withDefaults.map((name) => ({ 'default-for-az': 'true', 'availability-zone': name })),
      call,
    ).map((row) => ({ subnetId: 'subnet-0ccccccccccccccc3', availabilityZone: row['availability-zone'] })),
  }),
});

const [A, B, C] = [zone('eu-west-1a'), zone('eu-west-1b'), zone('eu-west-1c')];

/** Puts a stage that makes a network in so many zones into a region. */
const madeIn =
  (zones: number, of: readonly Row[], withDefaults: readonly string[]) =>
  (world: World): void => {
    block(world, { network: { kind: 'public', zones } });
    answers(world, region(of, withDefaults));
  };

/** What keeps a network from being made. */
export const BROKEN_ZONES: readonly Breakage[] = [
  {
    what: 'fewer default subnets than the zones of a made network',
    break: madeIn(3, [A, B, C], ['eu-west-1a', 'eu-west-1b']),
    kind: 'network',
    level: 'FAIL',
    says: /takes 3 zones, and CloudFormation finds 2 \(eu-west-1a, eu-west-1b\): it passes over eu-west-1c, which has no default subnet/,
    fix: /^write "zones": 2 into "network" of the stage, or: aws ec2 create-default-subnet --availability-zone eu-west-1c$/,
  },
  {
    what: 'a region with too few zones: one is impaired, one is a Local Zone',
    break: madeIn(
      3,
      [A, B, { ...C, state: 'impaired' }, zone('eu-west-1-xyz-1a', { 'zone-type': 'local-zone' })],
      [],
    ),
    kind: 'network',
    level: 'FAIL',
    says: /takes 3 zones, and CloudFormation finds 2 \(eu-west-1a, eu-west-1b\)$/,
    fix: /^write "zones": 2 into "network" of the stage$/,
  },
];

/** Networks that can be made. */
export const WELL_ZONES = [
  ['a default subnet in each zone', madeIn(3, [A, B, C], ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'])],
  ['no default subnet at all: all zones count', madeIn(3, [A, B, C], [])],
] as const;
