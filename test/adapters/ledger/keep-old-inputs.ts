import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packed } from '../../../adapters/ledger/inputs.ts';
import { decideAgain } from '../../../core/replay/decide-again.ts';
import { INPUTS_SHAPE, type TickInputs } from '../../../core/replay/inputs.ts';
import { readScenario } from '../../../twin/scenario/scenario.ts';
import { keptRun, keyOf } from '../../twin/in-process/kept-run.ts';

/** One tick in so many is enough. */
const EVERY = 40;

const HARD_DAY = join(import.meta.dirname, '../../../twin/scenarios/hard-day.json');

/**
 * Writes what this shape of the code keeps, for the day on which another reads it. To be run where INPUTS_SHAPE goes up, and
 * nowhere else: the file stands for what lies in the ledgers of those that upgrade.
 */
export const keepOldInputs = async (file: string): Promise<void> => {
  const { inputs } = await keptRun(await readScenario(HARD_DAY), { hours: 1 });
  const some = (of: TickInputs['of']) =>
    inputs.filter((one) => one.of === of).filter((_, index) => index % EVERY === 0);
  const kept = await Promise.all(
    [...some('pilots'), ...some('workers')].map(async (one) => ({
      item: { of: one.of, at: one.at, shape: INPUTS_SHAPE },
      inputs: (await packed(one)).toString('base64'),
      decided: decideAgain(one).map(keyOf),
    })),
  );
  await writeFile(file, `${JSON.stringify(kept, undefined, 1)}\n`);
};
