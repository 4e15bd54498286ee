import { describe, expect, it } from 'vitest';
import type { TwinInstance } from '../../../twin/aws/ec2/instance.ts';
import { parameterStore } from '../../../twin/aws/ssm/store.ts';
import { simulatedClock } from '../../../twin/clock/clock.ts';
import { versionsOf } from '../../../twin/scenario/deploys.ts';
import type { Fault } from '../../../twin/scenario/schema.ts';
import { type Faulty, scheduleFaults } from '../../../twin/stage/faults.ts';

/** Any instance, but for its id. */
const AN_INSTANCE: TwinInstance = {
  instanceId: 'i-0',
  reservationId: 'r-0',
  offer: { flavour: 'm6i.large', zone: 'us-east-1a', market: 'on-demand' },
  vcpus: 2,
  subnetId: 'subnet-0a',
  template: { id: 'lt-0', version: '1' },
  imageId: 'ami-0',
  clientToken: '',
  tags: {},
  launchedAt: 0,
  runs: [],
  shutdownBehavior: 'terminate',
  visibleAt: 0,
  life: { kind: 'pending' },
};

/** What was done to the world, each with the minute. */
const done = (faults: readonly Fault[]): readonly string[] => {
  const clock = simulatedClock(0);
  const said: string[] = [];
  const say = (what: string) => said.push(`${clock.now / 60} ${what}`);
  const world: Faulty = {
    panda: { turn: (mode) => say(`panda ${mode}`) },
    endpoint: {
      turn: (mode) => say(`endpoint ${mode}`),
      endCredentials: (seconds) =>
        say(`credentials end ${seconds === undefined ? 'as made' : `in ${seconds} s`}`),
      spoil: (queue, isSpoilt) => say(`template of ${queue} ${isSpoilt ? 'spoilt' : 'mended'}`),
    },
    pool: { restartCollector: () => say('collector restarted') },
    functions: {
      killSome: (share) => say(`killed ${share}`),
      deploy: (version) => say(`version ${version} deployed`),
    },
    ledger: { fail: (on) => say(`ledger fails ${on}`) },
    parameters: { fail: (on) => say(`parameters fail ${on}`) },
    store: parameterStore(),
    breakage: {
      boots: { fails: false, fail: (on) => say(`boots fail ${on}`) },
      pilots: { fails: false, fail: (on) => say(`pilots fail ${on}`) },
      oddities: {
        of: () => undefined,
        begin() {
          say('odd workers begin');
          return () => say('odd workers end');
        },
      },
    },
    launchOrphan(flavour) {
      say(`orphan ${flavour}`);
      return () => say('orphan ended');
    },
    seed: 1,
    timers: {
      switchOff: (name, off) => say(`${name} off ${off}`),
      loseSome: (share) => say(`lost ${share}`),
      beLate: (carrier, seconds) => say(`${carrier} late ${seconds}`),
    },
    ec2: {
      faults: {
        throttleEverything: (on) => say(`throttled ${on}`),
        denyEverything: (on) => say(`denied ${on}`),
        failLaunches: (reason) => say(`launches fail ${reason}`),
        refuseCalls: ({ call, code }) => {
          say(`${call}: ${code}`);
          return () => say(`${call} again`);
        },
        refuseFleets: ({ flavour, code, names }) => {
          say(`${flavour}: ${code} ${names}`);
          return () => say(`${flavour} in fleets again`);
        },
        refuseEnds: ({ code, isHit }) => {
          const ids = Array.from({ length: 1000 }, (_, n) => `i-${n}`);
          const hit = ids.filter((instanceId) => isHit({ ...AN_INSTANCE, instanceId }));
          say(`${code} of ${Math.round(hit.length / 100)} in 10`);
          return () => say('ends again');
        },
        limit: ({ flavour }) => {
          say(`no ${flavour}`);
          return () => say(`${flavour} again`);
        },
      },
    },
  };
  scheduleFaults({ faults: [...faults] }, clock, world);
  while (clock.next() !== undefined) clock.step();
  return said;
};

const panda = (mode: 'refuses' | 'silent', fromMinute: number, forMinutes: number): Fault => ({
  kind: 'panda',
  mode,
  fromMinute,
  forMinutes,
});
const throttled = (fromMinute: number, forMinutes: number): Fault => ({
  kind: 'ec2-throttled',
  fromMinute,
  forMinutes,
});

describe('faults', () => {
  it('begin and end at their minutes', () => {
    expect(done([panda('refuses', 10, 5), { kind: 'collector-restart', fromMinute: 12 }])).toEqual([
      '10 panda refuses',
      '12 collector restarted',
      '15 panda ok',
    ]);
  });

  it('let the credential of pilots end, and renew it', () => {
    expect(done([{ kind: 'credential-ends', hours: 2, fromMinute: 5, forMinutes: 10 }])).toEqual([
      '5 credentials end in 7200 s',
      '15 credentials end as made',
    ]);
  });

  it('spoil the template of one queue, and mend it', () => {
    expect(done([{ kind: 'template-spoilt', queue: 'A', fromMinute: 5, forMinutes: 10 }])).toEqual([
      '5 template of A spoilt',
      '15 template of A mended',
    ]);
  });

  it('of one kind that overlap hold until the last one ends', () => {
    expect(done([throttled(10, 30), throttled(20, 5), throttled(30, 30)])).toEqual([
      '10 throttled true',
      '60 throttled false',
    ]);
    expect(done([panda('refuses', 0, 20), panda('refuses', 10, 20)])).toEqual([
      '0 panda refuses',
      '30 panda ok',
    ]);
  });

  it('of one kind in two modes: the newer one holds, then the older one again if it goes on', () => {
    expect(done([panda('refuses', 0, 60), panda('silent', 10, 5)])).toEqual([
      '0 panda refuses',
      '10 panda silent',
      '15 panda refuses',
      '60 panda ok',
    ]);
    expect(done([panda('refuses', 0, 60), panda('silent', 10, 90)])).toEqual([
      '0 panda refuses',
      '10 panda silent',
      '100 panda ok',
    ]);
  });

  it('that follow one another are one', () => {
    expect(done([panda('refuses', 0, 10), panda('refuses', 10, 10)])).toEqual([
      '0 panda refuses',
      '20 panda ok',
    ]);
  });

  it('refuse fleets, calls and ends, each for its own time', () => {
    const during = (fromMinute: number) => ({ fromMinute, forMinutes: 15 });
    expect(
      done([
        { kind: 'fleet-refused', flavour: 'a', code: 'InvalidFleetConfig', names: false, ...during(0) },
        { kind: 'call-refused', call: 'CreateFleet', code: 'RequestExpired', ...during(5) },
        { kind: 'end-refused', share: 0.3, code: 'UnauthorizedOperation', names: true, ...during(10) },
      ]),
    ).toEqual([
      '0 a: InvalidFleetConfig false',
      '5 CreateFleet: RequestExpired',
      '10 UnauthorizedOperation of 3 in 10',
      '15 a in fleets again',
      '20 CreateFleet again',
      '25 ends again',
    ]);
  });

  it('leave capacity to each its own', () => {
    const none = (flavour: string, fromMinute: number): Fault => ({
      kind: 'no-capacity',
      flavour,
      fromMinute,
      forMinutes: 20,
    });
    expect(done([none('a', 0), none('b', 10)])).toEqual(['0 no a', '10 no b', '20 a again', '30 b again']);
  });
});

describe('bad deploys', () => {
  const badDeploy = (fromMinute: number, forMinutes: number): Fault => ({
    kind: 'bad-deploy',
    fromMinute,
    forMinutes,
  });

  it('bring an even version, and then an odd one, which is sound', () => {
    expect(done([badDeploy(10, 20), badDeploy(60, 5)])).toEqual([
      '10 version 2 deployed',
      '30 version 3 deployed',
      '60 version 4 deployed',
      '65 version 5 deployed',
    ]);
  });

  it('find every version that they deploy among those of the template, also where they overlap', () => {
    const faults = [badDeploy(10, 20), badDeploy(12, 20), badDeploy(14, 20)];
    const versions = versionsOf({ faults }, '1');
    const deployed = done(faults).flatMap((line) => /version (\d+)/.exec(line)?.[1] ?? []);
    expect(deployed).toHaveLength(6);
    for (const version of deployed) expect(versions).toContain(version);
  });
});
