import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FLOCK } from './condor/condor.ts';
import { inFolder } from './files.ts';

const whyOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** As much as a full disk has no room for: what a join writes is smaller. */
const TRIAL_BYTES = 4_096;

/** Makes the state folder and tries to write there; a sentence if that cannot be done. */
export const stateMistake = async (folder: string): Promise<string | undefined> => {
  const path = join(folder, `trial.${process.pid}`);
  const write = async () => {
    const file = await open(path, 'w', 0o600);
    try {
      await file.writeFile(Buffer.alloc(TRIAL_BYTES));
      await file.sync();
    } finally {
      await file.close();
      await rm(path, { force: true });
    }
  };
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await inFolder(folder, write);
    return undefined;
  } catch (error) {
    return `The state folder ${folder} cannot be written: ${whyOf(error)}. Make room there, or give it to the user that the endpoint runs as.`;
  }
};

/** flock(1) ends with this where somebody else holds the lock. */
const IS_HELD = 75;

/** Ends with how flock(1) ended, or with why it could not be run. */
const flock = (descriptor: number): Promise<number | string> =>
  new Promise((resolve) => {
    const child = spawn(FLOCK, ['-n', '-x', '-E', String(IS_HELD), '3'], {
      stdio: ['ignore', 'ignore', 'ignore', descriptor],
    });
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) => resolve(code ?? String(signal)));
  });

/**
 * Takes the state folder for as long as this process lives: two endpoints would submit the same request twice, and give
 * out two tokens. A sentence if another one has it. The lock is on the open file, which flock(1) shares only while it
 * takes it; the kernel lets go of it however the process ends. The descriptor is a number, so that nothing closes it before.
 */
export const lockState = async (folder: string): Promise<string | undefined> => {
  const path = join(folder, 'endpoint.lock');
  try {
    const ended = await flock(openSync(path, 'a', 0o600));
    if (ended === 0) return undefined;
    if (ended === IS_HELD) {
      return `Another endpoint uses the state folder ${folder}; end that one, or give this one a folder of its own.`;
    }
    return `The lock on the state folder ${folder} cannot be taken: ${FLOCK} ended with ${ended}.`;
  } catch (error) {
    return `The lock on the state folder ${folder} cannot be taken: ${whyOf(error)}.`;
  }
};
