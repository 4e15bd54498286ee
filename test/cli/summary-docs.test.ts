import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { listPricesOf } from '../../core/settings/list-prices.ts';
import { runScenario } from '../../twin/run/run.ts';
import { TWIN_PLACE } from '../../twin/scenario/place.ts';
import { readScenario } from '../../twin/scenario/scenario.ts';
import { ROOT } from '../running.ts';
import { openInProcess } from '../twin/in-process/sandbox.ts';

const explained = (): readonly string[] =>
  [...readFileSync(join(ROOT, 'docs/summary.md'), 'utf8').matchAll(/^\| `(\w+)` \|/gm)].map(
    ([, name = '']) => name,
  );

it('docs/summary.md explains every field of a summary, in its order, and no other', async () => {
  const paused = join(import.meta.dirname, 'paused.json');
  const summary = await runScenario(await readScenario(paused), { seed: 1, openSandbox: openInProcess });
  const { givenUp, jobsNotDone, ...usual } = summary ?? {};
  // This run gives no letter up.
  const all = { ...usual, deadLettersShown: [], givenUp, jobsNotDone };
  expect(explained()).toEqual(Object.keys(all));
});

it('docs/summary.md names the day of the list prices and the disk that the twin counts', () => {
  const page = readFileSync(join(ROOT, 'docs/summary.md'), 'utf8');
  expect(page).toContain(`list prices of ${listPricesOf(TWIN_PLACE.region)} in ${TWIN_PLACE.region}`);
  expect(page).toContain(`a disk of ${Math.round(TWIN_PLACE.diskGb)} GiB`);
});
