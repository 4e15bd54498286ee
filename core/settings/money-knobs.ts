import * as z from 'zod';
import { dollars, type Knob, whole } from './knob.ts';

/** What one worker of each flavour costs, dollars per hour on demand. */
export type Prices = Readonly<Record<string, number>>;

/** As the admin gives them: by flavour, and whether AWS's list prices hold for the others. */
export interface WishedPrices {
  readonly byFlavour: Prices;
  readonly areListed: boolean;
}

const PRICE = /^([a-z0-9-]+\.[a-z0-9-]+)=([0-9]{1,4}(?:\.[0-9]{1,6})?)$/;

const LIST = 'list';

const prices: Knob<WishedPrices> = {
  description:
    "On-demand prices by flavour, dollars per hour, separated by commas; what is not named here costs dollars-per-core-hour for each of its vCPUs. The word list stands for AWS's list prices of the stage's region, as aerie has them with their date (decision 27): give it where you accept them as an upper bound of what you pay.",
  fallback: 'none',
  pattern:
    '^(none|(list|[a-z0-9-]+\\.[a-z0-9-]+=[0-9]{1,4}(\\.[0-9]{1,6})?)(\\s*,\\s*(list|[a-z0-9-]+\\.[a-z0-9-]+=[0-9]{1,4}(\\.[0-9]{1,6})?))*)$',
  allowed: 'prices such as m6i.large=0.096, g5.xlarge=1.006, or list, or none',
  schema: z.string().transform((text, context) => {
    if (text === 'none') return { byFlavour: {}, areListed: false };
    const words = text.split(',').map((word) => word.trim());
    const read = words.filter((word) => word !== LIST).map((word) => PRICE.exec(word));
    if (read.includes(null)) {
      context.addIssue({ code: 'invalid_format', format: 'prices' });
      return z.NEVER;
    }
    const named = read.flatMap((of) => (of === null ? [] : [[of[1] ?? '', Number(of[2])]]));
    return { byFlavour: Object.fromEntries(named), areListed: words.includes(LIST) };
  }),
};

const LONGEST_JOB_MINUTES = 43_200;

/** The knobs of a fleet that are about money: what workers cost, and what may be spent on them. */
export const MONEY_KNOBS = {
  'dollars-per-core-hour': dollars(
    'The price of one vCPU on demand, dollars per hour, in the flavours that prices does not name. Budgets need a price for each flavour.',
  ),
  prices,
  'spot-price-percent': whole(
    1,
    100,
    100,
    'The price at which spot is counted, in percent of the on-demand price. Give an upper bound: budgets hold as far as prices are not higher.',
  ),
  'expected-job-minutes': whole(
    1,
    LONGEST_JOB_MINUTES,
    60,
    'How long the jobs run that most of the core-hours go to. spot-if-cheaper weighs with it what an interruption costs: a job begins anew.',
  ),
  'budget-dollars-per-hour': dollars(
    'Most that the workers of this fleet may cost in an hour, all together. From 80 percent on only the cheapest offers are taken.',
  ),
  'budget-dollars-per-month': dollars(
    'Most that this fleet may spend in a calendar month (UTC). A worker is launched only if what is spent, and what all workers would cost if each lived to its max-life-seconds, stays below it; from 80 percent on only the cheapest offers are taken.',
  ),
} as const satisfies Record<string, Knob<unknown>>;
