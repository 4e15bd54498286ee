import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { admits, admitsSecret, secretsMistake } from '../../../collector/serve/secrets.ts';

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

  it('that cannot be read is a mistake at start only where no other can be', async () => {
    expect(await secretsMistake([folder])).toBe(`The secret cannot be read: ${folder} is no ordinary file.`);
    expect(await secretsMistake([folder, write('a', OLD)])).toBeUndefined();
    expect(await secretsMistake([write('a', OLD), folder])).toBeUndefined();
  });

  /** What stands in the way of a file that was good before. */
  const BROKEN: readonly (readonly [string, (file: string) => void])[] = [
    ['a folder', (file) => mkdirSync(file)],
    ['a FIFO', (file) => execFileSync('mkfifo', [file])],
    ['too long', (file) => writeFileSync(file, 'x'.repeat(5_000))],
    ['a link to itself', (file) => symlinkSync(file, file)],
  ];

  it.each(BROKEN)('stays as it was while its file is %s, and is told once', async (_, breaks) => {
    const told: string[] = [];
    const files = [write('a', OLD), write('b', NEW)];
    const admit = admits(files, now, (why) => told.push(why));
    expect(await admit(`Bearer ${NEW}`)).toBe(true);
    rmSync(files[1] ?? '');
    breaks(files[1] ?? '');
    for (let reads = 0; reads < 2; reads += 1) {
      clock += 10;
      expect([await admit(`Bearer ${OLD}`), await admit(`Bearer ${NEW}`), await admit('Bearer x')]).toEqual([
        true,
        true,
        false,
      ]);
    }
    expect(told).toEqual([expect.stringMatching(/^\S+b cannot be read \(.+\); what it held before counts$/)]);
    rmSync(files[1] ?? '', { recursive: true });
    clock += 10;
    expect([await admit(`Bearer ${OLD}`), await admit(`Bearer ${NEW}`)]).toEqual([true, false]);
  });

  it.each(BROKEN)('is that of the other file where one is %s from the beginning', async (_, breaks) => {
    breaks(join(folder, 'next'));
    const admit = admits([write('a', OLD), join(folder, 'next')], now);
    expect([await admit(`Bearer ${OLD}`), await admit(`Bearer ${NEW}`)]).toEqual([true, false]);
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
