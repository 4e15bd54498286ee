import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { templatesAbout } from '../../collector/about.ts';
import type { Condor } from '../../collector/condor/condor.ts';
import { endpointAbout } from '../../core/model/about.ts';
import { QUEUE, type Served, serve, TEMPLATE } from './serving.ts';

const NOW = 1_795_411_000;
const VERSION_LINE =
  '$CondorVersion: 23.9.6 2024-08-08 BuildID: Debian-23.9.6+dfsg-2.1 $\n$CondorPlatform: x86_64 $\n';

let served: Served;
beforeEach(async () => {
  served = await serve();
  served.condor.answers('condor_version', { stdout: VERSION_LINE });
});
afterEach(() => served.close());

const ask = async () => {
  const { status, body } = await served.get('/v1/about');
  expect(status).toBe(200);
  return endpointAbout.parse(body);
};
const write = (queue: string, lines: string) =>
  writeFileSync(join(served.templates, `${queue}.sub`), `${lines}\n+MATCH_APF_QUEUE = "${queue}"\nqueue\n`);

describe('what the endpoint says of itself', () => {
  it('is what a stage has to agree with', async () => {
    expect(await ask()).toEqual({
      api: 1,
      now: NOW,
      pool: 'cm.example.org',
      condor: { version: '23.9.6' },
      sts: { url: 'http://127.0.0.1:1/', account: '123456789012', roles: ['worker'] },
      tokenSeconds: 3600,
      templates: [{ queue: QUEUE, asks: { cpus: 4 }, credentialExpiresAt: null }],
    });
    expect(served.condor.calls('condor_version')).toEqual([['']]);
  });

  it.each([
    [{ status: 1, stderr: 'ERROR: no config\n' }, 'condor_version: exit status 1, ERROR: no config'],
    [{ stdout: 'HTCondor\n' }, 'condor_version: its answer names no version'],
  ])('%j: says why it does not know the version', async (answer, why) => {
    served.condor.answers('condor_version', answer);
    expect(await ask()).toMatchObject({ condor: { why }, pool: 'cm.example.org' });
  });

  it('names what is wrong with a template, and goes on with the others', async () => {
    writeFileSync(join(served.templates, 'A_BAD.sub'), 'executable = x\n');
    const { templates } = await ask();
    expect(templates.map(({ queue, mistake }) => [queue, mistake])).toEqual([
      ['A_BAD', 'The pilot template A_BAD.sub has 0 queue statements, expected one.'],
      [QUEUE, undefined],
    ]);
  });

  it('names a template whose jobs would not be counted, and one that cannot be tried out', async () => {
    write('GRID', 'universe = grid');
    const mistakeOf = async (name: string) =>
      (await ask()).templates.find(({ queue }) => queue === name)?.mistake;
    expect(await mistakeOf('GRID')).toContain('JobUniverse 9, expected 5');
    expect(await mistakeOf(QUEUE)).toBeUndefined();
    served.condor.answers('condor_submit.dry-run', { status: 1, stderr: 'ERROR: no executable' });
    expect(await mistakeOf(QUEUE)).toContain('cannot be tried out: condor_submit: exit status 1, ERROR');
  });

  it('says of a template that is taken away while others are tried that it is', async () => {
    const last = join(served.templates, 'Z.sub');
    for (const n of [1, 2, 3, 4, 5, 6, 7]) write(`A_${n}`, '');
    write('Z', '');
    const condor: Condor = async () => {
      rmSync(last, { force: true });
      return { ok: false, why: 'no', stdout: '', stderr: '' };
    };
    const templates = await templatesAbout(served.templates, condor);
    expect(existsSync(last)).toBe(false);
    expect(templates).toHaveLength(9);
    expect(templates.at(-1)).toEqual({
      ...{ queue: 'Z', asks: {}, credentialExpiresAt: null },
      mistake: 'It was taken away a moment ago.',
    });
  });

  it('tells when the credential of a template ends, or that it cannot be read', async () => {
    const payload = Buffer.from(JSON.stringify({ exp: 1_900_000_000 })).toString('base64url');
    writeFileSync(join(served.templates, 'token'), `e30.${payload}.x`);
    writeFileSync(
      join(served.templates, `${QUEUE}.sub`),
      `environment = "PANDA_AUTH_TOKEN=token"\n${TEMPLATE}`,
    );
    write('NO_TOKEN', 'environment = "PANDA_AUTH_TOKEN=nowhere"');
    const { templates } = await ask();
    expect(templates.map(({ credentialExpiresAt }) => credentialExpiresAt)).toEqual([1_900_000_000, 0]);
  });

  it('is told to nobody without the secret, nor to who may read the metrics only', async () => {
    expect(await served.get('/v1/about', 'wrong')).toMatchObject({ status: 401 });
    expect(await served.get('/v1/about', 'a-secret-that-opens-the-metrics-and-no-more')).toMatchObject({
      status: 401,
    });
  });
});

describe('what a template asks for', () => {
  it.each([
    ['request_cpus = 8', { cpus: 8 }],
    ['request_memory = 2000', { memoryMb: 2000 }],
    ['request_memory = 2 GB', { memoryMb: 2048 }],
    ['REQUEST_MEMORY=4G', { memoryMb: 4096 }],
    ['request_memory = 512MiB', { memoryMb: 512 }],
    ['request_disk = 1048576', { diskMb: 1024 }],
    ['request_disk = 10G', { diskMb: 10_240 }],
    ['request_disk = 1T', { diskMb: 1_048_576 }],
    ['request_gpus = 1', { gpus: 1 }],
    ['request_cpus = 1\nrequest_cpus = 2', { cpus: 2 }],
    ['request_cpus = $(cores)', {}],
    ['request_memory = 2000 * request_cpus', {}],
    ['request_memory = 5 apples', {}],
    ['request_memory = 1.25 GB', { memoryMb: 1_280 }],
    ['request_memory = 1.x', {}],
    ['request_memory = 1.', {}],
    ['request_memory = .5', {}],
    ['request_memory = x1', {}],
    ['request_memory = 2GBs', {}],
    ['request_cpus = 8 cores', {}],
    ['request_cpus = -8', {}],
    ['request_disk = 2048 kB', { diskMb: 2 }],
    ['', {}],
  ])('%j: %j', async (lines, asks) => {
    write('Z', lines);
    const { templates } = await ask();
    expect(templates.find(({ queue }) => queue === 'Z')?.asks).toEqual(asks);
  });
});
