import * as z from 'zod';
import { controlPlaneBill, sumOf } from '../../lib/costs/control-plane.ts';
import { SERVICE_PRICES } from '../../lib/costs/service-prices.ts';
import { fleetCosts, planeOf, priceBasis } from '../../lib/costs/stage-costs.ts';
import { worstOfAll } from '../../lib/costs/worst-case.ts';
import type { StageConfig } from '../../lib/stage/config.ts';
import { placeOfStage } from '../../lib/stage/place.ts';
import { type Column, tableLines } from '../command/columns.ts';
import { wrapped } from '../command/text.ts';
import type { Look, Verb } from '../command/verb.ts';
import { verbWithoutStage } from '../command/verb-without-stage.ts';
import { CDK_JSON } from '../stage/cdk-json.ts';
import { stageIn } from '../stage/planned.ts';
import { DOES } from './does.ts';

const dollars = z.number().nullable();

/** What `aerie plan` tells. */
export const planTold = z.object({
  stage: z.string(),
  /** By the type that CloudFormation calls it by. */
  makes: z.array(z.object({ type: z.string(), count: z.number() })),
  controlPlane: z.object({
    parts: z.array(z.object({ what: z.string(), sums: z.string(), dollarsPerMonth: z.number() })),
    dollarsPerMonth: z.number(),
    /** The region and the month of the list prices. */
    prices: z.string(),
  }),
  /** The most that workers can come to under caps and budgets; null: a flavour has no price. */
  fleets: z.array(
    z.object({
      fleet: z.string(),
      state: z.string(),
      queues: z.array(z.string()),
      workers: z.number(),
      cores: z.number(),
      dollarsPerHour: dollars,
      dollarsPerMonth: dollars,
    }),
  ),
  workers: z.object({ dollarsPerHour: dollars, dollarsPerMonth: dollars, prices: z.string() }),
});

type Told = z.output<typeof planTold>;

const planOf = async (config: StageConfig): Promise<Told> => {
  // The CDK takes a while to load, and no other command needs it.
  const { madeBy } = await import('../../lib/made.ts');
  const costs = fleetCosts(config);
  const bill = controlPlaneBill(planeOf(config, costs));
  const all = worstOfAll(costs.map(({ worst }) => worst));
  return planTold.parse({
    stage: config.stage,
    makes: madeBy(config),
    controlPlane: {
      parts: bill.map(({ what, sums, dollars: dollarsPerMonth }) => ({ what, sums, dollarsPerMonth })),
      dollarsPerMonth: sumOf(bill),
      prices: `AWS's list prices (its pricing pages, ${SERVICE_PRICES.metricMonth.asOf}), us-east-1, without free tiers`,
    },
    fleets: costs.map(({ settings, queues, worst }) => ({
      fleet: settings.name,
      state: settings.state,
      queues: queues.map(({ name }) => name),
      workers: worst.workers,
      cores: worst.cores,
      dollarsPerHour: worst.perHour ?? null,
      dollarsPerMonth: worst.perMonth ?? null,
    })),
    workers: {
      dollarsPerHour: all.perHour ?? null,
      dollarsPerMonth: all.perMonth ?? null,
      prices: priceBasis(costs, placeOfStage(config).region),
    },
  });
};

const money = (amount: number | null, digits: number): string =>
  amount === null
    ? 'no price'
    : `$${amount.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })}`;

const MADE: readonly Column<Told['makes'][number]>[] = [
  { head: 'how many', cell: ({ count }) => String(count), align: 'right' },
  { head: 'of', cell: ({ type }) => type.replace(/^AWS::/, '') },
];

const BILL: readonly Column<Told['controlPlane']['parts'][number]>[] = [
  { head: 'a month', cell: ({ dollarsPerMonth }) => money(dollarsPerMonth, 2), align: 'right' },
  { head: 'for', cell: ({ what }) => what },
  { head: 'which is', cell: ({ sums }) => sums },
];

const FLEETS: readonly Column<Told['fleets'][number]>[] = [
  { head: 'fleet', cell: ({ fleet }) => fleet },
  { head: 'state', cell: ({ state }) => state },
  { head: 'workers', cell: ({ workers }) => String(workers), align: 'right' },
  { head: 'cores', cell: ({ cores }) => String(cores), align: 'right' },
  { head: 'an hour', cell: ({ dollarsPerHour }) => money(dollarsPerHour, 2), align: 'right' },
  { head: 'a month', cell: ({ dollarsPerMonth }) => money(dollarsPerMonth, 0), align: 'right' },
  { head: 'queues', cell: ({ queues }) => (queues.length === 0 ? 'plain jobs only' : queues.join(', ')) },
];

const planLines = ({ stage, makes, controlPlane, fleets, workers }: Told, look: Look): readonly string[] => {
  const sum = makes.reduce((all, { count }) => all + count, 0);
  const said = (text: string) => wrapped(text, look.columns, ['', '']);
  return [
    ...said(`A deploy of ${stage} makes ${sum} resources:`),
    ...tableLines(MADE, makes, look),
    '',
    ...said(
      `Without workers it costs about ${money(controlPlane.dollarsPerMonth, 0)} a month, at ${controlPlane.prices}:`,
    ),
    ...tableLines(BILL, controlPlane.parts, look),
    '',
    ...said(
      `Workers cost at most ${money(workers.dollarsPerHour, 2)} an hour and ${money(workers.dollarsPerMonth, 0)} a month at the caps, at ${workers.prices}. Traffic comes on top:`,
    ),
    ...tableLines(FLEETS, fleets, look),
  ];
};

/** Makes the command for the stages of a file. */
export const planOfFile = (file: string): Verb =>
  verbWithoutStage({
    name: 'plan',
    takes: '',
    names: [0, 0],
    does: DOES.plan,
    more: [
      'It synthesises the stage of cdk.json and counts; it asks AWS nothing. Costs are computed, not measured: from list prices of AWS’s pages and price files, with their dates (docs/money.md). Exit code: 0.',
    ],
    stageMeans: 'one of cdk.json; else AERIE_STAGE',
    options: {},
    means: {},
    examples: ['aerie plan --stage prod'],
    schema: planTold,
    ask: async ({ stage = '' }) => planOf(await stageIn(file, stage)),
    lines: planLines,
  });

export const plan = planOfFile(CDK_JSON);
