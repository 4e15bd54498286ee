import fc from 'fast-check';
import { EC2_QUEUES, type QueueName, SITE_QUEUES } from './queues.ts';
import {
  CALL_FATES,
  EVENT_FATES,
  type Fault,
  HANDLERS,
  MOMENTS,
  MOST_LATE_SECONDS,
  type MomentName,
  type Script,
  SETTINGS,
  SITE_MOMENTS,
  SITE_WINDOWS,
  STORM_MINUTES,
  TICK_FATES,
  WINDOWS,
  type WindowName,
} from './script.ts';

const minute = fc.nat(STORM_MINUTES - 1);
const kind = <const K extends string>(name: K) => fc.constant(name);

/** What a stage has that can be struck: the more of it, the more there is to draw from. */
interface Struck {
  readonly queue: fc.Arbitrary<QueueName>;
  readonly window: fc.Arbitrary<WindowName>;
  readonly moment: fc.Arbitrary<MomentName>;
}

const ON_EC2: Struck = {
  queue: fc.constantFrom(...EC2_QUEUES),
  window: fc.constantFrom(...WINDOWS),
  moment: fc.constantFrom(...MOMENTS),
};

/** Half of what is about a cloud is about the OpenStack. */
const ON_BOTH: Struck = {
  queue: fc.oneof(ON_EC2.queue, fc.constantFrom(...SITE_QUEUES)),
  window: fc.oneof(ON_EC2.window, fc.constantFrom(...SITE_WINDOWS)),
  moment: fc.oneof(ON_EC2.moment, fc.constantFrom(...SITE_MOMENTS)),
};

const faultOf = ({ queue, window, moment }: Struck): fc.Arbitrary<Fault> =>
  fc.oneof(
    {
      weight: 10,
      arbitrary: fc.record({
        kind: kind('call'),
        of: fc.constantFrom('workers', 'workers', 'workers', ...HANDLERS),
        fromMinute: minute,
        call: fc.nat(26),
        fate: fc.constantFrom(...CALL_FATES),
      }),
    },
    {
      weight: 7,
      arbitrary: fc.record({
        kind: kind('tick'),
        of: fc.constantFrom('pilots', 'workers', 'workers'),
        minute,
        fate: fc.constantFrom(...TICK_FATES),
        // Half of the late ones meet the next tick: that is where two of them are at work at once.
        seconds: fc.oneof(fc.integer({ min: 1, max: MOST_LATE_SECONDS }), fc.integer({ min: 56, max: 60 })),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: kind('event'),
        fromMinute: minute,
        fate: fc.constantFrom(...EVENT_FATES),
        minutes: fc.integer({ min: 1, max: 30 }),
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        kind: kind('window'),
        what: window,
        fromMinute: minute,
        minutes: fc.integer({ min: 1, max: 25 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: kind('moment'),
        what: moment,
        minute,
        which: fc.nat(7),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: kind('settings'),
        what: fc.constantFrom(...SETTINGS),
        queue,
        fromMinute: minute,
        minutes: fc.integer({ min: 1, max: 30 }),
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        kind: kind('jobs'),
        queue,
        minute,
        count: fc.integer({ min: 1, max: 14 }),
        runMinutes: fc.integer({ min: 2, max: 25 }),
      }),
    },
  );

/** A tick so late that the next one finds it at work, both with more jobs before them than the cap allows workers for. */
const meeting = ({ queue }: Struck): fc.Arbitrary<readonly Fault[]> =>
  fc
    .record({
      minute,
      queue,
      seconds: fc.integer({ min: 56, max: 60 }),
      count: fc.integer({ min: 8, max: 14 }),
    })
    .map(({ seconds, count, ...of }) => [
      { kind: 'tick', of: 'workers', minute: of.minute, fate: 'late', seconds },
      { kind: 'jobs', ...of, count, runMinutes: 10 },
    ]);

/** How long after jobs of a few minutes their workers sleep. */
const ASLEEP_MINUTES = 13;
/** So much later, at most, something goes wrong: it has to be before the calm. */
const HIT_AFTER_MINUTES = 2;

/** Jobs whose workers have fallen asleep when others come, and something that goes wrong in the ticks that wake them. */
const waking = ({ queue }: Struck): fc.Arbitrary<readonly Fault[]> =>
  fc
    .record({
      minute: fc.nat(STORM_MINUTES - 1 - ASLEEP_MINUTES - HIT_AFTER_MINUTES),
      before: queue,
      after: queue,
      count: fc.integer({ min: 4, max: 14 }),
      hit: fc.oneof(
        fc.record({
          kind: kind('tick'),
          of: kind('workers'),
          fate: fc.constantFrom(...TICK_FATES),
          seconds: fc.integer({ min: 50, max: 62 }),
        }),
        fc.record({
          kind: kind('call'),
          of: kind('workers'),
          call: fc.integer({ min: 8, max: 26 }),
          fate: fc.constantFrom(...CALL_FATES),
        }),
      ),
      hitAfter: fc.nat(HIT_AFTER_MINUTES),
    })
    .map(({ minute: from, before, after, count, hit, hitAfter }): readonly Fault[] => {
      const to = from + ASLEEP_MINUTES;
      const at = to + hitAfter;
      return [
        { kind: 'jobs', queue: before, minute: from, count, runMinutes: 2 },
        { kind: 'jobs', queue: after, minute: to, count, runMinutes: 4 },
        hit.kind === 'tick' ? { ...hit, minute: at } : { ...hit, fromMinute: at },
      ];
    });

const faultsOf = (struck: Struck): fc.Arbitrary<readonly Fault[]> =>
  fc
    .array(
      fc.oneof(
        { weight: 12, arbitrary: faultOf(struck).map((one): readonly Fault[] => [one]) },
        { weight: 1, arbitrary: meeting(struck) },
        { weight: 2, arbitrary: waking(struck) },
      ),
      { maxLength: 48, size: 'max' },
    )
    .map((all) => all.flat());

type Stage = Pick<Script, 'faults' | 'hasSite'>;

const onEc2: fc.Arbitrary<Stage> = faultsOf(ON_EC2).map((faults) => ({ faults }));

const onBoth: fc.Arbitrary<Stage> = faultsOf(ON_BOTH).map((faults) => ({ faults, hasSite: true }));

const scriptOf = (stage: fc.Arbitrary<Stage>): fc.Arbitrary<Script> =>
  fc.noBias(
    fc
      .record({ seed: fc.nat(), hasOld: fc.boolean(), stage })
      .map(({ hasOld, stage: of, ...script }) => ({ ...script, ...(hasOld ? { hasOld } : {}), ...of })),
  );

/**
 * Any script: a storm of up to a few dozen faults, each kind as likely early as late. Two stages in three have an OpenStack beside
 * EC2.
 */
export const anyScript = scriptOf(
  fc.oneof({ weight: 1, arbitrary: onEc2 }, { weight: 2, arbitrary: onBoth }),
);

/** Any of a stage that has EC2 alone. */
export const anyScriptOnEc2 = scriptOf(onEc2);
