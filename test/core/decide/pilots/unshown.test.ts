import { describe, expect, it } from 'vitest';
import { unshown } from '../../../../core/decide/pilots/unshown.ts';
import type { SubmissionRecord } from '../../../../core/model/ledger.ts';
import type { PoolView, QueuePilots } from '../../../../core/model/pool.ts';
import { known } from '../../../../core/model/snapshot.ts';
import { NO_MEMORY, withSubmission } from '../../../../core/write/submissions.ts';
import { planPilots } from '../../planning.ts';
import { NARROW, NOW, only, pilots, pilotWorld, poolView, submission } from '../../worlds.ts';

const VIEWED = NOW - 10;
const ago = (count: number, seconds: number, given: Partial<SubmissionRecord> = {}): SubmissionRecord => ({
  ...submission(count, VIEWED - seconds),
  at: VIEWED - seconds,
  ...given,
});
const starts = (...of: readonly number[]) => ({
  recentStarts: Array.from({ length: 10 }, (_, minute) => of[minute] ?? 0),
});

describe('pilots that were submitted', () => {
  it.each<readonly [string, QueuePilots, readonly SubmissionRecord[], number | undefined]>([
    ['are waited for at first', pilots(), [ago(100, 119)], undefined],
    ['are missed once every view must have them', pilots(), [ago(100, 120)], 100],
    [
      'are missed by a view that was asked for later than the one they rest on',
      pilots(),
      [ago(100, 300, { at: VIEWED - 60 })],
      undefined,
    ],
    ['show while they wait', pilots({ idle: 100 }), [ago(100, 120)], undefined],
    ['show while they are held', pilots({ held: 100 }), [ago(100, 120)], undefined],
    ['show when they have begun', pilots({ running: 100 }, starts(0, 100)), [ago(100, 120)], undefined],
    [
      'show when they began in the moment in which they were submitted',
      pilots({ running: 100 }, starts(0, 0, 100)),
      [ago(100, 120)],
      undefined,
    ],
    [
      'show when they have ended at once',
      pilots({}, { ended: { count: 100, short: 100, shortSeconds: 300 } }),
      [ago(100, 200)],
      undefined,
    ],
    [
      'do not show by others that began before',
      pilots({ running: 500 }, starts(0, 0, 0, 500)),
      [ago(100, 120)],
      100,
    ],
    [
      'do not show by others that ran for long',
      pilots({}, { ended: { count: 900, short: 0, shortSeconds: 300 } }),
      [ago(100, 200)],
      100,
    ],
    ['are missed if more than half of them are', pilots({ idle: 49 }), [ago(100, 120)], 51],
    [
      'are not missed if half of them show: some were removed by hand',
      pilots({ idle: 50 }),
      [ago(100, 120)],
      undefined,
    ],
    [
      'are not missed once they were removed',
      pilots(),
      [ago(100, 300), ago(0, 200, { removal: true })],
      undefined,
    ],
    ['are missed for ten minutes', pilots(), [ago(100, 600)], 100],
    [
      'show when they have begun since the first of several submissions',
      pilots({ running: 100 }, starts(0, 0, 0, 0, 100)),
      [ago(50, 300), ago(50, 180)],
      undefined,
    ],
    ['are not told apart after ten minutes', pilots(), [ago(100, 601)], undefined],
  ])('%s', (_, seen, records, missing) => {
    expect(unshown(seen, records, VIEWED)?.missing).toBe(missing);
  });
});

/** A queue whose pilots are counted by nobody, minute by minute: what was submitted in each. */
const minutes = (count: number, viewAt: (minute: number) => Partial<QueuePilots>) => {
  let memory = NO_MEMORY('BNL');
  return Array.from({ length: count }, (_, minute) => {
    const now = NOW + 60 * minute;
    const view: PoolView = { ...poolView([pilots({}, viewAt(minute))]), observedAt: now - 5 };
    const world = pilotWorld({ activated: 100, knobs: { chain: 'Ready' } });
    const decision = only(
      planPilots({
        ...world,
        now,
        panda: known({ BNL: { SCORE: { managed: { activated: 100, running: 0 } } } }, now),
        pool: known(view, now - 5),
        submissions: { BNL: memory.recent },
      }),
    );
    if (decision.kind === 'submit') {
      const { requestId, count: n, shape, viewedAt, at, canary } = decision;
      const record = { requestId, queue: 'BNL', count: n, shape, viewedAt, at };
      memory = withSubmission(memory, canary === true ? { ...record, canary } : record);
      return n;
    }
    return decision.kind;
  });
};

describe('a queue whose pilots show in no view', () => {
  it('holds instead of submitting without end, and tries one now and then', () => {
    const submitted = minutes(60, () => ({}));
    const fiveMinutes = [1, 'hold', 'hold', 'hold', 'hold'];
    expect(submitted.slice(0, 7)).toEqual([100, 100, 100, 'hold', 'hold', 'hold', 'hold']);
    expect(submitted.slice(7, 17)).toEqual([...fiveMinutes, ...fiveMinutes]);
    expect(submitted.filter((of) => of === 1)).toHaveLength(11);
  });

  it('submits again as soon as one shows', () => {
    const shows = (minute: number) =>
      minute < 8 ? {} : { shapes: [{ shape: NARROW, fleet: 'default', idle: 1, running: 0, held: 0 }] };
    expect(minutes(12, shows).slice(7, 11)).toEqual([1, 'hold', 'hold', 99]);
  });

  it('says so', () => {
    const submissions = [ago(100, 180), ago(100, 120)];
    const decision = only(planPilots(pilotWorld({ activated: 100, submissions })));
    expect(decision).toMatchObject({ kind: 'hold', counts: { pilotsUnshown: 200 } });
    expect(decision.why).toContainEqual({
      kind: 'submissions-unshown',
      submitted: 200,
      missing: 200,
      limitSeconds: 120,
    });
  });

  it('leaves other queues alone', () => {
    const submissions = { BNL: [ago(100, 180)], CERN: [] };
    const world = pilotWorld({ activated: 100 });
    const panda = known(
      { BNL: { SCORE: { managed: { activated: 9 } } }, CERN: { SCORE: { managed: { activated: 9 } } } },
      NOW - 30,
    );
    const [bnl] = world.queues;
    if (bnl?.ok !== true) throw new Error('expected a queue with settings');
    const queues = [bnl, { ...bnl, settings: { ...bnl.settings, name: 'CERN' } }];
    const sites = known({ BNL: { status: 'online' }, CERN: { status: 'online' } }, NOW - 30);
    const decisions = planPilots({ ...world, panda, sites, queues, submissions });
    expect(decisions.map(({ kind }) => kind)).toEqual(['hold', 'submit']);
  });
});
