import { parseArgs } from 'node:util';
import { neverHappened } from './coverage.ts';
import { EVERY_STEP } from './every-step.ts';
import { report } from './report.ts';
import { search } from './search.ts';
import { tally } from './tally.ts';

const USAGE =
  'npm run test:faults -- [--ticks N] [--seed N]: N ticks (1000000) under faults: scripts that bring every one, then others drawn from a seed (1)';

const whole = (name: string, text: string): number => {
  const value = Number(text);
  if (/^[0-9]+$/.test(text) && Number.isSafeInteger(value) && value > 0) return value;
  throw new Error(`--${name} takes a whole number from 1; it was "${text}". ${USAGE}`);
};

const asked = () => {
  const { values } = parseArgs({
    options: {
      ticks: { type: 'string', default: '1000000' },
      seed: { type: 'string', default: '1' },
      help: { type: 'boolean', default: false },
    },
  });
  return { help: values.help, ticks: whole('ticks', values.ticks), seed: whole('seed', values.seed) };
};

/** A line for each tenth of the way: a million ticks take a while. */
const milestones = (wanted: number) => {
  let tenths = 0;
  return (ticks: number): void => {
    const passed = Math.min(10, Math.floor((10 * ticks) / wanted));
    if (passed > tenths) process.stderr.write(`${ticks} of ${wanted} ticks\n`);
    tenths = Math.max(tenths, passed);
  };
};

const main = async (): Promise<number> => {
  const { help, ticks, seed } = asked();
  if (help) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const counts = tally();
  const began = performance.now();
  const found = await search({ ticks, seed, tally: counts, first: EVERY_STEP, heard: milestones(ticks) });
  process.stdout.write(`seed ${seed}\n${report(found, counts, (performance.now() - began) / 1000)}\n`);
  return found.failure === undefined && neverHappened(counts).length === 0 ? 0 : 1;
};

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
