import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Account } from '../../../../../core/model/account.ts';
import type { WorkerDecision } from '../../../../../core/model/decision.ts';
import { known } from '../../../../../core/model/snapshot.ts';
import type { StageCaps } from '../../../../../core/model/stage.ts';
import type { WorkerRecord } from '../../../../../core/model/worker.ts';
import { anyWorld, worldOf } from '../../../any-world.ts';
import { planWorkers } from '../../../planning.ts';
import { count, requestsOf } from '../../../sums.ts';
import { busy, inLedger, JOINED, type Knobs, NOW, pilots, poolView, queue, STAGE } from '../../../worlds.ts';

const PRICED: Knobs = {
  flavours: 'm6i.large',
  'dollars-per-core-hour': '0.5',
  'worker-overhead-percent': '0',
  'max-workers': '1000',
  'max-launch-per-tick': '1000',
};

interface Queue {
  readonly idle: number;
  readonly live?: number;
  readonly knobs?: Knobs;
}

const idOf = (name: string, n: number) => `i-${name}${n}`;

/** Decisions of several queues under caps; the workers that live are busy, of two cores and $1 an hour each. */
const decide = (
  queues: Readonly<Record<string, Queue>>,
  caps: StageCaps,
  now = NOW,
  accounts: readonly Account[] = [],
) => {
  const all = Object.entries(queues);
  const workers = all.flatMap(([name, { live = 0 }]) =>
    Array.from(
      { length: live },
      (_, n): WorkerRecord =>
        inLedger(idOf(name, n), JOINED, {
          queue: name,
          launchedAt: now - 3600,
          cost: { dollarsPerHour: 1, endsBy: now + 36_000 },
        }),
    ),
  );
  const view = poolView(
    all.map(([name, { idle }]) => ({ ...pilots({ idle }), queue: name })),
    workers.map(({ instanceId, queue: name }) => ({
      ...busy(instanceId),
      queue: name,
      lastHeardAt: now,
      joinedAt: now - 3000,
    })),
    { observedAt: now - 10, collectorStartedAt: now - 86_400 },
  );
  const jobs = Object.fromEntries(
    all.map(([name, { idle }]) => [name, { SCORE: { managed: { activated: idle } } }]),
  );
  return planWorkers({
    now,
    queues: all.map(([name, { knobs = {} }]) => queue({ ...PRICED, ...knobs }, name)),
    stage: { ...STAGE, caps },
    ledger: { workers, launches: [], submissions: {}, cooling: [], pilotsEver: {}, accounts },
    panda: known(jobs, now),
    sites: known({}, now),
    pool: known(view, now - 10),
  });
};

const launched = (decisions: readonly WorkerDecision[]) => decisions.map((of) => count(requestsOf(of)));
const nearOf = (decisions: readonly WorkerDecision[]) => decisions.map(({ counts }) => counts.budgetNear);
const drained = (decisions: readonly WorkerDecision[]) =>
  decisions.map((of) => (of.kind === 'act' ? of.retirements.length : 0));

describe('a cap of the stage', () => {
  it.each([
    ['on workers', { workers: 12 }, [6, 6]],
    ['on cores', { cores: 12 }, [3, 3]],
    ['on dollars an hour', { dollarsPerHour: 8 }, [4, 4]],
    ['on two of them: the tighter holds', { workers: 12, cores: 8 }, [2, 2]],
    ['that is wide', { workers: 1000 }, [10, 10]],
  ] as const)('%s is shared', (_, caps, expected) => {
    expect(launched(decide({ A: { idle: 20 }, B: { idle: 20 } }, caps))).toEqual(expected);
  });

  it('is shared by weight, and what one does not want is lent', () => {
    const weighted = { A: { idle: 100, knobs: { share: '30' } }, B: { idle: 100 } };
    expect(launched(decide(weighted, { workers: 20 }))).toEqual([15, 5]);
    expect(launched(decide({ A: { idle: 100 }, B: { idle: 4 } }, { workers: 20 }))).toEqual([18, 2]);
  });

  it('says what it keeps back', () => {
    const [a] = decide({ A: { idle: 20 }, B: { idle: 20 } }, { workers: 12 });
    expect(a?.why).toContainEqual({ kind: 'capped-by-stage', workers: 4, cap: 'workers', most: 12 });
  });

  it('in dollars tells that money is out, and keeps a queue without prices back', () => {
    const unpriced = { 'dollars-per-core-hour': 'none' };
    const [a, b] = decide({ A: { idle: 20 }, B: { idle: 2, knobs: unpriced } }, { dollarsPerHour: 5 });
    expect(a?.counts.budgetOver).toBe(1);
    expect(b?.kind).toBe('rest');
    expect(b?.why).toContainEqual({ kind: 'capped-unpriced', workers: 1 });
  });

  it('on dollars of a month counts what every worker would cost to its longest life', () => {
    const life = { 'max-life-seconds': '36000', 'pilot-wall-seconds': '3600' };
    const both = { A: { idle: 100, knobs: life }, B: { idle: 100, knobs: life } };
    // $1 an hour, ten hours and twenty minutes.
    expect(launched(decide(both, { dollarsPerMonth: 100 }))).toEqual([5, 4]);
  });

  it('takes a share back that was lent: the worker is drained, and no more of them than are wanted', () => {
    const decisions = decide({ A: { idle: 50, live: 10 }, B: { idle: 6 } }, { workers: 10 });
    expect(launched(decisions)).toEqual([0, 0]);
    expect(drained(decisions)).toEqual([3, 0]);
    expect(drained(decide({ A: { idle: 50, live: 10 }, B: { idle: 50 } }, { workers: 10 }))).toEqual([5, 0]);
  });

  it('gives everybody a worker if there is one for each, and then shares by weight', () => {
    const shares = {
      A: { idle: 50, live: 2, knobs: { share: '3' } },
      B: { idle: 50, knobs: { share: '1' } },
    };
    expect(drained(decide(shares, { workers: 2 }))).toEqual([1, 0]);
    const apart = { A: { ...shares.A, live: 1 }, B: { ...shares.B, live: 1 } };
    expect(drained(decide(apart, { workers: 2 }))).toEqual([0, 0]);
    expect(drained(decide({ A: { ...shares.A, live: 1 }, B: shares.B }, { workers: 1 }))).toEqual([0, 0]);
  });

  it('takes nothing back from who holds its own', () => {
    expect(drained(decide({ A: { idle: 50, live: 5 }, B: { idle: 50, live: 5 } }, { workers: 10 }))).toEqual([
      0, 0,
    ]);
  });
});

describe('in any world', () => {
  const caps = fc.record({ workers: fc.nat(40), cores: fc.nat(120) });

  it('no queue launches more for a cap, and all together stay below it', () => {
    fc.assert(
      fc.property(anyWorld, caps, (source, of) => {
        const world = worldOf(source);
        const free = planWorkers(world);
        const capped = planWorkers({ ...world, stage: { ...STAGE, caps: of } });
        for (const [index, decision] of capped.entries()) {
          const before = free[index];
          if (before === undefined) throw new Error('a queue was lost');
          expect(count(requestsOf(decision))).toBeLessThanOrEqual(count(requestsOf(before)));
        }
        const live = capped.reduce((n, { counts }) => n + (counts.workersLive ?? 0), 0);
        const cores = capped.reduce((n, { counts }) => n + (counts.coresLive ?? 0), 0);
        const more = capped.flatMap(requestsOf);
        const isPlanned = capped.every(({ kind }) => kind !== 'hold');
        if (!isPlanned || more.length === 0) return;
        const launchedCores = capped
          .flatMap((decision) => (decision.kind === 'act' ? decision.launches : []))
          .reduce((n, { request, offers }) => n + request.count * offers.cpus, 0);
        expect(live + count(more)).toBeLessThanOrEqual(of.workers);
        expect(cores + launchedCores).toBeLessThanOrEqual(of.cores);
      }),
    );
  });

  it('a queue that wants its share has it soon, however much the others want', () => {
    const live = fc.array(fc.nat(12), { minLength: 2, maxLength: 5 });
    const shares = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(live, shares, (of, weights) => {
        const most = Math.max(
          of.length,
          of.reduce((a, b) => a + b, 0),
        );
        let held: readonly number[] = of;
        // Everybody wants everything; whoever is drained is gone by the next tick.
        for (let tick = 0; tick < 4; tick += 1) {
          const queues = Object.fromEntries(
            held.map((n, index) => [
              `Q${index}`,
              { idle: 200, live: n, knobs: { share: String(weights[index]) } },
            ]),
          );
          const decisions = decide(queues, { workers: most }, NOW + tick * 60);
          const more = launched(decisions);
          const less = drained(decisions);
          held = held.map((n, index) => n + (more[index] ?? 0) - (less[index] ?? 0));
          expect(held.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(most);
        }
        const whole = weights.slice(0, of.length).reduce((a, b) => a + b, 0);
        const fair = held.map((_, index) => (most * (weights[index] ?? 0)) / whole);
        // Workers are whole: who has a share of less than one holds one, and it is nobody else's.
        const someoneHoldsMore = held.some((n, index) => n > Math.ceil((fair[index] ?? 0) - 1e-9));
        for (const [index, n] of held.entries()) {
          expect(n).toBeGreaterThanOrEqual(1);
          if (n < Math.floor((fair[index] ?? 0) + 1e-9)) expect(someoneHoldsMore).toBe(false);
        }
        expect(held.reduce((a, b) => a + b, 0)).toBe(most);
      }),
    );
  });
});

describe("the stage's budget of a month", () => {
  /** Each worker has cost $1 in the hour since its launch. */
  const spending = { A: { idle: 0, live: 6 }, B: { idle: 0, live: 2 } };

  it.each([
    ['a good deal less than 80 percent', 11, [0, 0]],
    ['80 percent', 10, [1, 1]],
    ['all of it', 8, [1, 1]],
  ])('is told on every queue once it is spent: %s', (_, dollarsPerMonth, expected) => {
    expect(nearOf(decide(spending, { dollarsPerMonth }))).toEqual(expected);
  });

  it('says what is spent of what', () => {
    const [decision] = decide(spending, { dollarsPerMonth: 10 });
    expect(decision?.why).toContainEqual({
      kind: 'stage-budget',
      month: '2027-01',
      dollars: expect.closeTo(8, 6),
      limitDollars: 10,
    });
  });

  it('counts what queues have spent that are no more', () => {
    const account = { queue: 'GONE', dollars: { '2027-01': 72 }, booked: [], version: 1 };
    expect(nearOf(decide(spending, { dollarsPerMonth: 100 }, NOW, [account]))).toEqual([1, 1]);
    expect(nearOf(decide(spending, { dollarsPerMonth: 101 }, NOW, [account]))).toEqual([0, 0]);
  });

  it('is another than the cap by the hour, which may be full as long as it likes', () => {
    expect(nearOf(decide(spending, { dollarsPerHour: 8 }))).toEqual([0, 0]);
  });
});
