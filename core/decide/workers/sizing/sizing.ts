/** A size that could be launched for pilots of one shape: its cores, and how many of them fit on one worker. */
export interface Size {
  readonly cpus: number;
  readonly pilots: number;
}

/**
 * What each doubling of the pilots on one worker adds to the cost of a core in use: a worker stays as long as its
 * longest pilot, and the longer ones of many hold the cores of the others. Measured on the LCG trace (one-core jobs of
 * minutes to days): cost 1.005, 1.147, 1.305 and 1.458 on one, two, four and eight cores.
 */
const PINNED_PER_DOUBLING = 0.15;

/**
 * What a pilot costs on a worker of this size, in cores: its part of the worker, with what every worker costs whatever
 * its size (its disk, its address), and with what long pilots will hold empty.
 */
export const costPerPilot = ({ cpus, pilots }: Size, overheadPercent: number): number =>
  ((cpus + overheadPercent / 100) / pilots) * (1 + PINNED_PER_DOUBLING * Math.log2(pilots));

const cheapest = (sizes: readonly Size[], overheadPercent: number): Size | undefined =>
  sizes.reduce<Size | undefined>((best, size) => {
    if (best === undefined) return size;
    const difference = costPerPilot(size, overheadPercent) - costPerPilot(best, overheadPercent);
    return difference < 0 || (difference === 0 && size.cpus < best.cpus) ? size : best;
  }, undefined);

/**
 * The size of the workers for a number of pilots of one shape: the cheapest of which EC2 will start as many as are
 * wanted now; if it will start that many of none, the one that holds the most. EC2 counts instances, not cores, so
 * where its launch tokens would hold the ramp back, larger workers get through.
 */
export const sizeFor = (
  sizes: readonly Size[],
  count: number,
  launchTokens: number,
  overheadPercent: number,
): Size | undefined => {
  const atOnce = sizes.filter(({ pilots }) => Math.ceil(count / pilots) <= launchTokens);
  if (atOnce.length > 0) return cheapest(atOnce, overheadPercent);
  const most = Math.max(...sizes.map(({ pilots }) => pilots));
  return cheapest(
    sizes.filter(({ pilots }) => pilots === most),
    overheadPercent,
  );
};
