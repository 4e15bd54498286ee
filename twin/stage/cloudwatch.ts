import * as z from 'zod';
import { type AlarmSpec, alarmDescriptionOf, alarmNameOf, whoseMetric } from '../../lib/watch/alarm-spec.ts';
import { alarmsOf } from '../../lib/watch/alarms.ts';
import type { Clock } from '../clock/clock.ts';
import { type Face, face, readBody, reply, withHeaders } from '../wire/http.ts';
import { alarmsOver, seriesKey } from './alarms.ts';
import { KEPT_SECONDS, metricValues, type Statistic } from './metric-values.ts';
import { STAGE } from './parameters.ts';
import type { Datum } from './watched.ts';

/** CloudWatch, as far as anybody asks it about a stage. */
export interface CloudWatchFace extends Face {
  /** Takes a value in, as the logs of the functions and AWS's own services give them. */
  take(datum: Datum): void;
}

const CONTENT_TYPE = 'application/x-amz-json-1.0';

const metricStat = z.object({
  Metric: z.object({
    Namespace: z.string(),
    MetricName: z.string(),
    Dimensions: z.array(z.object({ Name: z.string(), Value: z.string() })).default([]),
  }),
  Period: z.int().multipleOf(60),
  Stat: z.enum(['Sum', 'Maximum', 'Minimum'] satisfies Statistic[]),
});
const getMetricData = z.object({
  StartTime: z.number(),
  EndTime: z.number(),
  MetricDataQueries: z
    .array(z.object({ Id: z.string().regex(/^[a-z][A-Za-z0-9_]*$/), MetricStat: metricStat }))
    .min(1)
    .max(500),
});
const describeAlarms = z.object({
  AlarmNamePrefix: z.string().optional(),
  StateValue: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']).optional(),
});

/** The values of one query, the newest period first, as CloudWatch gives them. */
const answered = (
  { Id, MetricStat: { Metric, Period, Stat } }: z.output<typeof getMetricData>['MetricDataQueries'][number],
  { StartTime: from, EndTime: to }: z.output<typeof getMetricData>,
  values: ReturnType<typeof metricValues>,
) => {
  const dimensions = Object.fromEntries(Metric.Dimensions.map(({ Name, Value }) => [Name, Value]));
  const key = seriesKey(Metric.Namespace, Metric.MetricName, dimensions);
  const periods = values.periods(key, Period, { from, to });
  return {
    Id,
    Label: Metric.MetricName,
    StatusCode: 'Complete',
    Timestamps: periods.map(({ at }) => at),
    Values: periods.map((of) => of[Stat]),
  };
};

const reasonOf = ({ datapoints, of, breaches, threshold }: AlarmSpec): string =>
  `Threshold Crossed: ${datapoints} out of the last ${of} datapoints were ${breaches === 'below' ? 'less than' : 'greater than or equal to'} the threshold (${threshold}).`;

/** Serves the metrics of a run and the stack's alarms over them, in CloudWatch's JSON protocol. */
export const cloudWatchFace = async (
  clock: Pick<Clock, 'now'>,
  { hasPilots }: { readonly hasPilots: boolean },
): Promise<CloudWatchFace> => {
  const beganAt = clock.now;
  const values = metricValues(clock);

  const alarms = () => {
    const from = Math.max(beganAt, clock.now - KEPT_SECONDS);
    const on = new Map(
      alarmsOver(values.recent(), [from, clock.now])
        .filter(({ to }) => to > clock.now)
        .map(({ alarm, whose, from: since }) => [`${alarm} ${whose}`, since]),
    );
    return Object.entries(alarmsOf({ hasPilots })).flatMap(([name, spec]) =>
      spec.watches.map((watched) => {
        const since = on.get(`${name} ${whoseMetric(watched)}`);
        return {
          AlarmName: alarmNameOf(STAGE, name, watched),
          AlarmDescription: alarmDescriptionOf(name, spec, { stage: STAGE }),
          ActionsEnabled: true,
          StateValue: since === undefined ? 'OK' : 'ALARM',
          StateReason: since === undefined ? 'Threshold not crossed.' : reasonOf(spec),
          StateUpdatedTimestamp: since ?? beganAt,
          StateTransitionedTimestamp: since ?? beganAt,
        };
      }),
    );
  };

  const actions: Readonly<Record<string, (input: unknown) => unknown>> = {
    GetMetricData(input) {
      const asked = getMetricData.parse(input);
      return { MetricDataResults: asked.MetricDataQueries.map((query) => answered(query, asked, values)) };
    },
    DescribeAlarms(input) {
      const { AlarmNamePrefix = '', StateValue } = describeAlarms.parse(input);
      const MetricAlarms = alarms().filter(
        (alarm) =>
          alarm.AlarmName.startsWith(AlarmNamePrefix) &&
          alarm.StateValue === (StateValue ?? alarm.StateValue),
      );
      return { MetricAlarms, CompositeAlarms: [] };
    },
  };

  const served = await face(async (request, response) => {
    const body = await readBody(request);
    const target = String(request.headers['x-amz-target'] ?? '').replace(
      'GraniteServiceVersion20100801.',
      '',
    );
    withHeaders(response, { date: new Date(clock.now * 1000).toUTCString() });
    const refuse = (type: string, message: string) =>
      reply(response, 400, CONTENT_TYPE, JSON.stringify({ __type: type, message }));
    const action = actions[target];
    if (action === undefined) return refuse('UnknownOperationException', `no operation ${target}`);
    try {
      reply(response, 200, CONTENT_TYPE, JSON.stringify(action(JSON.parse(body || '{}'))));
    } catch (error) {
      if (!(error instanceof z.ZodError || error instanceof SyntaxError)) throw error;
      refuse('InvalidParameterValueException', error.message);
    }
  });
  return {
    ...served,
    take: values.take,
  };
};
