import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../lib/config.ts';
import { fileMistakes } from '../../lib/stage-files.ts';
import { STAGE } from './stack-of.ts';

const folder = mkdtempSync(join(tmpdir(), 'aerie-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

const certificate = readFileSync(new URL('ca.pem', import.meta.url), 'utf8');
const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

const WORKER = { worker: { os: 'el9', pool: 'cm.grid.test', centralManager: 'cm.grid.test' } };

const mistakesOf = (block: object): readonly string[] => {
  const read = readConfig({ stages: { dev: { ...STAGE, ...WORKER, ...block } } }, 'dev');
  if (!read.ok) throw new Error(read.mistakes.join(' '));
  return fileMistakes(read.config);
};

describe('a file of authorities', () => {
  it('may hold a whole bundle for the functions, with words between', () => {
    const caFile = file('bundle.pem', `subject=CN = one\n${certificate.repeat(300)}`);
    expect(mistakesOf({ caFile, workerCaFile: file('one.pem', certificate) })).toEqual([]);
  });

  it.each([
    [
      'that is not there',
      join(folder, 'nowhere.pem'),
      'and there is no such file; give the path of a PEM file.',
    ],
    ['that is a folder', folder, 'which is no file; give the path of a PEM file.'],
    ['without a certificate', file('empty.pem', 'none\n'), 'in which there is no certificate; give the path'],
  ])('%s is refused with a sentence', (_, path, sentence) => {
    for (const name of ['caFile', 'workerCaFile']) {
      const [mistake, ...others] = mistakesOf({ [name]: path });
      expect(others).toEqual([]);
      expect(mistake).toContain(`aerie.stages.dev.${name} is "${path}", ${sentence}`);
    }
  });

  it('may not be a whole bundle for the workers: it travels in their user-data', () => {
    const workerCaFile = file('many.pem', certificate.repeat(9));
    expect(mistakesOf({ workerCaFile })).toEqual([
      `aerie.stages.dev.workerCaFile is "${workerCaFile}", in which there are 9 certificates, 8 at most fit into user-data; give only the authority that signed the endpoint's certificate.`,
    ]);
  });
});

it('user-data that EC2 would not take is refused with a sentence', () => {
  const pins = Object.fromEntries(
    Array.from({ length: 400 }, (_, index) => [`VARIABLE_${index}`, `${index}`.repeat(60)]),
  );
  expect(mistakesOf({ worker: { ...WORKER.worker, environment: pins } })).toEqual([
    expect.stringMatching(/^Stage dev: The user-data has \d+ bytes, EC2 takes 16384; .*\.$/),
  ]);
});
