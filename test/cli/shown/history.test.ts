import { describe, expect, it } from 'vitest';
import { grouped } from '../../../cli/shown/decisions.ts';
import { emptyHistory, type History, holdCount, recorded } from '../../../cli/shown/history.ts';
import type { Shown, ToldDecision } from '../../../twin/report/sample.ts';

const opening: Shown = {
  kind: 'opening',
  scenario: 'calm',
  title: 'A calm day',
  startsAt: 0,
  loadSeconds: 86_400,
  seed: 1,
  queues: ['A', 'B'],
  fleets: ['A'],
  faults: [],
};
const closing: Shown = { kind: 'closing', summary: { jobsDone: 1 } };
const sample = (atSeconds: number): Shown => ({
  kind: 'sample',
  atSeconds,
  queues: [],
  fleets: [],
  coresBusy: 0,
  coresPaid: 0,
});
const told = (
  atSeconds: number,
  kind: ToldDecision['kind'],
  whose = 'A',
  what: string = kind,
  reason = 'pool-stale',
): ToldDecision => ({
  atSeconds,
  of: 'workers',
  whose,
  kind,
  what,
  why: [{ kind: reason, text: `reason at ${atSeconds}` }],
});
const tell = (one: ToldDecision): Shown => ({ kind: 'told', told: one });

const historyOf = (...shown: readonly Shown[]): History => shown.reduce(recorded, emptyHistory());

describe('the history of a run', () => {
  it('keeps the opening, the newest sample, what was told and the closing', () => {
    const decided = told(30, 'act');
    const history = historyOf(opening, sample(0), tell(decided), sample(60), closing);
    expect(history).toMatchObject({ opening, sample: sample(60), told: [decided], closing });
  });

  it('begins anew with another opening', () => {
    expect(historyOf(opening, sample(0), tell(told(1, 'hold')), closing, opening)).toEqual(
      historyOf(opening),
    );
  });

  it('forgets old decisions but not how many of them were holds', () => {
    const history = historyOf(...Array.from({ length: 1000 }, (_, index) => tell(told(index, 'hold'))));
    expect(history.told.length).toBe(400);
    expect(history.told.at(-1)?.atSeconds).toBe(999);
    expect(holdCount(history)).toBe(1000);
  });

  it('counts the holds of a queue and of a fleet of one name apart', () => {
    const held = (of: ToldDecision['of']) => tell({ ...told(1, 'hold'), of });
    const history = historyOf(held('pilots'), held('workers'), held('workers'));
    expect(history.holds).toEqual({ A: 1, 'fleet A': 2 });
  });

  it('keeps of a queue that rests on and on only the first rest', () => {
    const rests = [1, 2, 3].map((at) => tell(told(at, 'rest')));
    const history = historyOf(
      ...rests,
      tell(told(4, 'act')),
      tell(told(5, 'rest')),
      tell(told(5, 'rest', 'B')),
    );
    expect(history.told.map(({ atSeconds, kind, whose }) => `${atSeconds} ${kind} ${whose}`)).toEqual([
      '1 rest A',
      '4 act A',
      '5 rest A',
      '5 rest B',
    ]);
  });
});

describe('decisions in groups', () => {
  it('come newest first, repeats of a queue as one with the newest reasons', () => {
    const groups = grouped([
      told(60, 'hold'),
      told(60, 'act', 'B', 'launch 1'),
      told(120, 'hold'),
      told(180, 'hold'),
      told(240, 'act', 'A', 'launch 2'),
      told(300, 'hold'),
    ]);
    expect(
      groups.map(({ whose, what, times, sinceSeconds, why }) => [
        ...[whose, what, times, sinceSeconds],
        ...why.map(({ text }) => text),
      ]),
    ).toEqual([
      ['A', 'hold', 1, 300, 'reason at 300'],
      ['A', 'launch 2', 1, 240, 'reason at 240'],
      ['A', 'hold', 3, 60, 'reason at 180'],
      ['B', 'launch 1', 1, 60, 'reason at 60'],
    ]);
  });

  it('are apart where their reasons are of other kinds, whatever the sentences say', () => {
    const held = (atSeconds: number, reason: string) => told(atSeconds, 'hold', 'A', 'hold', reason);
    const groups = grouped([held(60, 'pool-stale'), held(120, 'lease-held'), held(180, 'lease-held')]);
    expect(groups.map(({ times, sinceSeconds }) => [times, sinceSeconds])).toEqual([
      [2, 120],
      [1, 60],
    ]);
  });

  it('leave out what is not wanted', () => {
    const groups = grouped([told(1, 'hold'), told(2, 'hold', 'B')], ({ whose }) => whose === 'B');
    expect(groups.map(({ whose }) => whose)).toEqual(['B']);
  });
});
