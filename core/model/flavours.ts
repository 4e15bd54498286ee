import * as z from 'zod';
import type { Parsed } from './parsed.ts';
import type { Resources } from './resources.ts';

/** An EC2 instance type with what a pilot can use of it. */
export interface Flavour {
  readonly name: string;
  /** vCPUs as EC2 bills them. */
  readonly cpus: number;
  /** Memory as EC2 sells it, MB. */
  readonly memoryMb: number;
  readonly gpus: number;
  /** Instance store as EC2 sells it, GB (10^9 bytes), as far as it is known; a worker puts its scratch there. */
  readonly storeGb?: number;
}

export const market = z.enum(['spot', 'on-demand']);

export type Market = Parsed<typeof market>;

/** What can run out: an instance type in a zone on a market. */
export const offer = z.object({ flavour: z.string(), zone: z.string(), market });

export type Offer = Parsed<typeof offer>;

export const offerKey = (offer: Offer): string => `${offer.flavour}/${offer.zone}/${offer.market}`;

/** GiB per vCPU of the families whose sizes follow the plain EC2 rule. Source: EC2 instance type pages. */
const GIB_PER_CPU: Readonly<Record<string, number>> = { c: 2, m: 4, r: 8 };

/**
 * c, m and r of generation 5 to 8, of Intel, AMD or Graviton (`i`, `a`, `g`), with or without local disk (`d`). Suffixes
 * `n`, `z`, `b` and `-flex` break the plain memory or core rule and are written out in full instead.
 */
const PLAIN = /^(?!.5g)([cmr])([5-8])(a|ad|d|g|gd|i|id)?\.(medium|large|([1-9]\d?)?xlarge)$/;

/** Families that have a size of one vCPU. Source: EC2 instance type pages. */
const HAS_MEDIUM = /^[cmr]([78]a|[678]gd?)\./;

/** Graviton: a1, and a g behind the generation, as in m7g, c7gn and g5g. */
const ARM64 = /^(a1|[a-z]+\d+g[a-z]*)\./;

/** Whether the processors of a type are ARM's: it takes an image of its own, and pilots that are built for it. */
export const isArm64 = (type: string): boolean => ARM64.test(type);

/** GB of instance store per vCPU of the sizes that have the least of it. Source: EC2 instance type pages. */
const storeGbPerCpu = (family: string, generation: number): number => {
  if (generation > 5) return 59;
  return family === 'c5d' ? 25 : 37.5;
};

const WRITTEN_OUT = /^([A-Za-z0-9][A-Za-z0-9._-]*)\((\d+)c,(\d+)m(?:,(\d+)g)?\)$/;

const EC2_TYPE = /^[a-z0-9-]+\.[a-z0-9-]+$/;

/** Whether a name has the form of an instance type of EC2; flavours of an OpenStack are called anything. */
export const isEc2Type = (name: string): boolean => EC2_TYPE.test(name);

const CPUS_OF: Readonly<Record<string, number>> = { medium: 1, large: 2 };

const CPUS_PER_XLARGE = 4;

/**
 * Reads one flavour: `m6i.large`, or for any other type its name with vCPUs, memory in MB and GPUs,
 * `g5.xlarge(4c,16384m,1g)`. Undefined if it is neither.
 */
export const parseFlavour = (text: string): Flavour | undefined => {
  const written = WRITTEN_OUT.exec(text);
  if (written?.[1] !== undefined) {
    const [cpus, memoryMb, gpus] = [Number(written[2]), Number(written[3]), Number(written[4] ?? 0)];
    return cpus > 0 && memoryMb > 0 ? { name: written[1], cpus, memoryMb, gpus } : undefined;
  }
  const plain = PLAIN.exec(text);
  const gib = GIB_PER_CPU[plain?.[1] ?? ''];
  if (plain === null || gib === undefined) return undefined;
  if (plain[4] === 'medium' && !HAS_MEDIUM.test(text)) return undefined;
  const cpus = CPUS_OF[plain[4] ?? ''] ?? CPUS_PER_XLARGE * Number(plain[5] || 1);
  const size = { name: text, cpus, memoryMb: cpus * gib * 1024, gpus: 0 };
  if (plain[3]?.includes('d') !== true) return size;
  const [family = ''] = text.split('.');
  return { ...size, storeGb: Math.floor(cpus * storeGbPerCpu(family, Number(plain[2]))) };
};

/**
 * Memory that the kernel, firmware and daemons keep from HTCondor: 6 % plus 200 MB. A cautious guess: a 8 GiB
 * instance shows 7.6 to 7.7 GiB to Linux. Too high wastes a little, too low launches workers no pilot fits on.
 */
const MEMORY_KEPT_SHARE = 0.06;

const MEMORY_KEPT_MB = 200;

/** MB (2^20 bytes) that jobs can use of a GB of instance store: its file system keeps 3 %. */
const USABLE_MB_PER_GB = (1e9 / 2 ** 20) * 0.97;

/**
 * What HTCondor will offer on a worker of this flavour, for planning before it has joined. `diskMb` is what its volumes
 * offer; a larger instance store takes their place (worker/files/scratch.py).
 */
export const offered = (flavour: Flavour, diskMb: number): Resources => ({
  cpus: flavour.cpus,
  memoryMb: Math.floor(flavour.memoryMb * (1 - MEMORY_KEPT_SHARE) - MEMORY_KEPT_MB),
  diskMb: Math.max(diskMb, Math.floor((flavour.storeGb ?? 0) * USABLE_MB_PER_GB)),
  gpus: flavour.gpus,
});

const sizeText = ({ cpus, memoryMb, gpus }: Flavour): string => `(${cpus}c,${memoryMb}m,${gpus}g)`;

/**
 * The flavours with each type once: EC2 refuses a fleet that names one twice. `contradiction`: a type is given with two
 * sizes, and nobody can know which is right.
 */
export const eachOnce = (
  given: readonly Flavour[],
): { readonly flavours: readonly Flavour[]; readonly contradiction?: string } => {
  const byName = new Map<string, Flavour>();
  for (const flavour of given) {
    const there = byName.get(flavour.name);
    if (there === undefined) byName.set(flavour.name, flavour);
    else if (sizeText(there) !== sizeText(flavour)) {
      const sizes = `${sizeText(there)} and as ${sizeText(flavour)}`;
      return { flavours: [], contradiction: `"${flavour.name}" is given as ${sizes}; give each type once` };
    }
  }
  return { flavours: [...byName.values()] };
};
