import { execFile, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleEndpoint } from '../../collector/bundle.ts';
import { SECRET } from './serving.ts';

const folder = mkdtempSync(join(tmpdir(), 'aerie-endpoint-'));
const file = join(folder, 'aerie-endpoint.mjs');
const configFile = join(folder, 'config.json');

/** The endpoint does not run as root; tests may. */
const somebody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

beforeAll(async () => {
  await bundleEndpoint(file);
  mkdirSync(join(folder, 'templates'));
  mkdirSync(join(folder, 'state'));
  writeFileSync(join(folder, 'secret'), SECRET);
  chmodSync(folder, 0o777);
  chmodSync(join(folder, 'state'), 0o777);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const configure = (changes: Record<string, unknown> = {}) => {
  const config = {
    listen: { host: '127.0.0.1', port: 0 },
    secretFiles: [join(folder, 'secret')],
    pool: 'cm.example.org',
    templatesDirectory: join(folder, 'templates'),
    stateDirectory: join(folder, 'state'),
    tools: { directories: ['/nonexistent'] },
    sts: { url: 'https://sts.us-east-1.amazonaws.com/', account: '123456789012', roles: ['worker'] },
    joining: { tokenSeconds: 3600 },
    ...changes,
  };
  writeFileSync(configFile, JSON.stringify(config));
};

const DRY_RUN = [
  ...['JobUniverse=5', 'MATCH_APF_QUEUE="Q"', 'AerieRequestId="about"'],
  ...['RequestCpus=1', 'RequestMemory=1000', 'RequestDisk=1024000'],
];

/** A folder of HTCondor's tools on a central manager with this TRUST_DOMAIN: they answer the same to every question. */
const htcondorOf = (trustDomain: string) => {
  const directory = mkdtempSync(join(folder, 'condor-'));
  const tools = {
    condor_config_val: `echo ${trustDomain}`,
    condor_version: "echo '$CondorVersion: 23.9.6 2024-08-08 $'",
    // A dry run of the template below.
    condor_submit: `printf '${DRY_RUN.join('\\n')}\\n'`,
  };
  for (const [tool, text] of Object.entries(tools)) {
    writeFileSync(join(directory, tool), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  }
  chmodSync(directory, 0o755);
  return { directories: [directory] };
};

const run = (args: readonly string[], user: { uid?: number; gid?: number } = somebody) =>
  new Promise<{ status: unknown; stderr: string }>((resolve) => {
    execFile(process.execPath, [file, ...args], { cwd: '/', ...user }, (error, _, stderr) =>
      resolve({ status: error?.code ?? 0, stderr }),
    );
  });

describe('the endpoint as one file', () => {
  it.each([
    ['no configuration is named', [], {}, 'Name the configuration file'],
    ['it has a mistake', [configFile], { pool: '?' }, 'pool has to be a name such as cm.example.org.'],
  ])(
    'ends with status 2 and a sentence when %s: starting again does not mend it',
    async (_, args, changes, sentence) => {
      configure(changes);
      expect(await run(args)).toEqual({ status: 2, stderr: expect.stringContaining(sentence) });
    },
  );

  it.each([
    ['there is no configuration', ['/nonexistent/config.json'], {}, 'The configuration cannot be read'],
    [
      'there is no secret',
      [configFile],
      { secretFiles: ['/nonexistent'] },
      'holds a secret of at least 32 characters',
    ],
    [
      'there is no folder of templates',
      [configFile],
      { templatesDirectory: '/nonexistent' },
      'cannot be read',
    ],
    [
      'there is no certificate',
      [configFile],
      { tls: { keyFile: '/none', certFile: '/none' } },
      'Cannot start',
    ],
  ])(
    'ends with status 1 and a sentence when %s: it may be there later',
    async (_, args, changes, sentence) => {
      configure(changes);
      expect(await run(args)).toEqual({ status: 1, stderr: expect.stringContaining(sentence) });
    },
  );

  it("ends with status 1 and a sentence when TRUST_DOMAIN is only the machine's name: it may be another soon", async () => {
    configure({ tools: htcondorOf('"$(printenv _CONDOR_NETWORK_HOSTNAME || echo cm)"') });
    expect(await run([configFile])).toEqual({
      status: 1,
      stderr: expect.stringContaining('"cm", which is what the machine calls itself now'),
    });
  });

  it.runIf(process.getuid?.() === 0)('does not run as root', async () => {
    configure();
    expect(await run([configFile], {})).toEqual({
      status: 2,
      stderr: 'aerie-endpoint: The endpoint does not run as root; give it a user of its own.\n',
    });
  });

  describe('asked to look only', () => {
    const good = [join(folder, 'templates', 'Q.sub'), '+MATCH_APF_QUEUE = "Q"\nqueue\n'] as const;
    const token = `e30.${Buffer.from('{"exp":1}').toString('base64url')}.x`;

    it('says that all can be used, changes nothing and ends', async () => {
      writeFileSync(...good);
      const stateDirectory = join(folder, 'state', 'none');
      configure({ stateDirectory, tools: htcondorOf('cm.example.org') });
      expect(await run(['--check', configFile])).toEqual({ status: 0, stderr: '' });
      expect(existsSync(stateDirectory)).toBe(false);
    });

    it.each([['--check'], ['']])(
      "refuses a pool that is not HTCondor's TRUST_DOMAIN (%j)",
      async (option) => {
        writeFileSync(...good);
        configure({ tools: htcondorOf('pool.site.test') });
        expect(await run([option, configFile].filter(Boolean))).toEqual({
          status: 2,
          stderr: expect.stringContaining('TRUST_DOMAIN of HTCondor on this machine is "pool.site.test"'),
        });
      },
    );

    it('says what of HTCondor is too small for the workers that are named', async () => {
      writeFileSync(...good);
      configure({ tools: htcondorOf('cm.example.org') });
      expect(await run(['--check', '--workers', '7000', configFile])).toEqual({
        status: 2,
        stderr: expect.stringContaining('COLLECTOR_MAX_FILE_DESCRIPTORS'),
      });
    });

    it.each([
      [
        'a template',
        'queue 1\nqueue 2\n',
        {},
        'The pilot template Q.sub has 2 queue statements, expected one.',
      ],
      [
        'a credential that has ended',
        `environment = "PANDA_AUTH_TOKEN=token"\n${good[1]}`,
        {},
        "The credential of queue Q's pilots ended at 1970-01-01T00:00:01.000Z; put a valid one in its place.",
      ],
      [
        'a certificate that is none',
        good[1],
        { tls: { keyFile: configFile, certFile: configFile } },
        'The certificate or its key cannot be read: ',
      ],
    ])('ends with status 2 and names %s', async (_, text, changes, sentence) => {
      writeFileSync(good[0], text);
      writeFileSync(join(folder, 'templates', 'token'), token);
      configure(changes);
      const ran = await run([configFile, '--check']);
      rmSync(good[0]);
      expect(ran).toEqual({ status: 2, stderr: expect.stringContaining(sentence) });
    });
  });

  it('answers, keeps its secret out of its log, and ends in order when it is told to', async () => {
    configure({ credentialFiles: ['/nonexistent.r0'] });
    const child = spawn(process.execPath, [file, configFile], { cwd: '/', ...somebody });
    let log = '';
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString();
    });
    const url = await new Promise<string>((resolve, reject) => {
      child.stdout.on('data', (chunk: Buffer) => {
        log += chunk.toString();
        const [, address] = /listening at (http:[^"]+)"/.exec(log) ?? [];
        if (address !== undefined) resolve(address);
      });
      child.on('exit', () => reject(new Error(errors)));
    });
    expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ ok: true });
    const headers = { authorization: `Bearer ${SECRET}` };
    const view = await (await fetch(`${url}/v1/pool`, { headers })).json();
    expect(view).toMatchObject({
      ...{ pilots: { complete: false }, workers: { complete: false } },
      ...{ tokenSeconds: 3600, credentials: [{ file: '/nonexistent.r0', expiresAt: 0 }] },
    });
    expect((await fetch(`${url}/v1/pilots`, { method: 'POST', headers })).status).toBe(400);
    child.removeAllListeners('exit');
    const ended = new Promise((resolve) => child.on('exit', resolve));
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect([log.includes(SECRET), errors]).toEqual([false, '']);
  });
});
