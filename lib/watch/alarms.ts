import type { MetricName, Service } from '../../core/tell/metrics.ts';
import { AUDIT_SECONDS, MINUTE_SECONDS, SETTINGS_SECONDS } from '../functions/functions.ts';
import { type AlarmSpec, NEWS_READERS, type Watched } from './alarm-spec.ts';

const own = (name: MetricName, ...services: readonly Service[]): readonly Watched[] =>
  services.map((service) => ({ kind: 'own', name, service }));

/** Some of the last minutes, whatever the number of ticks in each: that a person is told does not depend on it. */
const minutes = (datapoints: number, of: number) => ({ periodSeconds: MINUTE_SECONDS, datapoints, of });
/** One whole period. */
const once = (periodSeconds: number) => ({ periodSeconds, datapoints: 1, of: 1 });

const any = { breaches: 'at least', threshold: 1, missing: 'notBreaching' } as const;
const none = { breaches: 'below', threshold: 1, missing: 'breaching' } as const;

/** Every alarm of a stage that has everything. */
export const ALARMS = {
  'ticks-missing': {
    urgency: 'now',
    look: 'doctor',
    page: 'ticks',
    what: 'No tick went well to its end for five minutes: nothing is submitted, launched or ended.',
    watches: own('Ticks', 'pilots', 'workers'),
    statistic: 'Sum',
    ...once(5 * MINUTE_SECONDS),
    ...none,
  },
  /** Two of three are two a minute, of a stage with a tick each 20 s; of one with a tick each 30 s one is all there is. */
  'ticks-late': {
    urgency: 'today',
    look: 'doctor',
    page: 'ticks',
    what: 'For an hour at least one tick a minute came too late and was left out: workers are launched later than they could.',
    watches: own('TicksLate', 'workers'),
    statistic: 'Sum',
    periodSeconds: 300,
    datapoints: 11,
    of: 12,
    ...any,
    threshold: 5,
  },
  'ticks-failing': {
    urgency: 'now',
    look: 'doctor',
    page: 'ticks',
    what: 'Ticks failed in three of the last five minutes: something is not done for at least one queue or fleet.',
    watches: [
      { kind: 'errors', of: 'pilots' },
      { kind: 'errors', of: 'workers' },
    ],
    statistic: 'Sum',
    ...minutes(3, 5),
    ...any,
  },
  /** A collector's restart holds for ten minutes and mends itself. */
  'facts-stale': {
    urgency: 'now',
    look: 'holds',
    page: 'facts',
    what: 'Queues or fleets have been holding for a quarter of an hour: facts or settings are missing, stale or not believable.',
    watches: [...own('QueuesHolding', 'pilots'), ...own('FleetsHolding', 'workers')],
    statistic: 'Maximum',
    ...minutes(15, 15),
    ...any,
  },
  /** While EC2 refuses, each size is asked for again each 300 s, and such a tick counts as met: up to three in five. */
  'demand-unmet': {
    urgency: 'today',
    look: 'status',
    page: 'workers',
    what: 'Again and again in half an hour pilots or jobs found no worker, and none was launched for them.',
    watches: own('JobsUnmet', 'workers'),
    statistic: 'Maximum',
    ...minutes(12, 30),
    ...any,
  },
  'never-joined': {
    urgency: 'today',
    look: 'workers --lost',
    page: 'workers',
    what: 'Three or more workers of the last hour never joined the pool: they are paid for and run nothing.',
    watches: own('WorkersNeverJoined', 'workers'),
    statistic: 'Sum',
    ...once(3600),
    ...any,
    threshold: 3,
  },
  /**
   * A refused offer is left alone for 300 s, so one that is always short is refused once a period. A fleet that came out
   * whole counts no refusal: one type that is short all day does no harm while others are had.
   */
  'capacity-refused': {
    urgency: 'can wait',
    look: 'status',
    page: 'ec2',
    what: 'EC2 has given fewer machines than were asked for, for most of the last half hour.',
    watches: own('RefusedForCapacity', 'workers'),
    statistic: 'Sum',
    periodSeconds: 300,
    datapoints: 4,
    of: 6,
    ...any,
  },
  /** Left alone for 600 s. */
  'quota-refused': {
    urgency: 'today',
    look: 'doctor',
    page: 'ec2',
    what: "The account's EC2 quotas keep workers from being launched.",
    watches: own('RefusedForQuota', 'workers'),
    statistic: 'Sum',
    periodSeconds: 600,
    datapoints: 2,
    of: 3,
    ...any,
  },
  /** Of two periods: what comes and goes within minutes runs into nothing. */
  'quota-near': {
    urgency: 'today',
    look: 'doctor',
    page: 'ec2',
    what: "The account uses 80 percent of a quota: soon EC2 refuses workers, or Lambda the stage's functions.",
    watches: [
      { kind: 'quota', of: 'standard-on-demand' },
      { kind: 'quota', of: 'standard-spot' },
      { kind: 'quota', of: 'g-on-demand' },
      { kind: 'quota', of: 'g-spot' },
      { kind: 'quota', of: 'p-on-demand' },
      { kind: 'quota', of: 'p-spot' },
      { kind: 'quota', of: 'lambda-concurrency' },
    ],
    statistic: 'Maximum',
    periodSeconds: 300,
    datapoints: 2,
    of: 2,
    ...any,
    threshold: 80,
  },
  /** PanDA has several servers, and a tick meets some of them; in an hour all. Two weeks are time to have one renewed. */
  'certificate-expires': {
    urgency: 'today',
    look: 'doctor',
    page: 'facts',
    what: "A certificate of PanDA's or of the endpoint's server ends within 14 days; after that everything holds.",
    watches: own('CertificateDays', 'pilots'),
    statistic: 'Minimum',
    ...once(3600),
    breaches: 'below',
    threshold: 14,
    missing: 'notBreaching',
  },
  /** A day: what renews proxies and tokens works every few hours, and has failed then. */
  'credential-ends': {
    urgency: 'today',
    look: 'status',
    page: 'facts',
    what: "A credential that a queue's pilots or workers need ends within a day, or too early for them.",
    watches: own('QueuesWithEndingCredential', 'pilots'),
    statistic: 'Maximum',
    ...minutes(15, 15),
    ...any,
  },
  /** Left alone for 600 s: three periods of 300 s bridge that, so that it stays on for as long as it is so. */
  'launch-rejected': {
    urgency: 'today',
    look: 'doctor',
    page: 'ec2',
    what: 'EC2 calls a launch or a wake wrong, or lets no worker sleep: rights, template or subnet do not fit.',
    watches: own('RefusedForConfiguration', 'workers'),
    statistic: 'Sum',
    periodSeconds: 300,
    datapoints: 1,
    of: 3,
    ...any,
  },
  /** A type that one zone lacks is left alone there for a day, and no alarm says so while others are had. */
  'type-unsupported': {
    urgency: 'today',
    look: 'status',
    page: 'ec2',
    what: 'Pilots or jobs wait for a worker of which EC2 has no type in any zone of the stage.',
    watches: own('FleetsUnsupported', 'workers'),
    statistic: 'Maximum',
    ...minutes(5, 15),
    ...any,
  },
  /** A throttled launch is asked for again after 60 to 120 s. */
  'launches-throttled': {
    urgency: 'can wait',
    look: 'status',
    page: 'ec2',
    what: 'EC2 has throttled launches for most of the last half hour: they come later and smaller.',
    watches: own('LaunchesThrottled', 'workers'),
    statistic: 'Sum',
    periodSeconds: 300,
    datapoints: 5,
    of: 6,
    ...any,
  },
  /** A function that was frozen signs one call too late now and then; that ends with the next tick. */
  'caller-refused': {
    urgency: 'now',
    look: 'doctor',
    page: 'ec2',
    what: "EC2 does not accept the functions' clock, signature or credentials: nothing is launched or ended.",
    watches: own('CallsUnheard', 'workers'),
    statistic: 'Sum',
    ...minutes(5, 10),
    ...any,
  },
  'end-refused': {
    urgency: 'today',
    look: 'workers',
    page: 'ec2',
    what: 'EC2 will not end workers that should be gone: they are paid for until somebody ends them.',
    watches: own('WorkersNotEnded', 'workers'),
    statistic: 'Maximum',
    ...minutes(15, 15),
    ...any,
  },
  'asleep-too-long': {
    urgency: 'today',
    look: 'workers',
    page: 'ec2',
    what: 'Workers sleep on half an hour after they were to end: nothing ends them, and their disks are paid for.',
    watches: own('WorkersAsleepTooLong', 'workers'),
    statistic: 'Maximum',
    ...minutes(15, 15),
    ...any,
  },
  /** Where PanDA's counts lag, a few pilots come in vain now and then; that ends within minutes. */
  'breaker-open': {
    urgency: 'can wait',
    look: 'workers --lost',
    page: 'workers',
    what: 'A circuit breaker holds launches or pilots back to one at a time: those before it came to nothing.',
    watches: [...own('QueuesBraked', 'pilots'), ...own('FleetsBraked', 'workers')],
    statistic: 'Maximum',
    ...minutes(10, 15),
    ...any,
  },
  'template-rejected': {
    urgency: 'today',
    look: 'workers --lost',
    page: 'workers',
    what: 'Canaries of the newest template never joined: workers are launched from the last one that did.',
    watches: own('FleetsOnOlderTemplate', 'workers'),
    statistic: 'Maximum',
    ...minutes(5, 10),
    ...any,
  },
  'audit-missing': {
    urgency: 'today',
    look: 'doctor',
    page: 'ticks',
    what: 'No audit had its facts and went well to its end for half an hour: what is lost or left over is not found.',
    watches: own('Audits', 'audit'),
    statistic: 'Sum',
    ...once(3 * AUDIT_SECONDS),
    ...none,
  },
  /** In two audits: what was on its way at the first look is not there at the second. */
  'orphan-found': {
    urgency: 'today',
    look: 'doctor',
    page: 'strays',
    what: "Instances carry the stage's tag and are not in its ledger: somebody else launched them, or a launch was lost.",
    watches: own('UnknownInstances', 'audit'),
    statistic: 'Maximum',
    periodSeconds: AUDIT_SECONDS,
    datapoints: 2,
    of: 2,
    ...any,
  },
  'discrepancy-stays': {
    urgency: 'today',
    look: 'doctor',
    page: 'strays',
    what: 'Something between EC2, the ledger and the pool has been wrong for an hour, and the audit cannot mend it.',
    watches: own('OldestDiscrepancy', 'audit'),
    statistic: 'Maximum',
    ...once(AUDIT_SECONDS),
    ...any,
    threshold: 3600,
  },
  'bad-settings': {
    urgency: 'today',
    look: 'get',
    page: 'facts',
    what: 'A parameter of a queue or a fleet cannot be used; the log of the settings function names it and what is allowed.',
    watches: own('BadSettings', 'settings'),
    statistic: 'Maximum',
    ...once(2 * SETTINGS_SECONDS),
    ...any,
  },
  'settings-unread': {
    urgency: 'now',
    look: 'doctor',
    page: 'facts',
    what: 'The settings have not been read in full for a quarter of an hour; after an hour everything holds.',
    watches: own('SettingsRead', 'settings'),
    statistic: 'Sum',
    ...once(3 * SETTINGS_SECONDS),
    ...none,
  },
  /** Spent, not merely committed: that goes on until the month is over. */
  'budget-near': {
    urgency: 'can wait',
    look: 'status',
    page: 'money',
    what: "80 percent of the budget of a fleet's month are spent.",
    watches: own('FleetsNearBudget', 'workers'),
    statistic: 'Maximum',
    ...minutes(5, 5),
    ...any,
  },
  /** A full budget by the hour is as usual as a full cap, as long as it is not for long. */
  'budget-over': {
    urgency: 'today',
    look: 'status',
    page: 'money',
    what: 'For most of half an hour a budget has kept workers back that jobs wait for, or what lives costs more than it.',
    watches: own('FleetsOverBudget', 'workers'),
    statistic: 'Maximum',
    ...minutes(20, 30),
    ...any,
  },
  'dead-letters': {
    urgency: 'today',
    look: 'dead-letters',
    page: 'ticks',
    what: 'Events could not be worked on in an hour and a half of tries.',
    watches: NEWS_READERS.map((of) => ({ kind: 'dead-letters', of })),
    statistic: 'Maximum',
    ...once(300),
    ...any,
  },
} as const satisfies Readonly<Record<string, AlarmSpec>>;

export type AlarmName = keyof typeof ALARMS;

const isOfPilots = (watched: Watched): boolean =>
  (watched.kind === 'own' && watched.service === 'pilots') ||
  (watched.kind === 'errors' && watched.of === 'pilots');

/** The alarms of a stage; one without PanDA has no function that submits pilots, and none that watches it. */
export const alarmsOf = ({
  hasPilots,
}: {
  readonly hasPilots: boolean;
}): Readonly<Record<string, AlarmSpec>> =>
  Object.fromEntries(
    Object.entries<AlarmSpec>(ALARMS)
      .map(
        ([name, spec]) =>
          [
            name,
            hasPilots ? spec : { ...spec, watches: spec.watches.filter((watched) => !isOfPilots(watched)) },
          ] as const,
      )
      .filter(([, { watches }]) => watches.length > 0),
  );
