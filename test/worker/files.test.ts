import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';

const REPORT = join(import.meta.dirname, 'files/report.py');
const FOLDERS = [
  ["a worker's programs", 'files'],
  ['the command that tries these tests', '../mutants/worker'],
] as const;

const outcome = z.strictObject({ test: z.string(), why: z.string() });

/** What came of each unit test below a folder; a test of many cases that fail is there once for each. */
const outcomesOf = (folder: string): readonly z.output<typeof outcome>[] => {
  const at = join(import.meta.dirname, folder);
  const { stdout, stderr, status } = spawnSync('python3', ['-B', REPORT, at], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${folder} cannot be tested: ${stderr}`);
  const lines = stdout.trim().split('\n');
  return lines.map((line) => outcome.parse(JSON.parse(line)));
};

/** test_boot.Boot.test_it_says_why: Boot: it says why. */
const sentenceOf = (test: string): string => {
  const [, subject = '', name = ''] = test.split('.');
  return `${subject}: ${name.replace('test_', '').replaceAll('_', ' ')}`;
};

describe.each(FOLDERS)('%s', (_, folder) => {
  it.each(outcomesOf(folder).map(({ test, why }) => [sentenceOf(test), why]))('%s', (_sentence, why) => {
    expect(why).toBe('');
  });
});
