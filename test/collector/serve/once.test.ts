import { execFileSync } from 'node:child_process';
import {
  existsSync,
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
import { type OnceOptions, once, uptimeHere } from '../../../collector/serve/once.ts';

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'aerie-once-')), 'deep', 'joined');
});
afterEach(() => rmSync(join(folder, '../..'), { recursive: true }));

/** The clock of the day, and how long the machine runs. */
const clock = { now: 0, boot: 'one', uptime: 0 };
beforeEach(() => Object.assign(clock, { now: 1_800_000_000, boot: 'one', uptime: 1_000 }));
const made = (folder: string, flush?: OnceOptions['flush']) =>
  once(folder, {
    now: () => clock.now,
    uptime: () => ({ boot: clock.boot, seconds: clock.uptime }),
    ...(flush === undefined ? {} : { flush }),
  });

const passes = (seconds: number) => {
  clock.now += seconds;
  clock.uptime += seconds;
};
const starts = () => Object.assign(clock, { boot: 'two', uptime: 10 });
/** Its file is of now, by the clock of the day. */
const taken = (name: string) => utimesSync(join(folder, name), clock.now, clock.now);

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
    expect(await (await made(folder)).take('a', 'me')).toBe('first');
    expect(await (await made(folder)).take('a', 'you')).toBe('taken');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'a')).mode & 0o777).toBe(0o600);
  });

  it('is somebody else’s to take once it has expired, and taken from then on', async () => {
    const { take } = await made(folder);
    await take('a', 'me');
    taken('a');
    passes(600);
    expect(await take('a', 'you', 600)).toBe('taken');
    passes(1);
    expect(await take('a', 'you', 600)).toBe('first');
    taken('a');
    expect(await take('a', 'me', 600)).toBe('taken');
  });

  it.each([
    ['a day ahead since it was taken', () => passes(1), 86_400, 'taken'],
    ['set back by a day, which it was ahead', () => passes(601), -86_400, 'taken'],
    ['a day ahead, when so much time has passed', () => passes(601), 86_400, 'first'],
    ['a day ahead, after another start of the machine', () => starts(), 86_400, 'first'],
    ['set back by a day, after another start of the machine', () => starts(), -86_400, 'taken'],
  ])('has not expired by a clock of the day alone that is %s', async (_, happens, ahead, expected) => {
    const { take, forgetOlder } = await made(folder);
    await take('a', 'me');
    taken('a');
    happens();
    clock.now += ahead;
    await forgetOlder(600);
    expect(existsSync(join(folder, 'a'))).toBe(expected === 'taken');
    expect(await take('a', 'you', 600)).toBe(expected);
  });

  it('of an earlier version, which did not write down how long the machine ran, expires by the clock of the day', async () => {
    const { take } = await made(folder);
    writeFileSync(join(folder, 'a'), 'me');
    taken('a');
    expect(await take('a', 'me', 600)).toBe('again');
    clock.now += 601;
    expect(await take('a', 'you', 600)).toBe('first');
  });

  it('knows how long this machine runs', () => {
    const { boot, seconds } = uptimeHere();
    expect(boot).toMatch(/^[0-9a-f-]{36}$/);
    expect(seconds).toBeGreaterThan(0);
  });

  it('is still the same one’s who has taken it, also in another life', async () => {
    await (await made(folder)).take('a', 'me');
    expect(await (await made(folder)).take('a', 'me')).toBe('again');
  });

  it('is one’s of all who take it at the same time', async () => {
    const { take } = await made(folder);
    const all = await Promise.all(Array.from({ length: 20 }, (_, n) => take('a', `${n}`)));
    expect(all.sort()).toEqual(['first', ...Array.from({ length: 19 }, () => 'taken')]);
  });

  it.each([
    ['a folder', (path: string) => mkdirSync(path)],
    ['a FIFO', (path: string) => execFileSync('mkfifo', [path])],
    ['empty, as an earlier version left it', (path: string) => writeFileSync(path, '')],
    ['longer than any hash', (path: string) => writeFileSync(path, 'x'.repeat(10_000))],
  ])('is taken by somebody else if what stands there is %s', async (_, make) => {
    const { take } = await made(folder);
    make(join(folder, 'a'));
    expect(await take('a', 'me')).toBe('taken');
  });

  it('may be taken again after it was given back, which may be done twice', async () => {
    const { take, giveBack } = await made(folder);
    await take('a', 'me');
    await giveBack('a');
    await giveBack('a');
    expect(await take('a', 'you')).toBe('first');
  });

  it.each([0, 1])('has not happened if the disk was full after %d flushes', async (times) => {
    await expect((await made(folder, flushing(times))).take('a', 'me')).rejects.toThrow('ENOSPC');
    expect(readdirSync(folder)).toEqual([]);
    expect(await (await made(folder, flushing(2))).take('a', 'you')).toBe('first');
  });

  it('leaves nothing open of what it has brought onto the disk', async () => {
    const flushed: { readonly fd: number }[] = [];
    const { take } = await made(folder, async (file) => void flushed.push(file));
    await take('a', 'me');
    // Of a file that is closed Node says so.
    expect(flushed.map(({ fd }) => fd)).toEqual([-1, -1]);
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
      const taking = expect((await made(here, killed.flush)).take('it', 'me')).rejects.toThrow('killed');
      await killed.reached;
      renameSync(here, `${here}-later`);
      expect(await (await made(`${here}-later`)).take('it', by)).toBe(expected);
      expect(readdirSync(`${here}-later`)).toEqual(['it']);
      // What it had open is closed.
      killed.clear();
      await taking;
    }
  });

  it('is not lost with what a process left that was killed when its file had both names', async () => {
    const { take } = await made(folder);
    await take('a', 'me');
    linkSync(join(folder, 'a'), join(folder, '.unnamed'));
    expect(await take('b', 'you')).toBe('first');
    expect([await take('a', 'me'), await take('b', 'you')]).toEqual(['again', 'again']);
    expect(readdirSync(folder).sort()).toEqual(['a', 'b']);
  });

  it('is forgotten if it was taken longer ago than that, and only then', async () => {
    const { take, forgetOlder } = await made(folder);
    for (const name of ['old', 'edge', 'young']) {
      await take(name, 'me');
      taken(name);
      passes(1);
    }
    await forgetOlder(2);
    expect(readdirSync(folder).sort()).toEqual(['edge', 'young']);
  });

  it('is forgotten also beside what is not its own', async () => {
    const { take, forgetOlder } = await made(folder);
    mkdirSync(join(folder, 'a-folder', 'deep'), { recursive: true });
    execFileSync('ln', ['-s', 'nowhere', join(folder, 'b-link')]);
    utimesSync(join(folder, 'a-folder'), 1, 1);
    await take('c', 'me');
    taken('c');
    passes(1_000);
    await forgetOlder(600);
    expect(readdirSync(folder).sort()).toEqual(['a-folder', 'b-link']);
  });

  it('throws where it cannot be written down', async () => {
    const { take } = await made(folder);
    await expect(take('none/a', 'me')).rejects.toThrow('ENOENT');
  });
});
