import * as z from 'zod';
import {
  leastRootGb,
  rootRoomMbOf,
  type WorkerDisks,
  workerDiskMbOf,
} from '../../core/settings/worker-disk.ts';
import { got } from './matching.ts';

/** EBS's own limits for gp3. Source: EBS User Guide, General Purpose SSD volumes. */
export const MAX_VOLUME_GB = 16_384;
/** What plain images of AlmaLinux and those of a stage's own pipeline have. */
export const LEAST_ROOT_GB = 10;
const [BASE_THROUGHPUT, MOST_THROUGHPUT] = [125, 1_000];
const [BASE_IOPS, MOST_IOPS] = [3_000, 16_000];
/** MiB/s that a volume may have for each of its operations per second. */
const THROUGHPUT_PER_IOPS = 0.25;
/** Operations per second that a volume may have for each GiB, beyond those of every volume. */
const IOPS_PER_GB = 500;
/** GiB that cost as much as an operation per second, or a MiB/s, beyond those of every volume: the same in all regions. Source: EBS prices. */
const [GB_PER_IOPS, GB_PER_THROUGHPUT] = [1 / 16, 1 / 2];

const whole = (min: number, max: number, unit: string) => {
  const error = ({ input }: { readonly input?: unknown }) =>
    got(input, `a whole number of ${unit} from ${min} to ${max}`);
  return z.int({ error }).min(min, { error }).max(max, { error });
};

export const SCRATCH_ALLOWED =
  '`{ "gb": 200 }`, with `throughput` in MiB/s and `iops` where the 125 and 3000 of every gp3 volume are too few, which costs more';

/** A volume of its own for scratch, as cdk.json says it. */
export const scratchVolume = z
  .strictObject(
    {
      gb: whole(1, MAX_VOLUME_GB, 'GiB'),
      throughput: whole(BASE_THROUGHPUT, MOST_THROUGHPUT, 'MiB/s').default(BASE_THROUGHPUT),
      iops: whole(BASE_IOPS, MOST_IOPS, 'operations per second').default(BASE_IOPS),
    },
    { error: ({ code, input }) => (code === 'invalid_type' ? got(input, 'an object with gb') : undefined) },
  )
  .refine(({ throughput, iops }) => throughput <= iops * THROUGHPUT_PER_IOPS, {
    path: ['throughput'],
    error: `is more than a quarter of iops, which is the most that EBS gives; raise iops, or lower throughput`,
  })
  .refine(({ gb, iops }) => iops <= Math.max(BASE_IOPS, gb * IOPS_PER_GB), {
    path: ['iops'],
    error: `is more than ${IOPS_PER_GB} for each of its GiB, which is the most that EBS gives; raise gb, or lower iops`,
  });

/** What of a stage's block is about disks. */
export interface Disked {
  readonly workerDiskGb: number;
  readonly scratchVolume?: z.output<typeof scratchVolume> | undefined;
  readonly worker?:
    | {
        readonly cvmfs: { readonly repositories: readonly string[]; readonly quotaMb: number };
        readonly minScratchMb: number;
      }
    | undefined;
}

/** What an image that becomes a worker in a way of its own is taken to keep for CVMFS, MB. */
const UNTOLD_QUOTA_MB = 10_000;

const quotaOf = ({ worker }: Disked): number => {
  if (worker === undefined) return UNTOLD_QUOTA_MB;
  return worker.cvmfs.repositories.length === 0 ? 0 : worker.cvmfs.quotaMb;
};

/** The disks of a stage's workers. */
export const disksOf = (stage: Disked): WorkerDisks => ({
  rootGb: stage.workerDiskGb,
  cvmfsQuotaMb: quotaOf(stage),
  scratchGb: stage.scratchVolume?.gb,
});

/** All volumes of a worker, GiB. */
export const volumesGbOf = ({ workerDiskGb, scratchVolume: scratch }: Disked): number =>
  workerDiskGb + (scratch?.gb ?? 0);

/** What is paid for: all volumes of a worker, and what speed costs besides, as so many GiB. */
export const paidGbOf = (stage: Disked): number => {
  const { throughput, iops } = stage.scratchVolume ?? { throughput: BASE_THROUGHPUT, iops: BASE_IOPS };
  const speed = (iops - BASE_IOPS) * GB_PER_IOPS + (throughput - BASE_THROUGHPUT) * GB_PER_THROUGHPUT;
  return volumesGbOf(stage) + Math.ceil(speed);
};

/** Why the disks of a stage cannot hold what is to be on them, with the setting that is to blame. */
export const unfitDisks = (
  stage: Disked,
): { readonly setting: 'workerDiskGb' | 'scratchVolume'; readonly why: string } | undefined => {
  // That is said of the setting itself.
  if (stage.workerDiskGb < LEAST_ROOT_GB) return undefined;
  const disks = disksOf(stage);
  const wantedMb = Math.max(1, stage.worker?.minScratchMb ?? 1);
  const onRootMb = disks.scratchGb === undefined ? wantedMb : 1;
  if (rootRoomMbOf(disks) < onRootMb) {
    const cache =
      disks.cvmfsQuotaMb === 0 ? '' : `, CVMFS's cache of ${disks.cvmfsQuotaMb} MB and a fifth of it`;
    const jobs = disks.scratchGb === undefined ? ` and ${wantedMb} MB for jobs` : '';
    const least = leastRootGb(disks.cvmfsQuotaMb, onRootMb);
    return {
      setting: 'workerDiskGb',
      why: `is ${stage.workerDiskGb}, onto which system${cache}, 1 GB to spare${jobs} do not fit; expected ${least} or more`,
    };
  }
  const offeredMb = workerDiskMbOf(disks);
  return offeredMb >= wantedMb
    ? undefined
    : {
        setting: 'scratchVolume',
        why: `offers ${offeredMb} MB, and worker.minScratchMb asks for ${wantedMb}; make it larger, or lower minScratchMb`,
      };
};
