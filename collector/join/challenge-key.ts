import { randomBytes } from 'node:crypto';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { inFolder, readFrom } from '../files.ts';

const NAME = 'challenge-key';
const BYTES = 32;

/**
 * Returns the secret that challenges are made of, and makes it once. It outlives the endpoint, so that a worker that was
 * challenged before a restart can answer after it.
 */
export const challengeKey = (stateDirectory: string): Promise<Buffer> =>
  inFolder(stateDirectory, async () => {
    const path = join(stateDirectory, NAME);
    const kept = await readFrom(path, BYTES).catch(() => undefined);
    if (kept?.length === BYTES) return kept;
    const key = randomBytes(BYTES);
    const file = await open(`${path}.new`, 'w', 0o600);
    try {
      await file.writeFile(key);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${path}.new`, path);
    return key;
  });
