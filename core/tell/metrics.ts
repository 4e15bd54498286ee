/** CloudWatch's namespace of every metric below. */
export const NAMESPACE = 'aerie';

/** Whose metrics: the function, in words; the value of the dimension `service`. */
export type Service = 'pilots' | 'workers' | 'audit' | 'settings';

/**
 * What tells the values of a metric apart, besides `service` and `Stage`: nothing, the queue, the fleet, or
 * the kind of discrepancy. Alarms watch what is counted over all of them, so that one that is added by hand is watched too.
 */
const DIMENSION = { stage: undefined, queue: 'Queue', fleet: 'Fleet', discrepancy: 'Discrepancy' } as const;

export type Per = keyof typeof DIMENSION;

/** `decision`: the queue of a decision about pilots, the fleet of one about workers. */
type Spread = Per | 'decision';

const OF_DECISION: Readonly<Partial<Record<Service, Per>>> = { pilots: 'queue', workers: 'fleet' };

/** What tells the values of a metric apart where a service emits it. */
export const perOf = ({ per }: Pick<Metric, 'per'>, service: Service): Per =>
  per === 'decision' ? (OF_DECISION[service] ?? 'stage') : per;

export interface Metric {
  readonly of: readonly Service[];
  readonly per: Spread;
  readonly unit: 'Count' | 'Seconds' | 'None';
  /** It is not counted but found, and absent where it was not. */
  readonly found?: true;
  readonly means: string;
  /** When it is there at all: CloudWatch asks for money only then. Always, where nothing is said. */
  readonly when?: 'with prices' | 'without prices' | 'rarely';
}

const measured =
  (unit: Metric['unit']) =>
  (per: Spread, of: readonly Service[], means: string, when?: Metric['when']): Metric => ({
    of,
    per,
    unit,
    means,
    ...(when === undefined ? {} : { when }),
  });

const count = measured('Count');

const seconds = measured('Seconds');

const BOTH = ['pilots', 'workers'] as const;

/**
 * Every metric there is: the functions emit no other, and alarms, dashboard and documentation take their names from
 * here.
 */
export const METRICS = {
  JobsReady: count('queue', ['pilots'], 'activated jobs that no pilot has taken'),
  PilotsWaiting: count('queue', ['pilots'], 'idle, held and just submitted'),
  PilotsRunning: count('queue', ['pilots'], 'running in the pool'),
  PilotsAsked: count('queue', ['pilots'], 'to be submitted, as decided in this tick; absent if none'),
  PilotsRemoved: count('queue', ['pilots'], 'to be removed, as decided in this tick; absent if none'),
  PilotsUnshown: count(
    'queue',
    ['pilots'],
    'submitted, and in no view that must have them; absent if none',
    'rarely',
  ),
  PilotsWithJobs: count('fleet', ['workers'], 'pilots that wait for a machine and have a job behind them'),
  PilotsWithoutJobs: count(
    'fleet',
    ['workers'],
    'those that wait for one because the chain asks for them; absent if none',
    'rarely',
  ),
  PlainJobs: count(
    'fleet',
    ['workers'],
    'jobs that are no pilots and wait for a machine; absent if none',
    'rarely',
  ),
  JobsUnplaced: count('fleet', ['workers'], 'pilots and jobs that fit on no joined or booting worker'),
  WorkersLive: count('fleet', ['workers'], 'what counts against max-workers: booting and retiring ones too'),
  CoresLive: count('fleet', ['workers'], 'what counts against max-cores'),
  WorkersAsked: count('fleet', ['workers'], 'to be launched, as decided in this tick; absent if none'),
  WorkersRetired: count(
    'fleet',
    ['workers'],
    'to be drained or terminated, as decided in this tick; absent if none',
  ),
  WorkersAsleep: count(
    'fleet',
    ['workers'],
    'powered off, with their disks kept: they count against no cap of workers; absent if none',
  ),
  WorkersWaking: count(
    'fleet',
    ['workers'],
    'started again, and not in the pool yet; absent if none',
    'rarely',
  ),
  WorkersWoken: count('fleet', ['workers'], 'to be woken, as decided in this tick; absent if none'),
  WorkersOverslept: count(
    'fleet',
    ['workers'],
    'still asleep half an hour after they were to end; absent if none',
    'rarely',
  ),
  JobsUnsupported: count(
    'fleet',
    ['workers'],
    'jobs for which EC2 has no type of the fleet in any zone; absent if none',
    'rarely',
  ),
  JobsRefusing: count(
    'fleet',
    ['workers'],
    'kinds of jobs that do not take the machines launched for them; absent if none',
    'rarely',
  ),
  WorkersUnended: count('fleet', ['workers'], 'workers that EC2 will not end; absent if none', 'rarely'),
  WorkersDisbelieved: count(
    'fleet',
    ['workers'],
    'workers whose ads cannot be read, contradict themselves, claim more than was bought or name another fleet, and machines that nobody knows; absent if none',
    'rarely',
  ),
  WorkersSmall: count(
    'fleet',
    ['workers'],
    'workers that offer less than was planned for their type; absent if none',
    'rarely',
  ),
  WorkersUnmatched: count(
    'fleet',
    ['workers'],
    'workers with free room to which jobs that fit are not matched; absent if none',
    'rarely',
  ),
  WorkersBlackHole: count(
    'fleet',
    ['workers'],
    'workers on which nearly all pilots end at once; absent if none',
    'rarely',
  ),
  DollarsPerHour: count(
    'fleet',
    ['workers'],
    'what all its workers cost; absent without prices',
    'with prices',
  ),
  DollarsPerHourListed: count(
    'fleet',
    ['workers'],
    "what all its workers would cost on demand, at AWS's list prices as aerie has them; absent with prices of its own",
    'without prices',
  ),
  DollarsPerHourAsleep: count(
    'fleet',
    ['workers'],
    'what the disks of its sleepers cost, at the list price; absent if none',
    'rarely',
  ),
  DollarsThisMonth: count(
    'fleet',
    ['workers'],
    'what it has spent since the month began, in UTC; absent without prices',
    'with prices',
  ),
  DollarsCommitted: count(
    'fleet',
    ['workers'],
    'the same, and what its workers would cost until the month ends if each lived as long as it may',
    'with prices',
  ),
  BudgetNear: count(
    'fleet',
    ['workers'],
    "1 where 80 percent of the month's budget are spent, else 0",
    'with prices',
  ),
  BudgetOver: count(
    'fleet',
    ['workers'],
    '1 where a budget keeps workers back or what lives costs more than it, else 0',
    'with prices',
  ),
  Holds: count('decision', BOTH, '1 for a hold, else 0'),
  BreakersOpen: count(
    'decision',
    BOTH,
    'circuit breakers that hold something back; absent if none',
    'rarely',
  ),

  OlderTemplate: count(
    'fleet',
    ['workers'],
    '1 where launches go back to an older template, because canaries of the newest never joined; absent otherwise',
    'rarely',
  ),

  Discrepancies: count('discrepancy', ['audit'], 'found in this audit; absent if none', 'rarely'),
  DiscrepancyAge: seconds('discrepancy', ['audit'], 'since when the oldest of them has been seen', 'rarely'),
  DiscrepanciesMended: count(
    'discrepancy',
    ['audit'],
    'seen long enough to be acted on in this audit',
    'rarely',
  ),

  Ticks: count('stage', BOTH, 'a tick that came by itself and went well to its end'),
  TicksLate: count('stage', ['workers'], 'a tick that its queue kept too long, and that was left out'),
  QueuesHolding: count('stage', ['pilots'], 'queues that hold'),
  FleetsHolding: count('stage', ['workers'], 'fleets that hold'),
  QueuesBraked: count('stage', ['pilots'], 'queues of which an open circuit breaker holds something back'),
  FleetsBraked: count('stage', ['workers'], 'fleets of which an open circuit breaker holds something back'),
  QueuesWithEndingCredential: count(
    'stage',
    ['pilots'],
    'active queues that rest on a credential that ends within a day, has ended, cannot be read, or ends before its worker',
  ),
  JobsUnmet: count(
    'stage',
    ['workers'],
    'pilots and jobs that fit on no worker, of fleets for which this tick launches none',
  ),
  FleetsNearBudget: count('stage', ['workers'], "fleets that have spent 80 percent of the month's budget"),
  FleetsOverBudget: count(
    'stage',
    ['workers'],
    'fleets that a budget keeps from launching what jobs wait for',
  ),
  FleetsOnOlderTemplate: count(
    'stage',
    ['workers'],
    'fleets that launch from an older template, because canaries of the newest never joined',
  ),
  WorkersNeverJoined: count('stage', ['workers'], 'workers given up because they have not joined in time'),
  WorkersNotBelieved: count(
    'stage',
    ['workers'],
    'workers whose ads cannot be read or are not believed, and machines in the pool that nobody knows',
  ),
  WorkersNotEnded: count('stage', ['workers'], 'workers that EC2 will not end'),
  WorkersAsleepTooLong: count(
    'stage',
    ['workers'],
    'workers still asleep half an hour after they were to end',
  ),
  WakesRefused: count('stage', ['workers'], 'sleepers that EC2 did not start when it was asked to'),
  RefusedForCapacity: count(
    'stage',
    ['workers'],
    'offers that EC2 has no machines for, of launches that came to less than was asked',
  ),
  RefusedForQuota: count(
    'stage',
    ['workers'],
    "offers that the account's quotas do not allow, of launches that came to less than was asked",
  ),
  RefusedAsUnsupported: count('stage', ['workers'], 'offers whose type EC2 does not have in their zone'),
  RefusedForConfiguration: count(
    'stage',
    ['workers'],
    'offers, launches or wakes that EC2 calls wrong, and workers that it will not let sleep',
  ),
  LaunchesThrottled: count(
    'stage',
    ['workers'],
    'launches and wakes that EC2 throttled, the call or its instances',
  ),
  CallsUnheard: count(
    'stage',
    ['workers'],
    "launches, wakes and ends for which EC2 did not accept the caller's clock, signature or credentials",
  ),
  FleetsUnsupported: count(
    'stage',
    ['workers'],
    'fleets with jobs for which EC2 has no type of the fleet in any zone',
  ),
  CertificateDays: {
    of: ['pilots'],
    per: 'stage',
    unit: 'None',
    found: true,
    means: 'days until the first certificate of PanDA or of the endpoint ends; absent without TLS',
  },
  Audits: count('stage', ['audit'], 'an audit that had its facts and went well to its end'),
  UnknownInstances: count('stage', ['audit'], "instances with the stage's tag that the ledger does not know"),
  WorkersEndedByOthers: count(
    'stage',
    ['audit'],
    'instances that ended since the last audit, neither by aerie nor by themselves: taken back, failed, or ended by somebody',
  ),
  OldestDiscrepancy: seconds(
    'stage',
    ['audit'],
    'since when the oldest discrepancy of any kind has been seen',
  ),
  SettingsRead: count('stage', ['settings'], 'a full read of all settings that went well to its end'),
  BadSettings: count('stage', ['settings'], 'queues and fleets with a setting that cannot be used'),
} as const satisfies Readonly<Record<string, Metric>>;

export type MetricName = keyof typeof METRICS;

/** The metrics of one function that are counted over all queues or fleets: 0 where there was nothing to count. */
export const stageMetricsOf = (service: Service): readonly MetricName[] =>
  METRIC_NAMES.filter((name) => {
    const { of, per, found }: Metric = METRICS[name];
    return per === 'stage' && found === undefined && of.includes(service);
  });

/** How many metrics a stage, a queue, or a fleet with prices or without, has all the time; CloudWatch asks money for each. */
export const metricsPer = (per: Per, when?: Metric['when']): number =>
  Object.values<Metric>(METRICS)
    .filter((metric) => metric.when === undefined || metric.when === when)
    .reduce((sum, metric) => sum + metric.of.filter((service) => perOf(metric, service) === per).length, 0);

const isMetricName = (name: string): name is MetricName => Object.hasOwn(METRICS, name);

export const METRIC_NAMES: readonly MetricName[] = Object.keys(METRICS).filter(isMetricName);

/** The dimensions under which a function emits a metric. */
export const dimensionsOf = (
  service: Service,
  stage: string,
  of?: { readonly per: Per; readonly value: string },
): Readonly<Record<string, string>> => {
  const name = of && DIMENSION[of.per];
  return { service, Stage: stage, ...(of && name && { [name]: of.value }) };
};
