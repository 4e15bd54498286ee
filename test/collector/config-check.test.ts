import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Condor } from '../../collector/condor/condor.ts';
import { type Config, readConfig } from '../../collector/config.ts';
import { mistakesAround as mistakesWith } from '../../collector/config-check.ts';
import { authority, type Certified } from '../adapters/authority.ts';

const DAYS = 30;
let folder: string;
let signed: ReturnType<typeof authority>;
let first: Certified;
let second: Certified;

const write = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'aerie-check-'));
  signed = authority(DAYS);
  first = signed.certify(DAYS);
  second = signed.certify(DAYS);
  for (const name of ['templates', 'none-yet', 'ended']) mkdirSync(join(folder, name));
  const template = '+MATCH_APF_QUEUE = "Q"\nenvironment = "PANDA_AUTH_TOKEN=token"\nqueue\n';
  write('templates/Q.sub', template);
  write('templates/token', `e30.${Buffer.from('{"exp":1000}').toString('base64url')}.x`);
  write('ended/Q.sub', template);
  write('ended/R.sub', 'queue\n');
});
afterAll(() => {
  signed.remove();
  rmSync(folder, { recursive: true });
});

/** What a dry run of condor_submit makes of a template; absent: HTCondor's tools are not there. */
const toolsWith =
  (trial?: string): Condor =>
  async (tool) =>
    trial === undefined
      ? { ok: false, why: `${tool}: cannot be run`, stdout: '', stderr: '' }
      : { ok: true, stdout: trial };
const mistakesAround = (config: Config, now: number, condor = toolsWith()) =>
  mistakesWith(config, now, condor);

const configOf = (more: object): Config => {
  const read = readConfig(
    JSON.stringify({
      listen: { host: '127.0.0.1' },
      secretFiles: ['/secret'],
      pool: 'cm.example.org',
      templatesDirectory: join(folder, 'none-yet'),
      stateDirectory: '/state',
      sts: { url: 'https://sts.us-east-1.amazonaws.com/', account: '123456789012', roles: ['worker'] },
      joining: { tokenSeconds: 3600 },
      ...more,
    }),
  );
  if (!read.ok) throw new Error(read.mistakes.join(' '));
  return read.config;
};
const tlsOf = ({ key, cert }: { key: string; cert: string }) => ({
  tls: { keyFile: write('key', key), certFile: write('cert', cert) },
});

describe('the files that a configuration names', () => {
  it('are in order without TLS and with a folder in which no template is yet', async () => {
    expect(await mistakesAround(configOf({}), 0)).toEqual([]);
  });

  it('are in order with a certificate, its key, and a credential that has not ended', async () => {
    const config = configOf({ ...tlsOf(first), templatesDirectory: join(folder, 'templates') });
    expect(await mistakesAround(config, 999)).toEqual([]);
  });

  it('are not with the key of another certificate', async () => {
    const config = configOf(tlsOf({ key: second.key, cert: first.cert }));
    expect(await mistakesAround(config, 0)).toEqual([
      `${join(folder, 'key')} is not the key of ${join(folder, 'cert')}.`,
    ]);
  });

  it('are not with a certificate from the moment that it ends', async () => {
    const config = configOf(tlsOf(first));
    expect(await mistakesAround(config, first.endsAt - 1)).toEqual([]);
    expect(await mistakesAround(config, first.endsAt)).toEqual([
      expect.stringMatching(/^The certificate .*cert ended at .* GMT; renew it\.$/),
    ]);
  });

  it('are not with a certificate that nobody writes', async () => {
    const certFile = join(folder, 'fifo');
    execFileSync('mkfifo', [certFile]);
    const config = configOf({ tls: { keyFile: write('key', first.key), certFile } });
    expect(await mistakesAround(config, 0)).toEqual([
      `The certificate or its key cannot be read: ${certFile} is no ordinary file.`,
    ]);
  });

  it('are not with a certificate that is none', async () => {
    const config = configOf(tlsOf({ key: 'none', cert: first.cert }));
    expect(await mistakesAround(config, 0)).toEqual([
      expect.stringMatching(/^The certificate or its key cannot be read: .+\.$/),
    ]);
  });

  const JOB = ['JobUniverse=5', 'RequestCpus=1', 'RequestMemory=1000', 'RequestDisk=1024000'];
  const OURS = [...JOB, 'AerieRequestId="about"'];
  it.each([
    ['are in order', [...OURS, 'MATCH_APF_QUEUE="Q"'], []],
    [
      'are not',
      [...OURS, 'MATCH_APF_QUEUE="OTHER"'],
      [
        'The pilot template Q.sub makes jobs with MATCH_APF_QUEUE "OTHER", expected "Q": remove what sets it another way.',
      ],
    ],
  ])('%s by what HTCondor makes of a template', async (_, job, mistakes) => {
    const config = configOf({ templatesDirectory: join(folder, 'templates') });
    expect(await mistakesAround(config, 999, toolsWith(job.join('\n')))).toEqual(mistakes);
  });

  it('are not with a credential from the moment that it ends', async () => {
    const config = configOf({ templatesDirectory: join(folder, 'templates') });
    expect(await mistakesAround(config, 1_000)).toEqual([
      "The credential of queue Q's pilots ended at 1970-01-01T00:16:40.000Z; put a valid one in its place.",
    ]);
  });

  it('are not with a credential that is not there, nor with a template that is wrong: both are said', async () => {
    const config = configOf({ templatesDirectory: join(folder, 'ended') });
    expect(await mistakesAround(config, 0)).toEqual([
      "The credential of queue Q's pilots cannot be read; put a valid one in its place.",
      'The pilot template R.sub sets +MATCH_APF_QUEUE to nothing, expected "R".',
    ]);
  });

  it('are not where the folder of templates is not there', async () => {
    const config = configOf({ templatesDirectory: join(folder, 'nowhere') });
    expect(await mistakesAround(config, 0)).toEqual([
      expect.stringMatching(/^The templates' folder cannot be read: ENOENT.*\.$/),
    ]);
  });
});
