import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { descendants } from '../processes.ts';
import { alive, ROOT, type Running, run, sweep, until } from '../running.ts';

let clone = '';
beforeAll(() => {
  clone = mkdtempSync(join(tmpdir(), 'aerie-test-'));
  for (const folder of ['bin', 'tools']) mkdirSync(join(clone, folder));
  copyFileSync(join(ROOT, 'bin/install.mjs'), join(clone, 'bin/install.mjs'));
  writeFileSync(join(clone, 'package-lock.json'), '{}');
});
afterEach(sweep);
afterAll(() => rmSync(clone, { recursive: true }));

/** Installs in a clone that has nothing yet, with an npm that says what it was asked and then does as told. */
const install = (npm: string): Running => {
  const file = join(clone, 'tools/npm');
  writeFileSync(file, `#!/bin/sh\necho "npm $*" >&2\n${npm}\n`);
  chmodSync(file, 0o755);
  const PATH = [join(clone, 'tools'), process.env.PATH].join(delimiter);
  return run(process.execPath, [join(clone, 'bin/install.mjs')], { PATH });
};

it('an installation that fails says what to do', async () => {
  const running = install('exit 1');
  expect((await running.ended).code).toBe(2);
  expect(running.stdout()).toBe('');
  expect(running.stderr()).toMatch(/npm ci failed.*run this again\.\n$/);
});

it('npm is not to refuse for the Node that it runs on itself', async () => {
  const running = install('exit 1');
  await running.ended;
  expect(running.stderr()).toMatch(/^npm ci .*--engine-strict=false/m);
});

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s ends the installation and npm with it', async (signal, code) => {
  const running = install('exec sleep 600');
  const npm = await until(async () =>
    (await descendants(running.child)).find(({ command }) => command.includes('sleep 600')),
  );
  running.child.kill(signal);
  expect((await running.ended).code).toBe(code);
  expect(await alive([npm])).toEqual([]);
});
