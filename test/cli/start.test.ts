import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UsageError } from '../../cli/command/usage.ts';
import { startOptions } from '../../cli/start-options.ts';
import { scenarioNames } from '../../twin/scenario/file.ts';
import { readScenario } from '../../twin/scenario/scenario.ts';
import { AERIE, ROOT } from '../running.ts';

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const aerie = (...args: readonly string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const child = execFile(process.execPath, [AERIE, ...args], (_, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    );
  });

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aerie-test-'));
});
afterAll(() => rm(folder, { recursive: true }));

const scenario = async (content: string): Promise<string> => {
  const file = join(folder, `${Math.random()}.json`);
  await writeFile(file, content);
  return file;
};

describe('a wrong option gets a sentence that says what to do', () => {
  it.each([
    [['--fast'], /--fast.*npm start -- --help/],
    [['now'], /now.*npm start -- --help/],
    [['--hours', 'six'], /--hours takes a number from .* not "six"/],
    [['--speed', '0'], /--speed takes a number/],
    [['--seed', '1.5'], /--seed takes a whole number/],
    [['--port', '99999'], /--port takes a whole number from 0 to 65535/],
  ])('%j', (args, sentence) => {
    expect(() => startOptions(args)).toThrow(UsageError);
    expect(() => startOptions(args)).toThrow(sentence);
  });
});

describe('a mistake gets one line, exit code 2, and nothing on stdout', () => {
  const QUEUE = '"name":"Q","load":{"trace":"LCG-2005","cores":1,"maxRunSeconds":600}';
  const bad = `{"title":"x","hours":1,"queues":[{${QUEUE},"settings":{"state":"active","cpus":"many"}}]}`;

  it.each<readonly [string, () => Promise<readonly string[]> | readonly string[], RegExp]>([
    ['an unknown command', () => ['fly'], /"fly" is no command.*start/],
    ['an unknown option', () => ['start', '--fast'], /--fast.*npm start -- --help/],
    [
      'a scenario with a bad setting',
      async () => ['start', '--scenario', await scenario(bad)],
      /queue Q: cpus is "many"; expected a whole number/,
    ],
  ])('%s', async (_, args, sentence) => {
    const { code, stdout, stderr } = await aerie(...(await args()));
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('a busy port', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { code, stderr } = await aerie('start', '--port', String(port), '--speed', 'max');
    server.close();
    expect(code).toBe(2);
    expect(stderr).toMatch(new RegExp(`${port}.*--port`));
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

it('plays a story in which a zone runs out and PanDA refuses, unless told otherwise', async () => {
  const { faults } = await readScenario(startOptions([])?.scenario ?? '');
  expect(faults.map(({ kind }) => kind)).toEqual(['no-capacity', 'panda']);
});

it('--help tells the options, and every scenario by its name', async () => {
  const { code, stdout } = await aerie('start', '--help');
  expect(code).toBe(0);
  for (const option of ['hours', 'speed', 'scenario', 'seed', 'port', 'no-web', 'json']) {
    expect(stdout).toContain(`--${option}`);
  }
  expect(scenarioNames()).toContain('default');
  for (const name of scenarioNames()) expect(stdout).toMatch(new RegExp(`[ ,]${name}[,.]`));
});

it.each(['start', 'lab', 'doctor', 'dead-letters'])('%s explains itself on one screen', async (name) => {
  const { code, stdout } = await aerie(name, '--help');
  const lines = stdout.trimEnd().split('\n');
  expect(code).toBe(0);
  expect(lines.length).toBeLessThanOrEqual(24);
  for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(80);
  expect(await aerie(name, '-h')).toEqual({ code, stdout, stderr: '' });
});

it('--version is that of the package', async () => {
  const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  expect(await aerie('--version')).toEqual({ code: 0, stdout: `aerie ${version}\n`, stderr: '' });
});

it('--json prints one JSON summary and nothing else', async () => {
  const { code, stdout, stderr } = await aerie(
    'start',
    '--scenario',
    'twin/scenarios/short-jobs.json',
    '--hours',
    '0.1',
    '--speed',
    'max',
    '--no-web',
    '--json',
  );
  expect(code).toBe(0);
  expect(stderr).toBe('');
  const summary: unknown = JSON.parse(stdout);
  for (const name of [
    'jobsArrived',
    'jobsDone',
    'waitMeanSeconds',
    'waitP95Seconds',
    'usefulCoreHours',
    'paidCoreHours',
    'boundCoreHours',
    'workersLaunched',
    'workersWoken',
    'workersUseless',
    'workersAtEnd',
    'overCap',
    'ec2Calls',
    'ticks',
    'holds',
  ]) {
    expect(summary).toHaveProperty(name, expect.any(Number));
  }
});
