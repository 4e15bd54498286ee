import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planWorkers } from '../../../core/decide/workers/plan.ts';
import { type BootCurve, chanceIfLate, learnedDeadline } from '../../../core/learn/boot-curve.ts';
import type { WorkerRecord } from '../../../core/model/worker.ts';
import { punctuality } from '../../../core/observe/punctual.ts';
import { type Given, inLedger, inPool, NOW, only, pilots, STAGE, settings, workerWorld } from '../worlds.ts';

const times = (count: number, seconds: number) => Array.from({ length: count }, () => seconds);
/** 180 s for most, 200 s for six of sixty; late from 250 s on. */
const CURVE: BootCurve = { took: [...times(54, 180), ...times(6, 200)], never: 4 };
const SOUND: BootCurve = { ...CURVE, never: 0 };

describe('the chance that a late worker still joins', () => {
  it.each([
    ['is 1 while it is not late', CURVE, 250, 1],
    [
      'is that of those left against those that never come',
      { ...CURVE, took: [...times(60, 180), 300] },
      260,
      0.2,
    ],
    ['is none once every other had come', CURVE, 251, 0],
    ['is 1 where every machine came', SOUND, 800, 1],
  ])('%s', (_, curve, age, chance) => {
    expect(chanceIfLate(curve, age)).toBeCloseTo(chance, 5);
  });

  const anyCurve = fc.record({
    took: fc
      .array(fc.integer({ min: 1, max: 2000 }), { minLength: 20, maxLength: 64 })
      .map((all) => all.sort((a, b) => a - b)),
    never: fc.integer({ min: 0, max: 20 }),
  });
  const anyAge = fc.integer({ min: 0, max: 4000 });

  it('never grows with age, and is a chance', () => {
    fc.assert(
      fc.property(anyCurve, anyAge, anyAge, (curve, age, more) => {
        const [young, old] = [chanceIfLate(curve, age), chanceIfLate(curve, age + more)];
        expect(old).toBeLessThanOrEqual(young);
        expect(old).toBeGreaterThanOrEqual(0);
        expect(young).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('the deadline lies between five minutes and the setting, and beyond what is merely late', () => {
    fc.assert(
      fc.property(anyCurve, fc.integer({ min: 300, max: 7200 }), anyAge, (curve, setting, age) => {
        const deadline = learnedDeadline(curve, setting);
        expect(deadline).toBeGreaterThanOrEqual(300);
        expect(deadline).toBeLessThanOrEqual(setting);
        if (age > deadline && deadline < setting)
          expect(chanceIfLate(curve, age)).toBeLessThanOrEqual(curve.never === 0 ? 1 : 0.5);
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
const stand = (members: readonly WorkerRecord[], curve: BootCurve | undefined = CURVE) =>
  punctuality(fleet(members), settings(), () => curve, NOW - 10);
const [anyone] = booting(1, 0);

describe('booting workers that are late', () => {
  it('are written off, the setting’s deadline or not, once their like would have come', () => {
    expect(stand(booting(1, 260)).written.size).toBe(1);
    expect(stand(booting(1, 250)).written.size).toBe(0);
  });

  it('count in full where nothing is known, or no machine ever failed', () => {
    const unknown = punctuality(fleet(booting(9, 600)), settings(), () => undefined, NOW - 10);
    expect(unknown.written.size).toBe(0);
    expect(stand(booting(9, 600), SOUND).written.size).toBe(0);
    expect(anyone === undefined ? 0 : unknown.deadlineOf(anyone)).toBe(900);
  });

  it('are old up to the view only: on an old view nobody is late who has joined since', () => {
    const old = punctuality(fleet(booting(1, 260)), settings(), () => CURVE, NOW - 10 - 60);
    expect(old.written.size).toBe(0);
  });

  it('are no more than 15 % of those launched lately: more means that boots are slow, and the deadline is the setting’s', () => {
    const all = booting(100, 400);
    expect(stand(all).written.size).toBe(15);
    const of = (members: readonly WorkerRecord[]) =>
      anyone === undefined ? 0 : stand(members).deadlineOf(anyone);
    expect(of(all)).toBe(900);
    expect(of([...booting(15, 400), ...booting(85, 60, 15)])).toBe(600);
  });
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
  it('launches for a late worker before its deadline, and says why', () => {
    expect(launched({ ...two, workers: booting(1, 240) })).toBe(0);
    expect(launched({ ...two, workers: booting(1, 260) })).toBe(1);
    expect(plan({ ...two, workers: booting(1, 260) }).why).toContainEqual({ kind: 'boots-late', workers: 1 });
  });

  it('does so once: the second launch counts in full', () => {
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
