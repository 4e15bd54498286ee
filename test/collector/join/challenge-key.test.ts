import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { challengeKey } from '../../../collector/join/challenge-key.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aerie-state-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('the secret of challenges is made once, for nobody else to read, and outlives the endpoint', async () => {
  const key = await challengeKey(folder);
  expect(key).toHaveLength(32);
  expect(readdirSync(folder)).toEqual(['challenge-key']);
  expect(statSync(join(folder, 'challenge-key')).mode & 0o777).toBe(0o600);
  expect(await challengeKey(folder)).toEqual(key);
});

it('is another one in another folder', async () => {
  const other = mkdtempSync(join(folder, 'other-'));
  expect(await challengeKey(other)).not.toEqual(await challengeKey(folder));
});

it.each([
  ['empty, as a full disk leaves it', ''],
  ['cut off', 'x'.repeat(31)],
  ['longer than one is', 'x'.repeat(33)],
])('is made anew where its file is %s', async (_, text) => {
  const path = join(folder, 'challenge-key');
  writeFileSync(path, text);
  const key = await challengeKey(folder);
  expect([key.length, readFileSync(path)]).toEqual([32, key]);
  expect(await challengeKey(folder)).toEqual(key);
});
