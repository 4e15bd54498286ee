import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { describeSettings } from '../../../core/settings/describe-settings.ts';
import { USUAL_PLACE } from '../../../core/settings/place.ts';
import { siteOf } from '../../../core/settings/queue-settings.ts';
import { describeKnobs, parseQueueSettings } from '../../../core/settings/settings.ts';
import { problemsInWords } from '../../../core/tell/fact-sentence.ts';
import { settings } from '../worlds.ts';

const problems = (raw: Readonly<Record<string, string>>, name = 'BNL'): string => {
  const parsed = parseQueueSettings(name, raw);
  return parsed.ok ? 'none' : problemsInWords(parsed.problems);
};

describe('a queue', () => {
  it('needs a state and nothing else', () => {
    const parsed = parseQueueSettings('BNL', { state: 'active' });
    expect(parsed.ok && { ...parsed.settings, flavours: 6, chain: 'one' }).toEqual({
      name: 'BNL',
      state: 'active',
      siteid: '',
      resourceTypes: [],
      labels: [],
      rebalance: 'ignore',
      rollPercent: 10,
      chain: 'one',
      cpus: 1,
      memoryMb: 2000,
      diskMb: 10_000,
      gpus: 0,
      pilotWallSeconds: 259_200,
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
      share: 10,
      maxWorkers: 20,
      maxCores: 1_000_000,
      maxLaunchPerTick: 100,
      workerOverheadPercent: 37,
      capacityReservations: 'ignore',
      lingerSeconds: 180,
      lookAhead: 'off',
      joinDeadlineSeconds: 900,
      maxLifeSeconds: 604_800,
      drainDeadlineSeconds: 259_200,
    });
  });

  it('reads lists, sizes and chains', () => {
    const parsed = settings({
      'resource-types': 'MCORE, MCORE_HIMEM,',
      labels: 'managed,rc_test2 ,',
      flavours: 'm6i.large, g5.xlarge(4c,16384m,1g)',
      chain: 'Ready, MaxPerCycle(5)',
    });
    expect(parsed.resourceTypes).toEqual(['MCORE', 'MCORE_HIMEM']);
    expect(parsed.labels).toEqual(['managed', 'rc_test2']);
    expect(parsed.flavours.map(({ name, gpus }) => `${name} ${gpus}`)).toEqual([
      'm6i.large 0',
      'g5.xlarge 1',
    ]);
    expect(parsed.chain.text).toContain('MaxPerCycle(maximum=5)');
  });

  it('has the name of its site, unless another is given', () => {
    expect(siteOf(settings())).toBe('BNL');
    expect(siteOf(settings({ siteid: 'BNL_CLOUD' }))).toBe('BNL_CLOUD');
  });
});

describe('types whose processors are ARM', () => {
  const why = (flavours: string, hasArm64Image: boolean) => {
    const read = parseQueueSettings('Q', { state: 'active', flavours }, { ...USUAL_PLACE, hasArm64Image });
    return read.ok ? '' : problemsInWords(read.problems);
  };

  it('are taken where there is an image for them', () => {
    expect(why('m7g.large, c7g.xlarge', true)).toBe('');
    expect(why('m7g.large', false)).toContain(
      "m7g.large, whose processors are ARM's, and the stage names no image for them; give it an arm64Image",
    );
  });

  it('stand in no queue beside others: a pilot runs on one kind only', () => {
    expect(why('m7g.large, m6i.large', true)).toContain(
      "m7g.large, whose processors are ARM's, beside others with x86_64",
    );
  });
});

describe('settings that are each in bounds', () => {
  it.each([
    ['86400', '86400'],
    ['86400', '172800'],
  ])('are refused where no worker would live (%s s) as long as a pilot (%s s)', (life, wall) => {
    expect(problems({ state: 'active', 'max-life-seconds': life, 'pilot-wall-seconds': wall })).toBe(
      `the setting max-life-seconds is ${life}; expected more than pilot-wall-seconds, which is ${wall}: no worker would live long enough for a pilot`,
    );
  });
});

describe('a setting that cannot be used is named, with what is allowed', () => {
  it.each([
    [{}, 'the setting state is missing; set it to one of: active, paused, drain'],
    [{ state: 'on' }, 'the setting state is "on"; expected active, paused, drain'],
    [
      { state: 'active', 'max-workers': '100001' },
      'the setting max-workers is "100001"; expected a whole number from 0 to 100000',
    ],
    [
      { state: 'active', 'linger-seconds': '59' },
      'the setting linger-seconds is "59"; expected a whole number from 60 to 86400',
    ],
    [{ state: 'active', cpus: '1.5' }, 'the setting cpus is "1.5"; expected a whole number from 1 to 448'],
    [{ state: 'active', cpus: '-1' }, 'the setting cpus is "-1"; expected a whole number from 1 to 448'],
    [{ state: 'active', cpus: '1e2' }, 'the setting cpus is "1e2"; expected a whole number from 1 to 448'],
    [
      { state: 'active', flavours: 'm6i.large, t3.nano' },
      'the setting flavours is "m6i.large, t3.nano" ("t3.nano" is no flavour aerie knows the size of; write it out as name(4c,16384m), or any of 1 to 16 cores as any(2-8c)); expected instance types such as m6i.large, m6a.large, g5.xlarge(4c,16384m,1g) or any(2-8c, 8192m)',
    ],
    [
      { state: 'active', market: 'cheap', gpus: 'many' },
      'the setting gpus is "many"; expected a whole number from 0 to 16; the setting market is "cheap"; expected on-demand, spot, spot-first, spot-if-cheaper',
    ],
  ])('%j', (raw, why) => {
    expect(problems(raw)).toBe(why);
  });

  it.each(['constructor', '__proto__', 'max_workers', 'State'])('a knob %j is none', (knob) => {
    expect(
      problems(
        Object.fromEntries([
          ['state', 'active'],
          [knob, '1'],
        ]),
      ),
    ).toContain(`the setting ${knob} is no knob; the knobs are state, siteid`);
  });

  it.each(['', '-a', 'a b', 'a/b', 'x'.repeat(65)])('the name %j is none', (name) => {
    expect(problems({ state: 'active' }, name)).toMatch(/^the setting \(name\) is ".*"; expected up to 64/);
  });
});

describe.each(describeKnobs().map((knob) => [knob.name, knob] as const))('the knob %s', (name, knob) => {
  it('has a default that can be used, or has to be set', () => {
    if (knob.fallback === undefined) expect(name).toBe('state');
    else
      expect(problems({ state: 'active', ...(name === 'state' ? {} : { [name]: knob.fallback }) })).toBe(
        'none',
      );
  });

  it('has a pattern under which SSM refuses what makes no sense for any knob', () => {
    for (const nonsense of ['!', '$(reboot)', '{"a":1}', '\n'])
      expect(nonsense).not.toMatch(new RegExp(knob.pattern));
  });
});

describe('docs/settings.md', () => {
  it('is what the table of knobs says', () => {
    expect(readFileSync(new URL('../../../docs/settings.md', import.meta.url), 'utf8')).toBe(
      describeSettings(),
    );
  });
});
