import { describe, expect, it } from 'vitest';
import { allowanceOf } from '../../../../../core/decide/workers/rules/allowance.ts';
import { launch } from '../../../../../core/decide/workers/rules/launch.ts';
import type { Proposal } from '../../../../../core/decide/workers/rules/rule.ts';
import type { Situation } from '../../../../../core/observe/situation.ts';
import { situationIn } from '../../../planning.ts';
import { cooling, type Given, LARGE, NARROW, NOW, openLaunch, pilots, workerWorld } from '../../../worlds.ts';

const waiting = (idle: number, given: Given = {}): Given => ({
  activated: idle,
  pilots: pilots({ idle }),
  ...given,
});

const nothing = ({ fleet }: Situation): Proposal => ({
  ...{ fleet, launches: [], retirements: [], why: [], counts: {} },
});

const launched = (given: Given): Proposal => {
  const situation = situationIn(workerWorld(given));
  return launch(situation, nothing(situation));
};

const plain = (count: number): NonNullable<Given['jobs']> => ({
  complete: true,
  fleets: [
    {
      fleet: 'default',
      shapes: [
        {
          ...{ shape: NARROW, fleet: 'default', idle: count, running: 0, held: 0 },
          waitingSince: [{ at: NOW - 9000, count }],
        },
      ],
    },
  ],
});

const UNSUPPORTED = ['us-east-1a', 'us-east-1b'].map((zone) =>
  cooling('m6i.large', zone, { class: 'unsupported' }),
);

describe('what is counted of jobs that wait', () => {
  const about = ({ counts }: Proposal) =>
    Object.fromEntries(Object.entries(counts).filter(([name]) => /^(jobs|pilots|plain)/.test(name)));

  it.each<readonly [string, Given, object]>([
    ['is that nobody waits', {}, { jobsUnplaced: 0, pilotsWithJobs: 0 }],
    ['are pilots with a job', waiting(4), { jobsUnplaced: 4, pilotsWithJobs: 4 }],
    [
      'are pilots without one',
      { activated: 2, pilots: pilots({ idle: 5 }), knobs: { chain: 'Fixed(5)' } },
      { jobsUnplaced: 5, pilotsWithJobs: 2, pilotsWithoutJobs: 3 },
    ],
    [
      'are jobs that EC2 has no machine for',
      waiting(4, { cooling: UNSUPPORTED, knobs: { flavours: 'm6i.large' } }),
      { jobsUnplaced: 4, pilotsWithJobs: 4, jobsUnsupported: 4 },
    ],
    ['are plain jobs', { jobs: plain(2) }, { jobsUnplaced: 2, pilotsWithJobs: 0, plainJobs: 2 }],
  ])('%s, and nothing else', (_, given, expected) => {
    expect(about(launched(given))).toEqual(expected);
  });
});

describe('who is short of room', () => {
  it('are those whom the caps keep waiting', () => {
    expect(launched(waiting(9, { knobs: { 'max-workers': '1' } })).short).toMatchObject([{ count: 9 }]);
  });

  it('are not those for whom workers are launched', () => {
    expect(launched(waiting(9)).short).toEqual([]);
  });
});

describe('what a fleet may still start', () => {
  const PRICED = { prices: 'm6i.large=1, m6i.2xlarge=4', 'worker-overhead-percent': '0' };
  const launchOf = (count: number) => ({
    ...openLaunch(count),
    prices: { 'm6i.large': 1, 'm6i.2xlarge': 4 },
  });
  const allowed = (given: Given, proposed: Partial<Proposal> = {}) => {
    const situation = situationIn(workerWorld(given));
    return allowanceOf(situation, { ...nothing(situation), ...proposed });
  };

  it('is what its caps leave beside what is proposed already', () => {
    const knobs = { 'max-workers': '9', 'max-cores': '20' };
    const wake = {
      ...{ instanceId: 'i-1', offers: LARGE, meantFor: 'x' },
      offer: { flavour: 'm6i.large', zone: 'us-east-1a', market: 'on-demand' },
    } as const;
    expect(allowed({ knobs })).toEqual({ workers: 9, cores: 20 });
    expect(allowed({ knobs }, { launches: [launchOf(3)], wakes: [wake] })).toEqual({ workers: 5, cores: 12 });
    expect(allowed({ knobs }, { launches: [launchOf(30)] })).toEqual({ workers: 0, cores: 0 });
  });

  it('is what its budget leaves, with each launch as dear as any of its types', () => {
    const knobs = { ...PRICED, 'budget-dollars-per-hour': '20' };
    const perHour = (proposed: Partial<Proposal> = {}) => allowed({ knobs }, proposed).headroom?.perHour;
    expect(perHour()).toBe(20);
    expect(perHour({ launches: [launchOf(3)] })).toBe(8);
    const offer = { flavour: 'm6i.large', zone: 'us-east-1a', market: 'on-demand' } as const;
    const wakes = [{ instanceId: 'i-1', offer, offers: LARGE, meantFor: 'x', dollarsPerHour: 1 }];
    expect(perHour({ wakes })).toBe(19);
    expect(allowed({ knobs }).onlyCheapest).toBe(false);
  });
});
