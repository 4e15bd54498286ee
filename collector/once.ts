import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What has happened once and must not happen again, across restarts: one file each. */
export interface Once {
  /** True for the first one who takes this name, and for nobody after that. */
  take(name: string): Promise<boolean>;
  /** It did not happen after all. */
  giveBack(name: string): Promise<void>;
  /** Forgets names that were taken before this moment (seconds since 1970). */
  forgetBefore(moment: number): Promise<void>;
}

const isThere = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EEXIST';

/** Keeps its files in this folder, which it makes. */
export const once = async (folder: string): Promise<Once> => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return {
    async take(name) {
      try {
        const file = await open(join(folder, name), 'wx', 0o600);
        // On the disk before anything follows from it: a power cut must not make it the first time again.
        await file.sync();
        await file.close();
        const directory = await open(folder, 'r');
        await directory.sync();
        await directory.close();
        return true;
      } catch (error) {
        if (isThere(error)) return false;
        throw error;
      }
    },
    giveBack: (name) => rm(join(folder, name), { force: true }),
    async forgetBefore(moment) {
      for (const name of await readdir(folder)) {
        const { mtimeMs } = await stat(join(folder, name));
        if (mtimeMs / 1000 < moment) await rm(join(folder, name), { force: true });
      }
    },
  };
};
