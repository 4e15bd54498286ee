import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { doctorTold, examineStage } from '../../../cli/doctor/doctor.ts';
import { KINDS } from '../../../cli/doctor/kinds.ts';
import { deadLetters, lettersTold } from '../../../cli/letters/dead-letters.ts';
import { writeTwin } from '../../../cli/stage/twin-file.ts';
import { POLICIES } from '../../../cli/verbs/rights.ts';
import { VERBS } from '../../../cli/verbs/verbs.ts';
import type { TwinAws } from '../../../twin/stage/stage-aws.ts';
import { asking, inMidRun, type Ran, watching } from './session.ts';

/** What an admin asks (docs/commands.md), each as one command, and the exit code that says whether something is on. */
const QUESTIONS: readonly (readonly [words: string, code: number])[] = [
  ['status', 1],
  ['top', 1],
  ['why RU_KIAE', 1],
  ['why CERIT_MCORE', 0],
  ['why CERN_GRID', 0],
  ['why fleet/default', 1],
  ['why RU_KIAE --at 00:45', 1],
  ['workers', 0],
  ['workers mcore', 0],
  ['workers --lost', 1],
  ['history', 0],
  ['history default --since 1h', 0],
  ['accounting', 0],
  ['accounting --month 2026-01 --csv', 0],
  ['accounting --jobs test/cli/jobs/history.json', 0],
  ['replay', 0],
  ['replay fleet/default --since 1h', 0],
  ['try fleet/default max-workers=6 --since 1h', 0],
  ['simulate --load test/cli/verbs/load.csv', 0],
  ['simulate fleet/mcore max-workers=1 --load test/cli/verbs/load.csv --seed 2', 0],
  ['holds', 0],
  ['alarms', 1],
  ['get', 0],
  ['get CERIT_MCORE cpus chain', 0],
  ['set fleet/default max-workers=8 linger-seconds= --dry-run', 0],
  ['pause RU_KIAE fleet/spot --dry-run', 0],
  ['mode shadow RU_KIAE fleet/default --dry-run', 0],
  ['mode live --all --dry-run', 0],
  ['stop --all --now --dry-run', 0],
];

/** What cannot be, and is said before anything is put. */
const REFUSED: readonly (readonly [words: readonly string[], sentence: RegExp])[] = [
  [
    ['set', 'fleet/default', 'max-workers=many'],
    /^that cannot be: fleet\/default: max-workers is "many"; expected/,
  ],
  [
    ['set', 'CERIT_MCORE', 'cpus=64'],
    /^that cannot be: queue\/CERIT_MCORE: cpus is 64, and 8 is the most cores/,
  ],
  [
    ['set', 'mcore', 'flavours=m6i.large'],
    /^that cannot be: queue\/CERIT_MCORE: cpus is 8, and 2 is the most cores/,
  ],
  [
    ['set', 'CERIT_MCORE', 'fleet=none'],
    /^that cannot be: queue\/CERIT_MCORE: fleet is "none", and there is no such fleet/,
  ],
  [
    ['set', 'CERIT_MCORE', 'max-workers=1'],
    /^a queue has no knob "max-workers"; it has state, mode, fleet, /,
  ],
  [['set', 'CERIT_MCORE', 'state='], /^that cannot be: queue\/CERIT_MCORE: state is missing/],
  [['set', 'CERIT_MCORE', 'cpus'], /^"cpus" sets nothing; say knob=value/],
  [['pause', 'NOBODY'], /^stage twin has no queue or fleet "NOBODY"; it has queue\/CERIT_MCORE, /],
  [['mode', 'dark', 'RU_KIAE'], /^aerie mode takes shadow or live, and then names, not "dark" first/],
  [['mode', 'shadow'], /^whose mode\? Say aerie mode shadow NAME for some/],
  [
    ['mode', 'shadow', '--all', 'RU_KIAE'],
    /^--all is every queue and every fleet; leave it out, or "RU_KIAE"/,
  ],
  [['accounting', '--month', '2026-13'], /^--month takes a month in UTC such as 2026-01, not "2026-13"/],
  [['accounting', '--csv', '--json'], /^--csv and --json are two forms of one answer/],
  [['accounting', '--csv', '--records', 'apel'], /^--records and --csv are two forms of one answer/],
  [['accounting', '--records', 'ur'], /^--records takes auditor or apel, not "ur"/],
  [['accounting', '--records', 'apel', '--site', 'X'], /^--records are made of jobs; say --jobs FILE/],
  [['accounting', '--jobs', 'x', '--records', 'apel'], /^--records name the site; say --site NAME/],
  [['accounting', '--jobs', 'x'], /^--jobs x cannot be read \(ENOENT\)/],
  [
    ['try', 'fleet/default', 'max-workers=many'],
    /^that cannot be: fleet\/default: max-workers is "many"; expected/,
  ],
  [['try', 'fleet/default', 'max-workers=12'], /^it is so already: there is nothing to try/],
  [['try', 'CERIT_MCORE', 'fleet=none'], /^that cannot be: queue\/CERIT_MCORE: fleet is "none"/],
  [['simulate'], /^which load\? Say --load FILE for jobs in CSV or SWF, or --jobs/],
  [
    ['simulate', '--jobs', '5/once x 10m'],
    /^--jobs "5\/once x 10m": the job names no queue, and the stage has more than one; .*: CERIT_MCORE, CERN_GRID, /,
  ],
  [
    ['simulate', 'fleet/default', 'max-workers=many', '--jobs', '5/once x 10m, CERN_GRID'],
    /^that cannot be: fleet\/default: max-workers is "many"; expected/,
  ],
  [
    ['simulate', 'max-workers=3', '--jobs', '5/once x 10m'],
    /^a change is the name of a queue or a fleet and then KNOB=VALUE/,
  ],
  [['stop'], /^what is to stop\?/],
  [['worker', 'i-0'], /^the ledger of twin knows no worker "i-0"/],
  [
    ['why', 'mcore', '--at', '2025-01-01'],
    /^nothing is kept of what was decided about fleet\/mcore up to 2025-01-01/,
  ],
];

/** What the doctor finds of the twin, and what its functions have given up. */
const besideVerbs = async (aws: TwinAws): Promise<{ readonly examined: string; readonly letters: Ran }> => {
  const folder = await mkdtemp(join(tmpdir(), 'aerie-doctor-'));
  const env = { XDG_RUNTIME_DIR: folder };
  const forget = writeTwin(aws, env);
  let text = '';
  const write = (more: string) => {
    text += more;
  };
  let out = '';
  const note = (more: string) => {
    out += more;
  };
  try {
    const code = await deadLetters(['--stage', 'twin', '--json'], { env, write: note });
    await examineStage(
      { stage: 'twin', json: true, mayTestAlarm: false, secret: undefined },
      {
        cdkJson: '/nonexistent',
        aws: {},
        now: () => 0,
        interrupted: new AbortController().signal,
        env,
        write,
      },
    );
    return { examined: text, letters: { code, out } };
  } finally {
    forget();
    await rm(folder, { recursive: true });
  }
};

const fileOf = (words: string): string => `golden/${words.replace(/--/g, '').replace(/[ /:=]+/g, '-')}.txt`;

describe('a stage in mid-run', () => {
  const told = new Map<string, Ran>();
  const scripts = new Map<string, Ran>();
  const refused = new Map<readonly string[], string>();
  const changed: Ran[] = [];
  const shadowed: Ran[] = [];
  let lost: Ran;
  let examined = '';
  let letters: Ran;
  let calls: ReadonlySet<string>;

  const look = async (aws: TwinAws) => {
    const watched = await watching(aws);
    const ask = asking(watched.aws, { columns: 120 });
    for (const [words] of QUESTIONS) {
      told.set(words, await ask(...words.split(' ')));
      if (!words.includes('--csv')) scripts.set(words, await ask(...words.split(' '), '--json'));
    }
    const { workers } = JSON.parse((await ask('workers', '--lost', '--json')).out);
    lost = await ask('worker', workers[0].instanceId);
    scripts.set('worker', await ask('worker', workers[0].instanceId, '--json'));
    for (const [words] of REFUSED) {
      refused.set(
        words,
        await ask(...words).then(
          ({ out }) => out,
          (error: Error) => error.message,
        ),
      );
    }
    calls = watched.calls;
    await watched.close();
    ({ examined, letters } = await besideVerbs(aws));
  };

  /** While the run goes on: the settings function has to read what is put. */
  const act = async (aws: TwinAws) => {
    const ask = asking(aws);
    changed.push(await ask('set', 'fleet/default', 'max-workers=20', 'linger-seconds=240', '--json'));
    changed.push(await ask('set', 'fleet/default', 'max-workers=20', '--json'));
    changed.push(await ask('set', 'fleet/other', 'max-workers=3', '--json'));
    changed.push(await ask('stop', '--all', '--now', '--json'));
    changed.push(await ask('get', '--json'));
    shadowed.push(await ask('mode', 'shadow', 'RU_KIAE', 'fleet/other', '--json'));
    shadowed.push(await ask('status', '--json'), await ask('status'));
    shadowed.push(await ask('mode', 'live', '--all', '--json'));
  };

  beforeAll(() => inMidRun(80, look, act));

  it.each(REFUSED)('refuses %j in a sentence', (words, sentence) => {
    expect(refused.get(words)).toMatch(sentence);
  });

  it('puts what can be, and waits until the settings function has read it', () => {
    const [set, again, made, stopped, got] = changed.map(({ out }) => {
      const [, json = ''] = /^[^{]*(\{.*)$/s.exec(out) ?? [];
      return JSON.parse(json);
    });
    expect(changed.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0]);
    expect(set).toMatchObject({
      word: 'kept',
      changes: [
        { of: 'fleet/default', knob: 'max-workers', from: '12', to: '20' },
        { of: 'fleet/default', knob: 'linger-seconds', from: '180 (default)', to: '240' },
      ],
    });
    expect(again).toMatchObject({ word: 'unchanged', changes: [] });
    expect(made).toMatchObject({ word: 'kept' });
    expect(stopped.word).toBe('kept');
    expect(stopped.changes.map(({ of, knob, to }: Record<string, string>) => `${of} ${knob}=${to}`)).toEqual([
      ...['CERIT_MCORE', 'CERN_GRID', 'RU_KIAE'].map((queue) => `queue/${queue} state=drain`),
      ...['default', 'mcore', 'other', 'spot'].flatMap((fleet) => [
        `fleet/${fleet} state=drain`,
        `fleet/${fleet} drain-deadline-seconds=0`,
      ]),
    ]);
    expect(got.settings).toContainEqual({
      of: 'fleet/default',
      knob: 'max-workers',
      value: '20',
      isDefault: false,
    });
  });

  it('puts some in shadow, and shows who is', () => {
    const [put, status, , live] = shadowed.map(({ out }) =>
      JSON.parse(/^[^{]*(\{.*)$/s.exec(out)?.[1] ?? 'null'),
    );
    expect(put).toMatchObject({
      word: 'kept',
      changes: [
        { of: 'queue/RU_KIAE', knob: 'mode', from: 'live (default)', to: 'shadow' },
        { of: 'fleet/other', knob: 'mode', from: 'live (default)', to: 'shadow' },
      ],
    });
    const inShadow = [...status.queues, ...status.fleets].filter((of) => of.isInShadow);
    expect(inShadow.map(({ queue, fleet }) => queue ?? fleet)).toEqual(['RU_KIAE', 'other']);
    expect(live).toMatchObject({ word: 'kept', changes: [{ of: 'queue/RU_KIAE' }, { of: 'fleet/other' }] });
    expect(live.changes).toHaveLength(2);
    expect(shadowed[2]?.out).toContain('in shadow, so that nothing is done: queue/RU_KIAE, fleet/other\n');
  });

  it('needs the rights that aerie rights prints to look, and to check what is to change', () => {
    const allowed = POLICIES.operator?.('twin').Statement.flatMap(({ Action }) => Action) ?? [];
    expect([...calls].sort()).toEqual(
      allowed.filter((action) => action !== 'ssm:PutParameter' && action !== 'ssm:DeleteParameter').sort(),
    );
  });

  it.each(QUESTIONS)('answers %s with exit code %i', async (words, code) => {
    const ran = told.get(words);
    await expect(ran?.out).toMatchFileSnapshot(fileOf(words));
    expect(ran?.code).toBe(code);
    for (const line of ran?.out.split('\n') ?? []) expect(line.length).toBeLessThanOrEqual(120);
  });

  it('tells the story of a worker that was lost', async () => {
    await expect(lost.out).toMatchFileSnapshot('golden/worker.txt');
    expect(lost.code).toBe(0);
  });

  it('is examined by the doctor, each kind of finding once looked at or left out with why', () => {
    const { findings } = doctorTold.parse(JSON.parse(examined));
    expect(doctorTold.parse(JSON.parse(examined))).toEqual(JSON.parse(examined));
    expect(new Set(findings.map(({ kind }) => kind))).toEqual(new Set(Object.keys(KINDS)));
    const skipped = new Set(findings.filter(({ level }) => level === 'skip').map(({ text }) => text));
    expect([...skipped]).toEqual([
      'the twin has no block in cdk.json, no account and no deploy',
      'the time of the twin is its own',
      'aerie alarms --stage twin says what is on; nobody is told',
    ]);
    const looked = new Map(findings.map(({ kind, level, text }) => [kind, `${level} ${text}`]));
    expect(looked.get('endpoint-secret')).toBe('ok the endpoint takes the bearer secret');
    expect(looked.get('templates')).toBe('ok every queue has a template of its shape');
    expect(looked.get('settings')).toMatch(/^ok those of \d queues and \d fleets were read/);
    expect(looked.get('ticks')).toMatch(/ ticks? /);
    expect([...looked.values()].filter((told) => told.includes('could not be looked at'))).toEqual([]);
  });

  it('has given up no event', () => {
    const told = lettersTold.parse(JSON.parse(letters.out));
    expect(told).toEqual(JSON.parse(letters.out));
    expect(told.queues).toEqual(
      ['events', 'settings'].map((name) => ({ function: name, letters: [], hasMore: false })),
    );
    expect(letters.code).toBe(0);
  });

  it('tells scripts the same, by the schema of each command', async () => {
    for (const [words, { out }] of scripts) {
      const verb = await VERBS[words.split(' ')[0] ?? '']?.();
      // What is said meanwhile goes to another stream, and stands before it here.
      const told = JSON.parse(out.slice(out.indexOf('{')));
      const parsed = verb?.schema.safeParse(told);
      expect(parsed?.success, `${words}: ${parsed?.error?.message}`).toBe(true);
      expect(parsed?.data, words).toEqual(told);
    }
  });
});
