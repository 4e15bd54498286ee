import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { describeSettings } from '../../../core/settings/describe-settings.ts';
import { FLEET_KNOBS } from '../../../core/settings/fleet-knobs.ts';
import type { ParsedFleet } from '../../../core/settings/fleet-settings.ts';
import { describeKnobs } from '../../../core/settings/parse.ts';
import { USUAL_PLACE } from '../../../core/settings/place.ts';
import { QUEUE_KNOBS } from '../../../core/settings/queue-knobs.ts';
import { type ParsedQueue, siteOf } from '../../../core/settings/queue-settings.ts';
import { parseFleetSettings, parseQueueSettings } from '../../../core/settings/settings.ts';
import { problemsInWords } from '../../../core/tell/fact-sentence.ts';
import { fleetSettings, type Knobs, queueSettings } from '../worlds.ts';

const said = (parsed: ParsedQueue | ParsedFleet): string =>
  parsed.ok ? 'none' : problemsInWords(parsed.problems);

/** What is wrong with the parameters of a queue. */
const ofQueue = (raw: Knobs, name = 'BNL'): string => said(parseQueueSettings(name, raw));

/** The same of a fleet. */
const ofFleet = (raw: Knobs, name = 'default'): string => said(parseFleetSettings(name, raw));

describe('a queue', () => {
  it('needs a state and nothing else', () => {
    const parsed = parseQueueSettings('BNL', { state: 'active' });
    expect(parsed.ok && { ...parsed.settings, chain: 'one' }).toEqual({
      name: 'BNL',
      state: 'active',
      mode: 'live',
      fleet: 'default',
      siteid: '',
      resourceTypes: [],
      labels: [],
      chain: 'one',
      cpus: 1,
      memoryMb: 2000,
      diskMb: 10_000,
      gpus: 0,
      pilotWallSeconds: 259_200,
      lookAhead: 'off',
      schedule: '',
      scheduled: [],
    });
  });

  it('reads lists and chains', () => {
    const parsed = queueSettings({
      'resource-types': 'MCORE, MCORE_HIMEM,',
      labels: 'managed,rc_test2 ,',
      chain: 'Ready, MaxPerCycle(5)',
    });
    expect(parsed.resourceTypes).toEqual(['MCORE', 'MCORE_HIMEM']);
    expect(parsed.labels).toEqual(['managed', 'rc_test2']);
    expect(parsed.chain.text).toContain('MaxPerCycle(maximum=5)');
  });

  it('has the name of its site, unless another is given', () => {
    expect(siteOf(queueSettings())).toBe('BNL');
    expect(siteOf(queueSettings({ siteid: 'BNL_CLOUD' }))).toBe('BNL_CLOUD');
  });
});

describe('a fleet', () => {
  it('needs nothing', () => {
    const parsed = parseFleetSettings('default', {});
    expect(parsed.ok && { ...parsed.settings, flavours: parsed.settings.flavours.length }).toEqual({
      name: 'default',
      state: 'active',
      mode: 'live',
      cloud: 'ec2',
      rebalance: 'ignore',
      rollPercent: 10,
      flavours: 6,
      market: 'on-demand',
      prices: {},
      listPrices: {
        'm6i.large': 0.096,
        'm6a.large': 0.0864,
        'm5.large': 0.096,
        'm6i.2xlarge': 0.384,
        'm6a.2xlarge': 0.3456,
        'm5.2xlarge': 0.384,
      },
      spotPricePercent: 100,
      expectedJobMinutes: 60,
      maxWorkers: 20,
      maxCores: 1_000_000,
      maxLaunchPerTick: 100,
      workerOverheadPercent: 37,
      capacityReservations: 'ignore',
      lingerSeconds: 180,
      joinDeadlineSeconds: 900,
      maxLifeSeconds: 604_800,
      drainDeadlineSeconds: 259_200,
      widths: 'mixed',
      jobWallSeconds: 86_400,
      burstAfterSeconds: 0,
      maxBooting: 100_000,
      maxAsleep: 100_000,
      diskDollarsPerHour: expect.closeTo(0.010959, 6),
      minWorkers: 0,
      schedule: '',
      scheduled: [],
    });
  });

  it.each([
    [{ 'min-workers': '3', 'max-workers': '3' }, true],
    [{ 'min-workers': '0', 'max-workers': '0' }, true],
    [{ 'min-workers': '4', 'max-workers': '3' }, false],
    [{ 'min-workers': '100' }, false],
  ])('with %j can be used: %s, for it keeps no more workers than it may have', (raw, ok) => {
    const parsed = parseFleetSettings('default', raw);
    expect(parsed.ok).toBe(ok);
    if (parsed.ok) return;
    const [{ knob, why } = { knob: '', why: '' }] = parsed.problems;
    expect(`${knob} ${why}`).toMatch(
      /^min-workers is \d+, and max-workers is \d+; expected at most that: lower it, or raise max-workers$/,
    );
  });

  it('reads sizes', () => {
    const { flavours } = fleetSettings({ flavours: 'm6i.large, g5.xlarge(4c,16384m,1g)' });
    expect(flavours.map(({ name, gpus }) => `${name} ${gpus}`)).toEqual(['m6i.large 0', 'g5.xlarge 1']);
  });
});

describe('a knob of the other table', () => {
  const here = (knob: string) => `the setting ${knob} is a knob of`;

  it.each(Object.keys(FLEET_KNOBS).filter((knob) => !Object.hasOwn(QUEUE_KNOBS, knob)))(
    '%s at a queue is said to be a fleet’s',
    (knob) => {
      expect(ofQueue({ state: 'active', [knob]: '1' })).toBe(
        `${here(knob)} fleets: set it at the fleet of this queue, /aerie/<stage>/fleets/<fleet>/${knob}, and delete it here`,
      );
    },
  );

  it.each(Object.keys(QUEUE_KNOBS).filter((knob) => !Object.hasOwn(FLEET_KNOBS, knob)))(
    '%s at a fleet is said to be a queue’s',
    (knob) => {
      expect(ofFleet({ [knob]: '1' })).toBe(
        `${here(knob)} queues: set it at the queue, /aerie/<stage>/queues/<queue>/${knob}, and delete it here`,
      );
    },
  );

  it('is one of them but for the state, the mode and the schedule, which are each one’s own', () => {
    const both = Object.keys(QUEUE_KNOBS).filter((knob) => Object.hasOwn(FLEET_KNOBS, knob));
    expect(both).toEqual(['state', 'mode', 'schedule']);
  });

  it('that is none any more is said to be HTCondor’s', () => {
    expect(ofQueue({ state: 'active', share: '10' })).toBe(
      'the setting share is no knob any more: HTCondor shares workers out; see condor_userprio -setfactor, and delete it here',
    );
  });
});

describe('types whose processors are ARM', () => {
  const why = (flavours: string, hasArm64Image: boolean) => {
    const read = parseFleetSettings('default', { flavours }, { place: { ...USUAL_PLACE, hasArm64Image } });
    return read.ok ? '' : problemsInWords(read.problems);
  };

  it('are taken where there is an image for them', () => {
    expect(why('m7g.large, c7g.xlarge', true)).toBe('');
    expect(why('m7g.large', false)).toContain(
      "m7g.large, whose processors are ARM's, and the stage names no image for them; give it an arm64Image",
    );
  });

  it('are taken where nobody knows the stage, and on clouds whose types have other names', () => {
    expect(ofFleet({ flavours: 'm7g.large' })).toBe('none');
    const onSite = { cloud: 'site', flavours: 'm7g.large(2c,8192m), m1.large(2c,4096m)' };
    expect(ofFleet(onSite)).toBe('none');
  });

  it('stand in no fleet beside others: a pilot runs on one kind only', () => {
    expect(why('m7g.large, m6i.large', true)).toContain(
      "m7g.large, whose processors are ARM's, beside others with x86_64",
    );
  });
});

describe('a setting that cannot be used is named, with what is allowed', () => {
  it.each([
    [{}, 'the setting state is missing; set it to one of: active, paused, drain'],
    [{ state: 'on' }, 'the setting state is "on"; expected active, paused, drain'],
    [{ state: 'active', cpus: '1.5' }, 'the setting cpus is "1.5"; expected a whole number from 1 to 448'],
    [{ state: 'active', cpus: '-1' }, 'the setting cpus is "-1"; expected a whole number from 1 to 448'],
    [{ state: 'active', cpus: '1e2' }, 'the setting cpus is "1e2"; expected a whole number from 1 to 448'],
    [
      { state: 'active', fleet: 'a b' },
      'the setting fleet is "a b"; expected the name of a fleet: up to 64 letters, digits, dots, dashes and underscores',
    ],
    [
      { state: 'active', 'look-ahead': 'far', gpus: 'many' },
      'the setting gpus is "many"; expected a whole number from 0 to 16; the setting look-ahead is "far"; expected off, known',
    ],
  ])('%j at a queue', (raw, why) => {
    expect(ofQueue(raw)).toBe(why);
  });

  it.each([
    [{ state: 'on' }, 'the setting state is "on"; expected active, paused, drain'],
    [
      { 'max-workers': '100001' },
      'the setting max-workers is "100001"; expected a whole number from 0 to 100000',
    ],
    [
      { 'linger-seconds': '59' },
      'the setting linger-seconds is "59"; expected a whole number from 60 to 86400',
    ],
    [{ widths: 'both' }, 'the setting widths is "both"; expected mixed, apart'],
    [
      { flavours: 'm6i.large, t3.nano' },
      'the setting flavours is "m6i.large, t3.nano" ("t3.nano" is no flavour aerie knows the size of; write it out as name(4c,16384m), or any of 1 to 16 cores as any(2-8c)); expected instance types such as m6i.large, m6a.large, g5.xlarge(4c,16384m,1g) or any(2-8c, 8192m)',
    ],
    [
      { flavours: 't3.nano, m6i.large, x.y' },
      expect.stringContaining('("t3.nano", "x.y" is no flavour aerie knows the size of;'),
    ],
    [
      { market: 'cheap', 'max-workers': 'many' },
      'the setting market is "cheap"; expected on-demand, spot, spot-first, spot-if-cheaper; the setting max-workers is "many"; expected a whole number from 0 to 100000',
    ],
  ])('%j at a fleet', (raw, why) => {
    expect(ofFleet(raw)).toEqual(why);
  });

  it.each(['constructor', '__proto__', 'max_workers', 'State'])('a knob %j is none', (knob) => {
    const raw = Object.fromEntries([
      ['state', 'active'],
      [knob, '1'],
    ]);
    expect(ofQueue(raw)).toContain(
      `the setting ${knob} is no knob of a queue; they are state, mode, fleet, siteid`,
    );
    expect(ofFleet(raw)).toContain(
      `the setting ${knob} is no knob of a fleet; they are state, mode, flavours`,
    );
  });

  it.each(['', '-a', 'a b', 'a/b', 'x'.repeat(65)])('the name %j is none', (name) => {
    const why = /^the setting \(name\) is ".*"; expected up to 64/;
    expect(ofQueue({ state: 'active' }, name)).toMatch(why);
    expect(ofFleet({}, name)).toMatch(why);
  });
});

const TABLES = [
  ...describeKnobs(QUEUE_KNOBS).map((knob) => ['a queue', knob.name, knob, ofQueue] as const),
  ...describeKnobs(FLEET_KNOBS).map((knob) => ['a fleet', knob.name, knob, ofFleet] as const),
];

describe.each(TABLES)('of %s the knob %s', (owner, name, knob, problems) => {
  it('has a default that can be used, or has to be set', () => {
    if (knob.fallback === undefined) expect([owner, name]).toEqual(['a queue', 'state']);
    else expect(problems({ state: 'active', [name]: knob.fallback })).toBe('none');
  });

  it('has a pattern under which SSM refuses what makes no sense for any knob', () => {
    for (const nonsense of ['!', '$(reboot)', '{"a":1}', '\n'])
      expect(nonsense).not.toMatch(new RegExp(knob.pattern));
  });
});

describe('docs/settings.md', () => {
  it('is what the tables of knobs say', () => {
    expect(readFileSync(new URL('../../../docs/settings.md', import.meta.url), 'utf8')).toBe(
      describeSettings(),
    );
  });
});
