import { describe, expect, it } from 'vitest';
import type { Instance } from '../../../core/model/instance.ts';
import type { LedgerView } from '../../../core/model/ledger.ts';
import type { PoolWorker } from '../../../core/model/pool.ts';
import { known, unknown } from '../../../core/model/snapshot.ts';
import type { WorkerRecord, WorkerState } from '../../../core/model/worker.ts';
import type { Looked } from '../../../runtime/observe/look-at-cloud.ts';
import { followCloud, reconcile } from '../../../runtime/reconcile/reconcile.ts';
import { gatherFailures } from '../../../runtime/run/failures.ts';
import { NEEDED_SECONDS } from '../../../runtime/run/time-left.ts';
import { inEc2, inLedger, inPool, JOINED, NOW, poolView } from '../../core/worlds.ts';
import { fakeLedger } from '../../fakes/ledger.ts';

const ID = 'i-00000001';
const OTHER = 'i-00000002';
const ON_SITE = 'os-00000000-0000-4000-8000-000000000001';
const ASLEEP: WorkerState = { kind: 'asleep', since: NOW - 600 };
const BOOTING: WorkerState = { kind: 'booting' };
const REASON = { code: 'Server.SpotInstanceTermination', message: 'spot' };
const FAILED: WorkerState = { kind: 'failed', at: NOW - 60, cause: { kind: 'ended-before-joining' } };

interface Given {
  readonly workers: readonly WorkerRecord[];
  readonly pool?: readonly PoolWorker[];
  /** What the clouds show when they are asked about single machines; undefined: they do not answer. */
  readonly shown?: readonly Instance[] | undefined;
  readonly looked?: Looked;
  readonly ledger?: Partial<LedgerView>;
  readonly takes?: (ids: readonly string[]) => readonly string[];
  readonly seconds?: number;
}

/** A world to reconcile, and everything that is asked of it. */
const world = async ({ workers, shown, ...given }: Given) => {
  const asked: string[] = [];
  const { ledger } = fakeLedger({ workers, ...given.ledger });
  const kept: unknown[] = [];
  const unasked = () => Promise.reject(new Error('nobody asks for that'));
  const ports = {
    cloud: {
      async describe(ids: readonly string[], now: number) {
        asked.push(`look ${ids.join(' ')}`);
        if (shown === undefined) return unknown('away');
        return known(
          shown.filter(({ instanceId }) => ids.includes(instanceId)),
          now,
        );
      },
      async terminate(ids: readonly string[], hasTime: () => boolean) {
        asked.push(`end ${ids.join(' ')}${hasTime() ? '' : ' without time'}`);
        return { taken: given.takes?.(ids) ?? ids, refused: [] };
      },
    },
    consoles: { latest: unasked, kept: async (id: string) => (id === ID ? 'kernel panic' : undefined) },
    ledger: {
      ...ledger,
      ends: { ...ledger.ends, keepConsole: async (note: object) => void kept.push(note) },
    },
    poolWorkers: {
      ...{ drain: unasked, undrain: unasked },
      async forget(ids: readonly string[]) {
        asked.push(`forget ${ids.join(' ')}`);
        return { done: [...ids], failed: [] };
      },
    },
    timeLeft: () => given.seconds ?? NEEDED_SECONDS.terminate,
  };
  const failures = gatherFailures();
  const view = await ledger.view();
  const turn = { failures, now: NOW, looked: given.looked };
  return { asked, kept, ports, failures, view, turn, ledger };
};

const reconciled = async (given: Given) => {
  const made = await world(given);
  const after = await reconcile(made.view, poolView([], given.pool), made.ports, made.turn);
  const state = async (id: string) => (await made.ledger.workers.find(id))?.state;
  return { ...made, after, state };
};

describe('a ledger that the pool agrees with', () => {
  it('is as it was, and nobody is asked for anything', async () => {
    const { after, view, asked, failures } = await reconciled({
      workers: [inLedger(ID, JOINED), inLedger(OTHER, ASLEEP)],
      pool: [inPool(ID)],
    });
    failures.throwAny();
    expect(after).toStrictEqual(view);
    expect(asked).toEqual([]);
  });
});

describe('a worker that has joined', () => {
  const pool = [inPool(ID, { joinedAt: NOW - 100 })];

  it('is written down, and its boot is counted, by offer and by template', async () => {
    const { after, state, ledger } = await reconciled({
      workers: [inLedger(ID, BOOTING, { launchedAt: NOW - 300 })],
      pool,
    });
    expect(await state(ID)).toEqual({ kind: 'joined', joinedAt: NOW - 100 });
    expect(after.workers).toMatchObject([{ state: { kind: 'joined' } }]);
    const { boots = [], joins = [] } = await ledger.view();
    expect(boots.map(({ boots: of }) => of)).toEqual(
      boots.map(() => [{ instanceId: ID, launchedAt: NOW - 300, joined: true }]),
    );
    expect(joins).toMatchObject([{ took: [200] }]);
    expect([after.boots, after.joins]).toEqual([boots, joins]);
  });

  it('is counted by its offer alone if nobody knows its template, and not at all if it was woken', async () => {
    const { template: _, ...bare } = inLedger(ID, BOOTING, { launchedAt: NOW - 300 });
    const first = await reconciled({ workers: [bare], pool });
    expect(first.after.boots?.map(({ kind }) => kind)).toEqual([expect.stringMatching(/^offer /)]);
    expect(first.after.joins).toEqual([]);
    const woken = inLedger(ID, { kind: 'waking', since: NOW - 200 }, { sleeps: [[NOW - 900, NOW - 200]] });
    const second = await reconciled({ workers: [woken], pool });
    expect(second.after.boots).toEqual([]);
    expect(second.after.joins).toMatchObject([{ woken: true, took: [100] }]);
  });
});

describe('a worker whose end may have been missed', () => {
  const missing = inLedger(ID, { kind: 'missing', joinedAt: NOW - 3000, since: NOW - 60 });

  it.each<
    readonly [string, readonly Instance[] | undefined, WorkerState['kind'] | undefined, readonly string[]]
  >([
    ['has ended', [inEc2(ID, { state: 'terminated' })], undefined, [`forget ${ID}`]],
    ['is not there', [], undefined, [`forget ${ID}`]],
    ['sleeps', [inEc2(ID, { state: 'stopped' })], 'asleep', [`forget ${ID}`]],
    ['runs', [inEc2(ID)], 'missing', []],
    ['nobody knows of', undefined, 'missing', []],
  ])('and that %s', async (_, shown, state, then) => {
    const found = await reconciled({ workers: [missing], shown });
    found.failures.throwAny();
    expect(found.asked).toEqual([`look ${ID}`, ...then]);
    expect((await found.state(ID))?.kind).toBe(state);
    expect(found.after.workers.map((of) => of.state.kind)).toEqual(state === undefined ? [] : [state]);
  });

  it('keeps its ad if it wakes, or still sleeps', async () => {
    const stopping = inLedger(ID, { kind: 'asleep', since: NOW - 600, stopping: true });
    for (const [now, kind] of [
      ['running', 'waking'],
      ['stopped', 'asleep'],
    ] as const) {
      const found = await reconciled({ workers: [stopping], shown: [inEc2(ID, { state: now })] });
      expect(found.asked).toEqual([`look ${ID}`]);
      expect((await found.state(ID))?.kind).toBe(kind);
    }
  });

  it('stays in the ledger while the pool cannot be told, and stops nothing else', async () => {
    const made = await world({ workers: [missing, inLedger(OTHER, BOOTING)], shown: [] });
    const poolWorkers = { ...made.ports.poolWorkers, forget: () => Promise.reject(new Error('away')) };
    const view = poolView([], [inPool(OTHER)]);
    const after = await reconcile(made.view, view, { ...made.ports, poolWorkers }, made.turn);
    expect(after.workers.map(({ state }) => state.kind)).toEqual(['missing', 'joined']);
    expect((await made.ledger.workers.find(ID))?.state.kind).toBe('missing');
    expect(() => made.failures.throwAny()).toThrow('away');
  });

  it('is asked about at its own cloud, which hides none of the other by its silence', async () => {
    const other = inLedger(ON_SITE, { kind: 'missing', joinedAt: NOW - 3000, since: NOW - 60 });
    const both = { workers: [missing, other], shown: [] };
    const seen = await reconciled({ ...both, looked: { cloud: 'site', seen: known([], NOW) } });
    expect(seen.asked).toEqual([`look ${ID}`, `look ${ON_SITE}`, `forget ${ID} ${ON_SITE}`]);
    const unseen = await reconciled({ ...both, looked: { cloud: 'site', seen: unknown('away') } });
    expect(unseen.asked).toEqual([`look ${ID}`, `forget ${ID}`]);
  });
});

describe('what a cloud without events shows', () => {
  const joined = inLedger(ON_SITE, JOINED);
  const looked = (instances: readonly Instance[]): Looked => ({ cloud: 'site', seen: known(instances, NOW) });
  const off = inEc2(ON_SITE, { state: 'stopped' });

  it('is followed whatever the pool is like', async () => {
    const made = await world({ workers: [joined], shown: [off], looked: looked([off]) });
    const after = await followCloud(made.view, made.ports, made.turn);
    expect(after.workers).toMatchObject([{ state: { kind: 'asleep' } }]);
    expect(made.asked).toEqual([`look ${ON_SITE}`, `forget ${ON_SITE}`]);
  });

  it.each([
    ['there is no such cloud', undefined],
    ['it does not answer', { cloud: 'site', seen: unknown('away') }],
    ['it shows what the ledger has', looked([inEc2(ON_SITE)])],
  ] as const)('is nothing where %s', async (_, seen) => {
    const made = await world({
      workers: [joined],
      shown: [off],
      ...(seen === undefined ? {} : { looked: seen }),
    });
    expect(await followCloud(made.view, made.ports, made.turn)).toEqual(made.view);
    expect(made.asked).toEqual([]);
  });

  const broken = inEc2(ON_SITE, { state: 'failed', reason: REASON });
  const full = inEc2(ON_SITE, { state: 'failed', refusedFor: 'capacity' });
  const pool = [inPool(ON_SITE)];

  it.each<readonly [string, WorkerState, Instance, readonly string[], object]>([
    ['that has broken', JOINED, broken, [`end ${ON_SITE}`, `forget ${ON_SITE}`], {}],
    ['that broke while it booted', BOOTING, broken, [`end ${ON_SITE}`], { boots: [{}, {}] }],
    [
      'that found no room',
      BOOTING,
      full,
      [`end ${ON_SITE}`],
      {
        cooling: [{ class: 'capacity', why: 'the cloud accepted it and had no room for it' }],
      },
    ],
    [
      'that had room once, and is not believed to have none',
      JOINED,
      full,
      [`end ${ON_SITE}`, `forget ${ON_SITE}`],
      { cooling: [] },
    ],
  ])('of a machine %s is ended, and let go of', async (_, state, instance, then, comes) => {
    const given = { workers: [inLedger(ON_SITE, state)], shown: [instance], looked: looked([instance]) };
    const found = await reconciled({ ...given, ...(state === JOINED ? { pool } : {}) });
    found.failures.throwAny();
    expect(found.asked.filter((what) => !what.startsWith('look'))).toEqual(then);
    expect(found.after.workers).toEqual([]);
    expect(found.after).toMatchObject(comes);
    expect(await found.state(ON_SITE)).toBeUndefined();
  });

  it.each([
    ['without time for it', { seconds: NEEDED_SECONDS.terminate - 1 }, []],
    ['where its cloud does not take the order', { takes: () => [] }, [`end ${ON_SITE}`]],
  ])('is left for another tick %s', async (_, more, then) => {
    const found = await reconciled({
      ...{ workers: [joined], pool, shown: [broken], looked: looked([broken]) },
      ...more,
    });
    expect(found.asked.filter((what) => !what.startsWith('look'))).toEqual(then);
    expect(found.after.workers).toEqual([joined]);
  });
});

describe('a worker that has ended without joining', () => {
  it('is counted with all that is known of why, and then gone', async () => {
    const { after, asked, kept, state, failures } = await reconciled({
      workers: [inLedger(ID, FAILED), inLedger(OTHER, FAILED)],
      shown: [inEc2(OTHER, { state: 'terminated', reason: REASON }), inEc2(ID, { state: 'terminated' })],
    });
    failures.throwAny();
    expect(asked).toEqual([`look ${ID} ${OTHER}`]);
    expect([after.workers, await state(ID)]).toEqual([[], undefined]);
    expect(after.endedBoots).toMatchObject([{ worker: { instanceId: OTHER }, reason: REASON }]);
    expect(after.boots?.every(({ boots }) => boots.every(({ joined }) => !joined))).toBe(true);
    expect(kept).toMatchObject([
      { worker: { instanceId: ID }, at: NOW, text: 'kernel panic' },
      { worker: { instanceId: OTHER }, at: NOW, reason: REASON },
    ]);
    expect([kept[0], kept[1]].map((note) => Object.keys(note ?? {}).sort())).toEqual([
      ['at', 'text', 'worker'],
      ['at', 'reason', 'worker'],
    ]);
  });

  it('is not kept if nothing is known of it, and no more than five consoles are heard', async () => {
    const ids = Array.from({ length: 7 }, (_, n) => `i-0000000${n}`);
    const heard: string[] = [];
    const made = await world({ workers: ids.map((id) => inLedger(id, FAILED)), shown: [] });
    const consoles = {
      ...made.ports.consoles,
      async kept(id: string) {
        heard.push(id);
        return undefined;
      },
    };
    await reconcile(made.view, poolView([]), { ...made.ports, consoles }, made.turn);
    expect([heard, made.kept]).toEqual([ids.slice(0, 5), []]);
  });
});
