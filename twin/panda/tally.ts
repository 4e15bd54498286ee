import type { Clock } from '../clock/clock.ts';
import type { JobState } from './job.ts';

/** site → resource type → label → state → jobs; nothing in it is zero. */
export type Statistics = Readonly<
  Record<string, Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, number>>>>>>>
>;

/** The statistics as they were at one moment. */
export interface View {
  readonly asOf: number;
  readonly statistics: Statistics;
}

/** The jobs that one count stands for. */
interface Place {
  readonly siteid: string;
  readonly resourceType: string;
  readonly label?: string;
}

/** Counts of unfinished jobs, as they are and as a view shows them that is refreshed now and then. */
export interface Tally {
  /** Takes one job from a state to another; undefined is outside of the count. */
  move(place: Place, from: JobState | undefined, to: JobState | undefined): void;
  /**
   * The counts at the last refresh. What happens at the very moment of a refresh is in the next one, so the order in
   * which things happen at that moment does not matter. The object stays the same until then.
   */
  view(): View;
}

type Counts = Map<string, Map<string, Map<string, Map<string, number>>>>;

const descend = <K, V>(map: Map<K, Map<string, V>>, key: K): Map<string, V> => {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = new Map<string, V>();
  map.set(key, made);
  return made;
};

/** Jobs that are there before anything happens. */
export interface Initial extends Place {
  readonly state: JobState;
  readonly jobs: number;
}

const copied = <V, W extends object>(map: ReadonlyMap<string, V>, copy: (value: V) => W) =>
  Object.fromEntries(
    [...map]
      .map(([key, value]): readonly [string, W] => [key, copy(value)])
      .filter(([, value]) => Object.keys(value).length > 0),
  );
const nonZero = (states: ReadonlyMap<string, number>) =>
  Object.fromEntries([...states].filter(([, jobs]) => jobs > 0));

/** A copy that later moves do not change, without what is zero or empty. */
const frozen = (counts: Counts): Statistics =>
  copied(counts, (types) => copied(types, (labels) => copied(labels, nonZero)));

/** A tally whose view is refreshed each `viewSeconds` from now on. It needs no happening on the clock for that. */
export const tally = (clock: Clock, viewSeconds: number, initially: readonly Initial[] = []): Tally => {
  const counts: Counts = new Map();
  const statesOf = ({ siteid, resourceType, label = 'managed' }: Place) =>
    descend(descend(descend(counts, siteid), resourceType), label);
  for (const place of initially) statesOf(place).set(place.state, place.jobs);
  let shown: View = { asOf: clock.now, statistics: frozen(counts) };

  const settle = () => {
    const periods = Math.floor((clock.now - shown.asOf) / viewSeconds);
    if (periods > 0) shown = { asOf: shown.asOf + periods * viewSeconds, statistics: frozen(counts) };
  };

  return {
    move(place, from, to) {
      settle();
      const states = statesOf(place);
      if (from !== undefined) states.set(from, (states.get(from) ?? 0) - 1);
      if (to !== undefined) states.set(to, (states.get(to) ?? 0) + 1);
    },
    view() {
      settle();
      return shown;
    },
  };
};
