import { VERBS } from '../verbs/verbs.ts';
import { here } from './verb.ts';

/** A shell's code for what ends because nobody reads it. */
const NOBODY_READS = 141;

/** Runs a command of the table as this process was called. Answers the exit code. */
export const runVerb = async (name: string, args: readonly string[]): Promise<number> => {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? NOBODY_READS : 1);
  });
  const verb = await VERBS[name]?.();
  return verb === undefined ? 1 : verb.run(args, here());
};
