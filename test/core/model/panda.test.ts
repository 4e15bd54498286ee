import { describe, expect, it } from 'vitest';
import {
  countsOf,
  isOpen,
  isWhole,
  jobsOf,
  type PandaJobs,
  unreadableSite,
} from '../../../core/model/panda.ts';

const JOBS: PandaJobs = {
  BNL: {
    SCORE: { managed: { activated: 3, assigned: 1, waiting: 2, holding: 9, transferring: 9 } },
    MCORE: { user: { sent: 1, starting: 2, running: 4, pending: 8, defined: 16, throttled: 32 } },
  },
  ODD: 'expected record, received null',
};
const ALL = { resourceTypes: [], labels: [] };

it.each([
  ['online', true],
  ['test', true],
  ['brokeroff', true],
  ['offline', true],
  ['standby', false],
  ['maintenance', false],
  ['paused', false],
  ['', undefined],
  ['Online', undefined],
  ['new', undefined],
])('a site in status "%s" is open for pilots: %s', (status, open) => {
  expect(isOpen(status)).toBe(open);
});

describe('what PanDA says of the jobs of sites', () => {
  it('is whole where every site could be read: only then are all that run a measure', () => {
    expect([isWhole({}), isWhole({ BNL: JOBS.BNL ?? '' }), isWhole(JOBS)]).toEqual([true, true, false]);
  });

  it.each([
    ['BNL', undefined],
    ['ODD', 'expected record, received null'],
    ['NOBODY', undefined],
    ['constructor', undefined],
  ])('cannot be read of %s: %s', (site, why) => expect(unreadableSite(JOBS, site)).toBe(why));

  it.each([
    ['BNL', ['SCORE managed', 'MCORE user']],
    ['ODD', []],
    ['NOBODY', []],
    ['constructor', []],
  ])('is counted by type and label: %s', (site, expected) => {
    expect([...countsOf(JOBS, site)].map(({ type, label }) => `${type} ${label}`)).toEqual(expected);
  });

  it.each([
    ['all', 'BNL', ALL, [3, 59, 7]],
    ['those of a resource type', 'BNL', { ...ALL, resourceTypes: ['SCORE'] }, [3, 3, 0]],
    ['those of a label', 'BNL', { ...ALL, labels: ['user', 'ptest'] }, [0, 56, 7]],
    ['those of both', 'BNL', { resourceTypes: ['SCORE'], labels: ['user'] }, [0, 0, 0]],
    ['none of a site that has none', 'NOBODY', ALL, [0, 0, 0]],
    ['none of a site that cannot be read', 'ODD', ALL, [0, 0, 0]],
  ])('comes to what the pilots of a queue take: %s', (_, site, taken, [activated, notReady, onPilots]) => {
    expect(jobsOf(JOBS, site, taken)).toEqual({ activated, notReady, onPilots });
  });
});
