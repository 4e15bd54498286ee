import { beforeAll, describe, expect, it } from 'vitest';
import { DISCREPANCIES } from '../../../core/model/discrepancy.ts';
import {
  dimensionsOf,
  METRIC_NAMES,
  METRICS,
  type Metric,
  type MetricName,
  perOf,
} from '../../../core/tell/metrics.ts';
import { ALARMS } from '../../../lib/watch/alarms.ts';
import { type Alarmed, alarmsOver, spanOf } from '../../../twin/stage/alarms.ts';
import { STAGE } from '../../../twin/stage/parameters.ts';
import { EVERYTHING_DONE, type Recorded, recorded, toldBetween } from './recorded.ts';

/** What goes wrong in `twin/scenarios/every-alarm.json`, in minutes, and which alarms that sets off; `may`: might. */
const CAUSES: readonly {
  readonly what: string;
  readonly minutes: readonly [number, number];
  readonly fires: readonly string[];
  readonly may?: readonly string[];
}[] = [
  { what: 'no capacity', minutes: [5, 60], fires: ['capacity-refused workers', 'demand-unmet workers'] },
  { what: 'PanDA refuses', minutes: [100, 130], fires: ['facts-stale pilots'] },
  { what: 'a quota', minutes: [131, 190], fires: ['quota-refused workers'], may: ['demand-unmet workers'] },
  { what: 'a subnet that is none', minutes: [220, 235], fires: ['launch-rejected workers'] },
  {
    what: 'rights are gone',
    minutes: [250, 265],
    fires: ['ticks-failing workers', 'launch-rejected workers'],
    may: ['ticks-missing workers'],
  },
  {
    what: 'DynamoDB is out',
    minutes: [285, 300],
    fires: ['ticks-failing pilots', 'ticks-failing workers', 'ticks-missing pilots', 'ticks-missing workers'],
    may: ['settings-unread settings'],
  },
  { what: "the pilots' timer is off", minutes: [315, 330], fires: ['ticks-missing pilots'] },
  { what: "the workers' timer is off", minutes: [345, 360], fires: ['ticks-missing workers'] },
  { what: 'a setting that cannot be used', minutes: [380, 400], fires: ['bad-settings settings'] },
  {
    what: 'Parameter Store and endpoint are out',
    minutes: [420, 565],
    fires: [
      'settings-unread settings',
      'dead-letters settings',
      'dead-letters events',
      'audit-missing audit',
    ],
    may: ['facts-stale pilots', 'facts-stale workers', 'demand-unmet workers'],
  },
  { what: 'an orphan', minutes: [70, 190], fires: ['orphan-found audit', 'discrepancy-stays audit'] },
  { what: 'the audit is off', minutes: [200, 250], fires: ['audit-missing audit'] },
  {
    what: 'no worker joins',
    minutes: [566, 610],
    fires: ['breaker-open workers'],
    may: ['demand-unmet workers'],
  },
  {
    what: 'an offer of which no worker has joined since waits for its canary',
    minutes: [610, 720],
    fires: [],
    may: ['breaker-open workers'],
  },
  {
    what: 'workers may not be ended',
    minutes: [195, 250],
    fires: ['end-refused workers'],
    may: ['discrepancy-stays audit', 'asleep-too-long workers', 'demand-unmet workers'],
  },
  {
    what: 'EC2 does not accept the caller',
    minutes: [380, 400],
    fires: ['caller-refused workers'],
    may: ['demand-unmet workers'],
  },
  {
    what: 'EC2 throttles what fleets launch and wake',
    minutes: [764, 798],
    fires: ['launches-throttled workers'],
    may: ['demand-unmet workers'],
  },
  {
    what: 'no zone has the only type of the queue',
    minutes: [800, 860],
    fires: ['type-unsupported workers'],
    may: ['demand-unmet workers'],
  },
  { what: "the pilots' credential ends soon", minutes: [615, 645], fires: ['credential-ends pilots'] },
  { what: 'no pilot lives', minutes: [715, 765], fires: ['breaker-open pilots'] },
  {
    what: "the month's budget is cut to what is spent",
    minutes: [645, 685],
    fires: ['budget-near workers', 'budget-over workers'],
  },
];

/** Boots that fail are all over the scenario, and at every peak its stage comes near the quota of its account. */
const ANY_TIME = ['never-joined workers', 'quota-near standard-on-demand'];

/** Why nothing can set an alarm off in this scenario; `alarms-over.test.ts` judges made data for it. */
const NOT_HERE: Readonly<Record<string, string>> = {
  'quota-near standard-spot': 'the queue takes no spot',
  'quota-near g-on-demand': 'the queue takes no GPUs',
  'quota-near g-spot': 'the queue takes no GPUs',
  'quota-near p-on-demand': 'the queue takes no GPUs',
  'quota-near p-spot': 'the queue takes no GPUs',
  'quota-near lambda-concurrency': 'the twin runs one function at a time',
  'certificate-expires pilots': "the twin's servers speak without TLS",
  'asleep-too-long workers':
    'whether a sleeper is kept for longer than ends are refused is chance; sleeper-counts.test.ts counts it',
  'template-rejected workers': 'the template stays the same; bad-deploy.test.ts changes it',
};
/** For the same reasons. */
const NOT_EMITTED: readonly MetricName[] = ['CertificateDays', 'OlderTemplate'];

/** No alarm watches these: odd-pool.test.ts, site-in-test.test.ts, burst.test.ts and sleeper-counts.test.ts see them. */
const ELSEWHERE: readonly MetricName[] = [
  'WorkersOverslept',
  'PilotsUnshown',
  'PilotsWithoutJobs',
  'WorkersDisbelieved',
  'WorkersSmall',
  'WorkersUnmatched',
  'WorkersBlackHole',
  'PlainJobs',
  'JobsRefusing',
];

/** Letters stay until somebody takes them; workers that never joined are counted over an hour. */
const OUTLASTS: readonly string[] = ['dead-letters', 'never-joined'];

/** An alarm is judged at the end of its period, and may take a while to see what has begun. */
const AFTER_MINUTES = 30;

/** The one alarm that needs ticks between the minutes, which the long scenario does without. */
const LATE = 'ticks-late workers';

describe('a scenario in which ticks come late', () => {
  it('loses none to EventBridge, and tells of those that their queue keeps too long', async () => {
    const { data, summary } = await recorded('late-ticks');
    const ends = data.map(({ at }) => at);
    const [start, end] = [Math.min(...ends), Math.max(...ends)];
    const alarmed = alarmsOver(data, [start, end]);
    expect(alarmed.map(({ alarm, whose }) => `${alarm} ${whose}`)).toEqual([LATE]);
    // Eleven periods of five minutes after SQS began to be late.
    expect(((alarmed[0]?.from ?? 0) - start) / 60).toBeGreaterThan(50 + 50);
    const late = data.filter(({ name, value }) => name === 'TicksLate' && value > 0);
    const minutes = late.map(({ at }) => (at - start) / 60);
    expect(Math.min(...minutes)).toBeGreaterThan(50);
    expect(late.length).toBeGreaterThan(2 * 80);
    expect(summary).toMatchObject(EVERYTHING_DONE);
  });
});

describe('a scenario in which everything goes wrong that an alarm watches', () => {
  let run: Recorded;
  let alarmed: readonly Alarmed[];
  let start: number;
  beforeAll(async () => {
    run = await recorded('every-alarm');
    start = Math.min(...run.data.map(({ at }) => at));
    alarmed = alarmsOver(run.data, [start, spanOf(run.data)[1]]);
  });

  const minuteOf = (at: number) => (at - start) / 60;
  const nameOf = ({ alarm, whose }: Alarmed) => `${alarm} ${whose}`;

  it.each(CAUSES.flatMap(({ what, minutes, fires }) => fires.map((name) => ({ what, minutes, name }))))(
    '$what: $name goes off',
    ({ minutes: [from, to], name }) => {
      const within = alarmed.filter(
        (it) => minuteOf(it.from) > from && minuteOf(it.from) <= to + AFTER_MINUTES,
      );
      expect(within.map(nameOf)).toContain(name);
    },
  );

  it('what happens all the time sets off its alarm', () => {
    expect(alarmed.map(nameOf)).toEqual(expect.arrayContaining(ANY_TIME));
  });

  it('sets off every alarm there is', () => {
    const all = Object.entries(ALARMS).flatMap(([name, { watches }]) =>
      watches.map((watched) => `${name} ${watched.kind === 'own' ? watched.service : watched.of}`),
    );
    const here = all.filter((name) => !Object.hasOwn(NOT_HERE, name));
    const fired = alarmed.map(nameOf).filter((name) => !Object.hasOwn(NOT_HERE, name));
    expect([...new Set([...fired, LATE])].sort()).toEqual(here.sort());
  });

  it('sets off none without its cause', () => {
    const causeless = alarmed.filter((it) => {
      const minute = minuteOf(it.from);
      const allowed = CAUSES.filter(
        ({ minutes: [from, to] }) => minute > from && minute <= to + AFTER_MINUTES,
      );
      return ![...ANY_TIME, ...allowed.flatMap(({ fires, may = [] }) => [...fires, ...may])].includes(
        nameOf(it),
      );
    });
    expect(causeless.map((it) => `${nameOf(it)} at ${minuteOf(it.from)}`)).toEqual([]);
  });

  it('lets every alarm go off again once its cause is over', () => {
    const end = Math.max(...run.data.map(({ at }) => at));
    const stuck = alarmed.filter(({ alarm, to }) => !OUTLASTS.includes(alarm) && to > end);
    expect(stuck.map(nameOf)).toEqual([]);
  });

  it('leaves a fleet with a bad value on its last good settings, and its ticks unharmed', () => {
    const during = toldBetween(run.told, 382, 399);
    expect(new Set(during.map(({ of }) => of))).toEqual(new Set(['pilots', 'workers']));
    for (const { kind } of during) expect(kind).not.toBe('hold');
    // It is a value of the fleet's: its queue goes on as ever.
    for (const { why } of during.filter(({ of }) => of === 'workers')) {
      expect(why[0]).toMatchObject({ kind: 'last-good-settings', problems: [{ knob: 'max-workers' }] });
    }
    const after = toldBetween(run.told, 402, 415).flatMap(({ why }) => why);
    expect(after.map(({ kind }) => kind)).not.toContain('last-good-settings');
  });

  it('emits every metric that there is, under the dimensions that alarms watch, and no other', () => {
    // Which kinds of discrepancy a run meets is chance: they are all one here.
    const alike = (dimensions: Readonly<Record<string, string>>) =>
      isDiscrepancy(dimensions.Discrepancy) ? { ...dimensions, Discrepancy: 'any' } : dimensions;
    const emitted = new Set(
      run.data
        .filter(({ namespace, name }) => namespace === 'aerie' && !ELSEWHERE.some((of) => of === name))
        .map(({ name, dimensions }) => JSON.stringify([name, sorted(alike(dimensions))])),
    );
    const values = { queue: 'RU', fleet: 'default', discrepancy: 'any', stage: '' };
    const expected = METRIC_NAMES.filter((name) => ![...NOT_EMITTED, ...ELSEWHERE].includes(name)).flatMap(
      (name) => {
        const metric: Metric = METRICS[name];
        return metric.of.map((service) => {
          const per = perOf(metric, service);
          return JSON.stringify([name, sorted(dimensionsOf(service, STAGE, { per, value: values[per] }))]);
        });
      },
    );
    expect([...emitted].sort()).toEqual(expected.sort());
  });
});

const isDiscrepancy = (name: string | undefined): boolean => DISCREPANCIES.some((known) => known === name);

const sorted = (dimensions: Readonly<Record<string, string>>) =>
  Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1));
