import { appendFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Condor, condor } from '../../../collector/condor/condor.ts';
import { anySeesNew, seesNew, seesNewElsewhere } from '../../../collector/see/new.ts';
import { adTools } from '../ad-tools.ts';
import type { Ad } from '../classads.ts';
import { type FakeCondor, fakeCondor } from '../fake-condor.ts';

let tools: FakeCondor;
let log: string;
let now: number;
/** How long a run of condor_q takes, seconds. */
const TAKES = 0.01;

beforeEach(() => {
  tools = fakeCondor();
  log = join(tools.directory, 'job_queue.log');
  writeFileSync(log, 'a');
  tools.answers('condor_config_val', { stdout: `${log}\n` });
  now = 0;
});
afterEach(() => tools.remove());

const sight = () => {
  const run = condor({ directories: [tools.directory], seconds: 5, outputBytes: 1e6, environment: {} });
  const timed: Condor = async (tool, args, options) => {
    const answer = await run(tool, args, options);
    now += TAKES;
    return answer;
  };
  return seesNew(timed, () => now);
};
const asked = () => tools.calls('condor_q').length;

describe('looking for new jobs', () => {
  it('asks for one idle job of aerie that has begun to wait since then, and is content with the first', async () => {
    tools.answers('condor_q', { stdout: '12\n' });
    expect(await sight()(1_800_000_000)).toBe(true);
    const [args = []] = tools.calls('condor_q');
    expect(args).toContain('-allusers');
    expect(args.join(' ')).toContain('-limit 1');
    const constraint = args[args.indexOf('-constraint') + 1];
    expect(constraint).toContain('MATCH_APF_QUEUE');
    expect(constraint).toContain('AerieFleet');
    expect(constraint).toMatch(/ && JobStatus == 1 && EnteredCurrentStatus >= 1800000000$/);
  });

  it('asks nobody while the log of the queue is as it was when there was none', async () => {
    const see = sight();
    for (let second = 0; second < 100; second += 1) {
      now += 10;
      expect(await see(100 + second)).toBe(false);
    }
    now += 10;
    expect(await see(199)).toBe(false);
    expect([asked(), tools.calls('condor_config_val')]).toEqual([1, [['JOB_QUEUE_LOG']]]);
    appendFileSync(log, 'b');
    tools.answers('condor_q', { stdout: '1\n' });
    expect(await see(300)).toBe(true);
    // There is a nudge after it, and so it may look again at once.
    expect(await see(300)).toBe(true);
    expect(asked()).toBe(3);
  });

  it('asks again when the log was begun anew, or an earlier moment counts', async () => {
    const see = sight();
    await see(100);
    now += 10;
    writeFileSync(`${log}.tmp`, 'a');
    renameSync(`${log}.tmp`, log);
    await see(100);
    expect(asked()).toBe(2);
    now += 10;
    await see(99);
    expect(asked()).toBe(3);
  });

  it.each([
    [0.03, 250, 333],
    [0.1, 250, 333],
    [2, 15, 20],
  ])(
    'asks, with answers after %f s, %i to %i times in 1,000 s of a log that grows all the time',
    async (each, least, most) => {
      let times = 0;
      // No process: it is asked hundreds of times, and what it says is not what counts.
      const see = seesNew(
        async (tool) => {
          if (tool === 'condor_config_val') return { ok: true, stdout: log };
          times += 1;
          now += each;
          return { ok: true, stdout: '' };
        },
        () => now,
      );
      while (now < 1_000) {
        appendFileSync(log, 'x');
        now += 1;
        await see(Math.floor(now));
      }
      expect(times).toBeGreaterThanOrEqual(least);
      expect(times).toBeLessThanOrEqual(most);
    },
  );

  it('asks again three seconds after it has found none, and finds none before that', async () => {
    const answers = ['', '1\n'];
    const see = seesNew(
      async (tool) =>
        tool === 'condor_q' ? { ok: true, stdout: answers.shift() ?? '' } : { ok: true, stdout: '' },
      () => now,
    );
    const found: boolean[] = [];
    for (now of [0, 2.9, 3]) found.push(await see(100));
    expect(found).toEqual([false, false, true]);
  });

  it('takes an empty line for no job', async () => {
    tools.answers('condor_q', { stdout: '\n' });
    expect(await sight()(100)).toBe(false);
  });

  it.each([
    ['the log cannot be looked at', () => rmSync(log)],
    ['HTCondor does not say where it is', () => tools.answers('condor_config_val', { status: 1 })],
    [
      'it says something that is no path',
      () => tools.answers('condor_config_val', { stdout: 'Not defined' }),
    ],
    [
      'it names a file that may be anywhere',
      () => tools.answers('condor_config_val', { stdout: 'package.json' }),
    ],
  ])('asks each time that it may, where %s', async (_, happens) => {
    happens();
    const see = sight();
    for (let n = 0; n < 3; n += 1) {
      now += 10;
      await see(100);
    }
    expect(asked()).toBe(3);
  });

  it('finds none where the schedd does not answer, and asks again', async () => {
    tools.answers('condor_q', { status: 1, stderr: 'Failed to connect' });
    const see = sight();
    expect(await see(100)).toBe(false);
    now += 10;
    tools.answers('condor_q', { stdout: '1\n' });
    expect(await see(100)).toBe(true);
  });
});

describe('looking for new jobs in other schedds', () => {
  /** Schedds that answer what is said here, when they are let. */
  const schedds = (answers: Record<string, Promise<string>>) => {
    const calls: string[][] = [];
    const patient: Condor = async (_, args) => {
      calls.push([...args]);
      return { ok: true, stdout: (await answers[args[1] ?? '']) ?? '' };
    };
    const sees = seesNewElsewhere(Object.keys(answers), {
      patient,
      now: () => 1_800_000_000 + now,
      elapsed: () => now,
    });
    return { calls, sees };
  };
  /** Lets what has been answered come in. */
  const settle = () => new Promise((resolve) => setImmediate(resolve));

  it('asks for a plain job that waits for no longer than the look goes back, by the clock of that schedd', async () => {
    const { calls, sees } = schedds({ ap2: Promise.resolve('') });
    now = 40;
    await sees(1_800_000_010);
    const [args = []] = calls;
    expect(args.slice(0, 2)).toEqual(['-name', 'ap2']);
    expect(args.join(' ')).toContain('-limit 1');
    const constraint = args[args.indexOf('-constraint') + 1];
    expect(constraint).toContain('!(unparse(MATCH_APF_QUEUE) != "")');
    expect(constraint).toMatch(/ && EnteredCurrentStatus >= time\(\) - 31$/);
  });

  it('tells at the next look what it has found, once, and nothing of what an earlier look was for', async () => {
    const { sees } = schedds({ ap2: Promise.resolve(''), ap3: Promise.resolve('12\n') });
    expect(await sees(100)).toBe(false);
    await settle();
    expect(await sees(100)).toBe(true);
    expect(await sees(100)).toBe(false);
    const { sees: none } = schedds({ ap2: Promise.resolve('\n') });
    await none(100);
    await settle();
    expect(await none(100)).toBe(false);
    now += 10;
    await sees(100);
    await settle();
    // A tick has come meanwhile, and may have seen it.
    expect(await sees(120)).toBe(false);
  });

  it('does not wait for a schedd that hangs, does not ask it again, and hears the others', async () => {
    const { calls, sees } = schedds({ ap2: new Promise(() => {}), ap3: Promise.resolve('1\n') });
    const any = anySeesNew(async () => false, sees);
    for (let look = 0; look < 5; look += 1) {
      now += 10;
      await any(100);
      await settle();
    }
    expect(calls.filter(([, schedd]) => schedd === 'ap2')).toHaveLength(1);
    expect(await any(100)).toBe(true);
  });

  it('asks each three seconds at the most, also after one that fails', async () => {
    let asked = 0;
    const sees = seesNewElsewhere(['ap2'], {
      patient: async () => {
        asked += 1;
        throw new Error('no process');
      },
      now: () => now,
      elapsed: () => now,
    });
    for (let look = 0; look < 30; look += 1) {
      now += 1;
      await sees(0);
      await settle();
    }
    expect(asked).toBe(10);
  });
});

/** By the clock that the schedd asks for the time. */
const TODAY = Math.floor(Date.now() / 1_000);
const SINCE = TODAY - 20;

/** A plain job that has waited for ten seconds. */
const job = (changes: Ad = {}): Ad => ({
  ...{ ClusterId: '12', Owner: '"somebody"', AerieFleet: '"burst"', JobUniverse: '5', JobStatus: '1' },
  EnteredCurrentStatus: String(TODAY - 10),
  ...changes,
});
const PILOT = { MATCH_APF_QUEUE: '"BNL_CLOUD"' };

it.each<[string, Ad, boolean]>([
  ['a plain job', job(), true],
  ['a pilot', job(PILOT), true],
  ['one that has come at that very moment', job({ EnteredCurrentStatus: String(SINCE) }), true],
  ['one that has come before', job({ EnteredCurrentStatus: String(SINCE - 1) }), false],
  ['one that runs', job({ JobStatus: '2' }), false],
  ['one of another universe', job({ JobUniverse: '12' }), false],
])('the schedd is asked for what has begun to wait since then: %s', async (_, ad, isNew) => {
  expect(await seesNew(adTools({ jobs: [ad] }), () => 0)(SINCE)).toBe(isNew);
});

describe('another schedd', () => {
  const found = async (ad: Ad) => {
    const sees = seesNewElsewhere(['ap2'], {
      patient: adTools({ others: { ap2: [ad] } }),
      now: () => TODAY,
      elapsed: () => 0,
    });
    await sees(SINCE);
    await new Promise((resolve) => setImmediate(resolve));
    return sees(SINCE);
  };

  it.each<[string, Ad, boolean]>([
    ['a plain job', job(), true],
    ['a pilot, which is submitted here', job(PILOT), false],
    ['one that has waited for longer', job({ EnteredCurrentStatus: String(TODAY - 90) }), false],
    ['one that runs', job({ JobStatus: '2' }), false],
  ])('is asked for what has not waited for longer than that: %s', async (_, ad, isNew) => {
    expect(await found(ad)).toBe(isNew);
  });
});
