import { execFile, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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

const run = (args: readonly string[], user: { uid?: number; gid?: number } = somebody) =>
  new Promise<{ status: unknown; stderr: string }>((resolve) => {
    execFile(process.execPath, [file, ...args], { cwd: '/', ...user }, (error, _, stderr) =>
      resolve({ status: error?.code ?? 0, stderr }),
    );
  });

describe('the endpoint as one file', () => {
  it.each([
    ['no configuration is named', [], {}, 'Name the configuration file'],
    ['there is none', ['/nonexistent/config.json'], {}, 'The configuration cannot be read'],
    ['it has a mistake', [configFile], { pool: '?' }, 'pool has to be a name such as cm.example.org.'],
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
  ])('ends with status 2 and a sentence when %s', async (_, args, changes, sentence) => {
    configure(changes);
    expect(await run(args)).toEqual({ status: 2, stderr: expect.stringContaining(sentence) });
  });

  it.runIf(process.getuid?.() === 0)('does not run as root', async () => {
    configure();
    expect(await run([configFile], {})).toEqual({
      status: 2,
      stderr: 'aerie-endpoint: The endpoint does not run as root; give it a user of its own.\n',
    });
  });

  it('answers, keeps its secret out of its log, and ends in order when it is told to', async () => {
    configure();
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
    expect(view).toMatchObject({ pilots: { complete: false }, workers: { complete: false } });
    expect((await fetch(`${url}/v1/pilots`, { method: 'POST', headers })).status).toBe(400);
    child.removeAllListeners('exit');
    const ended = new Promise((resolve) => child.on('exit', resolve));
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect([log.includes(SECRET), errors]).toEqual([false, '']);
  });
});
