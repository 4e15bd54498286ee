import { describe, expect, it } from 'vitest';
import type { WorkerRecord, WorkerState } from '../../../../../core/model/worker.ts';
import { planWorkers } from '../../../planning.ts';
import {
  busy,
  type Given,
  inLedger,
  inPool,
  JOINED,
  NOW,
  only,
  pilots,
  workerWorld,
} from '../../../worlds.ts';

const DEADLINE = 7200;

const draining = (given: Partial<Extract<WorkerState, { kind: 'draining' }>> = {}): WorkerState => ({
  ...{ kind: 'draining', since: NOW - 60, cause: { kind: 'told', words: 'x' }, surplus: true },
  ...given,
});

const drained = (id: string, record: Partial<WorkerRecord> = {}, state = draining()) =>
  inLedger(id, state, record);
/** One with a core free and the drain on. */
const going = (id: string) =>
  busy(id, { busy: 1, draining: true, free: { cpus: 1, memoryMb: 5500, diskMb: 90_000, gpus: 0 } });

/** Whose drains are taken back while so many pilots wait. */
const takenBack = (given: Given, idle = 9): readonly string[] => {
  const knobs = { 'drain-deadline-seconds': String(DEADLINE), ...given.knobs };
  const world = { activated: idle, pilots: pilots({ idle, running: 1 }), ...given, knobs };
  const decision = only(planWorkers(workerWorld(world)));
  return decision.kind === 'act'
    ? decision.retirements.filter(({ step }) => step === 'undrain').map(({ instanceId }) => instanceId)
    : [];
};

describe('a drain that demand takes back', () => {
  it.each<readonly [string, Given, readonly string[]]>([
    [
      'is that of a worker which takes jobs again, in the order of the ledger',
      { workers: [drained('i-1'), drained('i-2')], pool: [going('i-1'), going('i-2')] },
      ['i-1', 'i-2'],
    ],
    [
      'is not that of one which an operator protects',
      { workers: [drained('i-1', { isProtected: true })], pool: [going('i-1')] },
      [],
    ],
    [
      'is one that the deadline leaves until this moment',
      { workers: [drained('i-1', {}, draining({ since: NOW - DEADLINE }))], pool: [going('i-1')] },
      ['i-1'],
    ],
  ])('%s', (_, given, expected) => {
    expect(takenBack(given)).toEqual(expected);
  });

  it.each<readonly [string, Given, readonly string[]]>([
    [
      'room for it beside those that serve',
      {
        workers: [inLedger('i-1', JOINED), drained('i-2')],
        pool: [busy('i-1'), going('i-2')],
        knobs: { 'max-workers': '2' },
      },
      ['i-2'],
    ],
    [
      'none, for as many serve as may',
      {
        workers: [inLedger('i-1', JOINED), drained('i-2')],
        pool: [busy('i-1'), going('i-2')],
        knobs: { 'max-workers': '1' },
      },
      [],
    ],
    [
      'none, though others drain beside it',
      {
        workers: [inLedger('i-1', JOINED), inLedger('i-2', JOINED), drained('i-3'), drained('i-4')],
        pool: [busy('i-1'), busy('i-2'), going('i-3'), going('i-4')],
        knobs: { 'max-workers': '2' },
      },
      [],
    ],
    [
      'room for one of two',
      {
        workers: [inLedger('i-1', JOINED), drained('i-2'), drained('i-3')],
        pool: [busy('i-1'), going('i-2'), going('i-3')],
        knobs: { 'max-workers': '2' },
      },
      ['i-2'],
    ],
    [
      'room for one, which a worker that the pool has lost does not take',
      {
        workers: [drained('i-1'), drained('i-2')],
        pool: [going('i-2')],
        knobs: { 'max-workers': '1' },
      },
      ['i-2'],
    ],
    [
      'room for one, which a worker whose life is over does not take',
      {
        workers: [drained('i-1', { launchedAt: NOW - 90_000 }), drained('i-2')],
        pool: [going('i-1'), going('i-2')],
        knobs: { 'max-workers': '1', 'max-life-seconds': '172800', 'pilot-wall-seconds': '86400' },
      },
      ['i-2'],
    ],
  ])('finds in the cap %s', (_, given, expected) => {
    expect(takenBack(given)).toEqual(expected);
  });

  it('is taken back for as many as wait and no more', () => {
    const given: Given = { workers: [drained('i-1'), drained('i-2')], pool: [going('i-1'), going('i-2')] };
    expect(takenBack(given, 1)).toEqual(['i-1']);
  });

  it('is passed over where the jobs do not fit on its worker', () => {
    const full = inPool('i-1', {
      busy: 2,
      draining: true,
      idleSince: null,
      free: { cpus: 0, memoryMb: 0, diskMb: 0, gpus: 0 },
    });
    const given: Given = { workers: [drained('i-1'), drained('i-2')], pool: [full, going('i-2')] };
    expect(takenBack(given)).toEqual(['i-2']);
    // Nor does it take the only place that there is in the cap.
    expect(takenBack({ ...given, knobs: { 'max-workers': '1' } })).toEqual(['i-2']);
  });

  it.each<readonly [string, Partial<WorkerRecord>, boolean]>([
    ['are out of the pool', {}, false],
    ['end before a job that begins now, and the notice', { launchedAt: NOW - 85_801 }, true],
  ])('is found behind twenty that %s', (_, record, isThere) => {
    const ids = Array.from({ length: 20 }, (__, n) => `i-${10 + n}`);
    const given: Given = {
      workers: [...ids.map((id) => drained(id, record)), drained('i-99')],
      pool: [...(isThere ? ids.map(going) : []), going('i-99')],
      knobs: { 'max-life-seconds': '172800', 'pilot-wall-seconds': '86400' },
    };
    expect(takenBack(given)).toEqual(['i-99']);
  });
});
