import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../../lib/stage/config.ts';
import { fileMistakes } from '../../../lib/stage/files.ts';
import { workerUserData } from '../../../lib/worker-user-data.ts';
import { STAGE } from '../stack-of.ts';

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

describe("a site's own layer", () => {
  const layerOf = (workerSite: object) => {
    const read = readConfig({ stages: { dev: { ...STAGE, ...WORKER, workerSite } } }, 'dev');
    if (!read.ok) throw new Error(read.mistakes.join(' '));
    const text = gunzipSync(workerUserData(read.config) ?? '').toString();
    const files: readonly { path: string; content: string }[] = JSON.parse(
      text.replace(/^#cloud-config\n/, ''),
    ).write_files;
    return JSON.parse(files.find(({ path }) => path === '/etc/aerie/site.json')?.content ?? '');
  };

  it('is read from its files, which keep being programs', () => {
    const program = file('tool', '#!/bin/sh\n');
    chmodSync(program, 0o755);
    const script = file('setup.sh', '#!/bin/sh\nexit 0\n');
    const condor = file('site.conf', 'SITE = 1\n');
    const files = { '/opt/tool': program, '/etc/motd': file('motd', 'Grüße\n') };
    expect(layerOf({ condor, script, files, packages: ['hwloc'], seconds: 60 })).toEqual({
      condor: 'SITE = 1\n',
      script: '#!/bin/sh\nexit 0\n',
      packages: ['hwloc'],
      seconds: 60,
      files: [
        { path: '/opt/tool', content: '#!/bin/sh\n', executable: true },
        { path: '/etc/motd', content: 'Grüße\n', executable: false },
      ],
    });
  });

  it.each([
    [{ condor: join(folder, 'nowhere') }, 'workerSite.condor is "', ', and there is no such file;'],
    [{ script: folder }, 'workerSite.script is "', ', which is no file;'],
    [
      { files: { '/opt/x': file('binary', '\u0000') } },
      'workerSite.files./opt/x is "',
      ', which is no text; let the script fetch what is none.',
    ],
    [
      { condor: file('start.conf', 'START = True\n') },
      'Stage dev: site.condor the line "START = True" sets START,',
      'remove it.',
    ],
    [
      { files: { '/opt/x': file('large', 'x') }, packages: ['-x'] },
      'Stage dev: site.packages.0 is "-x"; expected',
      '.',
    ],
  ])('is refused with a sentence: %j', (workerSite, begins, ends) => {
    const mistakes = mistakesOf({ workerSite });
    expect(mistakes).toHaveLength(1);
    expect(mistakes[0]).toContain(begins);
    expect(mistakes[0]).toContain(ends);
  });

  it('needs a worker that it can be added to', () => {
    expect(() => mistakesOf({ worker: undefined, workerSite: { packages: ['hwloc'] } })).toThrow(
      'workerSite has no worker beside it that it could be added to',
    );
  });
});

it('user-data that EC2 would not take is refused with a sentence', () => {
  const pins = Object.fromEntries(
    Array.from({ length: 400 }, (_, index) => [
      `VARIABLE_${index}`,
      createHash('sha512').update(`${index}`).digest('hex'),
    ]),
  );
  expect(mistakesOf({ worker: { ...WORKER.worker, environment: pins } })).toEqual([
    expect.stringMatching(/^Stage dev: The user-data has \d+ bytes when packed, EC2 takes 16384; .*\.$/),
  ]);
});
