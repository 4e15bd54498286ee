import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { ROOT, run, sweep } from '../running.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'aerie-test clone %41 é '));
  symlinkSync(ROOT, join(folder, 'aerie'));
});
afterEach(sweep);
afterAll(() => rmSync(folder, { recursive: true }));

it('a clone may be anywhere: blanks and letters of any language in its path change nothing', async () => {
  const asIfThere = ['--preserve-symlinks', '--preserve-symlinks-main'];
  const door = join(folder, 'aerie/bin/aerie.ts');
  const scenario = ['--scenario', 'twin/scenarios/short-jobs.json'];
  const args = ['start', ...scenario, '--hours', '0.05', '--speed', 'max', '--json'];
  const running = run(process.execPath, [...asIfThere, door, ...args]);
  expect(await running.ended).toEqual({ code: 0, signal: null });
  expect(running.stderr()).toBe('');
  expect(JSON.parse(running.stdout()).jobsDone).toBeGreaterThan(0);
});
