import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { admits, admitsSecret, secretsMistake } from '../../collector/secrets.ts';

const OLD = 'o'.repeat(32);
const NEW = 'n'.repeat(32);

let folder: string;
let clock: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aerie-secrets-'));
  clock = 1_795_411_000;
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const now = () => clock;

describe('a bearer secret', () => {
  it('is taken as its file has it, without the blanks around it, whatever the case of the word before', async () => {
    const admit = admits([write('a', `  ${OLD}\n`)], now);
    for (const word of ['Bearer', 'bearer']) expect(await admit(`${word} ${OLD}`)).toBe(true);
    for (const given of [undefined, '', OLD, `Bearer ${OLD} x`, `Bearer ${NEW}`, `x Bearer ${OLD}`]) {
      expect(await admit(given)).toBe(false);
    }
  });

  it('is another one at most ten seconds after its file has changed', async () => {
    const file = write('a', OLD);
    const admit = admits([file], now);
    expect(await admit(`Bearer ${OLD}`)).toBe(true);
    write('a', NEW);
    clock += 9;
    expect(await admit(`Bearer ${NEW}`)).toBe(false);
    clock += 1;
    expect([await admit(`Bearer ${NEW}`), await admit(`Bearer ${OLD}`)]).toEqual([true, false]);
  });

  it.each([
    ['one character too short', 'x'.repeat(31)],
    ['empty', ''],
  ])('is none if it is %s, and nothing opens for it', async (_, text) => {
    const file = write('a', text);
    expect(await admits([file], now)(`Bearer ${text}`)).toBe(false);
    expect(await secretsMistake([file])).toBe(`None of ${file} holds a secret of at least 32 characters.`);
  });

  it('may be in one file of two while the other is missing', async () => {
    const files = [join(folder, 'none'), write('b', NEW)];
    expect(await admits(files, now)(`Bearer ${NEW}`)).toBe(true);
    expect(await secretsMistake(files)).toBeUndefined();
  });

  it('that cannot be read is a mistake at start, and throws later', async () => {
    expect(await secretsMistake([folder])).toMatch(/^The secret cannot be read: EISDIR.*\.$/);
    await expect(admits([folder], now)(`Bearer ${OLD}`)).rejects.toThrow('EISDIR');
  });

  it('is missed by nobody where none is wanted', async () => {
    expect(await secretsMistake([])).toBeUndefined();
    expect(await admits([], now)('Bearer ')).toBe(false);
  });

  it('can be one that is held already', async () => {
    const admit = admitsSecret(OLD);
    expect([await admit(`Bearer ${OLD}`), await admit(`Bearer ${NEW}`), await admit(undefined)]).toEqual([
      true,
      false,
      false,
    ]);
  });
});
