import { execFileSync } from 'node:child_process';
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { once } from '../../../collector/serve/once.ts';

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'aerie-once-')), 'deep', 'joined');
});
afterEach(() => rmSync(join(folder, '../..'), { recursive: true }));

/** Flushes so many times, and then the disk is full. */
const flushing = (times: number) => {
  let left = times;
  return async () => {
    left -= 1;
    if (left < 0) throw new Error('ENOSPC: no space left on device');
  };
};

describe('what may happen once', () => {
  it('is taken once, also by another life of the same process, in a folder that is nobody else’s', async () => {
    expect(await (await once(folder)).take('a', 'me')).toBe('first');
    expect(await (await once(folder)).take('a', 'you')).toBe('taken');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'a')).mode & 0o777).toBe(0o600);
  });

  it('is somebody else’s to take once it has expired, and taken from then on', async () => {
    const { take } = await once(folder);
    await take('a', 'me');
    utimesSync(join(folder, 'a'), 1_000, 1_000);
    expect(await take('a', 'you', 1_000)).toBe('taken');
    expect(await take('a', 'you', 1_001)).toBe('first');
    expect(await take('a', 'me', 1_001)).toBe('taken');
  });

  it('is still the same one’s who has taken it, also in another life', async () => {
    await (await once(folder)).take('a', 'me');
    expect(await (await once(folder)).take('a', 'me')).toBe('again');
  });

  it('is one’s of all who take it at the same time', async () => {
    const { take } = await once(folder);
    const all = await Promise.all(Array.from({ length: 20 }, (_, n) => take('a', `${n}`)));
    expect(all.sort()).toEqual(['first', ...Array.from({ length: 19 }, () => 'taken')]);
  });

  it.each([
    ['a folder', (path: string) => mkdirSync(path)],
    ['a FIFO', (path: string) => execFileSync('mkfifo', [path])],
    ['empty, as an earlier version left it', (path: string) => writeFileSync(path, '')],
    ['longer than any hash', (path: string) => writeFileSync(path, 'x'.repeat(10_000))],
  ])('is taken by somebody else if what stands there is %s', async (_, make) => {
    const { take } = await once(folder);
    make(join(folder, 'a'));
    expect(await take('a', 'me')).toBe('taken');
  });

  it('may be taken again after it was given back, which may be done twice', async () => {
    const { take, giveBack } = await once(folder);
    await take('a', 'me');
    await giveBack('a');
    await giveBack('a');
    expect(await take('a', 'you')).toBe('first');
  });

  it.each([0, 1])('has not happened if the disk was full after %d flushes', async (times) => {
    await expect((await once(folder, flushing(times))).take('a', 'me')).rejects.toThrow('ENOSPC');
    expect(readdirSync(folder)).toEqual([]);
    expect(await (await once(folder, flushing(2))).take('a', 'you')).toBe('first');
  });

  /** A process that is killed goes no further: what it waits for never comes. */
  const killedIn = (flushes: number) => {
    let left = flushes;
    const { promise: reached, resolve } = Promise.withResolvers<void>();
    const { promise: over, reject } = Promise.withResolvers<never>();
    const flush = () => {
      left -= 1;
      if (left > 0) return Promise.resolve();
      resolve();
      return over;
    };
    return { flush, reached, clear: () => reject(new Error('killed')) };
  };

  it.each([
    ['before its file is on the disk: it did not happen', 1, 'first', 'first'],
    ['after that: whoever took it has taken it', 2, 'again', 'taken'],
  ] as const)('is whole or not there if its process is killed %s', async (_, flushes, same, another) => {
    for (const [name, by, expected] of [
      ['a', 'me', same],
      ['b', 'you', another],
    ] as const) {
      // What is killed holds its turn of its folder, which is the next life's under another name.
      const killed = killedIn(flushes);
      const here = `${folder}-${name}`;
      const taking = expect((await once(here, killed.flush)).take('it', 'me')).rejects.toThrow('killed');
      await killed.reached;
      renameSync(here, `${here}-later`);
      expect(await (await once(`${here}-later`)).take('it', by)).toBe(expected);
      expect(readdirSync(`${here}-later`)).toEqual(['it']);
      // What it had open is closed.
      killed.clear();
      await taking;
    }
  });

  it('is not lost with what a process left that was killed when its file had both names', async () => {
    const { take } = await once(folder);
    await take('a', 'me');
    linkSync(join(folder, 'a'), join(folder, '.unnamed'));
    expect(await take('b', 'you')).toBe('first');
    expect([await take('a', 'me'), await take('b', 'you')]).toEqual(['again', 'again']);
    expect(readdirSync(folder).sort()).toEqual(['a', 'b']);
  });

  it('is forgotten if it was taken before a moment, and only then', async () => {
    const { take, forgetBefore } = await once(folder);
    for (const [name, at] of [
      ['old', 999],
      ['edge', 1_000],
      ['young', 1_001],
    ] as const) {
      await take(name, 'me');
      utimesSync(join(folder, name), at, at);
    }
    await forgetBefore(1_000);
    expect(readdirSync(folder).sort()).toEqual(['edge', 'young']);
  });

  it('is forgotten also beside what is not its own', async () => {
    const { take, forgetBefore } = await once(folder);
    mkdirSync(join(folder, 'a-folder', 'deep'), { recursive: true });
    execFileSync('ln', ['-s', 'nowhere', join(folder, 'b-link')]);
    utimesSync(join(folder, 'a-folder'), 1, 1);
    await take('c', 'me');
    utimesSync(join(folder, 'c'), 1, 1);
    await forgetBefore(1_000);
    expect(readdirSync(folder).sort()).toEqual(['a-folder', 'b-link']);
  });

  it('throws where it cannot be written down', async () => {
    const { take } = await once(folder);
    await expect(take('none/a', 'me')).rejects.toThrow('ENOENT');
  });
});
