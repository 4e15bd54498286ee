import { normal, stream } from '../../twin/clock/random.ts';
import { flavoursOf } from '../aerie/settings.ts';
import type { Load } from '../load/load.ts';
import { simulate } from '../model/run.ts';
import { boundOf, figuresOf } from './figures.ts';
import { deployed, SMALL } from './suite.ts';

const HOUR = 3_600;
const HAZARD_PER_HOUR = 0.05;
const SPOT_PRICE = 0.35;
/** How far a site's estimate of a job's length is off: the standard deviation of its logarithm. */
const SIGMA = 0.5;

/** Queues by how long their jobs are thought to run, up to so many hours. */
const CLASSES = [
  { name: 'short', upToHours: 12 },
  { name: 'middle', upToHours: 36 },
  { name: 'long', upToHours: Number.POSITIVE_INFINITY },
] as const;

/** The same jobs, in queues by their width and by an estimate of their length that is as good as a site's. */
const byLength = (load: Load): Load => {
  const random = stream(7, 'estimates');
  const jobs = load.jobs.map((job) => {
    const hours = (job.runSeconds / HOUR) * Math.exp(SIGMA * normal(random));
    const { name } = CLASSES.find(({ upToHours }) => hours <= upToHours) ?? CLASSES[2];
    return { ...job, queue: `${job.queue}-${name}` };
  });
  return { name: load.name, jobs };
};

/** What a site's history says of a queue: how long its jobs run, in the mean over its core-hours. */
const minutesByQueue = ({ jobs }: Load): ReadonlyMap<string, number> => {
  const minutes = (of: Load['jobs']): number => {
    const work = of.reduce((sum, { cores, runSeconds }) => sum + cores * runSeconds, 0);
    return of.reduce((sum, { cores, runSeconds }) => sum + cores * runSeconds ** 2, 0) / work / 60;
  };
  return new Map([...Map.groupBy(jobs, ({ queue }) => queue)].map(([queue, of]) => [queue, minutes(of)]));
};

/** One market, and what it came to. */
export interface SpotRow {
  readonly load: string;
  readonly market: string;
  /** What was paid, in on-demand core-seconds, over the zero-wait bound on demand. */
  readonly money: number;
  readonly spotShare: number;
  readonly waitMeanSeconds: number;
  readonly unfinished: number;
}

const MARKETS = ['on-demand', 'spot', 'spot-if-cheaper'] as const;

/** A load on demand only, on spot only, and where that is expected to cost less. */
export const spot = (load: Load, tell: (row: SpotRow) => void): readonly SpotRow[] => {
  const sorted = byLength(load);
  const bound = boundOf(load);
  const minutes = minutesByQueue(sorted);
  return MARKETS.map((market) => {
    const policy = deployed('aerie', SMALL, {
      apart: true,
      knobs: ({ queue }) => ({
        flavours: flavoursOf(SMALL),
        'linger-seconds': '120',
        market,
        'dollars-per-core-hour': '0.05',
        /** Machines of this model have no disk and no address. */
        'worker-overhead-percent': '5',
        'spot-price-percent': String(100 * SPOT_PRICE),
        'expected-job-minutes': String(Math.round(minutes.get(queue) ?? 60)),
      }),
    });
    const outcome = simulate(sorted, policy, { spotHazardPerHour: HAZARD_PER_HOUR });
    const { paid, paidOnSpot } = outcome.bill;
    const { waitMeanSeconds, unfinished } = figuresOf(sorted, outcome, bound);
    const row: SpotRow = {
      load: load.name,
      market,
      money: (paid - paidOnSpot + SPOT_PRICE * paidOnSpot) / bound,
      spotShare: paidOnSpot / paid,
      waitMeanSeconds,
      unfinished,
    };
    tell(row);
    return row;
  });
};
