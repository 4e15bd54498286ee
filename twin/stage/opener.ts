import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Closing {
  close(): Promise<void> | void;
}

/** What has been opened one after another, to be closed the other way round. */
interface Opener extends Closing {
  open<T extends Closing>(one: T | Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Opens one thing after another, and can close all that are open, the last one first. */
export const opener = (): Opener => {
  const open: Closing[] = [];
  return {
    async open(one) {
      const opened = await one;
      open.push(opened);
      return opened;
    },
    async close() {
      for (let one = open.pop(); one !== undefined; one = open.pop()) await one.close();
    },
  };
};

/** A folder that is gone when it is closed, also if this process ends at once. */
export const temporaryFolder = (): Closing & { readonly folder: string } => {
  const folder = mkdtempSync(join(tmpdir(), 'aerie-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  return {
    folder,
    close() {
      process.off('exit', remove);
      remove();
    },
  };
};
