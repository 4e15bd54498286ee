import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readScenario } from '../../../twin/scenario/scenario.ts';
import { BadScenario } from '../../../twin/scenario/schema-mistake.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'aerie-test-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const write = (name: string, content: unknown): string => {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(content));
  return file;
};

const mistakesOf = async (file: string, hours?: number): Promise<readonly string[]> => {
  try {
    await readScenario(file, hours);
    return [];
  } catch (error) {
    if (!(error instanceof BadScenario)) throw error;
    return error.mistakes.map((mistake) => mistake.replaceAll(`${folder}/`, ''));
  }
};

describe('what a scenario extends', () => {
  it('is taken relative to its own file first', async () => {
    write('bases/default.json', { extends: 'default.json', title: 'base beside it' });
    const file = write('bases/own.json', { extends: 'default.json', hours: 1 });
    expect(await readScenario(file)).toMatchObject({ title: 'base beside it', hours: 1 });
  });

  it.each(['hard-day.json', 'hard-day'])('is else one of the project by its name: %s', async (name) => {
    const { title, faults, interruptionsPerHour } = await readScenario(
      write('copied.json', { extends: name }),
    );
    expect(title).toMatch(/^Spot machines are taken back/);
    expect(faults.length).toBeGreaterThan(3);
    expect(interruptionsPerHour).toBe(0.05);
  });

  it('may be given by an absolute path, and may extend another in turn', async () => {
    const first = write('chain/first.json', { extends: 'panda-refuses', hours: 2 });
    write('chain/second.json', { extends: first, title: 'second' });
    const third = write('elsewhere/third.json', { extends: '../chain/second.json' });
    const scenario = await readScenario(third);
    expect(scenario).toMatchObject({
      title: 'second',
      hours: 2,
      faults: [{ kind: 'panda', mode: 'refuses' }],
    });
  });

  const mistakes: readonly (readonly [string, unknown, RegExp])[] = [
    [
      'a number',
      5,
      /^bad.json: extends is a number; expected the path of a scenario's file, or the name of one/,
    ],
    ['a list', ['default.json'], /^bad.json: extends is a list; expected the path/],
    ['nothing', '', /^bad.json: extends is empty; expected the path/],
    [
      'a file that is not there',
      'gone.json',
      /^bad.json: extends "gone.json", which is neither a file beside it nor/,
    ],
    ['itself', 'bad.json', /^bad.json: its chain of extends comes back to bad.json; let one of them stand/],
    ['a circle', 'circle-a.json', /comes back to circle-a.json; let one of them stand on its own\.$/],
    [
      'a list of scenarios',
      'list.json',
      /^list.json holds a list; expected a JSON object, as in twin\/scenarios/,
    ],
    ['no JSON', 'text.json', /^text.json is not JSON/],
  ];
  it.each(mistakes)('being %s gets one sentence', async (_, base, sentence) => {
    write('circle-a.json', { extends: 'circle-b.json' });
    write('circle-b.json', { extends: 'circle-a.json' });
    write('list.json', [{ title: 'x' }]);
    writeFileSync(join(folder, 'text.json'), 'title: x');
    expect(await mistakesOf(write('bad.json', { extends: base }))).toEqual([expect.stringMatching(sentence)]);
  });
});

it('a scenario that is nowhere is told by the path that was given', async () => {
  await expect(readScenario('nowhere.json')).rejects.toThrow(
    /There is no readable scenario at nowhere\.json; give .* names: bad-day-at-ec2, .*, two-clouds\.$/,
  );
});

const load = { trace: 'LCG-2005', partitions: ['3'], cores: 1, maxRunSeconds: 43_200 };
const queue = { name: 'Q', load, settings: { state: 'active' } };
const good = { title: 'x', hours: 1, queues: [queue] };
const withLoad = (changes: object) => ({ ...good, queues: [{ ...queue, load: { ...load, ...changes } }] });
const withJobs = (changes: object) => ({ ...good, jobs: [{ user: 'alice', load, ...changes }] });
const shortage = (where: object) => ({
  ...good,
  faults: [{ kind: 'no-capacity', fromMinute: 0, forMinutes: 10, ...where }],
});

const withSetting = (of: object) => ({
  ...good,
  faults: [{ kind: 'setting', value: 'x', fromMinute: 0, forMinutes: 10, ...of }],
});

describe('a scenario', () => {
  it('without a mistake is taken', async () => {
    expect(await mistakesOf(write('own.json', good))).toEqual([]);
    const jobs = {
      ...withJobs({ fleet: 'campus', wallSeconds: 43_200, memoryMb: 4000 }),
      fleets: { campus: { 'max-workers': '5' } },
    };
    expect(await mistakesOf(write('own.json', jobs))).toEqual([]);
    const m5 = { flavour: 'm5.large', zone: 'us-east-1a' };
    expect(await mistakesOf(write('own.json', shortage(m5)))).toEqual([]);
  });

  const mistakes: readonly (readonly [string, unknown, RegExp])[] = [
    ['no object', 'text', /^own.json holds a string; expected a JSON object/],
    ['a missing field', { ...good, hours: undefined }, /: hours is missing; expected a number/],
    ['text for a number', { ...good, hours: '6' }, /: hours is "6"; expected a number/],
    ['too much', { ...good, hours: 1000 }, /: hours is 1000; expected a number of 720 or less/],
    ['no queue', { ...good, queues: [] }, /: there are neither queues nor jobs/],
    ['a broken width', withLoad({ cores: 1.5 }), /: queues\[0\].load.cores is 1.5; expected a whole number/],
    ['an unknown trace', withLoad({ trace: 'BNL' }), /load.trace is "BNL"; expected one of "LCG-2005", /],
    ['an unknown field', { ...good, seeds: 1 }, /: seeds is no field of a scenario; take it out/],
    ['jobs of nobody', withJobs({ user: undefined }), /: jobs\[0\].user is missing; expected text/],
    [
      "a knob of fleets among a queue's",
      { ...good, queues: [{ ...queue, settings: { state: 'active', 'max-workers': '5' } }] },
      /: queue Q: max-workers is a knob of fleets; move it to the queue's fleet under fleets\.$/,
    ],
    [
      "a knob of queues among a fleet's",
      { ...good, fleets: { default: { cpus: '2' } } },
      /: fleet default: cpus is a knob of queues; move it to the settings of a queue\.$/,
    ],
    [
      'a fleet of a name that cannot be',
      { ...good, fleets: { 'a fleet': {} } },
      /: fleet a fleet: \(name\) is "a fleet"; expected up to 64 letters, digits,/,
    ],
    [
      'a queue on a fleet that is not there',
      { ...good, queues: [{ ...queue, settings: { state: 'active', fleet: 'spot' } }] },
      /: queue Q: fleet is "spot", and there is no such fleet; .*or name one of: default\.$/,
    ],
    [
      'a fleet that nobody names',
      { ...good, fleets: { spot: { market: 'spot' } } },
      /: fleet spot: no queue and no jobs name it; give a queue the knob fleet, or take it out\.$/,
    ],
    [
      'jobs on a fleet that is not there',
      withJobs({ fleet: 'campus' }),
      /: jobs\[0\].fleet is "campus", and there is no such fleet; expected one of default\.$/,
    ],
    [
      'jobs that no machine of their fleet holds',
      withJobs({ gpus: 1 }),
      /: jobs\[0\]: gpus .*\(fleet default\)\.$/,
    ],
    [
      'a setting of nobody',
      withSetting({ knob: 'state' }),
      /: faults\[0\] names neither; expected queue or fleet\.$/,
    ],
    [
      'a setting of two',
      withSetting({ queue: 'Q', fleet: 'default', knob: 'state' }),
      /: faults\[0\] names both; expected queue or fleet\.$/,
    ],
    [
      'a setting of a fleet that is not there',
      withSetting({ fleet: 'spot', knob: 'state' }),
      /: faults\[0\].fleet is "spot", and there is no such fleet; expected one of default\.$/,
    ],
    [
      "a setting of a queue that is a fleet's",
      withSetting({ queue: 'Q', knob: 'max-workers' }),
      /: faults\[0\].knob is "max-workers", which is no knob of a queue; name a fleet instead\.$/,
    ],
    [
      'a fleet that cannot be',
      withJobs({ fleet: 'a fleet' }),
      /: jobs\[0\].fleet is "a fleet"; expected up to 64 letters, digits,/,
    ],
    [
      'a user that is a queue',
      withJobs({ user: 'Q' }),
      /: jobs\[0\].user is "Q", which is a queue's name, so both would share as one; rename it\.$/,
    ],
    [
      'jobs that run longer than they say',
      withJobs({ wallSeconds: 3600 }),
      /: jobs\[0\].wallSeconds is 3600, and its jobs run for up to 43200 s; raise it to that\.$/,
    ],
    [
      'a user without jobs',
      withJobs({ load: { ...load, partitions: ['nowhere'] } }),
      /: jobs of alice: there is no job in LCG-2005 with 1 core of partition nowhere from hour 0 to 1;/,
    ],
    [
      'an unknown fault',
      { ...good, faults: [{ kind: 'fire' }] },
      /faults\[0\].kind is "fire"; expected one of "panda"/,
    ],
    [
      'two queues of one name',
      { ...good, queues: [queue, queue] },
      /: there are two queues named Q; rename one\.$/,
    ],
    [
      'an unknown flavour',
      shortage({ flavour: 'm9.huge' }),
      /faults\[0\].flavour is "m9.huge", .*expected one of m6i.large/,
    ],
    [
      'a code that EC2 cannot have',
      shortage({ code: 'no room' }),
      /faults\[0\].code is "no room"; expected a code of EC2 such as VcpuLimitExceeded/,
    ],
    [
      'a call that is not refused',
      shortage({ kind: 'call-refused', call: 'StopInstances', code: 'RequestExpired' }),
      /faults\[0\].call is "StopInstances"; expected one of "CreateFleet", /,
    ],
    [
      'a fleet that is refused for an unknown flavour',
      shortage({ kind: 'fleet-refused', flavour: 'm9.huge', code: 'InvalidFleetConfig', names: true }),
      /faults\[0\].flavour is "m9.huge", which no fleet of it uses/,
    ],
    [
      'a protected instance that is not named',
      shortage({ kind: 'end-refused', share: 0.5, code: 'OperationNotPermitted', names: false }),
      /faults\[0\].names is false; expected true, for EC2 names an instance that is protected/,
    ],
    [
      'a share of more than all',
      shortage({ kind: 'end-refused', share: 2, code: 'UnauthorizedOperation', names: false }),
      /faults\[0\].share is 2; expected a number of 1 or less/,
    ],
    [
      'an unknown zone',
      shortage({ zone: 'mars-1a' }),
      /faults\[0\].zone is "mars-1a", .*expected one of us-east-1a/,
    ],
    [
      'jobs that are too wide',
      {
        ...good,
        queues: [
          { ...queue, load: { trace: 'wagap-2013', cores: 8, fromHour: 1064, maxRunSeconds: 43_200 } },
        ],
      },
      /: queue Q: its jobs have 8 cores and its pilots 1; set cpus to 8 or more/,
    ],
    [
      'no job of its width',
      withLoad({ partitions: ['nowhere'] }),
      /: queue Q: there is no job in LCG-2005 with 1 core of partition nowhere from hour 0 to 1;/,
    ],
    [
      'only jobs that are too long',
      withLoad({ maxRunSeconds: 1 }),
      /: queue Q: each of the \d+ jobs .* is longer than its maxRunSeconds of 1; raise it/,
    ],
    [
      'hours beyond its trace',
      withLoad({ fromHour: 264 }),
      /: queue Q: 1 hours from hour 264 go beyond LCG-2005, which ends at hour \d+;/,
    ],
  ];
  it.each(mistakes)('with %s gets one sentence', async (_, content, sentence) => {
    expect(await mistakesOf(write('own.json', content))).toEqual([expect.stringMatching(sentence)]);
  });

  it('with several mistakes gets a sentence for each', async () => {
    const wide = { name: 'W', load: { ...load, cores: 2 }, settings: { state: 'active' } };
    const slow = { name: 'S', load, settings: { state: 'fast', cpus: 'many' } };
    const faults = shortage({ flavour: 'm9.huge', zone: 'mars-1a' }).faults;
    const all = await mistakesOf(write('own.json', { ...good, queues: [queue, queue, wide, slow], faults }));
    expect(all.map((mistake) => /: (queue \w|there are|faults\S+)/.exec(mistake)?.[1])).toEqual([
      'queue S',
      'queue S',
      'queue W',
      'there are',
      'faults[0].flavour',
      'faults[0].zone',
      'queue W',
    ]);
    expect(await mistakesOf(write('own.json', { ...good, title: '', hours: 0 }))).toHaveLength(2);
  });

  it('of other hours than its own needs a job in one of its queues', async () => {
    const file = write('own.json', good);
    expect(await mistakesOf(file, 0.5)).toEqual([]);
    expect(await mistakesOf(file, 0.0001)).toEqual([
      'own.json: no job comes within 0.0001 hours; ask for more with --hours.',
    ]);
    expect(await mistakesOf(file, 720)).toEqual([
      expect.stringMatching(/: queue Q: 720 hours from hour 0 go beyond LCG-2005, which ends at hour \d+/),
    ]);
  });
});
