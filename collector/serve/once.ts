import { type FileHandle, link, lstat, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { inFolder, readFrom } from '../files.ts';

/** Whether a name is taken now for the first time, was taken before by the same, or is somebody else's. */
type Taken = 'first' | 'again' | 'taken';

/** What has happened once and must not happen again, across restarts: one file each, with what took it inside. */
export interface Once {
  /** What was taken before `expiredBefore` (seconds since 1970) is nobody's any more. */
  take(name: string, by: string, expiredBefore?: number): Promise<Taken>;
  /** It did not happen after all. */
  giveBack(name: string): Promise<void>;
  /** Forgets names that were taken before this moment (seconds since 1970). */
  forgetBefore(moment: number): Promise<void>;
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

/** What takes a name is a hash. An earlier version left an empty file where something had happened: that is taken, too. */
const MOST_BYTES = 256;

const flushed = (file: FileHandle): Promise<void> => file.sync();

/** Keeps its files in this folder, which it makes. `flush` brings a file or a folder onto the disk. */
export const once = async (folder: string, flush = flushed): Promise<Once> => {
  await mkdir(folder, { recursive: true, mode: 0o700 });

  const unnamed = join(folder, UNNAMED);
  /** Whole and on the disk before it has a name: a process that is killed leaves no name without what took it. */
  const write = async (by: string) => {
    // Never written over: if whoever left it was killed late, it is also the file of a name.
    await rm(unnamed, { force: true });
    const file = await open(unnamed, 'wx', 0o600);
    try {
      await file.writeFile(by);
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
  const isTakenBy = async (path: string, by: string): Promise<boolean> => {
    try {
      return (await readFrom(path, MOST_BYTES)).toString('utf8') === by;
    } catch {
      // Something else than a file of ours stands there.
      return false;
    }
  };
  const forget = async (path: string, moment: number) => {
    const stats = await stat(path);
    if (stats.isFile() && stats.mtimeMs / 1000 < moment) await rm(path, { force: true });
  };

  return {
    take: (name, by, expiredBefore = Number.NEGATIVE_INFINITY) =>
      inFolder(folder, async () => {
        const path = join(folder, name);
        // What cannot be looked at stays taken.
        await forget(path, expiredBefore).catch(() => {});
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
    async forgetBefore(moment) {
      // One that cannot be looked at, or went away meanwhile, is no reason not to start.
      for (const name of await readdir(folder)) await forget(join(folder, name), moment).catch(() => {});
    },
  };
};
