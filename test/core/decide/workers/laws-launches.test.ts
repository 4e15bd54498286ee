import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReasonKind } from '../../../../core/model/reason.ts';
import { known } from '../../../../core/model/snapshot.ts';
import { anyWorld, anyWorldOf, type Source, worldOf } from '../../any-world.ts';
import { planPilots, planWorkers } from '../../planning.ts';
import { cores, count, jobsOf, launchesOf, poolOf, requestsOf, runningOf, workersOf } from '../../sums.ts';
import { fleetSettings, NARROW, NOW, WIDE } from '../../worlds.ts';

/** Workers and vCPUs of a queue that EC2 may be billing or may still start, counted by hand. */
const liveOf = (source: Source, queue: string) => {
  const startds = new Map(poolOf(source).workers.workers.map((of) => [of.instanceId, of]));
  const records = source.ledger.workers.filter((of) => of.queue === queue);
  const ours = new Set(source.ledger.workers.map(({ instanceId }) => instanceId));
  const strangers = [...startds.values()].filter((of) => of.queue === queue && !ours.has(of.instanceId));
  const open = source.ledger.launches.filter(({ request }) => request.queue === queue);
  const cpus = [
    ...records.map(({ instanceId, offers }) => startds.get(instanceId)?.total.cpus ?? offers.cpus),
    ...strangers.map(({ total }) => total.cpus),
    ...open.flatMap(({ request, offers }) => Array.from({ length: request.count }, () => offers.cpus)),
  ];
  return { workers: cpus.length, cores: cpus.reduce((n, of) => n + of, 0) };
};

describe('caps hold', () => {
  it('whatever is live, booting, strange or intended', () => {
    fc.assert(
      fc.property(anyWorld, (source) => {
        for (const decision of workersOf(source)) {
          const { maxWorkers, maxCores, maxLaunchPerTick } = fleetSettings(source.knobs[decision.queue]);
          const live = liveOf(source, decision.queue);
          const requests = requestsOf(decision);
          expect(count(requests)).toBeLessThanOrEqual(Math.max(0, maxWorkers - live.workers));
          expect(cores(requests)).toBeLessThanOrEqual(Math.max(0, maxCores - live.cores));
          expect(count(requests)).toBeLessThanOrEqual(maxLaunchPerTick);
          for (const request of requests) expect(request.count).toBeGreaterThan(0);
        }
      }),
    );
  });
});

const KEPT_BACK: ReadonlySet<ReasonKind> = new Set(['capped-by-queue', 'capped-by-budget']);

describe('never twice', () => {
  it('launches nothing more once the launches of this moment are written down', () => {
    fc.assert(
      fc.property(anyWorld, (source) => {
        const first = workersOf(source);
        const launches = first.flatMap(launchesOf).map((planned) => ({ ...planned, createdAt: NOW }));
        const ledger = { ...source.ledger, launches: [...source.ledger.launches, ...launches] };
        const again = workersOf({ ...source, ledger });
        for (const [index, decision] of again.entries()) {
          const keptBack = first[index]?.why.some(({ kind }) => KEPT_BACK.has(kind)) ?? false;
          if (!keptBack) expect(requestsOf(decision)).toEqual([]);
        }
      }),
    );
  });
});

describe('more demand', () => {
  const more = (source: Source, idle: number, jobs: number): Source => {
    const pool = poolOf(source);
    const queues = pool.pilots.queues.map((of) => ({
      ...of,
      shapes: of.shapes.map((shape) => ({ ...shape, idle: shape.idle + idle })),
    }));
    const merged = Object.fromEntries(
      ['A', 'B'].map((name) => {
        const activated = jobsOf(source, name) + jobs;
        return [name, { SCORE: { managed: { activated, running: runningOf(source, name) } } }];
      }),
    );
    return {
      ...source,
      panda: known(merged, NOW - 30),
      pool: known({ ...pool, pilots: { complete: true, queues } }, NOW - 10),
    };
  };

  it('never launches fewer workers or cores, where the pilots of a queue are alike', () => {
    const oneShape = fc.oneof(anyWorldOf([NARROW]), anyWorldOf([WIDE]));
    fc.assert(
      fc.property(oneShape, fc.nat({ max: 30 }), fc.nat({ max: 30 }), (source, idle, jobs) => {
        const [before, after] = [workersOf(source), workersOf(more(source, idle, jobs))];
        for (const [index, decision] of before.entries()) {
          const then = after[index];
          if (then === undefined) throw new Error('a queue was lost');
          expect(count(requestsOf(then))).toBeGreaterThanOrEqual(count(requestsOf(decision)));
          expect(cores(requestsOf(then))).toBeGreaterThanOrEqual(cores(requestsOf(decision)));
        }
      }),
    );
  });
});

describe('no more than there are jobs', () => {
  it('no pilot waits without one, and no worker is launched for one that would', () => {
    fc.assert(
      fc.property(anyWorld, (source) => {
        const world = worldOf(source);
        for (const decision of planPilots(world)) {
          const { jobsReady = 0, pilotsWaiting = 0 } = decision.counts;
          expect(jobsReady).toBeLessThanOrEqual(jobsOf(source, decision.queue));
          if (decision.kind === 'submit')
            expect(decision.count + pilotsWaiting).toBeLessThanOrEqual(jobsReady);
          if (decision.kind === 'remove') expect(pilotsWaiting).toBeGreaterThanOrEqual(decision.count);
        }
        for (const decision of planWorkers(world)) {
          const { pilotsWithJobs = 0, pilotsUnplaced = 0 } = decision.counts;
          expect(pilotsWithJobs).toBeLessThanOrEqual(jobsOf(source, decision.queue));
          expect(count(requestsOf(decision))).toBeLessThanOrEqual(pilotsUnplaced);
        }
      }),
    );
  });
});
