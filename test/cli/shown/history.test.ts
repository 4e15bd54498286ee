import { describe, expect, it } from 'vitest';
import { grouped } from '../../../cli/shown/decisions.ts';
import { heldInWords } from '../../../cli/shown/held.ts';
import { emptyHistory, type History, recorded } from '../../../cli/shown/history.ts';
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

  it('forgets old decisions but not for how long they held', () => {
    const history = historyOf(...Array.from({ length: 1000 }, (_, index) => tell(told(index, 'hold'))));
    expect(history.told.length).toBe(400);
    expect(history.told.at(-1)?.atSeconds).toBe(999);
    expect(heldInWords(history.held, 1000, 'short')).toBe('held 16 min 40 s');
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

describe('how long it held', () => {
  const of = (owner: string, atSeconds: number, kind: ToldDecision['kind'], more: object = {}) =>
    tell({
      ...told(atSeconds, kind, owner),
      of: 'pilots',
      why: [{ kind: 'source-unknown', text: '', ...more }],
    });
  const words = (atSeconds: number, ...shown: readonly Shown[]) =>
    heldInWords(historyOf(...shown).held, atSeconds);
  const trouble = [
    ...[600, 660, 720].flatMap((at) =>
      ['A', 'B', 'C'].map((name) => of(name, at, 'hold', { source: 'panda' })),
    ),
    of('A', 2400, 'submit'),
    of('B', 2400, 'rest'),
  ];

  it('is nothing without a hold', () => {
    expect(words(60, of('A', 60, 'submit'))).toBe('never held');
  });

  it('is the time in which anybody held, once, however many did and however often they said it', () => {
    expect(words(1200, ...trouble.slice(0, 9))).toBe('held 10 min so far: no usable answer from PanDA');
    expect(words(2400, ...trouble, of('C', 2400, 'submit'))).toBe('held 30 min: no usable answer from PanDA');
    expect(words(9999, ...trouble, of('C', 2460, 'submit'))).toBe('held 31 min: no usable answer from PanDA');
  });

  it('adds up, and says the last two causes', () => {
    const again = [of('A', 3600, 'hold', { kind: 'collector-young' }), of('A', 3900, 'rest')];
    expect(words(9999, ...trouble, of('C', 2400, 'submit'), ...again)).toBe(
      'held 35 min: no usable answer from PanDA, the collector had restarted',
    );
  });

  it('of a queue and of a fleet of one name is apart', () => {
    const fleet = tell(told(60, 'hold'));
    expect(words(120, of('A', 60, 'hold'), fleet, of('A', 90, 'submit'))).toMatch(/^held 1 min so far/);
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
