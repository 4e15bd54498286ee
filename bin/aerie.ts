import module from 'node:module';
import { UsageError } from '../cli/command/usage.ts';
import { VERBS } from '../cli/verbs/verbs.ts';

// A second call of a command starts in half the time. Node has it since 22.1.
module.enableCompileCache?.();

type Command = (args: readonly string[]) => Promise<number>;

/** What is no look at a stage, by name; each answers its exit code. A command is loaded when it is asked for. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import('../cli/start.ts')).start,
  lab: async () => (await import('../cli/lab.ts')).lab,
  'dead-letters': async () => (await import('../cli/letters/dead-letters.ts')).deadLetters,
  doctor: async () => (await import('../cli/doctor/doctor.ts')).doctor,
};

const USAGE_EXIT = 2;

const lookAt = async (name: string, args: readonly string[]): Promise<number> => {
  const { runVerb } = await import('../cli/command/run-verb.ts');
  return runVerb(name, args);
};

const main = async ([name = '', ...args]: readonly string[]): Promise<number> => {
  if (Object.hasOwn(VERBS, name)) return lookAt(name, args);
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command !== undefined) return (await command())(args);
  if (name === '' || name === 'help' || name === '--help' || name === '-h') {
    const { overview } = await import('../cli/command/overview.ts');
    process.stdout.write(overview());
    return name === '' ? USAGE_EXIT : 0;
  }
  if (name === '--version') {
    const { default: about } = await import('../package.json', { with: { type: 'json' } });
    process.stdout.write(`aerie ${about.version}\n`);
    return 0;
  }
  const all = [...Object.keys(VERBS), ...Object.keys(COMMANDS)];
  throw new UsageError(`"${name}" is no command of aerie; the commands are: ${all.join(', ')}.`);
};

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`aerie: ${error.message}\n`);
  process.exitCode = USAGE_EXIT;
}
