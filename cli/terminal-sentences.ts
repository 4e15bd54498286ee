import * as z from 'zod';
import { amount, clock, duration, money } from './page/look/words.js';
import { facts } from './shown/facts.ts';
import { heldInWords } from './shown/held.ts';
import type { History } from './shown/history.ts';

const count = z.number();

/** What of a summary of the twin is told in sentences. */
const told = z.object({
  jobsArrived: count,
  jobsDone: count,
  waitMeanSeconds: count,
  waitP95Seconds: count,
  workersLaunched: count,
  workersWoken: count,
  workersUseless: count,
  paidCoreHours: count,
  paidAtListPricesDollars: count.optional(),
  costRatio: count,
  busyKilled: count,
  overCap: count,
});

const many = (of: number, one: string): string => `${amount(of)} ${one}${of === 1 ? '' : 's'}`;

/** What a run that is stopped has come to so far; undefined: it had not begun. */
export const soFarSentence = ({ sample, held }: Pick<History, 'sample' | 'held'>): string | undefined => {
  if (sample === undefined) return undefined;
  const { jobsDone, jobsRunning, activated, joined, coresBusy, coresPaid } = facts(sample, undefined);
  const arrived = many(jobsDone + jobsRunning + activated, 'job');
  const dollars =
    sample.listDollars === undefined ? '' : `, for ${money(sample.listDollars)} at AWS’s list prices`;
  return `Stopped at ${clock(sample.atSeconds)}. So far ${amount(jobsDone)} of ${arrived} are done${dollars}; ${many(joined, 'worker')} in the pool, ${amount(coresBusy)} of ${many(coresPaid, 'core')} busy; ${heldInWords(held, sample.atSeconds)}.`;
};

/** What a run of the twin came to, in three sentences; none of a run of another kind. */
export const summarySentences = (
  summary: Readonly<Record<string, unknown>>,
  { held, sample }: Pick<History, 'held' | 'sample'>,
): readonly string[] => {
  const read = told.safeParse(summary);
  if (!read.success) return [];
  const of = read.data;
  const dollars =
    of.paidAtListPricesDollars === undefined
      ? ''
      : `, ${money(of.paidAtListPricesDollars)} at AWS’s list prices`;
  const useless =
    of.workersUseless === 0 ? 'none of them in vain' : `${amount(of.workersUseless)} of them in vain`;
  const woken = of.workersWoken === 0 ? '' : `, woke sleeping ones ${many(of.workersWoken, 'time')}`;
  const harm = [
    of.busyKilled === 0 ? 'ended no running job' : `ended ${many(of.busyKilled, 'running job')}`,
    of.overCap === 0 ? 'was never above a cap' : `was up to ${many(of.overCap, 'worker')} above a cap`,
  ].join(' and ');
  return [
    `${amount(of.jobsDone)} of ${many(of.jobsArrived, 'job')} are done; they waited ${duration(of.waitMeanSeconds)} on average, and 95 % of them no longer than ${duration(of.waitP95Seconds)}.`,
    `For them aerie launched ${many(of.workersLaunched, 'machine')}, ${useless}${woken}, and paid ${many(Math.round(of.paidCoreHours), 'core-hour')}${dollars}: ${of.costRatio.toFixed(2)} times the least that could do if no job ever waited.`,
    `It ${heldInWords(held, sample?.atSeconds ?? 0)}; it ${harm}; its code was the deployed one, and PanDA, the pool and EC2 were simulated.`,
  ];
};
