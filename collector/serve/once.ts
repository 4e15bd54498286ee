import { readFileSync } from 'node:fs';
import { type FileHandle, link, lstat, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { inFolder, readFrom } from '../files.ts';

/** Whether a name is taken now for the first time, was taken before by the same, or is somebody else's. */
type Taken = 'first' | 'again' | 'taken';

/** What has happened once and must not happen again, across restarts: one file each, with what took it inside. */
export interface Once {
  /** What was taken longer ago than `lifeSeconds` is nobody's any more. */
  take(name: string, by: string, lifeSeconds?: number): Promise<Taken>;
  /** It did not happen after all. */
  giveBack(name: string): Promise<void>;
  /** Forgets names that were taken longer ago than that. */
  forgetOlder(ageSeconds: number): Promise<void>;
}

/** How long this machine runs: a clock that nobody sets. */
export interface Uptime {
  /** Another one for each start of the machine. */
  readonly boot: string;
  readonly seconds: number;
}

/** As Linux tells it. */
export const uptimeHere = (): Uptime => ({
  boot: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
  seconds: Number.parseFloat(readFileSync('/proc/uptime', 'utf8')),
});

export interface OnceOptions {
  /** Seconds since 1970. */
  readonly now: () => number;
  readonly uptime: () => Uptime;
  /** Brings a file or a folder onto the disk. */
  readonly flush?: (file: FileHandle) => Promise<void>;
}

/** Whether anything stands there, if it is only a link to nowhere. */
const isAlready = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    (error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
      throw error;
    },
  );

/** Where a file is written before it has its name. One at a time is taken in a folder, which one process has. */
const UNNAMED = '.unnamed';

/** A hash, and when it was taken. An earlier version left an empty file where something had happened: that is taken, too. */
const MOST_BYTES = 256;

/** What stands in a file: what took the name, and the uptime then. Earlier versions wrote the first line alone. */
const textOf = (by: string, { boot, seconds }: Uptime): string => `${by}\n${boot} ${seconds}\n`;

const readText = (text: string) => {
  const [by, boot, seconds] = text.split(/[\n ]/);
  return { by, at: seconds === undefined ? undefined : { boot, seconds: Number(seconds) } };
};

const flushed = (file: FileHandle): Promise<void> => file.sync();

/** Keeps its files in this folder, which it makes. */
export const once = async (folder: string, { now, uptime, flush = flushed }: OnceOptions): Promise<Once> => {
  await mkdir(folder, { recursive: true, mode: 0o700 });

  const unnamed = join(folder, UNNAMED);
  /** Whole and on the disk before it has a name: a process that is killed leaves no name without what took it. */
  const write = async (by: string) => {
    // Never written over: if whoever left it was killed late, it is also the file of a name.
    await rm(unnamed, { force: true });
    const file = await open(unnamed, 'wx', 0o600);
    try {
      await file.writeFile(textOf(by, uptime()));
      await flush(file);
    } finally {
      await file.close();
    }
  };
  /** On the disk before anything follows from it: a power cut must not make it the first time again. */
  const settle = async () => {
    const directory = await open(folder, 'r');
    try {
      await flush(directory);
    } finally {
      await directory.close();
    }
  };
  const read = async (path: string) => readText((await readFrom(path, MOST_BYTES)).toString('utf8'));
  const isTakenBy = async (path: string, by: string): Promise<boolean> => {
    try {
      return (await read(path)).by === by;
    } catch {
      // Something else than a file of ours stands there.
      return false;
    }
  };
  /**
   * By the clock of the day, which HTCondor's own tokens end by, and by the uptime, where both are of one start of the machine:
   * the clock may be set forward and back in between.
   */
  const isOlder = async (path: string, seconds: number): Promise<boolean> => {
    const stats = await stat(path);
    if (!stats.isFile() || now() - stats.mtimeMs / 1000 <= seconds) return false;
    const { at } = await read(path);
    const here = uptime();
    return at === undefined || at.boot !== here.boot || here.seconds - at.seconds > seconds;
  };
  const forget = async (path: string, ageSeconds: number) => {
    if (await isOlder(path, ageSeconds)) await rm(path, { force: true });
  };

  return {
    take: (name, by, lifeSeconds = Number.POSITIVE_INFINITY) =>
      inFolder(folder, async () => {
        const path = join(folder, name);
        // What cannot be looked at stays taken.
        await forget(path, lifeSeconds).catch(() => {});
        // Not asked with a file that there may be no room for.
        if (await isAlready(path)) return (await isTakenBy(path, by)) ? 'again' : 'taken';
        try {
          await write(by);
          await link(unnamed, path);
        } finally {
          await rm(unnamed, { force: true }).catch(() => {});
        }
        try {
          await settle();
          return 'first';
        } catch (error) {
          // What did not reach the disk did not happen.
          await rm(path, { force: true }).catch(() => {});
          throw error;
        }
      }),
    giveBack: (name) => inFolder(folder, () => rm(join(folder, name), { force: true })),
    async forgetOlder(ageSeconds) {
      // One that cannot be looked at, or went away meanwhile, keeps nobody from looking at the others.
      for (const name of await readdir(folder)) await forget(join(folder, name), ageSeconds).catch(() => {});
    },
  };
};
