import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReasonKind } from '../../../../core/model/reason.ts';
import { known } from '../../../../core/model/snapshot.ts';
import { anyWorld, anyWorldOf, type Source, worldOf } from '../../any-world.ts';
import { planPilots, planWorkers } from '../../planning.ts';
import { cores, count, jobsOf, launchesOf, poolOf, requestsOf, runningOf, workersOf } from '../../sums.ts';
import { fleetSettings, NARROW, NOW, WIDE } from '../../worlds.ts';

/** Workers and vCPUs of a fleet that EC2 may be billing or may still start, counted by hand. */
const liveOf = (source: Source, fleet: string) => {
  const startds = new Map(poolOf(source).workers.workers.map((of) => [of.instanceId, of]));
  const records = source.ledger.workers.filter((of) => of.fleet === fleet);
  const ours = new Set(source.ledger.workers.map(({ instanceId }) => instanceId));
  const strangers = [...startds.values()].filter((of) => of.fleet === fleet && !ours.has(of.instanceId));
  const open = source.ledger.launches.filter(({ request }) => request.fleet === fleet);
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
          const { maxWorkers, maxCores, maxLaunchPerTick } = fleetSettings(source.fleets[decision.fleet]);
          const live = liveOf(source, decision.fleet);
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

const KEPT_BACK: ReadonlySet<ReasonKind> = new Set(['capped-by-fleet', 'capped-by-budget']);

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

  it('never launches fewer workers or cores, where all pilots are alike', () => {
    const oneShape = fc.oneof(anyWorldOf([NARROW]), anyWorldOf([WIDE]));
    fc.assert(
      fc.property(oneShape, fc.nat({ max: 30 }), fc.nat({ max: 30 }), (source, idle, jobs) => {
        const [before, after] = [workersOf(source), workersOf(more(source, idle, jobs))];
        for (const [index, decision] of before.entries()) {
          const then = after[index];
          if (then === undefined) throw new Error('a fleet was lost');
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
        let all = 0;
        for (const decision of planWorkers(world)) {
          const { pilotsWithJobs = 0, jobsUnplaced = 0 } = decision.counts;
          expect(count(requestsOf(decision))).toBeLessThanOrEqual(jobsUnplaced);
          all += pilotsWithJobs;
        }
        // A queue's pilots may wait for several fleets: together they are no more than there are jobs.
        expect(all).toBeLessThanOrEqual(jobsOf(source, 'A') + jobsOf(source, 'B'));
      }),
    );
  });
});
