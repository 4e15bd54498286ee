import { Aws, CfnMapping, CfnOutput, Duration } from 'aws-cdk-lib';
import {
  Alarm,
  AlarmStatusWidget,
  Dashboard as CloudWatchDashboard,
  GraphWidget,
  type IWidget,
  LogQueryVisualizationType,
  LogQueryWidget,
  MathExpression,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import {
  METRICS,
  type MetricName,
  NAMESPACE,
  type Per,
  perOf,
  type Service,
} from '../../core/tell/metrics.ts';
import type { Lambda } from '../functions/lambda.ts';

export interface DashboardProps {
  readonly stage: string;
  /** Their names. */
  readonly alarms: readonly string[];
  /** Undefined: the stage has no PanDA. */
  readonly pilots: Lambda | undefined;
  readonly workers: Lambda;
  readonly settings: Lambda;
}

/** Where people look at AWS, by partition. */
const CONSOLES = {
  aws: { host: 'console.aws.amazon.com' },
  'aws-us-gov': { host: 'console.amazonaws-us-gov.com' },
};

const FULL = 24;
const HALF = 12;
const HEIGHT = 6;
const PERIOD = Duration.minutes(1);

/** How a metric is shown: by which dimension, and under which name. */
interface Shown {
  readonly per: Per;
  readonly label: string;
}

/** A search finds queues and fleets that were added after the deploy; a list of metrics would not. */
const search = (stage: string, service: Service, name: MetricName, { per, label }: Shown) => {
  const schema = {
    queue: 'Queue,Stage,service',
    fleet: 'Fleet,Stage,service',
    discrepancy: 'Discrepancy,Stage,service',
    stage: 'Stage,service',
  }[per];
  return new MathExpression({
    expression: `SEARCH('{${NAMESPACE},${schema}} Stage="${stage}" service="${service}" MetricName="${name}"', 'Maximum', ${PERIOD.toSeconds()})`,
    label,
    period: PERIOD,
    usingMetrics: {},
  });
};

const graph = (title: string, left: readonly MathExpression[]): IWidget =>
  new GraphWidget({ title, left: [...left], width: HALF, height: HEIGHT, leftYAxis: { min: 0 } });

const log = (title: string, lambdas: readonly Lambda[], queryLines: readonly string[]): IWidget =>
  new LogQueryWidget({
    title,
    logGroupNames: lambdas.map(({ logGroup }) => logGroup.logGroupName),
    view: LogQueryVisualizationType.TABLE,
    queryLines: [...queryLines],
    width: FULL,
    height: HEIGHT,
  });

/** What `npm start` shows of a run, of the stage as it is: load, pilots, workers, decisions, alarms. */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id);
    const { stage, pilots, workers, settings } = props;
    /** By name: what a reference would be resolved to is the same, and emulators that make no alarms can do it too. */
    const alarms = props.alarms.map((name) => Alarm.fromAlarmName(this, name, name));
    const of = (service: Service, name: MetricName, label = '') =>
      search(stage, service, name, { per: perOf(METRICS[name], service), label });
    const ofPilots = <T>(...shown: readonly T[]): readonly T[] => (pilots === undefined ? [] : shown);
    const dashboardName = `aerie-${stage}`;
    new CloudWatchDashboard(this, 'Dashboard', {
      dashboardName,
      defaultInterval: Duration.hours(6),
      widgets: [
        [new AlarmStatusWidget({ title: 'Alarms', alarms, width: FULL, height: 4 })],
        ...ofPilots([
          graph('Jobs ready, by queue', [of('pilots', 'JobsReady')]),
          graph('Pilots waiting and running, by queue', [
            of('pilots', 'PilotsWaiting'),
            of('pilots', 'PilotsRunning'),
          ]),
        ]),
        [
          graph('Workers live and asleep, by fleet', [
            of('workers', 'WorkersLive'),
            of('workers', 'WorkersAsleep'),
          ]),
          graph('Cores live, by fleet', [of('workers', 'CoresLive')]),
        ],
        [
          graph('Workers asked for, woken and retired, by fleet', [
            of('workers', 'WorkersAsked'),
            of('workers', 'WorkersWoken'),
            of('workers', 'WorkersRetired'),
          ]),
          graph('Pilots and jobs that fit on no worker, by fleet', [of('workers', 'JobsUnplaced')]),
        ],
        [
          graph('Dollars of this month, spent and committed, by fleet', [
            of('workers', 'DollarsThisMonth'),
            of('workers', 'DollarsCommitted'),
          ]),
          graph('Dollars per hour, by fleet', [
            of('workers', 'DollarsPerHour'),
            of('workers', 'DollarsPerHourListed'),
            of('workers', 'DollarsPerHourAsleep'),
          ]),
        ],
        [
          graph('Queues and fleets holding', [
            ...ofPilots(of('pilots', 'QueuesHolding', 'queues')),
            of('workers', 'FleetsHolding', 'fleets'),
          ]),
          graph('Refused by EC2, and never joined', [
            of('workers', 'RefusedForCapacity', 'capacity'),
            of('workers', 'RefusedForQuota', 'quota'),
            of('workers', 'RefusedAsUnsupported', 'unsupported'),
            of('workers', 'RefusedForConfiguration', 'configuration'),
            of('workers', 'LaunchesThrottled', 'throttled'),
            of('workers', 'CallsUnheard', 'caller'),
            of('workers', 'WakesRefused', 'wakes'),
            of('workers', 'WorkersNotEnded', 'not ended'),
            of('workers', 'WorkersAsleepTooLong', 'asleep too long'),
            of('workers', 'WorkersNeverJoined', 'never joined'),
          ]),
        ],
        [
          graph('Discrepancies, by kind', [of('audit', 'Discrepancies')]),
          graph('Queues and fleets held back by a circuit breaker', [
            ...ofPilots(of('pilots', 'QueuesBraked', 'queues')),
            of('workers', 'FleetsBraked', 'fleets'),
          ]),
        ],
        [
          log(
            'Decisions',
            [...(pilots === undefined ? [] : [pilots]), workers],
            [
              'fields @timestamp, of, queue, fleet, message, why.0, why.1',
              'filter ispresent(kind) and kind != "rest"',
              'sort @timestamp desc',
              'limit 50',
            ],
          ),
        ],
        [
          log(
            'Settings that cannot be used',
            [settings],
            ['fields @timestamp, message', 'filter level = "WARN"', 'sort @timestamp desc', 'limit 20'],
          ),
        ],
      ],
    });
    const consoles = new CfnMapping(this, 'Consoles', { mapping: CONSOLES });
    new CfnOutput(this, 'Url', {
      description: 'The dashboard of this stage',
      value: `https://${consoles.findInMap(Aws.PARTITION, 'host')}/cloudwatch/home?region=${Aws.REGION}#dashboards/dashboard/${dashboardName}`,
    });
  }
}
