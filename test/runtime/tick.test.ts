import { describe, expect, it } from 'vitest';
import type { Decision } from '../../core/model/decision.ts';
import type { Joins } from '../../core/model/learned.ts';
import { known, unknown } from '../../core/model/snapshot.ts';
import type { TickInputs } from '../../core/replay/inputs.ts';
import { pilotsTick } from '../../runtime/pilots-tick.ts';
import { NO_END } from '../../runtime/run/time-left.ts';
import { workersTick } from '../../runtime/workers-tick.ts';
import { fleet, inLedger, NARROW, NOW, pilots, poolView, queue, STAGE } from '../core/worlds.ts';
import { apart, GROWING } from './launching.ts';
import { outside } from './ports.ts';

const DEAF = { view: async () => unknown('no route') };
const NO_JOBS = { jobs: async () => unknown('HTTP 503'), sites: async () => unknown('HTTP 503') };

describe('who uses the pool', () => {
  it('is told of every queue and fleet, and when the next machine of one is expected', async () => {
    const joins: Joins = { template: STAGE.template, flavour: 'm6i.large', took: [200], launchedAt: NOW };
    const booting = inLedger('i-00000001', { kind: 'booting' }, { fleet: 'A', launchedAt: NOW - 60 });
    const world = outside({ ...GROWING, ledger: { workers: [booting], joins: [joins] } });
    await workersTick(world.ports)(NOW);
    await pilotsTick(world.ports)(NOW);
    expect(world.users).toMatchObject([
      { of: 'fleet', name: 'A', machineAt: NOW + 140 },
      { of: 'queue', name: 'A' },
    ]);
  });

  it('is told that all hold where anybody but the pool has not answered', async () => {
    const world = outside(GROWING);
    await pilotsTick({ ...world.ports, panda: NO_JOBS })(NOW);
    expect(world.users).toMatchObject([{ of: 'queue', name: 'A', state: 'held' }]);
  });

  it('is told nothing by way of a pool that has not answered, nor by a tick without the lease', async () => {
    const world = outside(GROWING);
    await workersTick({ ...world.ports, pool: DEAF })(NOW);
    let asked = 0;
    const leases = {
      ...world.ports.ledger.leases,
      async take() {
        asked += 1;
        return { kind: 'refused', why: { kind: 'lease-contested' } } as const;
      },
    };
    const decisions = await workersTick({ ...world.ports, ledger: { ...world.ports.ledger, leases } })(
      NOW + 60,
    );
    expect(decisions).toMatchObject([{ kind: 'hold', why: [{ kind: 'lease-contested' }] }]);
    expect([world.users, asked]).toEqual([[], 1]);
  });
});

/** Ticks of the workers whose ledger counts what is written down. */
const writing = () => {
  const world = outside(GROWING);
  const { ledger } = world.ports;
  let written = 0;
  const keep: typeof ledger.decisions.keep = (decision) => {
    written += 1;
    return ledger.decisions.keep(decision);
  };
  const ports = { ...world.ports, ledger: { ...ledger, decisions: { keep } } };
  return { ...world, ports, written: () => written };
};

describe('a tick that comes after one of a later moment', () => {
  it.each([
    ['a minute later, by a second less: it has done all of it', 59, []],
    [
      'a minute later: it says that it holds, and writes nothing',
      60,
      [{ kind: 'hold', why: [{ kind: 'tick-overtaken' }] }],
    ],
  ])('of %s', async (_, seconds, expected) => {
    const { ports, written, told } = writing();
    await workersTick(ports)(NOW + seconds);
    const [before, toldBefore] = [written(), told.length];
    expect(await workersTick(ports)(NOW)).toMatchObject(expected);
    expect(written()).toBe(before);
    expect(told.slice(toldBefore)).toMatchObject(expected);
  });
});

describe('a tick', () => {
  it('gives its lease back, so that the next one has it at once', async () => {
    const world = outside(GROWING);
    await workersTick(world.ports)(NOW);
    expect(await workersTick(world.ports)(NOW + 1)).not.toMatchObject([{ kind: 'hold' }]);
  });

  it('that cannot give its lease back, or tell users, has done all else, and fails', async () => {
    const world = outside(GROWING);
    const { ledger } = world.ports;
    const leases = { ...ledger.leases, release: () => Promise.reject(new Error('no table')) };
    const poolUsers = { tellUsers: () => Promise.reject(new Error('no pool')) };
    const tick = workersTick({ ...world.ports, ledger: { ...ledger, leases }, poolUsers });
    await expect(tick(NOW)).rejects.toThrow('no table; no pool');
    expect(world.ec2.instances.size).toBe(3);
  });

  it('of fleets goes on without PanDA’s counts if they alone stand in its way, and says so', async () => {
    const world = outside({
      ...{ queues: [queue({}, 'A')], fleets: [fleet({ flavours: 'm6i.large' })] },
      view: poolView([pilots({ idle: 2 }, { queue: 'A' })]),
    });
    const counted = (running: number) => ({
      ...world.ports.panda,
      jobs: async (now: number) => known({ A: { SCORE: { managed: { running, activated: 2 } } } }, now),
    });
    const kept: TickInputs[] = [];
    const settings = {
      all: async (now: number) => ({
        ...(await world.ports.settings.all(now)),
        basis: { completeAt: now, records: [] },
      }),
    };
    const inputs = {
      book: {
        async keep(of: TickInputs) {
          kept.push(of);
          return 'kept' as const;
        },
      },
      missed: () => {},
    };
    // Each in a container of its own: only the lease remembers the counts.
    const at = (now: number, running: number, of = workersTick) =>
      of({ ...world.ports, settings, inputs, panda: counted(running) })(now);
    await at(NOW, 1000);
    const [decision] = await at(NOW + 60, 50_000);
    expect(decision?.why).toContainEqual(expect.objectContaining({ kind: 'running-jumped' }));
    expect(decision?.kind).not.toBe('hold');
    expect(kept.at(-1)).toMatchObject({ at: NOW + 60, rested: { of: 'workers' } });
    await pilotsTick({ ...world.ports, panda: counted(1000) })(NOW);
    expect(await pilotsTick({ ...world.ports, panda: counted(50_000) })(NOW + 60)).toMatchObject([
      { kind: 'hold', why: [{ kind: 'running-jumped' }] },
    ]);
  });

  it('has as long as it needs where nobody says otherwise, and is no nudged one', async () => {
    const world = outside(GROWING);
    const { ledger } = world.ports;
    const leases = { ...ledger.leases, release: async () => {} };
    await workersTick({ ...world.ports, ledger: { ...ledger, leases } })(NOW);
    expect(await workersTick(world.ports)(NOW + 20, NO_END)).toMatchObject([
      { why: [{ kind: 'lease-held' }] },
    ]);
  });
});

describe('a tick of the pilots', () => {
  const canary = { requestId: 'x', queue: 'A', count: 1, shape: NARROW, viewedAt: NOW };

  it('remembers of what it submits that it tries something', async () => {
    const world = outside(apart({ A: 5 }));
    const { ledger } = world.ports;
    const decided: Decision = {
      ...{ of: 'pilots', kind: 'submit', at: NOW, why: [], counts: {}, canary: true, ...canary },
    };
    const keep = async () => decided;
    const submitted: unknown[] = [];
    const ports = {
      ...world.ports,
      ledger: { ...ledger, decisions: { keep } },
      pilots: {
        ...world.ports.pilots,
        submit: async (asked: object) => {
          submitted.push(asked);
          return { submitted: 1, repeated: false };
        },
      },
    };
    await pilotsTick(ports)(NOW);
    expect((await ledger.view()).submissions.A).toEqual([{ ...canary, at: NOW, canary: true }]);
    const { viewedAt: _, ...asked } = canary;
    expect(submitted).toStrictEqual([asked]);
  });

  it('sends no pilots once another tick has its lease, though it has written them down', async () => {
    const world = outside({ ...GROWING, queues: [queue({ chain: 'Ready' }, 'A')], view: poolView([]) });
    const { ledger } = world.ports;
    const leases = { ...ledger.leases, holds: async () => false };
    expect(await pilotsTick({ ...world.ports, ledger: { ...ledger, leases } })(NOW)).toMatchObject([
      { kind: 'submit' },
    ]);
    expect((await ledger.view()).submissions.A).toHaveLength(1);
    expect(world.pool.submitted.size).toBe(0);
  });
});
