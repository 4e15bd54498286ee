import { mkdir, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { longRun } from './report/long.ts';
import { acceptShort, missed, readAccepted, shortFigures } from './report/ratchet.ts';
import { inTerminal } from './report/terminal.ts';

const { values: options } = parseArgs({
  options: {
    long: { type: 'boolean', default: false },
    accept: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
});

const RESULTS = new URL('results.json', import.meta.url);
const PLOTS = new URL('../docs/bench/', import.meta.url);

/** Short: aerie on parts of the loads, against the figures that were last accepted. */
const short = async (): Promise<void> => {
  const figures = await shortFigures();
  for (const { load, waitMeanSeconds, waitP95Seconds, cost, uselessShare } of figures) {
    const wait = `wait ${waitMeanSeconds.toFixed(1)} s, p95 ${waitP95Seconds.toFixed(0)} s`;
    console.log(`${load}: ${wait}, cost ${cost.toFixed(4)}, useless ${(100 * uselessShare).toFixed(1)} %`);
  }
  if (options.accept) {
    await acceptShort(figures);
    return;
  }
  const losses = missed(figures, await readAccepted());
  for (const loss of losses) console.error(loss);
  process.exitCode = losses.length > 0 ? 1 : 0;
};

/** Long: every policy on every load; the tables, bench/results.json and the plots of docs/bench. */
const long = async (): Promise<void> => {
  const { tables, plots } = await longRun(options.only, (table) => console.log(inTerminal(table)));
  if (options.only !== undefined) return;
  await writeFile(RESULTS, `${JSON.stringify({ node: process.version, tables }, null, 1)}\n`);
  await mkdir(PLOTS, { recursive: true });
  for (const [name, svg] of plots) await writeFile(new URL(name, PLOTS), svg);
};

await (options.long ? long() : short());
