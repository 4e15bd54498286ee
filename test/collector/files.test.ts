import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inFolder, namesIn, readOrdinary } from '../../collector/files.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'aerie-files-'));
  writeFileSync(join(folder, 'ten'), '0123456789');
  execFileSync('mkfifo', [join(folder, 'fifo')]);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a file', () => {
  it('is read whole, up to so many bytes', async () => {
    expect((await readOrdinary(join(folder, 'ten'), 10)).toString()).toBe('0123456789');
    await expect(readOrdinary(join(folder, 'ten'), 9)).rejects.toThrow(
      `${folder}/ten is longer than 9 bytes`,
    );
  });

  it.runIf(process.platform === 'linux')(
    'is closed once it was read, or not read, and no clock runs on',
    async () => {
      const running = () => process.getActiveResourcesInfo().filter((what) => what === 'Timeout').length;
      const before = running();
      for (let n = 0; n < 30; n += 1) await readOrdinary(join(folder, 'ten'), 10);
      await readOrdinary(join(folder, 'ten'), 9).catch(() => undefined);
      const open = readdirSync('/proc/self/fd').flatMap((fd) => {
        try {
          return [readlinkSync(`/proc/self/fd/${fd}`)];
        } catch {
          return [];
        }
      });
      expect(open).not.toContain(join(folder, 'ten'));
      expect(running()).toBeLessThan(before + 20);
    },
  );

  it.each(['fifo', '.', '/dev/zero'])('that is none is not read: %s', async (name) => {
    const path = name.startsWith('/') ? name : `${folder}/${name}`;
    await expect(readOrdinary(path, 10)).rejects.toThrow(`${path} is no ordinary file`);
  });

  it('that is missing is known to be', async () => {
    await expect(readOrdinary(join(folder, 'none'), 10)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('is one of those whose names a folder has', async () => {
    expect([...(await namesIn(folder))].sort()).toEqual(['fifo', 'ten']);
  });
});

/** Time that passes when it is told to. */
const stopwatch = () => {
  const due: (() => void)[] = [];
  return {
    timer: (milliseconds: number, act: () => void) => {
      expect(milliseconds).toBe(5_000);
      due.push(act);
      return { takeBack: () => due.splice(due.indexOf(act), 1) };
    },
    due,
    pass: () => {
      for (const act of due.splice(0)) act();
    },
  };
};
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('a folder that does not answer', () => {
  it('holds one for five seconds, and nothing more is begun in it until that one is back', async () => {
    const { timer, pass, due } = stopwatch();
    const begun: string[] = [];
    const first = Promise.withResolvers<string>();
    const act = (name: string, answer: Promise<string>) => () => {
      begun.push(name);
      return answer;
    };
    const a = inFolder('/hung', act('a', first.promise), timer);
    const b = inFolder('/hung', act('b', Promise.resolve('b')), timer);
    const told = Promise.allSettled([a, b]);
    await settled();
    expect(begun).toEqual(['a']);
    pass();
    const notAnswering = new Error('/hung does not answer; look at its file system');
    expect(await told).toEqual([
      {
        status: 'rejected',
        reason: new Error('/hung has not answered within 5 s; look at its file system'),
      },
      { status: 'rejected', reason: notAnswering },
    ]);
    await expect(inFolder('/hung', act('c', Promise.resolve('c')), timer)).rejects.toEqual(notAnswering);
    expect(await inFolder('/other', act('d', Promise.resolve('d')), timer)).toBe('d');

    first.resolve('late');
    await settled();
    expect(await inFolder('/hung', act('e', Promise.resolve('e')), timer)).toBe('e');
    expect([begun, due]).toEqual([['a', 'd', 'e'], []]);
  });

  it('is none because something failed in it', async () => {
    const { timer } = stopwatch();
    const failing = () => Promise.reject(new Error('no such file'));
    await expect(inFolder('/well', failing, timer)).rejects.toThrow('no such file');
    expect(await inFolder('/well', async () => 'well', timer)).toBe('well');
  });
});
