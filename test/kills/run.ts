import { MOST_SEED, numberBetween, readOptions } from '../../cli/command/options.ts';
import { UsageError } from '../../cli/command/usage.ts';
import { startAndKill } from './start-and-kill.ts';
import { verdict } from './verdict.ts';

const USAGE = `npm run test:kills -- [--minutes N] [--seed N]

Runs npm start, kills processes of its functions with SIGKILL at random for so many minutes (10), lets it come to its
end, and says whether every job is done, no worker is left and no law was broken.
`;

const OPTIONS = {
  minutes: { type: 'string', default: '10' },
  seed: { type: 'string', default: '1' },
  help: { type: 'boolean', default: false },
} as const;

const USAGE_EXIT = 2;
const INTERRUPTED_EXIT = 130;

const main = async (): Promise<number> => {
  const values = readOptions(process.argv.slice(2), OPTIONS, 'npm run test:kills -- --help');
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const minutes = numberBetween('minutes', values.minutes, [0.1, 600]);
  const seed = numberBetween('seed', values.seed, [0, MOST_SEED], true);
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  const killed = await startAndKill({ minutes, seed, signal: interrupted.signal });
  if (interrupted.signal.aborted) return INTERRUPTED_EXIT;
  const { told, wrong } = verdict(killed);
  process.stdout.write(`seed ${seed}\n${told}\n`);
  if (wrong.length > 0) process.stderr.write(`not so: ${wrong.join('; ')}\n`);
  return wrong.length === 0 ? 0 : 1;
};

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = USAGE_EXIT;
}
