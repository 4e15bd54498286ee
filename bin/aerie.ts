import { UsageError } from '../cli/command/usage.ts';
import { doctor } from '../cli/doctor/doctor.ts';
import { lab } from '../cli/lab.ts';
import { deadLetters } from '../cli/letters/dead-letters.ts';
import { start } from '../cli/start.ts';

/** The commands, by name; each answers its exit code. */
const COMMANDS: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = {
  start,
  lab,
  'dead-letters': deadLetters,
  doctor,
};

const USAGE_EXIT = 2;

const main = async ([name = '', ...args]: readonly string[]): Promise<number> => {
  const command = COMMANDS[name];
  if (command === undefined) {
    throw new UsageError(
      `"${name}" is no command of aerie; the commands are: ${Object.keys(COMMANDS).join(', ')}.`,
    );
  }
  return command(args);
};

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`aerie: ${error.message}\n`);
  process.exitCode = USAGE_EXIT;
}
