import { CloudWatchClient, DescribeAlarmsCommand, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { dimensionsOf, NAMESPACE } from '../../../core/tell/metrics.ts';
import { TWIN_CREDENTIALS, TWIN_REGION } from '../../../twin/aws/dynamo.ts';
import { lambdaFace } from '../../../twin/aws/lambda/face.ts';
import { simulatedClock } from '../../../twin/clock/clock.ts';
import { type CloudWatchFace, cloudWatchFace } from '../../../twin/stage/cloudwatch.ts';

const START = Date.parse('2026-01-05T00:00:00Z') / 1000;

let clock: ReturnType<typeof simulatedClock>;
let face: CloudWatchFace;
let client: CloudWatchClient;

const at = (endpoint: string) => ({ endpoint, region: TWIN_REGION, credentials: TWIN_CREDENTIALS });

beforeEach(async () => {
  clock = simulatedClock(START);
  face = await cloudWatchFace(clock, { hasPilots: true });
  client = new CloudWatchClient(at(face.url));
});
afterEach(() => face.close());

const ticks = (minutes: number, service: 'pilots' | 'workers') => {
  const dimensions = dimensionsOf(service, 'twin');
  for (let minute = 0; minute < minutes; minute += 1) {
    face.take({ at: START + minute * 60, namespace: NAMESPACE, name: 'Ticks', dimensions, value: 1 });
  }
};

const query = (Stat: string) => ({
  StartTime: new Date(START * 1000),
  EndTime: new Date((START + 120) * 1000),
  MetricDataQueries: [
    {
      Id: 'ticks',
      MetricStat: {
        Metric: {
          Namespace: NAMESPACE,
          MetricName: 'Ticks',
          Dimensions: [
            { Name: 'Stage', Value: 'twin' },
            { Name: 'service', Value: 'workers' },
          ],
        },
        Period: 60,
        Stat,
      },
    },
  ],
});

it('answers the values of a span by their periods, the newest first, whatever the order of the dimensions', async () => {
  ticks(4, 'workers');
  ticks(4, 'pilots');
  const { MetricDataResults } = await client.send(new GetMetricDataCommand(query('Sum')));
  expect(MetricDataResults).toMatchObject([
    { Id: 'ticks', Values: [1, 1], Timestamps: [new Date((START + 60) * 1000), new Date(START * 1000)] },
  ]);
});

it('keeps the hours of a series for as long as the run goes on, and each minute for three of them', async () => {
  const minutes = 12 * 60;
  for (let minute = 0; minute < minutes; minute += 1) {
    clock.advance(START + minute * 60);
    for (let of = 0; of < 20; of += 1) {
      const dimensions = dimensionsOf('workers', 'twin', { per: 'queue', value: `Q${of}` });
      face.take({
        at: clock.now,
        namespace: NAMESPACE,
        name: 'PilotsRunning',
        dimensions,
        value: minute % 3,
      });
    }
  }
  const asked = async (Period: number, Stat: string) => {
    const Dimensions = Object.entries(dimensionsOf('workers', 'twin', { per: 'queue', value: 'Q7' })).map(
      ([Name, Value]) => ({ Name, Value }),
    );
    const Metric = { Namespace: NAMESPACE, MetricName: 'PilotsRunning', Dimensions };
    const { MetricDataResults = [] } = await client.send(
      new GetMetricDataCommand({
        StartTime: new Date(START * 1000),
        EndTime: new Date((START + 86_400) * 1000),
        MetricDataQueries: [{ Id: 'q', MetricStat: { Metric, Period, Stat } }],
      }),
    );
    return MetricDataResults[0]?.Values;
  };
  expect(await asked(86_400, 'Sum')).toEqual([minutes]);
  expect(await asked(3600, 'Sum')).toEqual(Array(12).fill(60));
  expect(await asked(3600, 'Maximum')).toEqual(Array(12).fill(2));
  expect((await asked(60, 'Sum'))?.length).toBeLessThan(minutes);
});

it('refuses a statistic that CloudWatch does not know', async () => {
  await expect(client.send(new GetMetricDataCommand(query('Most')))).rejects.toThrow(/Stat/);
});

it('tells which of the stack’s alarms are on, and since when', async () => {
  ticks(20, 'workers');
  ticks(10, 'pilots');
  clock.advance(START + 20 * 60);
  const { MetricAlarms = [] } = await client.send(
    new DescribeAlarmsCommand({ AlarmNamePrefix: 'aerie-twin-ticks-', StateValue: 'ALARM' }),
  );
  expect(MetricAlarms).toMatchObject([
    {
      AlarmName: 'aerie-twin-ticks-missing-pilots',
      AlarmDescription:
        'No tick went well to its end for five minutes: nothing is submitted, launched or ended. Look now. First: aerie doctor --stage twin Runbook: docs/runbooks/ticks.md#ticks-missing',
      StateTransitionedTimestamp: new Date((START + 15 * 60) * 1000),
    },
  ]);
  const all = await client.send(new DescribeAlarmsCommand({ AlarmNamePrefix: 'aerie-twin-ticks-' }));
  expect(all.MetricAlarms?.length).toBeGreaterThan(MetricAlarms.length);
});

it('a function’s variables are told with the time of the run; of another there are none', async () => {
  const lambda = await lambdaFace(
    clock,
    new Map([['aerie-twin-workers', { variables: { AERIE_TABLE: 'aerie-twin' } }]]),
  );
  try {
    const asked = (FunctionName: string) =>
      new LambdaClient(at(lambda.url)).send(new GetFunctionConfigurationCommand({ FunctionName }));
    expect(await asked('aerie-twin-workers')).toMatchObject({
      Environment: { Variables: { AERIE_TABLE: 'aerie-twin' } },
    });
    const answer = await fetch(`${lambda.url}/2015-03-31/functions/aerie-twin-workers/configuration`);
    expect(answer.headers.get('date')).toBe('Mon, 05 Jan 2026 00:00:00 GMT');
    await expect(asked('aerie-prod-workers')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  } finally {
    await lambda.close();
  }
});
