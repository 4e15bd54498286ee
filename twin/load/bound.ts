/** A job as the bound sees it: when it came, how long it runs, how wide it is. */
export interface BoundJob {
  readonly submitSeconds: number;
  readonly runSeconds: number;
  readonly cores: number;
}

/**
 * The least that any machines with a price linear in their cores can cost if no job ever waits, in core-seconds:
 * the work itself, and for each unit server the boot it needs before its first use and, at each gap, either the gap
 * (kept) or another boot (ended and started anew), whichever is less. The unit servers are used last-emptied first,
 * which is optimal off-line (Lu and Chen, "Dynamic right-sizing", arXiv 1112.0442).
 */
export const zeroWaitBound = (jobs: readonly BoundJob[], bootSeconds: number): number =>
  leastOf(jobs, bootSeconds, (gap) => Math.min(gap, bootSeconds));

/** What a start and a disk cost where machines can sleep. */
export interface SleepCost {
  readonly bootSeconds: number;
  readonly wakeSeconds: number;
  /** A machine's disk, in cores, and the most cores that one wakes with: of so many unit servers one disk may be the only one. */
  readonly diskCores: number;
  readonly mostCores: number;
}

/**
 * The same where machines can sleep and wake as the size that they were: at a gap a unit server is kept, ended and started anew, or sleeps: then it pays for its
 * wake, and before that its part of a disk, which is least if its machine is the largest there is. Billing's minute is left
 * out, which makes it no larger. Last emptied first used is still optimal: what a gap costs grows ever more slowly, so
 * of two gaps that overlap, one within the other cost no more than two that cross, and the sum of their lengths is the same;
 * and no gap costs more than a boot, so no server is better left for a new one. Whoever wakes machines as larger ones gets
 * cores that have no disk of their own, and may pay less than this; never less than the bound with a boot as long as a wake.
 */
export const leastWithSleepers = (
  jobs: readonly BoundJob[],
  { bootSeconds, wakeSeconds, diskCores, mostCores }: SleepCost,
): number => {
  const asleep = (gap: number) => wakeSeconds + (diskCores / mostCores) * Math.max(0, gap - wakeSeconds);
  return leastOf(jobs, bootSeconds, (gap) => Math.min(gap, bootSeconds, asleep(gap)));
};

/** Work, a boot before the first use of each unit server, and what its gaps cost. */
const leastOf = (
  jobs: readonly BoundJob[],
  bootSeconds: number,
  costOfGap: (seconds: number) => number,
): number => {
  const events = jobs
    .flatMap(({ submitSeconds, runSeconds, cores }) => [
      { at: submitSeconds, cores },
      { at: submitSeconds + runSeconds, cores: -cores },
    ])
    // Ends before submits at one moment: the cores can be used again.
    .sort((a, b) => a.at - b.at || a.cores - b.cores);
  const emptiedAt: number[] = [];
  let overhead = 0;
  for (const { at, cores } of events) {
    for (let i = 0; i < Math.abs(cores); i += 1) {
      if (cores < 0) {
        emptiedAt.push(at);
      } else {
        const since = emptiedAt.pop();
        overhead += since === undefined ? bootSeconds : costOfGap(at - since);
      }
    }
  }
  const work = jobs.reduce((sum, { runSeconds, cores }) => sum + runSeconds * cores, 0);
  return work + overhead;
};
