import { describe, expect, it } from 'vitest';
import type { SubmissionRecord } from '../../../core/model/ledger.ts';
import { jobsOf, unreadableSite } from '../../../core/model/panda.ts';
import type { QueuePilots } from '../../../core/model/pool.ts';
import { type Asking, countPilots, readyJobs, unseen, waitingPilots } from '../../../core/observe/demand.ts';
import { NARROW, NOW, pilots, submission, WIDE } from '../worlds.ts';

const VIEWED = NOW - 10;
const FLEET = 'default';
/** What the pilots of a queue ask for now. */
const OWN: Asking = { shape: NARROW, fleet: FLEET, wallSeconds: 7200 };

describe('jobs of a site', () => {
  const jobs = {
    BNL: {
      SCORE: {
        managed: { activated: 3, running: 3, sent: 1, starting: 2, holding: 50, defined: 4 },
        rc_test2: { activated: 40 },
        null: { activated: 4 },
      },
      MCORE: { managed: { activated: 2, pending: 5, throttled: 1 }, ptest: { activated: 5, running: 1 } },
    },
    ODD: 'data.ODD.SCORE: expected record, received null',
  };
  const ALL = { resourceTypes: [], labels: [] };

  it.each([
    ['all of them', ALL, { activated: 54, notReady: 10, onPilots: 7 }],
    [
      'one resource type',
      { resourceTypes: ['MCORE'], labels: [] },
      { activated: 7, notReady: 6, onPilots: 1 },
    ],
    [
      'a resource type it has none of',
      { resourceTypes: ['GPU'], labels: [] },
      { activated: 0, notReady: 0, onPilots: 0 },
    ],
    [
      'the labels that a pilot takes',
      { resourceTypes: [], labels: ['managed'] },
      { activated: 5, notReady: 10, onPilots: 6 },
    ],
    [
      'both',
      { resourceTypes: ['MCORE'], labels: ['managed', 'ptest', 'user'] },
      { activated: 7, notReady: 6, onPilots: 1 },
    ],
  ])('are summed over %s', (_, taken, expected) => {
    expect(jobsOf(jobs, 'BNL', taken)).toEqual(expected);
  });

  it.each(['CERN', 'constructor'])('are none where PanDA leaves the site out: %s', (site) => {
    expect(jobsOf(jobs, site, ALL)).toEqual({ activated: 0, notReady: 0, onPilots: 0 });
    expect(unreadableSite(jobs, site)).toBeUndefined();
  });

  it('are not known, and why, where what PanDA tells of the site cannot be read', () => {
    expect(unreadableSite(jobs, 'ODD')).toBe('data.ODD.SCORE: expected record, received null');
    expect(unreadableSite(jobs, 'BNL')).toBeUndefined();
  });
});

describe('jobs that no pilot has taken yet', () => {
  const of = (activated: number, onPilots: number, running: number, recentStarts: readonly number[]) => {
    const starts = [...recentStarts, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0].slice(0, 10);
    return readyJobs({ activated, notReady: 0, onPilots }, pilots({ running }, { recentStarts: starts }));
  };

  it.each([
    { when: 'nobody began lately', got: of(10, 5, 5, []), ready: 10, taken: 0 },
    { when: '4 began a minute ago and PanDA does not know', got: of(10, 0, 4, [4]), ready: 6, taken: 4 },
    { when: '4 began lately and PanDA knows', got: of(10, 4, 4, [4]), ready: 10, taken: 0 },
    { when: 'PanDA knows some of those', got: of(10, 3, 4, [2, 2]), ready: 9, taken: 1 },
    { when: 'the starts are older than the lag', got: of(10, 0, 4, [0, 0, 0, 4]), ready: 10, taken: 0 },
    { when: 'those that began have ended again', got: of(10, 0, 1, [9]), ready: 9, taken: 1 },
    { when: 'more began than PanDA has jobs', got: of(3, 0, 8, [8]), ready: 0, taken: 3 },
    { when: 'PanDA counts more on pilots than run', got: of(3, 9, 8, [8]), ready: 3, taken: 0 },
  ])('are $ready when $when', ({ got, ready, taken }) => {
    expect(got).toEqual({ ready, taken });
  });
});

describe('pilots of a queue', () => {
  it('are counted over their shapes, with those the view cannot know', () => {
    const standing = pilots([
      { idle: 3, running: 2, held: 1 },
      { shape: WIDE, idle: 1, running: 4 },
    ]);
    const submissions = [submission(5, VIEWED), submission(7, VIEWED + 1), submission(100, VIEWED - 1)];
    expect(countPilots(standing, submissions, VIEWED)).toEqual({
      idle: 4,
      running: 6,
      held: 1,
      justSubmitted: 12,
    });
  });
});

describe('pilots that wait for a machine', () => {
  it.each([
    { given: 'idle ones, and jobs for all', idle: 4, submitted: 0, jobs: 9, count: 4 },
    { given: 'idle ones, and jobs for some', idle: 4, submitted: 0, jobs: 3, count: 3 },
    { given: 'idle and just submitted ones of one shape', idle: 4, submitted: 5, jobs: 20, count: 9 },
    { given: 'just submitted ones alone', idle: 0, submitted: 5, jobs: 20, count: 5 },
  ])('are $count of $given', ({ idle, submitted, jobs, count }) => {
    const submissions = [submission(submitted, NOW)];
    expect(waitingPilots(pilots({ idle }), unseen(submissions, VIEWED), jobs, OWN)).toEqual([
      { ...OWN, count },
    ]);
  });

  it.each([
    ['without jobs', pilots({ idle: 4 }), 0],
    ['when none is idle: held ones need no machine', pilots({ held: 4, running: 4 }), 9],
  ])('are none %s', (_, standing, jobs) => {
    expect(waitingPilots(standing, unseen([], VIEWED), jobs, OWN)).toEqual([]);
  });

  it('share the jobs among the shapes, the queue’s own shape first', () => {
    const standing = pilots([{ shape: WIDE, idle: 3 }, { idle: 4 }]);
    expect(waitingPilots(standing, unseen([], VIEWED), 5, OWN)).toEqual([
      { ...OWN, count: 4 },
      { ...OWN, shape: WIDE, count: 1 },
    ]);
  });

  it.each<readonly [string, readonly Partial<QueuePilots['shapes'][number]>[], readonly Partial<Asking>[]]>([
    ['the fleet that they name', [{ idle: 1, fleet: 'old' }], [{ fleet: 'old' }]],
    ['the time that they may run', [{ idle: 1, wallSeconds: 60 }], [{ wallSeconds: 60 }]],
    [
      'what their queue asks for now, first',
      [{ idle: 1, fleet: 'old' }, { idle: 1 }, { idle: 1, wallSeconds: 60 }],
      [{}, { fleet: 'old' }],
    ],
    [
      'none of their own, and have that of the queue',
      [{ idle: 1 }, { idle: 1, wallSeconds: 7200 }],
      [{}, {}],
    ],
  ])('ask for %s', (_, standing, expected) => {
    const found = waitingPilots(pilots(standing), [], 2, OWN);
    const each = found.flatMap(({ count, ...asking }) => Array.from({ length: count }, () => asking));
    expect(each).toEqual(expected.map((of) => ({ ...OWN, ...of })));
  });

  it.each<readonly [string, Partial<SubmissionRecord>, Partial<Asking>]>([
    ['what rides on them', { fleet: 'gpu', wallSeconds: 60 }, { fleet: 'gpu', wallSeconds: 60 }],
    ['the default fleet, where that was not kept', {}, { fleet: 'default' }],
  ])('just submitted ask for %s', (_, given, expected) => {
    const own = { ...OWN, fleet: 'gpu' };
    expect(waitingPilots(pilots([]), [{ ...submission(3, NOW), ...given }], 9, own)).toEqual([
      { ...own, ...expected, count: 3 },
    ]);
  });
});
