import { beforeAll, describe, expect, it } from 'vitest';
import { type Alarmed, alarmsOver, spanOf } from '../../../twin/stage/alarms.ts';
import { EVERYTHING_DONE, type Recorded, recorded } from './recorded.ts';

/** Which class every code of the scenario has to be told in. */
const CLASSES: Readonly<Record<string, string>> = {
  InvalidFleetConfiguration: 'unsupported',
  Unsupported: 'unsupported',
  InsufficientInstanceCapacity: 'capacity',
  InsufficientFreeAddressesInSubnet: 'capacity',
  VolumeLimitExceeded: 'quota',
  PendingVerification: 'quota',
  MaxSpotInstanceCountExceeded: 'quota',
  RequestLimitExceeded: 'throttled',
  UnauthorizedOperation: 'configuration',
  OperationNotPermitted: 'configuration',
  RequestExpired: 'caller',
  AuthFailure: 'caller',
};

/** What sets off an alarm, in minutes of the scenario. A type that a zone lacks all day is no cause. */
const CAUSES: readonly {
  readonly alarm: string;
  readonly minutes: readonly (readonly [from: number, to: number])[];
}[] = [
  {
    alarm: 'end-refused workers',
    minutes: [
      [10, 30],
      [60, 90],
      [130, 160],
    ],
  },
  /** EC2 refuses ends for eighty minutes, with short breaks. */
  { alarm: 'discrepancy-stays audit', minutes: [[70, 90]] },
  { alarm: 'launch-rejected workers', minutes: [[66, 82]] },
  { alarm: 'caller-refused workers', minutes: [[86, 100]] },
  { alarm: 'quota-refused workers', minutes: [[116, 124]] },
];
/** One boot in ten fails, all day long. */
const ALL_DAY = 'never-joined workers';
/** An alarm may look so far back, and is judged at the end of its period. */
const AFTER_MINUTES = 30;

describe('a day on which EC2 answers in every way it has', () => {
  let run: Recorded;
  let alarmed: readonly Alarmed[];
  let start: number;
  let end: number;
  beforeAll(async () => {
    run = await recorded('bad-day-at-ec2');
    [start, end] = spanOf(run.data);
    alarmed = alarmsOver(run.data, [start, end]);
  });

  it('ends like any other: all jobs are done, no cap is broken, no tick fails, and nobody is left behind', () => {
    expect(run.summary).toMatchObject({ ...EVERYTHING_DONE, holds: 0 });
    expect(run.summary.jobsArrived).toBeGreaterThan(1000);
    expect(run.summary.jobsDone).toBe(run.summary.jobsArrived);
  });

  it('sets off no alarm without its cause, and none for a type that one zone lacks', () => {
    const causeless = alarmed
      .map(({ alarm, whose, from, to }) => ({
        ...{ name: `${alarm} ${whose}`, from: (from - start) / 60, to: (to - start) / 60 },
      }))
      .filter(({ name, from, to }) => {
        const windows = CAUSES.find(({ alarm }) => alarm === name)?.minutes ?? [];
        const isCaused = windows.some(([begin, over]) => from > begin && from <= over + AFTER_MINUTES);
        const last = Math.max(...windows.map(([, over]) => over));
        return name !== ALL_DAY && !(isCaused && to <= last + AFTER_MINUTES);
      });
    expect(causeless).toEqual([]);
  });

  it('tells every code that there is, each in its class', () => {
    const told = run.refusals.map((refusal) => [refusal.code, refusal.class] as const);
    expect(Object.fromEntries(told)).toEqual(CLASSES);
    for (const [code, kind] of told) expect(kind).toBe(CLASSES[code]);
  });

  it('tells each refusal of an offer or a worker once', () => {
    const once = run.refusals
      .flatMap(({ code, subjects }) => subjects.map((subject) => `${code} ${subject}`))
      .filter((text) => !text.includes(' all '));
    expect(once.length).toBeGreaterThan(10);
    expect(once).toEqual([...new Set(once)]);
  });

  it('blames the one offer that EC2 refused fleets for without naming it, on either market, and no other', () => {
    const blamed = run.refusals
      .filter((refusal) => refusal.of === 'launch' && refusal.class === 'configuration')
      .flatMap(({ subjects }) => subjects)
      .filter((subject) => subject !== 'all offers');
    expect([...blamed].sort()).toEqual(['m6i.large/us-east-1b/on-demand', 'm6i.large/us-east-1b/spot']);
  });
});
