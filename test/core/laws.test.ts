import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WorkerDecision } from '../../core/decisions.ts';
import { parseFlavour } from '../../core/flavours.ts';
import { planPilots } from '../../core/pilots.ts';
import type { LaunchRequest } from '../../core/records.ts';
import { known, unknown } from '../../core/snapshot.ts';
import { planWorkers } from '../../core/workers.ts';
import { anyWorld, anyWorldOf, type Source, worldOf } from './any-world.ts';
import { NARROW, NOW, poolView, settings, WIDE } from './worlds.ts';

const workersOf = (source: Source): readonly WorkerDecision[] => planWorkers(worldOf(source));
const launchesOf = (decision: WorkerDecision) => (decision.kind === 'act' ? decision.launches : []);
const count = (requests: readonly LaunchRequest[]): number => requests.reduce((n, of) => n + of.count, 0);
/** vCPUs as EC2 bills them: of the largest type that EC2 may choose. */
const cores = (requests: readonly LaunchRequest[]): number =>
  requests.reduce(
    (n, of) =>
      n + of.count * Math.max(...of.overrides.map(({ flavour }) => parseFlavour(flavour)?.cpus ?? 0)),
    0,
  );
const requestsOf = (decision: WorkerDecision) => launchesOf(decision).map(({ request }) => request);
const poolOf = ({ pool }: Source) => (pool.kind === 'known' ? pool.value : poolView([]));
const jobsOf = ({ panda }: Source, queue: string) =>
  panda.kind === 'known' ? (panda.value[queue]?.SCORE?.activated ?? 0) : 0;

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
          const { maxWorkers, maxCores, maxLaunchPerTick } = settings(source.knobs[decision.queue]);
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

const DOUBTS: Readonly<Record<string, (source: Source) => Source>> = {
  'PanDA is unknown': (source) => ({ ...source, panda: unknown('HTTP 500') }),
  'PanDA is stale': (source) => ({ ...source, panda: { ...source.panda, observedAt: NOW - 361 } }),
  'PanDA is from the future': (source) => ({ ...source, panda: { ...source.panda, observedAt: NOW + 61 } }),
  'PanDA is inflated': (source) => ({
    ...source,
    panda: known({ CERN: { SCORE: { running: 3000 } } }, NOW),
    pandaBefore: { CERN: { SCORE: { running: 1500 } } },
  }),
  'the pool is unknown': (source) => ({ ...source, pool: unknown('refused') }),
  'the pool is stale': (source) => ({ ...source, pool: known(poolOf(source), NOW - 181) }),
  'the pilots are partial': (source) => {
    const pool = poolOf(source);
    return { ...source, pool: known({ ...pool, pilots: { ...pool.pilots, complete: false } }, NOW) };
  },
  'the workers are partial': (source) => {
    const pool = poolOf(source);
    return { ...source, pool: known({ ...pool, workers: { ...pool.workers, complete: false } }, NOW) };
  },
};

describe('no facts, no action', () => {
  it.each(Object.entries(DOUBTS))('every queue holds when %s', (_, spoil) => {
    fc.assert(
      fc.property(anyWorld, (source) => {
        const world = worldOf(spoil(source));
        const kinds = [...planPilots(world), ...planWorkers(world)].map(({ kind }) => kind);
        expect(kinds).toEqual(['hold', 'hold', 'hold', 'hold']);
      }),
      { numRuns: 30 },
    );
  });
});

describe('never twice', () => {
  it('launches nothing more once the launches of this moment are written down', () => {
    fc.assert(
      fc.property(fc.oneof(anyWorldOf([NARROW]), anyWorldOf([WIDE])), (source) => {
        const first = workersOf(source);
        const launches = first.flatMap(launchesOf).map((planned) => ({ ...planned, createdAt: NOW }));
        const ledger = { ...source.ledger, launches: [...source.ledger.launches, ...launches] };
        const again = workersOf({ ...source, ledger });
        for (const [index, decision] of again.entries()) {
          const keptBack = first[index]?.why.some((why) => why.includes('kept back')) ?? false;
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
    const panda = Object.fromEntries(
      ['A', 'B'].map((name) => [name, { SCORE: { activated: jobsOf(source, name) + jobs } }]),
    );
    const running = source.panda.kind === 'known' ? source.panda.value : {};
    const merged = Object.fromEntries(
      Object.entries(panda).map(([name, { SCORE }]) => [
        name,
        { SCORE: { ...running[name]?.SCORE, ...SCORE } },
      ]),
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

describe('busy means safe', () => {
  it('no worker with a running job is ended before its drain deadline', () => {
    fc.assert(
      fc.property(anyWorld, (source) => {
        const byId = new Map(source.ledger.workers.map((record) => [record.instanceId, record]));
        const startds = new Map(poolOf(source).workers.workers.map((of) => [of.instanceId, of]));
        for (const decision of workersOf(source)) {
          const { drainDeadlineSeconds } = settings(source.knobs[decision.queue]);
          const ended =
            decision.kind === 'act' ? decision.retirements.filter(({ step }) => step === 'terminate') : [];
          for (const { instanceId } of ended) {
            if ((startds.get(instanceId)?.busy ?? 0) === 0) continue;
            const state = byId.get(instanceId)?.state;
            const drainedFor = state?.kind === 'draining' ? NOW - state.since : 0;
            expect(drainedFor).toBeGreaterThan(drainDeadlineSeconds);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('only workers of the ledger are retired, each by one step', () => {
    fc.assert(
      fc.property(anyWorld, (source) => {
        for (const decision of workersOf(source)) {
          const ids = decision.kind === 'act' ? decision.retirements.map(({ instanceId }) => instanceId) : [];
          const own = source.ledger.workers.filter(({ queue }) => queue === decision.queue);
          expect(new Set(ids).size).toBe(ids.length);
          expect(own.map(({ instanceId }) => instanceId)).toEqual(expect.arrayContaining(ids));
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

describe('it can be replayed', () => {
  it('the same world gives the same decisions, also when it has been a text in between', () => {
    fc.assert(
      fc.property(anyWorld, (source) => {
        const text = JSON.stringify(source);
        const [first, second, third] = [source, source, JSON.parse(text)].map((of) => {
          const world = worldOf(of);
          return [planPilots(world), planWorkers(world)];
        });
        expect(second).toEqual(first);
        expect(third).toEqual(first);
        expect(JSON.stringify(source)).toBe(text);
      }),
    );
  });
});
