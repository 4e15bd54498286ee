import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { pandaLike } from './load/panda-like.ts';
import { realLoad } from './load/real.ts';
import { type BudgetRow, budgets } from './report/budgets.ts';
import { type SpotRow, spot } from './report/spot.ts';

const PARTS = ['budget', 'spot'] as const;
const { values: options } = parseArgs({ options: { only: { type: 'string' } } });
const RESULTS = new URL('money.json', import.meta.url);

const dollars = (value: number): string => `$${value.toFixed(2)}`;

const tellBudget = (row: BudgetRow): void => {
  const months = Object.entries(row.spent).map(([month, each]) => {
    const whole = each.reduce((a, b) => a + b, 0);
    return `  ${month}: ${dollars(whole)} = ${each.map(dollars).join(' + ')}`;
  });
  const wait = `mean wait ${row.waitMeanHours.toFixed(2)} h, ${row.unfinished} unfinished`;
  const over = `overspend ${dollars(row.overspend)}, at most ${dollars(row.peakPerHour)} an hour`;
  console.log([`${row.name}: ${over}; ${wait}`, ...months].join('\n'));
};

const tellSpot = ({ load, market, money, spotShare, waitMeanSeconds, unfinished }: SpotRow): void => {
  const share = `${(100 * spotShare).toFixed(0)} % of the core-hours on spot`;
  const wait = `mean wait ${waitMeanSeconds.toFixed(0)} s, ${unfinished} unfinished`;
  console.log(`${load}, ${market}: money ${money.toFixed(4)} of the bound, ${share}, ${wait}`);
};

const isPart = (name: string): name is (typeof PARTS)[number] => PARTS.some((part) => part === name);

const main = async (): Promise<number> => {
  const parts = options.only?.split(',') ?? PARTS;
  const odd = parts.find((part) => !isPart(part));
  if (odd !== undefined) {
    console.error(`expected --only with ${PARTS.join(' or ')}; got "${odd}"`);
    return 2;
  }
  const budgetRows = parts.includes('budget') ? budgets(tellBudget) : [];
  const spotRows: SpotRow[] = [];
  for (const load of parts.includes('spot') ? [pandaLike(11), await realLoad('LCG-2005', 1)] : []) {
    spotRows.push(...spot(load, tellSpot));
  }
  if (parts.length === PARTS.length) {
    await writeFile(RESULTS, `${JSON.stringify({ budget: budgetRows, spot: spotRows }, null, 2)}\n`);
  }
  return budgetRows.some(({ overspend }) => overspend > 0) ? 1 : 0;
};

process.exitCode = await main();
