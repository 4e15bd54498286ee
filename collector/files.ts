import { constants, type Stats } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Turns, turns } from './turns.ts';

/**
 * How long something may be done with a file. Files here are small and on a local disk: what takes longer is a file
 * system that does not answer.
 */
const FILE_SECONDS = 5;

/** The folders that do not answer, and the turns of each. Of the process, because what they guard is: libuv's four threads. */
const turnOf: Turns = turns();
const hanging = new Set<string>();

/** Lets something happen once, so many milliseconds from now, unless it is taken back. */
type Timer = (milliseconds: number, act: () => void) => { readonly takeBack: () => void };

const inRealTime: Timer = (milliseconds, act) => {
  const timer = setTimeout(act, milliseconds);
  return { takeBack: () => clearTimeout(timer) };
};

/** Waits for something that has begun, and says so if it takes too long; it may end after that, or never. */
const within = <T>(folder: string, acting: Promise<T>, timer: Timer): Promise<T> =>
  new Promise((resolve, reject) => {
    const { takeBack } = timer(FILE_SECONDS * 1000, () => {
      hanging.add(folder);
      reject(new Error(`${folder} has not answered within ${FILE_SECONDS} s; look at its file system`));
    });
    const end = () => {
      takeBack();
      hanging.delete(folder);
    };
    acting.then(resolve, reject).finally(end);
  });

/**
 * Does something with what is in a folder, for five seconds at most. One thing at a time: a folder on a file system that
 * hangs costs one of libuv's threads, and until that is back nothing more is begun there.
 */
export const inFolder = <T>(folder: string, act: () => Promise<T>, timer: Timer = inRealTime): Promise<T> =>
  turnOf(folder, async () => {
    if (hanging.has(folder)) throw new Error(`${folder} does not answer; look at its file system`);
    return within(folder, act(), timer);
  });

const mistakeOf = (stats: Stats, mostBytes: number): string | undefined => {
  if (!stats.isFile()) return 'is no ordinary file';
  return stats.size > mostBytes ? `is longer than ${mostBytes} bytes` : undefined;
};

/**
 * Reads a file that is a file: to open a FIFO would mean to wait for somebody who writes into it. Throws for anything
 * else, and for what is longer.
 */
export const readFrom = async (path: string, mostBytes: number): Promise<Buffer> => {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const mistake = mistakeOf(await file.stat(), mostBytes);
    if (mistake !== undefined) throw new Error(`${path} ${mistake}`);
    return await file.readFile();
  } finally {
    await file.close();
  }
};

/** The same, in the turn of its folder: throws as well if the file system does not answer. */
export const readOrdinary = (path: string, mostBytes: number): Promise<Buffer> =>
  inFolder(dirname(path), () => readFrom(path, mostBytes));

/** The names of what is in a folder. */
export const namesIn = (folder: string): Promise<readonly string[]> =>
  inFolder(folder, () => readdir(folder));
