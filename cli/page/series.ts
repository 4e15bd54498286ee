import type { Life } from '../stage/lives.ts';
import type { QueueCounts } from '../stage/queue-counts.ts';
import { STEPS } from './ranges.ts';

/** A time in steps of one length, which begin at whole multiples of it: the same moment is in the same step at the next look. */
export interface Steps {
  /** The beginning of the first step, seconds since 1970. */
  readonly from: number;
  readonly stepSeconds: number;
  readonly count: number;
  /** The end of the last step that has begun. */
  readonly to: number;
}

/** Cuts the last so many seconds into steps. */
export const stepsOf = (now: number, rangeSeconds: number): Steps => {
  const stepSeconds = Math.max(1, Math.round(rangeSeconds / STEPS));
  const last = Math.floor(now / stepSeconds);
  const from = (last - STEPS + 1) * stepSeconds;
  return { from, stepSeconds, count: STEPS, to: now };
};

type Field = Exclude<keyof QueueCounts, 'at'>;

/** What was counted last in each step; what is counted goes on until the next count, for so long at the most. */
export const countsOver = (
  points: readonly QueueCounts[],
  field: Field,
  { from, stepSeconds, count }: Steps,
  goesOnSeconds: number,
): readonly (number | null)[] => {
  const values: (number | null)[] = [];
  let next = 0;
  let last: { at: number; value: number | undefined } | undefined;
  for (let step = 0; step < count; step += 1) {
    const end = from + (step + 1) * stepSeconds;
    for (let point = points[next]; point !== undefined && point.at < end; point = points[++next]) {
      last = { at: point.at, value: point[field] };
    }
    const isKnown = last?.value !== undefined && end - last.at <= Math.max(goesOnSeconds, 2 * stepSeconds);
    values.push(isKnown ? (last?.value ?? null) : null);
  }
  return values;
};

/** How much of something there was over a time: the number times seconds. */
export const areaOf = (values: readonly (number | null)[], { stepSeconds }: Steps): number =>
  values.reduce<number>((sum, value) => sum + (value ?? 0) * stepSeconds, 0);

/** Cores of machines that were on, at the end of each step. */
export const coresPaidOver = (lives: readonly Life[], steps: Steps): readonly number[] => {
  const { from, stepSeconds, count, to } = steps;
  const change = new Array<number>(count + 1).fill(0);
  const stepAt = (at: number): number => Math.ceil((at - from) / stepSeconds) - 1;
  const add = (since: number, until: number, cores: number): void => {
    if (until <= from || since > to) return;
    const first = Math.max(0, stepAt(since));
    const after = Math.max(first, stepAt(until));
    change[first] = (change[first] ?? 0) + cores;
    if (after <= count) change[after] = (change[after] ?? 0) - cores;
  };
  for (const { record, goneAt = Number.POSITIVE_INFINITY } of lives) {
    const { launchedAt, sleeps = [], state, offers } = record;
    const sleeping = state.kind === 'asleep' ? [[state.since, goneAt] as const] : [];
    let since = launchedAt;
    for (const [slept, woke] of [...sleeps, ...sleeping]) {
      add(since, slept, offers.cpus);
      since = woke;
    }
    add(since, goneAt, offers.cpus);
  }
  let sum = 0;
  return change.slice(0, count).map((by) => {
    sum += by;
    return sum;
  });
};
