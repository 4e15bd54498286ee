import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { descendants } from '../processes.ts';
import { AERIE, AS_TERMINAL, aerie, alive, functionsOf, interrupt, run, sweep, until } from '../running.ts';

const SHOW_CURSOR = '\u001b[?25h';
const SLOWLY = ['start', '--speed', '120', '--port', '0'];

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'aerie-test-'));
});
afterEach(sweep);
afterAll(() => rmSync(folder, { recursive: true }));

/** An esbuild that never comes to an end by itself. */
const hangingBundler = (): Readonly<Record<string, string>> => {
  const file = join(folder, 'esbuild');
  writeFileSync(file, '#!/bin/sh\nexec sleep 600\n');
  chmodSync(file, 0o755);
  return { ESBUILD_BINARY_PATH: file };
};

const bundlerOf = (running: ReturnType<typeof aerie>) =>
  until(async () => (await descendants(running.child)).find(({ command }) => command.includes('sleep 600')));

describe('Ctrl-C', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('and its like (%s) end the run and every process of it', async (signal, code) => {
    const running = aerie(SLOWLY);
    const functions = await functionsOf(running);
    running.child.kill(signal);
    expect(await running.ended).toEqual({ code, signal: null });
    expect(running.stderr()).toBe('');
    expect(await alive(functions)).toEqual([]);
    expect(running.leftFiles()).toEqual([]);
  });

  it('while the functions are bundled is no error, though the bundler dies of it too', async () => {
    const running = aerie(SLOWLY, hangingBundler());
    const { pid } = await bundlerOf(running);
    process.kill(pid, 'SIGINT');
    running.child.kill('SIGINT');
    expect(await running.ended).toEqual({ code: 130, signal: null });
    expect(running.stderr()).toBe('');
    expect(running.leftFiles()).toEqual([]);
  });

  it('again ends at once, with nothing left behind, when the first does not', async () => {
    const running = aerie(SLOWLY, hangingBundler());
    const bundler = await bundlerOf(running);
    await interrupt(running);
    await running.ended;
    expect(running.leftFiles()).toEqual([]);
    await expect.poll(() => alive([bundler])).toEqual([]);
  });

  it('again and again gives the terminal its cursor back, and ends the functions', async () => {
    const running = run(process.execPath, [...AS_TERMINAL, AERIE, ...SLOWLY]);
    const functions = await functionsOf(running);
    await interrupt(running);
    await running.ended;
    expect(running.stdout()).toContain('\u001b[?25l');
    expect(running.stdout().endsWith(SHOW_CURSOR)).toBe(true);
    expect(running.leftFiles()).toEqual([]);
    await expect.poll(() => alive(functions)).toEqual([]);
  });
});

it('a bundler that fails leaves no file behind', async () => {
  const running = aerie(SLOWLY, { ESBUILD_BINARY_PATH: '/bin/false' });
  expect((await running.ended).code).toBe(1);
  expect(running.leftFiles()).toEqual([]);
});

it('npm hands on what should end it', async () => {
  // Without the installation, which would replace the packages that this runs on.
  const running = run('npm', ['start', '--ignore-scripts', '--', '--speed', '120', '--no-web']);
  await functionsOf(running);
  const all = await descendants(running.child);
  running.child.kill('SIGTERM');
  expect((await running.ended).code).toBe(143);
  expect(running.stderr()).toBe('');
  expect(await alive(all)).toEqual([]);
  expect(running.leftFiles()).toEqual([]);
});

describe('a reader that goes away', () => {
  it('ends the run without a word', async () => {
    const running = aerie(SLOWLY);
    const functions = await functionsOf(running);
    running.child.stdout?.destroy();
    expect(await running.ended).toEqual({ code: 141, signal: null });
    expect(running.stderr()).toBe('');
    expect(await alive(functions)).toEqual([]);
    expect(running.leftFiles()).toEqual([]);
  });

  it.each([
    ['the summary', ['start', '--hours', '0.05', '--speed', 'max', '--json']],
    ['the options', ['start', '--help']],
  ])('before it is written %s, is told by the exit code alone', async (_, args) => {
    const running = aerie(args);
    running.child.stdout?.destroy();
    expect(await running.ended).toEqual({ code: 141, signal: null });
    expect(running.stderr()).toBe('');
    expect(running.leftFiles()).toEqual([]);
  });
});

it('a scenario that cannot come to its end says what is not done, and why', async () => {
  const file = join(import.meta.dirname, 'paused.json');
  const running = aerie(['start', '--scenario', file, '--speed', 'max', '--json']);
  expect((await running.ended).code).toBe(1);
  const summary = JSON.parse(running.stdout());
  expect(summary).toMatchObject({
    jobsDone: 0,
    workersLaunched: 0,
    workersWoken: 0,
    jobsNotDone: { PAUSED: summary.jobsArrived },
  });
  expect(summary.simulatedHours).toBeLessThan(2);
  expect(running.stderr()).toBe(`aerie: ${summary.givenUp}\n`);
  expect(summary.givenUp).toMatch(
    /^The run was given up, because nothing has happened for 1 h.*: not done are \d+ jobs? of PAUSED, .*pilots .*paused.*\.$/,
  );
});
