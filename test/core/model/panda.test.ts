import { describe, expect, it } from 'vitest';
import { isOpen, isWhole, jobsOf, unreadableSite } from '../../../core/model/panda.ts';

describe('the status of a site', () => {
  it.each([
    ['online', true],
    ['test', true],
    ['brokeroff', true],
    ['offline', true],
    ['standby', false],
    ['maintenance', false],
    ['paused', false],
    ['weird', undefined],
    ['', undefined],
  ])('%j lets pilots be submitted, not, or is none: %s', (status, expected) => {
    expect(isOpen(status)).toBe(expected);
  });
});

describe('jobs of which some sites could not be read', () => {
  const jobs = { BNL: { SCORE: { managed: { activated: 1 } } }, CERN: 'activated is no number' };

  it('say which, and why', () => {
    expect(isWhole(jobs)).toBe(false);
    expect(isWhole({ BNL: jobs.BNL })).toBe(true);
    expect(unreadableSite(jobs, 'CERN')).toBe('activated is no number');
    expect(unreadableSite(jobs, 'BNL')).toBeUndefined();
    expect(unreadableSite(jobs, 'constructor')).toBeUndefined();
  });
});

describe('the jobs of a site', () => {
  const all = { resourceTypes: [], labels: [] };
  const jobs = {
    BNL: {
      SCORE: {
        managed: { activated: 3, assigned: 1, defined: 2, pending: 4, waiting: 8, throttled: 16, running: 5 },
        user: { activated: 10, sent: 1, starting: 2, holding: 50, transferring: 60, finished: 70 },
      },
      MCORE: { managed: { activated: 100 } },
    },
  };

  it.each([
    ['all', all, { activated: 113, notReady: 31, onPilots: 8 }],
    ['of one resource type', { ...all, resourceTypes: ['MCORE'] }, { activated: 100, notReady: 0, onPilots: 0 }],
    ['of one label', { ...all, labels: ['user'] }, { activated: 10, notReady: 0, onPilots: 3 }],
    ['of both', { resourceTypes: ['MCORE'], labels: ['user'] }, { activated: 0, notReady: 0, onPilots: 0 }],
  ])('are added up by their states: %s', (_, taken, expected) => {
    expect(jobsOf(jobs, 'BNL', taken)).toEqual(expected);
  });

  it('are none where PanDA does not name it', () => {
    expect(jobsOf(jobs, 'CERN', all)).toEqual({ activated: 0, notReady: 0, onPilots: 0 });
  });
});
