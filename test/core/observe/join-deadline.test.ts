import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BootCurve, isLate, learnedDeadline } from '../../../core/learn/boot-curve.ts';
import { type CurveOf, startOf } from '../../../core/learn/joins.ts';
import type { WorkerRecord } from '../../../core/model/worker.ts';
import { joinDeadlines } from '../../../core/observe/join-deadline.ts';
import { planWorkers } from '../planning.ts';
import {
  fleetSettings,
  type Given,
  inLedger,
  inPool,
  NOW,
  only,
  pilots,
  STAGE,
  workerWorld,
} from '../worlds.ts';

const times = (count: number, seconds: number) => Array.from({ length: count }, () => seconds);
/** 180 s for most, 200 s for six of sixty; late from 250 s on. */
const CURVE: BootCurve = { took: [...times(54, 180), ...times(6, 200)], never: 4 };
const SOUND: BootCurve = { ...CURVE, never: 0 };

describe('a booting worker', () => {
  it.each([
    ['is not late while it takes a quarter longer than nearly all', CURVE, 250, false],
    ['is late after that', CURVE, 251, true],
    ['is never late where every machine came', SOUND, 800, false],
    ['is late only where two of the like failed', { ...CURVE, never: 1 }, 800, false],
  ])('%s', (_, curve, age, late) => {
    expect(isLate(curve, age)).toBe(late);
  });

  const anyCurve = fc.record({
    took: fc
      .array(fc.integer({ min: 1, max: 2000 }), { minLength: 20, maxLength: 64 })
      .map((all) => all.sort((a, b) => a - b)),
    never: fc.integer({ min: 0, max: 20 }),
  });
  const anyAge = fc.integer({ min: 0, max: 4000 });

  it('the deadline lies between five minutes and the setting, and beyond what is merely late', () => {
    fc.assert(
      fc.property(anyCurve, fc.integer({ min: 300, max: 7200 }), anyAge, (curve, setting, age) => {
        const deadline = learnedDeadline(curve, setting);
        expect(deadline).toBeGreaterThanOrEqual(300);
        expect(deadline).toBeLessThanOrEqual(setting);
        if (age > deadline && deadline < setting && curve.never > 1) expect(isLate(curve, age)).toBe(true);
      }),
    );
  });

  it('a setting below five minutes is kept', () => {
    expect(learnedDeadline(CURVE, 120)).toBe(120);
  });

  it.each([
    ['three times what 95 of 100 need, where machines fail', CURVE, 600],
    ['six times that, where none does, and no more than the setting', SOUND, 900],
  ])('the deadline is %s', (_, curve, seconds) => {
    expect(learnedDeadline(curve, 900)).toBe(seconds);
  });
});

const booting = (count: number, age: number, first = 0): readonly WorkerRecord[] =>
  Array.from({ length: count }, (_, n) =>
    inLedger(
      `i-${String(first + n).padStart(8, '0')}`,
      { kind: 'booting' },
      { launchedAt: NOW - 10 - age, template: STAGE.template },
    ),
  );
const fleet = (members: readonly WorkerRecord[]) => ({
  members: members.map((record) => ({ record, pool: undefined })),
  strangers: [],
  launches: [],
});
const [anyone] = booting(1, 0);
const deadline = (
  members: readonly WorkerRecord[],
  curve: BootCurve | undefined = CURVE,
  viewedAt = NOW - 10,
) =>
  anyone === undefined ? 0 : joinDeadlines(fleet(members), fleetSettings(), () => curve, viewedAt)(anyone);

describe('the join deadline of a fleet', () => {
  it('is the setting while nothing is known', () => {
    const known = joinDeadlines(fleet(booting(9, 600)), fleetSettings(), () => undefined, NOW - 10);
    expect(anyone === undefined ? 0 : known(anyone)).toBe(900);
  });

  it('is the learned one while no more than 15 % of those launched lately are late, or one', () => {
    expect(deadline([...booting(15, 400), ...booting(85, 60, 15)])).toBe(600);
    expect(deadline(booting(1, 400))).toBe(600);
  });

  it('is the setting again if more are late: boots have become slow', () => {
    expect(deadline([...booting(16, 400), ...booting(84, 60, 16)])).toBe(900);
    expect(deadline(booting(100, 400))).toBe(900);
  });

  it('counts ages up to the view only: on an old view nobody is late who has joined since', () => {
    expect(deadline(booting(3, 260))).toBe(900);
    expect(deadline(booting(3, 260), CURVE, NOW - 10 - 60)).toBe(600);
  });

  it('counts neither workers in the pool nor those past the setting as late', () => {
    const joined = {
      ...fleet([]),
      members: booting(3, 400).map((record) => ({ record, pool: inPool(record.instanceId) })),
    };
    const of = joinDeadlines(joined, fleetSettings(), () => CURVE, NOW - 10);
    expect(anyone === undefined ? 0 : of(anyone)).toBe(600);
    expect(deadline([...booting(3, 901), ...booting(2, 60, 3)])).toBe(600);
  });
});

const waking = (count: number, age: number, first = 0): readonly WorkerRecord[] =>
  booting(count, 7200, first).map((worker) => ({
    ...worker,
    state: { kind: 'waking', since: NOW - 10 - age },
  }));

describe('the join deadline of workers that wake', () => {
  const WOKEN: BootCurve = { took: times(60, 110), never: 4 };
  const curves: CurveOf = (worker) => (startOf(worker) === 'woken' ? WOKEN : CURVE);
  const [wakes] = waking(1, 0);
  const deadlines = (...members: readonly WorkerRecord[]) => {
    const of = joinDeadlines(fleet(members), fleetSettings(), curves, NOW - 10);
    return [anyone, wakes].map((worker) => worker && of(worker));
  };

  it.each([
    ['is learned from wakes', [], [600, 330]],
    ['stands while as few are late as machines fail', waking(1, 138), [600, 330]],
    ['is the setting if more are late since their wake, and boots keep theirs', waking(9, 138), [600, 900]],
    ['stands while boots are slow', booting(9, 400), [900, 330]],
  ])('%s', (_, members, expected) => expect(deadlines(...members)).toEqual(expected));
});

const JOINS = [
  {
    template: STAGE.template,
    flavour: 'm6i.large',
    took: [...CURVE.took, ...times(4, 0).map(() => null)],
    launchedAt: NOW,
  },
];
const two: Given = { activated: 2, pilots: pilots({ idle: 2 }), joins: JOINS };
const plan = (given: Given) => only(planWorkers(workerWorld(given)));
const launched = (given: Given): number => {
  const decision = plan(given);
  return decision.kind === 'act' ? decision.launches.reduce((n, { request }) => n + request.count, 0) : 0;
};

describe('the plan', () => {
  it('counts on a late worker until its deadline', () => {
    expect(launched({ ...two, workers: booting(1, 320) })).toBe(0);
    expect(launched({ ...two, workers: [...booting(1, 320), ...booting(1, 60, 1)] })).toBe(0);
  });

  it('ends it at the learned deadline, and looks for it once more before', () => {
    const decision = plan({ ...two, workers: booting(1, 601) });
    expect(decision.kind === 'act' ? decision.retirements : []).toEqual([
      {
        instanceId: 'i-00000000',
        step: 'terminate',
        cause: { kind: 'never-joined', limitSeconds: 600 },
        unseen: true,
      },
    ]);
  });

  it('takes it again as soon as it is in the pool', () => {
    const workers = booting(1, 300);
    expect(launched({ ...two, workers, pool: [inPool('i-00000000')] })).toBe(0);
  });

  it('never launches much more than is needed while boots are merely slow, however slow', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 120 }), fc.integer({ min: 260, max: 890 }), (needed, boot) => {
        const pilot = { activated: 2 * needed, pilots: pilots({ idle: 2 * needed }), joins: JOINS };
        const ages: number[] = [];
        for (let passed = 0; passed < boot; passed += 60) {
          const workers = ages.flatMap((age, n) => booting(1, passed - age, n));
          const more = launched({
            ...pilot,
            workers,
            knobs: { 'max-workers': '1000', 'max-launch-per-tick': '1000' },
          });
          ages.push(...times(more, passed));
        }
        expect(ages.length).toBeLessThanOrEqual(Math.ceil(needed / 0.85) + 2);
      }),
      { numRuns: 40 },
    );
  });
});
