import type { Start } from '../model/learned.ts';

/** What is known of the boots, or of the wakes, of one kind of worker. */
export interface BootCurve {
  /** Seconds from launch or wake to the collector, the shortest first. */
  readonly took: readonly number[];
  /** How many of the latest never came. */
  readonly never: number;
}

/** From so many boots on a curve is a curve. */
const ENOUGH = 20;

/** One that never came may have been slow and given up too early; two of sixty-four say that such machines fail. */
const FAILS_FROM = 2;

/** So much longer than those before it a boot may take and still be on its way. */
const SLACK = 1.25;

const LATE_QUANTILE = 0.95;

/**
 * The deadline, in times that 95 of 100 need. One boot in a hundred may well take thrice that; where machines fail, such
 * a one is not worth the wait, and where none does, it most likely comes.
 */
const DEADLINE_FACTOR = { failing: 3, sound: 6 } as const;

/** A startd speaks every five minutes, and its first word may be lost. */
const SHORTEST_DEADLINE_SECONDS = 300;

/** The curve that boots make, seconds or null where a worker never came; undefined if they are too few. */
export const bootCurve = (boots: readonly (number | null)[]): BootCurve | undefined => {
  const took = boots.filter((seconds) => seconds !== null).sort((a, b) => a - b);
  return took.length < ENOUGH ? undefined : { took, never: boots.length - took.length };
};

/** Within what time a share of those that came were there, seconds. */
const joinedWithin = ({ took }: BootCurve, share: number): number =>
  took[Math.min(took.length - 1, Math.floor(share * took.length))] ?? Number.POSITIVE_INFINITY;

/**
 * What a start is taken to need of which nothing is known, seconds: a boot as long as those of an image that brings its
 * packages with it; a wake as long as EC2's start of a machine (some 26 s to its SSH, as others measured) twice over.
 */
const UNLEARNED_SECONDS: Readonly<Record<Start, number>> = { cold: 180, woken: 60 };

/** Within what time half of such workers were there, seconds. */
export const usualSeconds = (curve: BootCurve | undefined, start: Start): number =>
  curve === undefined ? UNLEARNED_SECONDS[start] : joinedWithin(curve, 0.5);

/** How long such workers took on average, seconds. */
export const meanSeconds = (curve: BootCurve | undefined, start: Start): number =>
  curve === undefined
    ? UNLEARNED_SECONDS[start]
    : curve.took.reduce((sum, seconds) => sum + seconds, 0) / curve.took.length;

/** From this age on a booting worker is late, seconds. */
const lateAfter = (curve: BootCurve): number => SLACK * joinedWithin(curve, LATE_QUANTILE);

/** Whether a booting worker of this age, seconds, is late: of a kind whose machines fail, and older than nearly all needed. */
export const isLate = (curve: BootCurve, age: number): boolean =>
  curve.never >= FAILS_FROM && age > lateAfter(curve);

/** How long a worker may take before it is ended, seconds: by the curve, and never longer than the setting. */
export const learnedDeadline = (curve: BootCurve, settingSeconds: number): number => {
  const factor = curve.never < FAILS_FROM ? DEADLINE_FACTOR.sound : DEADLINE_FACTOR.failing;
  const learned = Math.ceil(factor * joinedWithin(curve, LATE_QUANTILE));
  return Math.min(settingSeconds, Math.max(SHORTEST_DEADLINE_SECONDS, learned));
};
