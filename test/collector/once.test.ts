import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { once } from '../../collector/once.ts';

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'aerie-once-')), 'deep', 'joined');
});
afterEach(() => rmSync(join(folder, '../..'), { recursive: true }));

describe('what may happen once', () => {
  it('is taken once, also by another life of the same process, in a folder that is nobody else’s', async () => {
    expect(await (await once(folder)).take('a')).toBe(true);
    expect(await (await once(folder)).take('a')).toBe(false);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'a')).mode & 0o777).toBe(0o600);
  });

  it('may be taken again after it was given back, which may be done twice', async () => {
    const { take, giveBack } = await once(folder);
    await take('a');
    await giveBack('a');
    await giveBack('a');
    expect(await take('a')).toBe(true);
  });

  it('is forgotten if it was taken before a moment, and only then', async () => {
    const { take, forgetBefore } = await once(folder);
    for (const [name, at] of [
      ['old', 999],
      ['edge', 1_000],
      ['young', 1_001],
    ] as const) {
      await take(name);
      utimesSync(join(folder, name), at, at);
    }
    await forgetBefore(1_000);
    expect(readdirSync(folder).sort()).toEqual(['edge', 'young']);
  });

  it('throws where it cannot be written down', async () => {
    const { take } = await once(folder);
    await expect(take('none/a')).rejects.toThrow('ENOENT');
  });
});
