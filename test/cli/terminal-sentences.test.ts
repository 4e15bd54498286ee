import { expect, it } from 'vitest';
import { emptyHistory } from '../../cli/shown/history.ts';
import { summarySentences } from '../../cli/terminal-sentences.ts';

const SUMMARY = {
  jobsArrived: 1166,
  jobsDone: 1166,
  waitMeanSeconds: 240,
  waitP95Seconds: 600,
  workersLaunched: 231,
  workersWoken: 0,
  workersUseless: 0,
  paidCoreHours: 830.4,
  paidAtListPricesDollars: 40.12,
  costRatio: 1.208,
  holds: 0,
  busyKilled: 0,
  overCap: 0,
};

it('a run ends with three sentences', () => {
  expect(summarySentences(SUMMARY, emptyHistory())).toEqual([
    '1,166 of 1,166 jobs are done; they waited 4 min on average, and 95 % of them no longer than 10 min.',
    'For them aerie launched 231 machines, none of them in vain, and paid 830 core-hours, $40.12 at AWS’s list prices: 1.21 times the least that could do if no job ever waited.',
    'It never held; it ended no running job and was never above a cap; its code was the deployed one, and PanDA, the pool and EC2 were simulated.',
  ]);
});

it('what went wrong is not left out', () => {
  const [, second = '', third = ''] = summarySentences(
    { ...SUMMARY, workersUseless: 12, workersWoken: 3, holds: 12, busyKilled: 2, overCap: 1 },
    {
      held: { now: new Set(), since: 0, seconds: 1800, causes: ['no usable answer from PanDA'] },
      sample: undefined,
    },
  );
  expect(second).toContain('12 of them in vain, woke sleeping ones 3 times, and paid');
  expect(third).toContain(
    'It held 30 min: no usable answer from PanDA; it ended 2 running jobs and was up to 1 worker above a cap',
  );
});

it('of a run of another kind nothing is said', () => {
  expect(summarySentences({ jobsArrived: 3, proofs: {} }, emptyHistory())).toEqual([]);
});
