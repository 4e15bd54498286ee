import { parseArgs } from 'node:util';
import { numberBetween } from '../../cli/command/options.ts';
import { UsageError } from '../../cli/command/usage.ts';
import { readEquivalents } from './equivalents.ts';
import { mutate } from './mutate.ts';
import { partsOf, shareOf } from './parts.ts';
import { report } from './report.ts';
import { isDrawn } from './sample.ts';
import { judge } from './verdict.ts';

const USAGE = `npm run test:mutants -- [ROOM or FILE ...] [--part K/N] [--sample N] [--seed N]
                        [--quick] [--at-once N]

Changes the source in one small place after the other and runs the tests that reach the place: a change that no test
notices is something that the tests do not say. Prints these and the score of each file, and fails below a room's least
score. Rooms: core, runtime, adapters, collector (all, if none is named). test/mutants/equivalents.json lists the changes
that nothing can notice. Core's laws, which take seconds for worlds that are drawn by chance, are left out.

  --part K/N     only every N-th file, beginning with the K-th; today/N is another part every day
  --sample N     about one change in N, the same ones each time
  --seed N       another sample of that size (0)
  --quick        not what a file does when it is loaded, such as schemas: a sixth of the changes, most of the time. What only
                 tests notice that work it out before they run, in a table, seems to be missed
  --at-once N    so many tests at once (1)
`;

const USAGE_EXIT = 2;
const MOST_AT_ONCE = 64;
const MOST_ONE_IN = 10_000;
const MOST_SEED = 10_000;

const asked = () => {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        part: { type: 'string', default: '1/1' },
        sample: { type: 'string', default: '1' },
        seed: { type: 'string', default: '0' },
        quick: { type: 'boolean', default: false },
        'at-once': { type: 'string', default: '1' },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  }
};

const main = async (): Promise<number> => {
  const { values, positionals } = asked();
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const parts = partsOf(positionals, shareOf(values.part, Date.now() / 1_000));
  const atOnce = numberBetween('at-once', values['at-once'], [1, MOST_AT_ONCE], true);
  const sample = {
    oneIn: numberBetween('sample', values.sample, [1, MOST_ONE_IN], true),
    seed: numberBetween('seed', values.seed, [0, MOST_SEED], true),
  };
  const pace = { atOnce, sample, isQuick: values.quick };
  const equivalents = readEquivalents();
  let wrong = 0;
  for (const part of parts) {
    const mutants = await mutate(part.room, part.files, pace);
    process.stdout.write(`${report(part.room, mutants, equivalents)}\n`);
    const faults = judge(
      part,
      mutants,
      equivalents.filter((entry) => isDrawn(entry, sample)),
    );
    if (faults.length > 0) process.stderr.write(`${faults.join('\n')}\n`);
    wrong += faults.length;
  }
  return wrong === 0 ? 0 : 1;
};

try {
  process.exitCode = await main();
} catch (error) {
  // Stryker's own: its lines above name the tests that fail while nothing is changed yet.
  const isConfigError = error instanceof Error && error.constructor.name === 'ConfigError';
  if (!(error instanceof UsageError || isConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = USAGE_EXIT;
}
