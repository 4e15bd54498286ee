import { describe, expect, it } from 'vitest';
import {
  age,
  amount,
  clock,
  duration,
  money,
  percent,
  shortAmount,
  timeOf,
} from '../../../cli/page/look/words.js';
import { summaryTables } from '../../../cli/shown/summary.ts';

describe('words for figures', () => {
  it.each([
    [0, '0:00'],
    [59, '0:00'],
    [45_000, '12:30'],
    [93_600, '26:00'],
  ])('%d simulated seconds are the time %s', (seconds, expected) => {
    expect(clock(seconds)).toBe(expected);
  });

  it.each([
    [0, '0 s'],
    [1.25, '1.3 s'],
    [45, '45 s'],
    [59.6, '1 min'],
    [200, '3 min 20 s'],
    [3599.7, '1 h'],
    [7500, '2 h 5 min'],
    [86_399, '1 d'],
    [100_800, '1 d 4 h'],
    [-90, '-1 min 30 s'],
  ])('%d seconds last %s', (seconds, expected) => {
    expect(duration(seconds)).toBe(expected);
  });

  it.each([
    [1204, '1,204'],
    [98.64, '98.6'],
    [1.0312, '1.03'],
    [1204.6, '1,205'],
    [0, '0'],
  ])('%d is written %s', (value, expected) => {
    expect(amount(value)).toBe(expected);
  });

  it.each([
    [950, '950'],
    [1200, '1.2k'],
    [15_000, '15k'],
    [2_000_000, '2M'],
  ])('%d on an axis is %s', (value, expected) => {
    expect(shortAmount(value)).toBe(expected);
  });

  it.each([
    [0, '$0.00'],
    [12.345, '$12.35'],
    [99.99, '$99.99'],
    [1204.6, '$1,205'],
  ])('%d dollars are %s', (value, expected) => {
    expect(money(value)).toBe(expected);
  });

  it.each([
    [0, '0 s'],
    [119.6, '2 min'],
    [600, '10 min'],
    [7_200, '2 h'],
    [200_000, '2 d'],
  ])('an age of %d seconds is %s', (seconds, expected) => {
    expect(age(seconds)).toBe(expected);
  });

  it('says a moment in UTC, with its day where that is another', () => {
    const now = Date.UTC(2026, 0, 5, 12, 30) / 1000;
    expect([timeOf(now - 60, now), timeOf(now - 86_400, now)]).toEqual(['12:29', '01-04 12:30']);
  });

  it('knows no share of nothing', () => {
    expect([percent(82, 100), percent(0, 0)]).toEqual(['82 %', '–']);
  });
});

describe('a summary as tables', () => {
  it('takes units from the names and shows each part in a table of its own', () => {
    const summary = {
      jobsDone: 24_000,
      meanWaitSeconds: 133,
      paidCoreHours: 1311.5,
      wasteShare: 0.0818,
      scenario: 'calm',
      lawsBroken: [],
      complete: true,
      spotPrice: null,
      queues: { A: { jobsDone: 1, meanWaitSeconds: 7500 }, B: { jobsDone: 2, paidCoreHours: 3 } },
      ec2: { calls: 120, callsPerWorker: 1.05 },
      faults: [{ name: 'PanDA is silent', holds: 3 }],
    };
    expect(summaryTables(summary)).toEqual([
      {
        title: '',
        head: ['measure', 'figure', 'unit'],
        rows: [
          ['jobs done', '24,000', ''],
          ['mean wait', '2 min 13 s', ''],
          ['paid', '1,312', 'core-hours'],
          ['waste', '8.18', '%'],
          ['scenario', '', 'calm'],
          ['laws broken', 'none', ''],
          ['complete', 'yes', ''],
          ['spot price', '–', ''],
        ],
      },
      {
        title: 'queues',
        head: ['', 'jobs done', 'mean wait', 'paid (core-hours)'],
        rows: [
          ['A', '1', '2 h 5 min', '–'],
          ['B', '2', '–', '3'],
        ],
      },
      {
        title: 'ec2',
        head: ['measure', 'figure', 'unit'],
        rows: [
          ['calls', '120', ''],
          ['calls per worker', '1.05', ''],
        ],
      },
      { title: 'faults', head: ['', 'holds'], rows: [['PanDA is silent', '3']] },
    ]);
  });

  it('of nothing has no table', () => {
    expect(summaryTables({})).toEqual([]);
  });
});
