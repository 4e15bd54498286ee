import type { Problem } from './fate.ts';
import { mistakesOf, type Owner } from './owners.ts';

export interface Judged {
  readonly owners: readonly Owner[];
  readonly problems: readonly Problem[];
  readonly notes: readonly Problem[];
  /** Sections that are left out, and why. */
  readonly out: ReadonlyMap<string, string>;
}

/** The queues of a group on the one fleet whose machines were for the pool's own jobs. */
const onShared = (group: readonly Owner[], fleet: string | undefined): readonly Owner[] =>
  group.map((owner) =>
    owner.kind === 'fleet' || fleet === undefined || owner.knobs.fleet !== undefined
      ? owner
      : { ...owner, knobs: { ...owner.knobs, fleet } },
  );

/** A group with the fleets that are there already. */
const beside = (owners: readonly Owner[], group: readonly Owner[]): readonly Owner[] => [
  ...owners.filter(({ kind }) => kind === 'fleet'),
  ...group,
];

/** What the kernel and HTCondor's daemons keep of a machine's memory, and the system, CVMFS and its cache of a disk, on top. */
const MEMORY_SHARE = 1.08;
const MEMORY_KEPT_MB = 300;
const DISK_SHARE = 1.1;
const DISK_KEPT_GB = 60;

/** The group with a fleet of its own for pilots that the machines of the fleet `default` do not hold. */
const withOwnFleet = (group: readonly Owner[]): readonly Owner[] => {
  const [queue, ...others] = group;
  if (queue?.kind !== 'queue' || others.length > 0) return group;
  const { cpus = '1', 'memory-mb': memory = '2000', 'disk-mb': disk = '10000' } = queue.knobs;
  const memoryMb = Math.ceil(Number(memory) * MEMORY_SHARE) + MEMORY_KEPT_MB;
  const fleet: Owner = {
    kind: 'fleet',
    name: queue.name,
    sections: queue.sections,
    knobs: { 'max-workers': '20', flavours: `any(${cpus}-16c, ${memoryMb}m)` },
    workerDiskGb: Math.max(100, Math.ceil((Number(disk) / 1024) * DISK_SHARE) + DISK_KEPT_GB),
  };
  return [fleet, { ...queue, knobs: { ...queue.knobs, fleet: queue.name } }];
};

const OWN_FLEET =
  'asks for more than the machines of fleet default have: it has a fleet of its own, with its name; see its flavours and its disk';

/** Leaves out what a stage would be refused for, each group of owners judged by itself; names are given once. */
export const judged = (groups: readonly (readonly Owner[])[], shared: string | undefined): Judged => {
  const owners: Owner[] = [];
  const problems: Problem[] = [];
  const notes: Problem[] = [];
  const out = new Map<string, string>();
  for (const given of groups) {
    const group = onShared(
      given,
      owners.some(({ kind, name }) => kind === 'fleet' && name === shared) ? shared : undefined,
    );
    const [first] = group;
    if (first === undefined) continue;
    const taken = group.find((of) => owners.some(({ kind, name }) => kind === of.kind && name === of.name));
    const mistakes =
      taken === undefined
        ? mistakesOf(beside(owners, group))
        : [`${taken.name} is the name of another ${taken.kind}; rename its section`];
    if (mistakes.length === 0) {
      owners.push(...group);
      continue;
    }
    const own = withOwnFleet(group);
    if (taken === undefined && mistakesOf(beside(owners, own)).length === 0) {
      owners.push(...own);
      notes.push({ section: first.sections.join(', '), why: OWN_FLEET });
      continue;
    }
    const why = mistakes.map((mistake) => mistake.replace(/\.$/, '')).join('; ');
    problems.push({ section: first.sections.join(', '), why });
    for (const section of first.sections) out.set(section, why);
  }
  return { owners, problems, notes, out };
};
