import {
  type EC2Client,
  type InstanceTypeInfo,
  paginateDescribeInstanceTypeOfferings,
  paginateDescribeInstanceTypes,
} from '@aws-sdk/client-ec2';
import type { Flavour } from '../../../core/model/flavours.ts';
import { type Finding, fail, failIf, ok, warn } from '../finding.ts';
import { asked } from '../look/asked.ts';
import { type Examined, type Fleet, onEc2 } from '../look/examined.ts';
import { workerZones } from './zones.ts';

const flavoursOf = (fleets: readonly Fleet[]): readonly Flavour[] => [
  ...new Map(
    fleets
      .flatMap(({ atTimes }) => atTimes)
      .flatMap(({ flavours }) => flavours)
      .map((flavour) => [flavour.name, flavour]),
  ).values(),
];

/** By a filter, not by name: one name that EC2 does not know would refuse the whole call. */
const byType = (flavours: readonly Flavour[]) => [
  { Name: 'instance-type', Values: flavours.map(({ name }) => name) },
];
/** EC2 takes so many values in one filter. */
const MOST_VALUES = 200;

const slices = <T>(all: readonly T[]): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(all.length / MOST_VALUES) }, (_, i) =>
    all.slice(i * MOST_VALUES, (i + 1) * MOST_VALUES),
  );

const described = async (client: EC2Client, flavours: readonly Flavour[]) => {
  const found = new Map<string, InstanceTypeInfo>();
  for (const some of slices(flavours)) {
    for await (const page of paginateDescribeInstanceTypes({ client }, { Filters: byType(some) })) {
      for (const type of page.InstanceTypes ?? []) found.set(type.InstanceType ?? '', type);
    }
  }
  return found;
};

const gpusOf = ({ GpuInfo }: InstanceTypeInfo): number =>
  (GpuInfo?.Gpus ?? []).reduce((sum, { Count = 0 }) => sum + Count, 0);

/** What of a type is not as the flavour has it; EC2's figures are the truth. */
const mistakesOf = (flavour: Flavour, type: InstanceTypeInfo): readonly string[] => {
  const cpus = type.VCpuInfo?.DefaultVCpus;
  const memoryMb = type.MemoryInfo?.SizeInMiB;
  const gpus = gpusOf(type);
  const wrong = (what: string, own: number, real: number | undefined) =>
    real === undefined || real === own ? [] : [`${real} ${what}, not ${own}`];
  return [
    ...(type.ProcessorInfo?.SupportedArchitectures?.includes('x86_64') === false ? ['no x86_64'] : []),
    ...(type.Hypervisor !== undefined && type.Hypervisor !== 'nitro'
      ? [`no Nitro (${type.Hypervisor})`]
      : []),
    ...wrong('vCPUs', flavour.cpus, cpus),
    ...wrong('MB', flavour.memoryMb, memoryMb),
    ...wrong('GPUs', flavour.gpus, gpus),
  ];
};

const writtenOut = (type: InstanceTypeInfo): string => {
  const gpus = gpusOf(type);
  const size = `${type.VCpuInfo?.DefaultVCpus}c,${type.MemoryInfo?.SizeInMiB}m`;
  return `${type.InstanceType}(${size}${gpus > 0 ? `,${gpus}g` : ''})`;
};

const judgeType = (flavour: Flavour, type: InstanceTypeInfo): readonly Finding[] => {
  const mistakes = mistakesOf(flavour, type);
  if (mistakes.length === 0) return [];
  const fits = mistakes.every((mistake) => !mistake.startsWith('no '));
  return [
    fail(
      'instance-types',
      `${flavour.name} has ${mistakes.join(', ')}`,
      fits ? `write ${writtenOut(type)} into "flavours"` : `take ${flavour.name} out of "flavours"`,
    ),
  ];
};

/** Compares the flavours with what EC2 says of these types. */
export const checkTypes = async ({ fleets, clients }: Examined): Promise<readonly Finding[]> => {
  const flavours = flavoursOf(onEc2(fleets));
  const answer = await asked('ec2:DescribeInstanceTypes', described(clients.ec2, flavours));
  if (!answer.ok) return [warn('instance-types', answer.why)];
  const types = answer.value;
  const findings = flavours.flatMap((flavour) => {
    const type = types.get(flavour.name);
    // What the region does not have is a matter of its offerings.
    return type === undefined ? [] : judgeType(flavour, type);
  });
  if (findings.length > 0) return findings;
  return [
    ok(
      'instance-types',
      `${types.size} of ${flavours.length} types are in this region, of the size they are taken for`,
    ),
  ];
};

const offeredIn = async (client: EC2Client, flavours: readonly Flavour[]) => {
  const offered = new Map<string, Set<string>>();
  for (const some of slices(flavours)) {
    const input = { LocationType: 'availability-zone', Filters: byType(some) } as const;
    for await (const page of paginateDescribeInstanceTypeOfferings({ client }, input)) {
      for (const { InstanceType = '', Location = '' } of page.InstanceTypeOfferings ?? []) {
        offered.set(InstanceType, (offered.get(InstanceType) ?? new Set()).add(Location));
      }
    }
  }
  return offered;
};

type Offered = ReadonlyMap<string, ReadonlySet<string>>;

const judgeFleet = (fleet: Fleet, zones: readonly string[], offered: Offered): readonly Finding[] => {
  const { name, settings } = fleet;
  const isIn = (zone: string) =>
    settings.flavours.some((flavour) => offered.get(flavour.name)?.has(zone) === true);
  const without = zones.filter((zone) => !isIn(zone));
  if (without.length === 0) return [];
  const add = `add types to "flavours" of the fleet ${name}: aws ec2 describe-instance-type-offerings --location-type availability-zone --filters Name=location,Values=${without[0]}`;
  if (without.length === zones.length) {
    return [
      failIf(
        settings.maxWorkers > 0,
        'offerings',
        `no flavour of fleet ${name} is offered in ${zones.join(', ')}`,
        add,
      ),
    ];
  }
  return [warn('offerings', `no flavour of fleet ${name} is offered in ${without.join(', ')}`, add)];
};

const judgeGone = (
  flavours: readonly Flavour[],
  zones: readonly string[],
  offered: Offered,
): readonly Finding[] => {
  const gone = flavours.filter(({ name }) => !zones.some((zone) => offered.get(name)?.has(zone) === true));
  return gone.map(({ name }) =>
    warn('offerings', `${name} is offered in no zone of the workers`, `take ${name} out of "flavours"`),
  );
};

/** Looks whether EC2 offers the flavours where workers are put. */
export const checkOfferings = async (stage: Examined): Promise<readonly Finding[]> => {
  const fleets = onEc2(stage.fleets);
  const flavours = flavoursOf(fleets);
  const [zones, offered] = await Promise.all([
    workerZones(stage),
    asked('ec2:DescribeInstanceTypeOfferings', offeredIn(stage.clients.ec2, flavours)),
  ]);
  if (!zones.ok) return [warn('offerings', zones.why)];
  if (!offered.ok) return [warn('offerings', offered.why)];
  const ofFleets = fleets.flatMap((fleet) => judgeFleet(fleet, zones.value, offered.value));
  const findings = [...ofFleets, ...judgeGone(flavours, zones.value, offered.value)];
  if (findings.length > 0) return findings;
  return [ok('offerings', `every flavour is offered in ${zones.value.join(', ')} or some of them`)];
};
