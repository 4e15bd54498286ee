import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { simulatedClock } from '../../../twin/clock/clock.ts';
import type { JobOrder } from '../../../twin/panda/job.ts';
import { pandaWorld } from '../../../twin/panda/world.ts';

const START = 1_900_000_000;
const worldAt = (start = START, jobsElsewhere = 0) => {
  const clock = simulatedClock(start);
  const world = pandaWorld({ clock, sites: {}, viewSeconds: 120, holdingSeconds: 60, jobsElsewhere });
  const until = (seconds: number) => {
    for (let next = clock.next(); next !== undefined && next <= seconds; next = clock.next()) clock.step();
    clock.advance(seconds);
  };
  return { ...world, view: world.view, jobs: world.jobs, until };
};
const order = (id: number, more: Partial<JobOrder> = {}): JobOrder => ({
  id,
  siteid: 'S',
  resourceType: 'SCORE',
  cores: 1,
  arrivesAt: START,
  runSeconds: 600,
  ...more,
});

describe('a job in PanDA', () => {
  it('passes through its states as a pilot works on it, and keeps their times', () => {
    const { jobs, until } = worldAt();
    jobs.arrive(order(1, { arrivesAt: START + 10 }));
    expect(jobs.find(1)).toBeUndefined();
    until(START + 20);
    expect(jobs.find(1)).toMatchObject({ state: 'activated', arrivedAt: START + 10, attempts: 0 });
    expect(jobs.acquire('S')).toMatchObject({ id: 1, state: 'sent', attempts: 1 });
    expect(jobs.prepare(1)).toMatchObject({ state: 'starting', startedAt: undefined });
    until(START + 30);
    expect(jobs.start(1)).toMatchObject({ state: 'running', startedAt: START + 30 });
    until(START + 630);
    expect(jobs.finish(1)).toMatchObject({ state: 'holding', finishedAt: START + 630 });
    until(START + 689);
    expect(jobs.find(1)).toMatchObject({ state: 'holding' });
    until(START + 690);
    expect(jobs.find(1)).toMatchObject({
      state: 'finished',
      arrivedAt: START + 10,
      startedAt: START + 30,
      finishedAt: START + 630,
    });
    expect(jobs.countsOf('S')).toMatchObject({ activated: 0, holding: 0, finished: 1 });
  });

  it('goes to pilots oldest first, of any resource type or of the one they name', () => {
    const { jobs, until } = worldAt();
    jobs.arrive(order(1, { arrivesAt: START + 3 }));
    jobs.arrive(order(2, { arrivesAt: START + 1, resourceType: 'MCORE' }));
    jobs.arrive(order(3, { arrivesAt: START + 2 }));
    jobs.arrive(order(4, { arrivesAt: START, siteid: 'T' }));
    until(START + 5);
    expect(jobs.acquire('S', 'SCORE')?.id).toBe(3);
    expect(jobs.acquire('S')?.id).toBe(2);
    expect(jobs.acquire('S', 'MCORE')).toBeUndefined();
    expect(jobs.acquire('S')?.id).toBe(1);
    expect(jobs.acquire('S')).toBeUndefined();
    expect(jobs.acquire('nowhere')).toBeUndefined();
  });

  it('is activated again, in its old place, when its worker dies', () => {
    const { jobs, until } = worldAt();
    jobs.arrive(order(1));
    jobs.arrive(order(2, { arrivesAt: START + 1 }));
    until(START + 5);
    jobs.acquire('S');
    jobs.start(1);
    expect(jobs.lose(1)).toMatchObject({ state: 'activated', startedAt: undefined, arrivedAt: START });
    expect(jobs.acquire('S')).toMatchObject({ id: 1, attempts: 2 });
  });

  it.each([
    ['start', 'activated'],
    ['finish', 'activated'],
    ['lose', 'activated'],
    ['prepare', 'activated'],
  ] as const)('does not %s while it is %s', (step, state) => {
    const { jobs } = worldAt();
    jobs.arrive(order(1));
    expect(() => jobs[step](1)).toThrow(`job 1 is ${state}`);
    expect(() => jobs[step](2)).toThrow(`there is no job 2`);
  });

  it('cannot arrive twice, nor in the past', () => {
    const { jobs } = worldAt();
    jobs.arrive(order(1));
    expect(() => jobs.arrive(order(1))).toThrow('has arrived already');
    expect(() => jobs.arrive(order(2, { arrivesAt: START - 1 }))).toThrow('nothing can happen');
  });
});

describe("PanDA's view of its jobs", () => {
  const activated = (jobs: number) => ({ S: { SCORE: { managed: { activated: jobs } } } });

  it('is as old as its last refresh', () => {
    const { jobs, view, until } = worldAt();
    jobs.arrive(order(1, { arrivesAt: START + 30 }));
    until(START + 119);
    expect(view()).toEqual({ asOf: START, statistics: {} });
    until(START + 120);
    expect(view()).toEqual({ asOf: START + 120, statistics: activated(1) });
    jobs.acquire('S');
    until(START + 239);
    expect(view().statistics).toEqual(activated(1));
    until(START + 1_000);
    expect(view()).toEqual({
      asOf: START + 960,
      statistics: { S: { SCORE: { managed: { sent: 1 } } } },
    });
  });

  it('does not know what happens at the moment of its refresh, whether it is looked at before or after', () => {
    for (const looks of [true, false]) {
      const { jobs, view, until } = worldAt();
      jobs.arrive(order(1, { arrivesAt: START + 5 }));
      until(START + 120);
      if (looks) view();
      jobs.arrive(order(2, { arrivesAt: START + 120 }));
      expect(view().statistics).toEqual(activated(1));
    }
  });

  it('stays the same object until it is refreshed, so that what is made of it can be kept', () => {
    const { view, until } = worldAt();
    const first = view();
    until(START + 119);
    expect(view()).toBe(first);
    until(START + 120);
    expect(view()).not.toBe(first);
  });

  it('shows no site without jobs, and others from the beginning', () => {
    const { jobs, view, until } = worldAt(START, 7);
    jobs.arrive(order(1));
    jobs.acquire('S');
    jobs.start(1);
    jobs.finish(1);
    until(START + 240);
    expect(view().statistics).toEqual({ ELSEWHERE: { SCORE: { managed: { activated: 7 } } } });
  });

  it('counts every unfinished job once, whatever happens', () => {
    const happening = fc.constantFrom('acquire', 'prepare', 'start', 'finish', 'lose', 'wait');
    fc.assert(
      fc.property(fc.array(fc.tuple(happening, fc.nat(9))), (happenings) => {
        const { jobs, view, until, clock } = worldAt();
        for (let id = 0; id < 10; id += 1) jobs.arrive(order(id, { arrivesAt: START + id * 20 }));
        for (const [what, n] of happenings) {
          if (what === 'wait') until(clock.now + n * 10);
          else if (what === 'acquire') jobs.acquire('S');
          else {
            try {
              jobs[what](n);
            } catch {
              // The job was not in a state for it.
            }
          }
        }
        until(Math.max(clock.now, START + 200) + 120);
        const unfinished = [...jobs.all()].filter(({ state }) => state !== 'finished').length;
        const counts = view().statistics.S?.SCORE?.managed ?? {};
        expect(Object.values(counts).reduce((a, b) => a + b, 0)).toBe(unfinished);
        expect(jobs.countsOf('S')).toMatchObject(counts);
        expect(jobs.countsOf('S').finished).toBe(10 - unfinished);
      }),
    );
  });
});
