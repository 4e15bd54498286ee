import { describe, expect, it } from 'vitest';
import { known, unknown } from '../../../../core/model/snapshot.ts';
import type { WorkerState } from '../../../../core/model/worker.ts';
import { agesAt } from '../../../../core/observe/facts.ts';
import { wholePool } from '../../../../core/observe/plausibility.ts';
import { planWorkers } from '../../planning.ts';
import { inLedger, inPool, NOW, only, poolView, workerWorld } from '../../worlds.ts';

const ID = 'i-00000001';
const DRAINED = inPool(ID, { draining: true });
const draining = (seconds: number): WorkerState => ({
  kind: 'draining',
  since: NOW - seconds,
  cause: { kind: 'told', words: 'x' },
});

/** What is decided for the workers of the ledger on a view that is so old. */
const decided = (age: number, records: readonly ReturnType<typeof inLedger>[], seen = [DRAINED]) => {
  const pool = known(poolView([], seen, { observedAt: NOW - age }), NOW - age);
  return only(planWorkers({ ...workerWorld({ activated: 0, workers: records }), pool }));
};
const step = (...asked: Parameters<typeof decided>): string => {
  const decision = decided(...asked);
  if (decision.kind !== 'act') return decision.kind;
  return decision.retirements.map(({ step, cause }) => `${step}: ${cause.kind}`).join();
};

describe('on an old view', () => {
  it.each([
    [180, NOW],
    [181, NOW - 181],
  ])('of %i s, ages count up to %i', (age, at) => {
    expect(agesAt({ now: NOW, viewedAt: NOW - age })).toBe(at);
  });

  it.each([
    ['is ended on a view of now', 5, 901, 'terminate: never-joined'],
    ['may have joined since', 300, 901, 'rest'],
    ['was late before it', 300, 1201, 'terminate: never-joined'],
  ])('a worker that is late to join %s', (_, age, launched, expected) => {
    const record = inLedger(ID, { kind: 'booting' }, { launchedAt: NOW - launched });
    expect(step(age, [record], [])).toBe(expected);
  });

  it.each([
    ['is ended where the view is newer than its drain', 59, 60, 'terminate: drained'],
    ['is not, where the view is older: another drain may have been taken back', 61, 60, 'rest'],
    ['nor on an old view', 300, 60, 'rest'],
  ])('a worker that was seen drained and empty %s', (_, age, drained, expected) => {
    expect(step(age, [inLedger(ID, draining(drained))])).toBe(expected);
  });

  it('a drain is not ordered again before a view could show it', () => {
    const record = inLedger(ID, draining(60));
    expect(step(61, [record], [inPool(ID)])).toBe('rest');
    expect(step(59, [record], [inPool(ID)])).toBe('drain: drain-not-taken');
  });

  it('workers that it misses are doubted for as long as on a new one', () => {
    const missing = [1, 2, 3].map((n) =>
      inLedger(`i-0000000${n}`, { kind: 'missing', joinedAt: 0, since: NOW - 310 }),
    );
    expect(decided(5, missing, [])).toMatchObject({ kind: 'rest' });
    expect(decided(310, missing, [])).toMatchObject({ kind: 'hold' });
  });
});

describe('the audit', () => {
  it.each([
    ['takes a view of three ticks', known(poolView([], [], { observedAt: NOW - 180 }), NOW - 180), undefined],
    [
      'takes no older one',
      known(poolView([], [], { observedAt: NOW - 181 }), NOW - 181),
      { kind: 'source-stale', source: 'pool', ageSeconds: 181, limitSeconds: 180 },
    ],
    [
      'takes none that is not known',
      unknown('refused'),
      { kind: 'source-unknown', source: 'pool', words: 'refused' },
    ],
  ])('%s', (_, snapshot, why) => {
    const pool = wholePool(snapshot, NOW);
    expect(pool.ok ? undefined : pool.why).toEqual(why);
  });
});
