import { describe, expect, it } from 'vitest';
import { flavoursOf } from '../../bench/aerie/settings.ts';
import type { Load, LoadJob } from '../../bench/load/load.ts';
import { narrowThenWide } from '../../bench/load/made.ts';
import { fairStarts } from '../../bench/model/fair-shares.ts';
import { FAULTS } from '../../bench/model/faults.ts';
import type { Policy } from '../../bench/model/policy.ts';
import { type Options, simulate } from '../../bench/model/run.ts';
import { boundOf, figuresOf, waitsByWidth } from '../../bench/report/figures.ts';
import { deployed, SMALL } from '../../bench/report/suite.ts';

const job = (queue: string, submitSeconds: number, runSeconds: number, cores = 1): LoadJob => ({
  ...{ queue, submitSeconds, runSeconds, cores, landingKnown: false },
});
const many = (count: number, of: (index: number) => LoadJob) =>
  Array.from({ length: count }, (_, i) => of(i));
const loadOf = (...jobs: readonly LoadJob[]): Load => ({
  name: 'made for a test',
  jobs: jobs.toSorted((a, b) => a.submitSeconds - b.submitSeconds),
});

/** So many machines from the first minute on, and no others. */
const fixed = (machines: number, cores: number): Policy => ({
  name: 'fixed',
  periodSeconds: 60,
  registerTimeoutSeconds: 0,
  mostCores: cores,
  start(hands) {
    return {
      cycle: () => hands.launch(cores, machines - hands.machines.size),
    };
  },
});

/** All boots alike: machines are there at 181 s, and the next cycle of the negotiator is at 202.2 s. */
const EXACT: Options = { boot: { deviationSeconds: 0 }, fault: FAULTS.exact };
const startsOf = (load: Load, policy: Policy, options: Options = {}) => {
  const { starts } = simulate(load, policy, { ...EXACT, ...options });
  return load.jobs.map(({ queue }, index) => ({ queue, at: starts[index] ?? Number.NaN }));
};
const begun = (starts: readonly { readonly queue: string; readonly at: number }[], until: number) => {
  const counts: Record<string, number> = {};
  for (const { queue, at } of starts) if (at <= until) counts[queue] = (counts[queue] ?? 0) + 1;
  return counts;
};

describe('queues in the bench', () => {
  const rivals = loadOf(
    ...many(100, () => job('first', 0, 7200)),
    ...many(100, () => job('second', 1, 7200)),
  );

  it('share the pool as submitters, whoever came first', () => {
    expect(begun(startsOf(rivals, fixed(10, 2)), 3600)).toEqual({ first: 10, second: 10 });
  });

  it('of a negotiator without submitters are served as they come', () => {
    expect(begun(startsOf(rivals, fixed(10, 2), { fifo: true }), 3600)).toEqual({ first: 20 });
  });

  it('leave to others what they do not use, and what is free of a machine from the next cycle on', () => {
    const load = loadOf(...many(3, () => job('small', 0, 7200)), ...many(40, () => job('big', 1, 7200)));
    const starts = startsOf(load, fixed(2, 8));
    const [first = 0, second = 0] = [...new Set(starts.map(({ at }) => at))].sort((a, b) => a - b);
    expect(begun(starts, first)).toEqual({ small: 3, big: 8 });
    expect(begun(starts, second)).toEqual({ small: 3, big: 13 });
    expect(second - first).toBeCloseTo(60);
  });
});

describe('a claim in the bench', () => {
  const load = loadOf(...many(4, () => job('a', 0, 650)), job('b', 300, 650));

  it('is used for the next job of its queue for twenty minutes, and then goes back', () => {
    const starts = startsOf(load, fixed(1, 1));
    const [first = 0] = starts.map(({ at }) => at);
    expect(starts.map(({ queue, at }) => [queue, Math.round(at - first)])).toEqual([
      ['a', 0],
      ['a', 650],
      ['a', 1320 + 660],
      ['a', 1320 + 660 + 650],
      ['b', 1320],
    ]);
  });

  it('of a negotiator without submitters lasts as long as its queue has jobs', () => {
    const starts = startsOf(load, fixed(1, 1), { fifo: true });
    const [first = 0] = starts.map(({ at }) => at);
    expect(starts.map(({ queue, at }) => [queue, Math.round(at - first)])).toEqual([
      ['a', 0],
      ['a', 650],
      ['a', 1300],
      ['a', 1950],
      ['b', 2640],
    ]);
  });
});

describe('a cap', () => {
  it('is one for all rules: no more cores are ever live', () => {
    const load = loadOf(...many(50, () => job('a', 0, 3600)));
    const { samples } = simulate(load, fixed(10, 4), { ...EXACT, capCores: 14 });
    expect(Math.max(...samples.map(({ live }) => live))).toBe(12);
  });

  it('lets wide jobs wait for the last of the narrow ones, where no share is kept for them', () => {
    const load = narrowThenWide();
    const { starts } = simulate(load, fixed(125, 8), EXACT);
    const [narrow, wide] = waitsByWidth(load, starts);
    const [evenNarrow, evenWide] = waitsByWidth(load, fairStarts(load, 1000));
    expect(wide?.meanSeconds).toBeGreaterThan(3 * (evenWide?.meanSeconds ?? 0));
    expect(narrow?.meanSeconds).toBeLessThan(evenNarrow?.meanSeconds ?? 0);
    expect(figuresOf(load, simulate(load, fixed(125, 8), EXACT), boundOf(load)).unfinished).toBe(0);
  });
});

describe('aerie at a cap', () => {
  it('lets no width wait much longer than equal shares would, though narrow jobs came first', () => {
    const load = loadOf(
      ...many(1600, (index) => job('narrow', 0, 4800 + 3 * index)),
      ...many(50, (index) => job('wide', 4 * 3600, 4800 + 96 * index, 8)),
    );
    const knobs = () => ({ flavours: flavoursOf(SMALL), 'linger-seconds': '120', 'max-cores': '96' });
    const { starts } = simulate(load, deployed('aerie', SMALL, { knobs }), { ...EXACT, capCores: 96 });
    const even = waitsByWidth(load, fairStarts(load, 96));
    for (const [index, { meanSeconds }] of waitsByWidth(load, starts).entries()) {
      expect(meanSeconds).toBeLessThan(1.5 * (even[index]?.meanSeconds ?? 0));
    }
  });
});

describe('equal shares without machines', () => {
  it.each([
    ['begin all at once where there is enough', [job('a', 0, 10), job('b', 0, 10)], 2, [0, 0]],
    [
      'give each queue as many cores',
      [...many(4, () => job('a', 0, 10)), ...many(4, () => job('b', 1, 10))],
      2,
      [0, 0, 10, 20, 10, 20, 30, 30],
    ],
    [
      'keep cores for a wide job whose turn it is',
      [job('n', 0, 10), job('n', 0, 20), job('w', 1, 5, 2), job('n', 2, 5)],
      2,
      [0, 0, 20, 25],
    ],
  ])('%s', (_, jobs, cores, starts) => {
    expect([...fairStarts(loadOf(...jobs), cores)]).toEqual(starts);
  });
});
