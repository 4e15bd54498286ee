import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { known, unknown } from '../../../../core/model/snapshot.ts';
import { anyWorld, type Source, worldOf } from '../../any-world.ts';
import { planPilots, planWorkers } from '../../planning.ts';
import { launchesOf, poolOf, workersOf } from '../../sums.ts';
import { fleetSettings, NOW } from '../../worlds.ts';

type Spoil = (source: Source) => Source;

/** Why nothing is known of PanDA's jobs. */
const JOBS_UNKNOWN: Readonly<Record<string, Spoil>> = {
  'PanDA is unknown': (source) => ({ ...source, panda: unknown('HTTP 500') }),
  'PanDA is stale': (source) => ({ ...source, panda: { ...source.panda, observedAt: NOW - 361 } }),
  'PanDA is from the future': (source) => ({ ...source, panda: { ...source.panda, observedAt: NOW + 61 } }),
  'PanDA is inflated': (source) => ({
    ...source,
    panda: known({ CERN: { SCORE: { managed: { running: 3000 } } } }, NOW),
    pandaBefore: { CERN: { SCORE: { managed: { running: 1500 } } } },
  }),
};

/** Why nothing is known of the pool. */
const POOL_UNKNOWN: Readonly<Record<string, Spoil>> = {
  'the pool is unknown': (source) => ({ ...source, pool: unknown('refused') }),
  'the pool is stale': (source) => ({ ...source, pool: known(poolOf(source), NOW - 361) }),
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
  it.each(Object.entries(POOL_UNKNOWN))('every queue and every fleet holds when %s', (_, spoil) => {
    fc.assert(
      fc.property(anyWorld, (source) => {
        const world = worldOf(spoil(source));
        const kinds = [...planPilots(world), ...planWorkers(world)].map(({ kind }) => kind);
        expect(kinds).toEqual(['hold', 'hold', 'hold', 'hold']);
      }),
      { numRuns: 30 },
    );
  });

  it.each(Object.entries(JOBS_UNKNOWN))(
    'no pilot is submitted or removed for its jobs, and no worker launched, when %s',
    (_, spoil) => {
      fc.assert(
        fc.property(anyWorld, (source) => {
          const spoilt = spoil(source);
          for (const decision of planPilots(worldOf(spoilt))) {
            const { state } = source.queues[decision.queue] ?? {};
            if (state === 'active') expect(decision.kind).toBe('hold');
            else expect(decision.kind).not.toBe('submit');
          }
          expect(workersOf(spoilt).flatMap(launchesOf)).toEqual([]);
        }),
        { numRuns: 30 },
      );
    },
  );

  it.each(Object.entries(JOBS_UNKNOWN))('workers leave as they would anyway when %s', (_, spoil) => {
    fc.assert(
      fc.property(anyWorld, (source) => {
        // Who is needed again depends on the jobs.
        const leaving = (of: Source) =>
          workersOf(of).map((decision) =>
            decision.kind === 'act' ? decision.retirements.filter(({ step }) => step !== 'undrain') : [],
          );
        expect(leaving(spoil(source))).toEqual(leaving(source));
      }),
      { numRuns: 30 },
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
          const { drainDeadlineSeconds } = fleetSettings(source.fleets[decision.fleet]);
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
          const own = source.ledger.workers.filter(({ fleet }) => fleet === decision.fleet);
          expect(new Set(ids).size).toBe(ids.length);
          expect(own.map(({ instanceId }) => instanceId)).toEqual(expect.arrayContaining(ids));
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
