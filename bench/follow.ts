import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { rivals } from './report/dominance.ts';
import { type Asked, chaptersOf, longRun } from './report/long.ts';
import { page } from './report/page.ts';
import { acceptShort, missed, readAccepted, shortFigures } from './report/ratchet.ts';
import type { Table } from './report/suite.ts';
import { inTerminal } from './report/terminal.ts';

const { values: options } = parseArgs({
  options: {
    long: { type: 'boolean', default: false },
    accept: { type: 'boolean', default: false },
    only: { type: 'string' },
    tables: { type: 'boolean', default: false },
    own: { type: 'boolean', default: false },
    fifo: { type: 'boolean', default: false },
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

const readResults = async (): Promise<Readonly<Record<string, readonly Table[]>>> => {
  const text = await readFile(RESULTS, 'utf8').catch(() => '{}');
  return JSON.parse(text);
};

/** Long: every policy on every load (with `--own`: aerie's anew, the peers' as they last were; with `--fifo`: only told); the tables, bench/results.json and the plots of docs/bench, chapter by chapter. */
const long = async (): Promise<void> => {
  const chapters = chaptersOf(options.only);
  if (!chapters.ok) {
    console.error(chapters.why);
    process.exitCode = 2;
    return;
  }
  await mkdir(PLOTS, { recursive: true });
  const before = options.own ? Object.values(await readResults()).flat() : [];
  const asked: Asked = {
    always: { fifo: options.fifo },
    tell: (table) => console.log([inTerminal(table), ...rivals(table), ''].join('\n')),
    peer: (load, { policy, size }, run) =>
      before
        .find((table) => table.load === load)
        ?.rows.find((row) => row.policy === policy.name && row.size === size) ?? run(),
  };
  for await (const { chapter, tables, plots } of longRun(chapters.names, asked)) {
    // Of a negotiator that HTCondor has not: to be looked at, and not to be kept.
    if (options.fifo) continue;
    const results = { ...(await readResults()), [chapter]: tables };
    await writeFile(RESULTS, `${JSON.stringify(results, null, 2)}\n`);
    for (const [name, svg] of plots) await writeFile(new URL(name, PLOTS), svg);
  }
};

/** The page of the tables, from the results that are there. */
const tables = async (): Promise<void> => writeFile(new URL('tables.md', PLOTS), page(await readResults()));

if (options.long) await long();
if (options.tables || (options.long && !options.fifo)) await tables();
else if (!options.long) await short();
