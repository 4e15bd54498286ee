/** The disks of a worker, as far as they decide what its pilots are offered. */
export interface WorkerDisks {
  /** The root volume, GiB. */
  readonly rootGb: number;
  /** What CVMFS's cache may come to, MB; 0: there is none. It lies on the root volume. */
  readonly cvmfsQuotaMb: number;
  /** A volume of its own for the jobs' scratch directories, GiB; absent: they are on the root volume. */
  readonly scratchGb?: number | undefined;
}

const MB_PER_GIB = 1024;

/** The system, its packages and its logs: those of an EL9 worker take some 4 GiB. */
const SYSTEM_DISK_GB = 7;

/** What stays free beside the cache, so that a full one does not stop the system. */
const FREE_MB = 1024;

/** CVMFS asks for a fifth more than its quota: what is open is not removed, and its own tables come on top. */
const CACHE_TIMES = 1.2;

/** ext4 keeps 5 % for root and nearly 2 % for itself. A volume for scratch alone is made without root's share. */
const FILE_SYSTEM_SHARE = 0.07;
const SCRATCH_FILE_SYSTEM_SHARE = 0.03;

/** What jobs may not take of the root volume, beside what is there when the worker starts: the room of the cache, MB. */
const reservedMbOf = (cvmfsQuotaMb: number): number => FREE_MB + Math.ceil(cvmfsQuotaMb * CACHE_TIMES);

const usableMb = (gb: number, fileSystemShare: number): number =>
  Math.floor(gb * MB_PER_GIB * (1 - fileSystemShare));

/** What the root volume has beside the system and the cache, MB; below 0 they do not fit onto it. */
export const rootRoomMbOf = ({ rootGb, cvmfsQuotaMb }: WorkerDisks): number =>
  usableMb(rootGb, FILE_SYSTEM_SHARE) - SYSTEM_DISK_GB * MB_PER_GIB - reservedMbOf(cvmfsQuotaMb);

/** Returns what a worker with these disks offers to pilots, MB. */
export const workerDiskMbOf = (disks: WorkerDisks): number =>
  disks.scratchGb === undefined ? rootRoomMbOf(disks) : usableMb(disks.scratchGb, SCRATCH_FILE_SYSTEM_SHARE);

/** Returns the smallest root volume on which system and cache fit and so much room is left, GiB. */
export const leastRootGb = (cvmfsQuotaMb: number, roomMb: number): number => {
  // From what is certainly too small: what is usable is rounded down, and no division undoes that to the GiB.
  let rootGb = Math.ceil(roomMb / MB_PER_GIB);
  while (rootRoomMbOf({ rootGb, cvmfsQuotaMb }) < roomMb) rootGb += 1;
  return rootGb;
};
