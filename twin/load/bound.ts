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
export const zeroWaitBound = (jobs: readonly BoundJob[], bootSeconds: number): number => {
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
        overhead += since === undefined ? bootSeconds : Math.min(at - since, bootSeconds);
      }
    }
  }
  const work = jobs.reduce((sum, { runSeconds, cores }) => sum + runSeconds * cores, 0);
  return work + overhead;
};
