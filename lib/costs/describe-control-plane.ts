import { metricsPer } from '../../core/tell/metrics.ts';
import { DEFAULT_TICK_SECONDS } from '../functions/functions.ts';
import { type BillLine, type ControlPlane, controlPlaneBill, sumOf } from './control-plane.ts';
import { SERVICE_PRICES } from './service-prices.ts';

/** The stage that the page shows. */
const SHOWN: ControlPlane = {
  hasPanda: true,
  queues: 5,
  fleets: 1,
  pricedFleets: 0,
  tickSeconds: DEFAULT_TICK_SECONDS,
  nudges: true,
  queueMetrics: 'on',
  tickMemoryMb: 512,
  natGateways: 0,
};

const cents = (dollars: number): string => `$${dollars.toFixed(2)}`;

const row = ({ what, sums, dollars }: BillLine): string => `| ${what} | ${sums} | ${cents(dollars)} |`;

/** Returns the table of what a stage costs a month without workers. */
export const describeControlPlane = (): string => {
  const bill = controlPlaneBill(SHOWN);
  const sum = (change: Partial<ControlPlane>) => sumOf(controlPlaneBill({ ...SHOWN, ...change }));
  const metric = SERVICE_PRICES.metricMonth.dollars;
  const queue = metricsPer('queue');
  const [plain, priced] = [metricsPer('fleet', 'without prices'), metricsPer('fleet', 'with prices')];
  return [
    `| list prices of ${SERVICE_PRICES.metricMonth.asOf} | sums | a month |`,
    '|---|---|---|',
    ...bill.map(row),
    `| **together** | | **about $${Math.round(sumOf(bill))}** |`,
    '',
    `Each further queue costs ${cents(sum({ queues: 6 }) - sum({}))}, of which ${cents(queue * metric)} are for its ${queue} metrics. Each further fleet costs ${cents(sum({ fleets: 2 }) - sum({}))}, of which ${cents(plain * metric)} are for its ${plain}; one with prices of its own has ${priced}, ${cents(priced * metric)}.`,
    `Without metrics of single queues and fleets this stage costs about $${Math.round(sum({ queueMetrics: 'off' }))}, with a tick each minute about $${Math.round(sum({ tickSeconds: 60 }))}, without PanDA and its queues about $${Math.round(sum({ hasPanda: false, queues: 0 }))}, in a \`nat\` network about $${Math.round(sum({ natGateways: 1 }))}.`,
  ].join('\n');
};

const BEGIN = '<!-- begin: made by bin/docs.ts -->';
const END = '<!-- end: made by bin/docs.ts -->';

/** Returns `docs/money.md` with that table between its marks. */
export const withControlPlane = (page: string): string => {
  const [before, after] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (before < 0 || after < before) {
    throw new Error(`docs/money.md has lost its marks; expected "${BEGIN}" and then "${END}".`);
  }
  return `${page.slice(0, before + BEGIN.length)}\n\n${describeControlPlane()}\n\n${page.slice(after)}`;
};
