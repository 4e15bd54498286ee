import { exponential, normal, type Random } from '../../twin/clock/random.ts';

/** How long machines take from the call that starts them to their registration. */
export interface BootCurve {
  /** None is quicker. */
  readonly shortestSeconds: number;
  readonly meanSeconds: number;
  readonly deviationSeconds: number;
  /** Share of machines that never register. */
  readonly failingShare: number;
  /** One in a hundred takes an exponential five minutes longer. */
  readonly longTail: boolean;
}

const LONG_TAIL = { share: 0.01, meanSeconds: 300 } as const;

/** What a machine that has slept takes, in the mean: software, certificates and caches are there. */
export const WOKEN_SECONDS = 35;

/** Seconds until a machine registers, or never. The draws and their order are fixed. */
export const drawBoot = (random: Random, curve: BootCurve): number | 'never' => {
  const plain = curve.meanSeconds + curve.deviationSeconds * normal(random);
  const slow = random() < LONG_TAIL.share && curve.longTail;
  const seconds = Math.max(
    curve.shortestSeconds,
    plain + (slow ? exponential(random, LONG_TAIL.meanSeconds) : 0),
  );
  return random() < curve.failingShare ? 'never' : seconds;
};
