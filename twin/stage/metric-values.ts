import type { Clock } from '../clock/clock.ts';
import { seriesKey } from './alarms.ts';
import type { Datum } from './watched.ts';

/** What values of one series came to from a moment on, seconds since 1970. */
interface Came {
  readonly at: number;
  readonly Sum: number;
  readonly Maximum: number;
  readonly Minimum: number;
}

export type Statistic = Exclude<keyof Came, 'at'>;

/** So long values are kept one by one; the longest that an alarm looks back is two hours. */
export const KEPT_SECONDS = 3 * 3600;
/** Old values are folded each time when so many more have come. */
const SWEEP_EVERY = 10_000;
const HOUR = 3600;

const alone = ({ at, value }: Datum): Came => ({ at, Sum: value, Maximum: value, Minimum: value });

const together = (at: number, all: readonly Came[]): Came => ({
  at,
  Sum: all.reduce((sum, of) => sum + of.Sum, 0),
  Maximum: Math.max(...all.map((of) => of.Maximum)),
  Minimum: Math.min(...all.map((of) => of.Minimum)),
});

const byPeriods = (all: readonly Came[], seconds: number): readonly Came[] =>
  [...Map.groupBy(all, ({ at }) => Math.floor(at / seconds) * seconds)].map(([at, of]) => together(at, of));

/** The values of metrics: each one for some hours, and then what every hour of them came to, for as long as the run goes on. */
export const metricValues = (clock: Pick<Clock, 'now'>) => {
  let recent = new Map<string, Datum[]>();
  const hours = new Map<string, readonly Came[]>();
  let taken = 0;

  const sweep = (): void => {
    const oldest = clock.now - KEPT_SECONDS;
    for (const [key, of] of recent) {
      const old = of.filter(({ at }) => at < oldest).map(alone);
      if (old.length > 0) hours.set(key, byPeriods([...(hours.get(key) ?? []), ...old], HOUR));
    }
    recent = new Map([...recent].map(([key, of]) => [key, of.filter(({ at }) => at >= oldest)]));
  };

  return {
    take(datum: Datum): void {
      const key = seriesKey(datum.namespace, datum.name, datum.dimensions);
      const before = recent.get(key);
      if (before === undefined) recent.set(key, [datum]);
      else before.push(datum);
      taken += 1;
      if (taken % SWEEP_EVERY === 0) sweep();
    },
    /** Those of the last hours. */
    recent: (): readonly Datum[] => [...recent.values()].flat(),
    /** A series by its periods, the newest first; of those shorter than an hour only the last hours are known. */
    periods(key: string, seconds: number, { from, to }: { readonly from: number; readonly to: number }) {
      const old = seconds % HOUR === 0 ? (hours.get(key) ?? []) : [];
      const within = [...old, ...(recent.get(key) ?? []).map(alone)].filter(
        ({ at }) => at >= from && at < to,
      );
      return byPeriods(within, seconds).toSorted((a, b) => b.at - a.at);
    },
  };
};
