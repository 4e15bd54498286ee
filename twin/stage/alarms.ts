import { dimensionsOf, NAMESPACE } from '../../core/tell/metrics.ts';
import { type AlarmSpec, type Watched, whoseMetric } from '../../lib/watch/alarm-spec.ts';
import { ALARMS, type AlarmName } from '../../lib/watch/alarms.ts';
import { usageOf } from '../../lib/watch/quotas.ts';
import { STAGE } from './parameters.ts';
import type { Datum } from './watched.ts';

/** An alarm that went off: seconds since 1970, until when it stayed on. */
export interface Alarmed {
  readonly alarm: AlarmName;
  readonly whose: string;
  readonly from: number;
  readonly to: number;
}

/** What tells the series of a watched metric from all others. */
const keyOf = (watched: Watched): string => {
  switch (watched.kind) {
    case 'own':
      return seriesKey(NAMESPACE, watched.name, dimensionsOf(watched.service, STAGE));
    case 'errors':
      return seriesKey('AWS/Lambda', 'Errors', { FunctionName: watched.of });
    case 'dead-letters':
      return seriesKey('AWS/SQS', 'ApproximateNumberOfMessagesVisible', { QueueName: watched.of });
    case 'quota': {
      const { namespace, metricName, dimensions } = usageOf(watched.of);
      return seriesKey(namespace, metricName, dimensions);
    }
    default:
      return watched satisfies never;
  }
};

export const seriesKey = (
  namespace: string,
  name: string,
  dimensions: Readonly<Record<string, string>>,
): string =>
  JSON.stringify([namespace, name, Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))]);

const STATISTIC: Readonly<Record<AlarmSpec['statistic'], (a: number, b: number) => number>> = {
  Sum: (a, b) => a + b,
  Maximum: Math.max,
  Minimum: Math.min,
};

/** What an alarm makes of a value; `SERVICE_QUOTA()` of a metric without a quota has no value. */
const measuredBy = ({ value, quota }: Datum, { kind }: Watched): number | undefined => {
  if (kind !== 'quota') return value;
  return quota === undefined ? undefined : (100 * value) / quota;
};

/** The statistic of each period in which there were data, by its number since 1970. */
const periods = (data: readonly Datum[], watched: Watched, spec: AlarmSpec): ReadonlyMap<number, number> => {
  const values = new Map<number, number>();
  for (const datum of data) {
    const value = measuredBy(datum, watched);
    if (value === undefined) continue;
    const period = Math.floor(datum.at / spec.periodSeconds);
    const before = values.get(period);
    values.set(period, before === undefined ? value : STATISTIC[spec.statistic](before, value));
  }
  return values;
};

const breaches = (value: number | undefined, spec: AlarmSpec): boolean => {
  if (value === undefined) return spec.missing === 'breaching';
  return spec.breaches === 'at least' ? value >= spec.threshold : value < spec.threshold;
};

/** When one alarm was on, period by period, as CloudWatch judges: so many of the last so many periods breach. */
const judge = (
  alarm: AlarmName,
  watched: Watched,
  data: readonly Datum[],
  [start, end]: readonly [number, number],
): readonly Alarmed[] => {
  const spec: AlarmSpec = ALARMS[alarm];
  const values = periods(data, watched, spec);
  const first = Math.ceil(start / spec.periodSeconds);
  const last = Math.floor(end / spec.periodSeconds) - 1;
  const found: Alarmed[] = [];
  let from: number | undefined;
  for (let period = first; period <= last + 1; period += 1) {
    const window = Array.from({ length: spec.of }, (_, back) => period - back).filter((of) => of >= first);
    const on =
      period <= last && window.filter((of) => breaches(values.get(of), spec)).length >= spec.datapoints;
    if (on) from ??= (period + 1) * spec.periodSeconds;
    if (on || from === undefined) continue;
    found.push({ alarm, whose: whoseMetric(watched), from, to: (period + 1) * spec.periodSeconds });
    from = undefined;
  }
  return found;
};

const isAlarm = (name: string): name is AlarmName => Object.hasOwn(ALARMS, name);

/** The first and the last moment of some data; there are too many of them for the arguments of one call. */
export const spanOf = (data: readonly Datum[]): readonly [number, number] =>
  data.reduce<readonly [number, number]>(
    ([from, to], { at }) => [Math.min(from, at), Math.max(to, at)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );

/** Every alarm that would have gone off over these data, between two moments. */
export const alarmsOver = (data: readonly Datum[], span: readonly [number, number]): readonly Alarmed[] => {
  const series = Map.groupBy(data, ({ namespace, name, dimensions }) =>
    seriesKey(namespace, name, dimensions),
  );
  return Object.keys(ALARMS)
    .filter(isAlarm)
    .flatMap((alarm) =>
      ALARMS[alarm].watches.flatMap((watched) =>
        judge(alarm, watched, series.get(keyOf(watched)) ?? [], span),
      ),
    );
};
