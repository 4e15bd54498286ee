import { HOURS_IN_MONTH } from '../../core/settings/place.ts';
import { metricsPer, stageMetricsOf } from '../../core/tell/metrics.ts';
import { LAMBDAS, type LambdaName } from '../functions/bundling.ts';
import {
  AUDIT_SECONDS,
  laterTicks,
  MINUTE_SECONDS,
  memoryOf,
  SETTINGS_SECONDS,
  type TickSeconds,
} from '../functions/functions.ts';
import { alarmsOf } from '../watch/alarms.ts';
import { SERVICE_PRICES } from './service-prices.ts';

/** What of a stage decides the cost of everything but its workers. */
export interface ControlPlane {
  /** Whether it submits pilots, which takes a function with its timer and alarms. */
  readonly hasPanda: boolean;
  readonly queues: number;
  readonly fleets: number;
  /** Those of them that have prices of their own, which makes for more metrics. */
  readonly pricedFleets: number;
  readonly tickSeconds: TickSeconds;
  /** Nudges take a queue of the ticks, where there is one. */
  readonly nudges: boolean;
  readonly queueMetrics: 'on' | 'off';
  readonly tickMemoryMb: number;
  /** NAT gateways in the stage's own network, each with an address. */
  readonly natGateways: number;
}

/** One line of the bill: what it is, what it is made of, dollars a month. */
export interface BillLine {
  readonly what: string;
  readonly sums: string;
  readonly dollars: number;
}

const MONTH_SECONDS = HOURS_IN_MONTH * 3_600;

/**
 * What a run of a function takes on AWS, seconds. An assumption: DynamoDB answers within 10 ms, EC2 and the endpoint within
 * some hundred.
 */
export const RUN_SECONDS = 0.5;
/** Queues of events: EC2's and Parameter Store's. */
const NEWS_QUEUES = 2;
/** Lambda asks a queue that feeds a function with five long polls of 20 s, whether there is a message or not. */
export const POLLS_PER_HOUR = 5 * 180;
/** Sending, receiving and deleting. */
export const REQUESTS_PER_MESSAGE = 3;
/** Of one decision in the log, with what else a run writes, and of its metrics: as the twin's default scenario has them. */
const LINE_BYTES = 700;
const METRICS_BYTES = 520;
/** Of a run, in the same scenario: five queues and up to forty workers; a large stage has more to read. */
const READ_UNITS_PER_RUN = 9;
/** Of them one for what the tick decided on (`npm run bench -- inputs`). */
const WRITE_UNITS_PER_RUN = 4.5;
const GB = 1e9;
const MB_PER_GB = 1024;

const runsOf = ({ tickSeconds, hasPanda }: ControlPlane): Readonly<Record<LambdaName, number>> => ({
  pilots: hasPanda ? MONTH_SECONDS / MINUTE_SECONDS : 0,
  workers: MONTH_SECONDS / tickSeconds,
  audit: MONTH_SECONDS / AUDIT_SECONDS,
  settings: MONTH_SECONDS / SETTINGS_SECONDS,
  /** As many as there are events: few, beside the ticks. */
  events: 0,
});

const amount = (value: number): string => Math.round(value).toLocaleString('en-US');

/** Metrics that the pilots function counts over all queues, and the one of certificates that it finds. */
const PILOTS_STAGE_METRICS = stageMetricsOf('pilots').length + 1;

const metricsOf = ({ hasPanda, queues, fleets, pricedFleets, queueMetrics }: ControlPlane): number =>
  metricsPer('stage') -
  (hasPanda ? 0 : PILOTS_STAGE_METRICS) +
  (queueMetrics === 'off'
    ? 0
    : queues * metricsPer('queue') +
      pricedFleets * metricsPer('fleet', 'with prices') +
      (fleets - pricedFleets) * metricsPer('fleet', 'without prices'));

const alarmCountOf = ({ hasPanda }: ControlPlane): number =>
  Object.values(alarmsOf({ hasPilots: hasPanda })).reduce((sum, { watches }) => sum + watches.length, 0);

const lambdaLine = ({ tickMemoryMb }: ControlPlane, runs: Readonly<Record<LambdaName, number>>): BillLine => {
  const calls = Object.values(runs).reduce((sum, count) => sum + count, 0);
  const gbSeconds = LAMBDAS.reduce(
    (sum, name) => sum + (runs[name] * RUN_SECONDS * memoryOf(name, tickMemoryMb)) / MB_PER_GB,
    0,
  );
  return {
    what: 'Lambda, ARM',
    sums: `${amount(calls)} calls of some ${RUN_SECONDS} s`,
    dollars: gbSeconds * SERVICE_PRICES.lambdaGbSecond.dollars + calls * SERVICE_PRICES.lambdaCall.dollars,
  };
};

const logLine = (plane: ControlPlane, runs: Readonly<Record<LambdaName, number>>): BillLine => {
  const decisions = plane.queues * runs.pilots + plane.fleets * runs.workers;
  const bytes = decisions * (LINE_BYTES + (plane.queueMetrics === 'on' ? METRICS_BYTES : 0));
  return {
    what: 'CloudWatch logs',
    sums: `some ${(bytes / GB).toFixed(1)} GB in, kept for a month`,
    dollars: (bytes / GB) * (SERVICE_PRICES.logGb.dollars + SERVICE_PRICES.logGbMonth.dollars),
  };
};

const sqsLine = (
  { tickSeconds, nudges }: ControlPlane,
  runs: Readonly<Record<LambdaName, number>>,
): BillLine => {
  const later = laterTicks(tickSeconds).length;
  const messages = (runs.workers * later) / (later + 1);
  const queues = NEWS_QUEUES + Math.max(later, nudges ? 1 : 0);
  const requests = queues * POLLS_PER_HOUR * HOURS_IN_MONTH + REQUESTS_PER_MESSAGE * messages;
  return {
    what: 'SQS',
    sums: `${queues} queues, each asked 15 times a minute, empty or not: ${amount(requests)} requests`,
    dollars: requests * SERVICE_PRICES.sqsRequest.dollars,
  };
};

const natLine = ({ natGateways }: ControlPlane): readonly BillLine[] =>
  natGateways === 0
    ? []
    : [
        {
          what: 'NAT gateway',
          sums: `${natGateways} with its address, without what moves through it`,
          dollars:
            natGateways *
            HOURS_IN_MONTH *
            (SERVICE_PRICES.natHour.dollars + SERVICE_PRICES.addressHour.dollars),
        },
      ];

/**
 * What a stage costs a month without its workers, in us-east-1 and without free tiers: an estimate from its settings, not
 * measured on an account.
 */
export const controlPlaneBill = (plane: ControlPlane): readonly BillLine[] => {
  const runs = runsOf(plane);
  const calls = Object.values(runs).reduce((sum, count) => sum + count, 0);
  const queries = runs.pilots + runs.workers + runs.audit + runs.settings;
  const metrics = metricsOf(plane);
  const alarmCount = alarmCountOf(plane);
  return [
    lambdaLine(plane, runs),
    {
      what: 'CloudWatch metrics',
      sums: `${metrics} at $${SERVICE_PRICES.metricMonth.dollars.toFixed(2)}`,
      dollars: metrics * SERVICE_PRICES.metricMonth.dollars,
    },
    {
      what: 'CloudWatch alarms',
      sums: `${alarmCount} at $${SERVICE_PRICES.alarmMonth.dollars.toFixed(2)}`,
      dollars: alarmCount * SERVICE_PRICES.alarmMonth.dollars,
    },
    logLine(plane, runs),
    {
      what: 'DynamoDB, on demand',
      sums: `${amount(2 * queries)} queries, of what is alive and of the settings, the lease, the decisions, and what they rest on`,
      dollars:
        queries *
        (READ_UNITS_PER_RUN * SERVICE_PRICES.readUnit.dollars +
          WRITE_UNITS_PER_RUN * SERVICE_PRICES.writeUnit.dollars),
    },
    sqsLine(plane, runs),
    {
      what: 'X-Ray',
      sums: `${amount(calls)} traces`,
      dollars: calls * SERVICE_PRICES.xrayTrace.dollars,
    },
    ...natLine(plane),
  ];
};

/** What the lines of a bill come to, dollars. */
export const sumOf = (lines: readonly BillLine[]): number =>
  lines.reduce((sum, { dollars }) => sum + dollars, 0);
