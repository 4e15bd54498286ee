import { beforeAll, describe, expect, it } from 'vitest';
import { VERBS } from '../../../cli/verbs/verbs.ts';
import { asking, inMidRun, type Ran } from './session.ts';

/** What an admin asks (docs/commands.md), each as one command, and the exit code that says whether something is on. */
const QUESTIONS: readonly (readonly [words: string, code: number])[] = [
  ['status', 1],
  ['top', 1],
  ['why RU_KIAE', 1],
  ['why CERIT_MCORE', 1],
  ['why CERN_GRID', 0],
  ['why fleet/default', 1],
  ['why RU_KIAE --at 00:45', 1],
  ['workers', 0],
  ['workers mcore', 0],
  ['workers --lost', 1],
  ['history', 0],
  ['history default --since 1h', 0],
  ['holds', 0],
  ['alarms', 1],
];

const fileOf = (words: string): string =>
  `golden/${words.replace(/--/g, '').replace(/[ /:]+/g, '-')}.txt`;

describe('a stage in mid-run', () => {
  const told = new Map<string, Ran>();
  const scripts = new Map<string, Ran>();
  let lost: Ran;

  beforeAll(() =>
    inMidRun(80, async (aws) => {
      const ask = asking(aws, { columns: 120 });
      for (const [words] of QUESTIONS) {
        told.set(words, await ask(...words.split(' ')));
        scripts.set(words, await ask(...words.split(' '), '--json'));
      }
      const { workers } = JSON.parse((await ask('workers', '--lost', '--json')).out);
      lost = await ask('worker', workers[0].instanceId);
      scripts.set('worker', await ask('worker', workers[0].instanceId, '--json'));
    }),
  );

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

  it('tells scripts the same, by the schema of each command', async () => {
    for (const [words, { out }] of scripts) {
      const verb = await VERBS[words.split(' ')[0] ?? '']?.();
      const parsed = verb?.schema.safeParse(JSON.parse(out));
      expect(parsed?.success, `${words}: ${parsed?.error?.message}`).toBe(true);
      expect(parsed?.data, words).toEqual(JSON.parse(out));
    }
  });
});
