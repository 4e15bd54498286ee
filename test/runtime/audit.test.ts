import { describe, expect, it } from 'vitest';
import { known, unknown } from '../../core/model/snapshot.ts';
import type { AuditReport } from '../../runtime/audit.ts';
import { inLedger, inPool, JOINED, NOW, openLaunch, poolView } from '../core/worlds.ts';
import { BOOTING, ID, instance, sides } from './audit-sides.ts';
import { memoryEc2 } from './memory-ec2.ts';

const AGAIN = NOW + 600;

const counted = (report: AuditReport) =>
  report.kind === 'hold'
    ? report.why
    : report.tallies
        .filter(({ count }) => count > 0)
        .map(({ name, count, due }) => `${count} ${name}, ${due} due`);

describe('an audit', () => {
  it('of three sides that agree finds nothing, and says so of every kind', async () => {
    const { run } = sides({
      instances: [instance()],
      ledger: { workers: [inLedger(ID, JOINED)] },
      view: poolView([], [inPool(ID)]),
    });
    const report = await run(NOW);
    expect(counted(report)).toEqual([]);
    expect(report.kind === 'looked' && report.tallies).toHaveLength(8);
  });

  it('marks at the first look, and acts at the second', async () => {
    const { run, states } = sides({ instances: [instance()] });
    expect(counted(await run(NOW))).toEqual(['1 unknown-instance, 0 due']);
    expect(await states()).toEqual([]);
    expect(counted(await run(NOW + 299))).toEqual(['1 unknown-instance, 0 due']);
    expect(counted(await run(NOW + 300))).toEqual(['1 unknown-instance, 1 due']);
    expect(await states()).toEqual([`${ID} booting`]);
    expect(counted(await run(AGAIN))).toEqual([]);
  });

  it('forgets a mark when what it marked is as it should be', async () => {
    const young = inLedger(ID, BOOTING, { launchedAt: NOW - 60 });
    const { run, book, states } = sides({ ledger: { workers: [young] } });
    await run(NOW);
    expect(await book.ledger.marks.all()).toHaveLength(1);
    const back = sides({ instances: [instance()], ledger: { workers: [young] } });
    await run(NOW + 60, { cloud: back.ports.cloud });
    expect(await book.ledger.marks.all()).toEqual([]);
    await run(AGAIN);
    expect(await states()).toEqual([`${ID} booting`]);
  });

  it.each([
    [
      'EC2 does not answer',
      { cloud: { ...memoryEc2().cloud, list: async () => unknown('throttled') } },
      { kind: 'instances-unknown', words: 'throttled' },
    ],
    [
      'the pool is unknown',
      { pool: { view: async () => unknown('refused') } },
      { kind: 'source-unknown', source: 'pool', words: 'refused' },
    ],
    [
      'the collector is young',
      {
        pool: {
          view: async () =>
            known({ ...poolView([]), observedAt: AGAIN, collectorStartedAt: AGAIN - 599 }, AGAIN),
        },
      },
      { kind: 'collector-young', ageSeconds: 599 },
    ],
  ])('holds while %s', async (_, other, why) => {
    const { run, states } = sides({ ledger: { workers: [inLedger(ID, BOOTING)] } });
    await run(NOW);
    expect(counted(await run(AGAIN, other))).toEqual(why);
    expect(await states()).toEqual([`${ID} booting`]);
  });
});

/** Two audits, one after the other. */
const twice = async (given: Parameters<typeof sides>[0]) => {
  const all = sides(given);
  await all.run(NOW);
  await all.run(AGAIN);
  return all;
};

describe('an instance that the ledger does not know', () => {
  it('is adopted as joined if it is in the pool', async () => {
    const { book } = await twice({ instances: [instance()], view: poolView([], [inPool(ID)]) });
    expect((await book.ledger.view()).workers).toMatchObject([
      {
        instanceId: ID,
        fleet: 'default',
        launchId: 'default.1.0',
        state: { kind: 'joined' },
        launchedAt: NOW - 300,
      },
    ]);
  });

  it('is adopted for the fleet of its launch and as its type is, whatever its ad says', async () => {
    const total = { cpus: 5000, memoryMb: 1e6, diskMb: 1e6, gpus: 8 };
    const view = poolView([], [inPool(ID, { fleet: 'other', total, free: total })]);
    const { book } = await twice({ instances: [instance()], view });
    expect((await book.ledger.view()).workers).toMatchObject([
      { fleet: 'default', offers: { cpus: 2, memoryMb: 7500, gpus: 0 } },
    ]);
  });

  it('is ended if it has not joined by the deadline of its fleet', async () => {
    const { ec2State, states } = await twice({ instances: [instance({ launchedAt: NOW - 400 })] });
    expect([ec2State(), await states()]).toEqual(['shutting-down', []]);
  });

  it('is left to its launch while that is open', async () => {
    const launch = openLaunch(1);
    const { states } = await twice({
      instances: [instance({}, { 'aerie:launch': launch.request.launchId })],
      ledger: { launches: [launch] },
    });
    expect(await states()).toEqual([]);
  });

  it('is never ended while it is protected', async () => {
    const { ec2State, states } = await twice({
      instances: [instance({ launchedAt: NOW - 9000 }, { 'aerie:protected': 'yes' })],
    });
    expect([ec2State(), await states()]).toEqual(['running', [`${ID} booting`]]);
  });
});

describe('an item of the ledger that cannot be read', () => {
  it('is named, and its instance is left alone', async () => {
    const { ports, run, ec2State } = sides({ instances: [instance({ launchedAt: NOW - 5000 })] });
    const unread = [{ key: `worker#${ID}`, whose: 'default', why: 'is of version 4' }];
    const view = async () => ({ ...(await ports.ledger.view()), unread });
    const ledger = { ...ports.ledger, view };
    for (const minute of [0, 10, 20]) {
      const report = await run(NOW + 60 * minute, { ledger });
      expect(report).toMatchObject({ unread });
    }
    expect(ec2State()).toBe('running');
  });
});

describe('a worker of the ledger', () => {
  it.each([
    ['EC2 does not know', JOINED, [], []],
    ['has ended', JOINED, [instance({ state: 'terminated' })], []],
    ['has ended before it joined', BOOTING, [instance({ state: 'terminated' })], [`${ID} failed`]],
  ])('that %s is let go of, and its ad with it', async (_, state, instances, left) => {
    const { states, pool } = await twice({ instances, ledger: { workers: [inLedger(ID, state)] } });
    expect(await states()).toEqual(left);
    expect([...pool.forgotten]).toEqual([ID]);
  });

  it('of whom EC2 says that it has ended is let go of at once; one that EC2 does not show is looked for again', async () => {
    const ledger = { workers: [inLedger(ID, JOINED)] };
    const ended = sides({ instances: [instance({ state: 'terminated' })], ledger });
    expect(counted(await ended.run(NOW))).toEqual(['1 lost-worker, 1 due']);
    expect(await ended.states()).toEqual([]);
    const unseen = sides({ ledger });
    expect(counted(await unseen.run(NOW))).toEqual(['1 lost-worker, 0 due']);
    expect(await unseen.states()).toEqual([`${ID} joined`]);
  });

  it('that EC2 does not show but the pool hears of is kept: EC2 shows what it has late', async () => {
    const { states } = await twice({
      ledger: { workers: [inLedger(ID, JOINED)] },
      view: poolView([], [inPool(ID)]),
    });
    expect(await states()).toEqual([`${ID} joined`]);
  });

  it('that has not joined by its deadline is ended at once: the deadline was the first look', async () => {
    const all = sides({
      instances: [instance()],
      ledger: { workers: [inLedger(ID, BOOTING, { launchedAt: NOW - 901 })] },
    });
    expect(counted(await all.run(NOW))).toEqual(['1 overdue-boot, 1 due']);
    expect([all.ec2State(), await all.states()]).toEqual(['shutting-down', [`${ID} retiring`]]);
  });

  it('whose end EC2 took and never carried out is ended again', async () => {
    const retiring = { kind: 'retiring', since: NOW - 700, cause: { kind: 'told', words: 'x' } } as const;
    const { ec2State } = await twice({
      instances: [instance()],
      ledger: { workers: [inLedger(ID, retiring)] },
    });
    expect(ec2State()).toBe('shutting-down');
  });

  it('that was stopped is ended', async () => {
    const { ec2State } = await twice({
      instances: [instance({ state: 'stopped' })],
      ledger: { workers: [inLedger(ID, JOINED)] },
    });
    expect(ec2State()).toBe('shutting-down');
  });

  it('is marked as protected at the first look, and no longer when the tag is gone', async () => {
    const all = sides({
      instances: [instance({}, { 'aerie:protected': 'yes' })],
      ledger: { workers: [inLedger(ID, JOINED)] },
      view: poolView([], [inPool(ID)]),
    });
    const mark = async () => (await all.book.ledger.view()).workers[0]?.isProtected;
    await all.run(NOW);
    expect(await mark()).toBe(true);
    all.ec2.instances.set(ID, instance());
    await all.run(AGAIN);
    expect(await mark()).toBe(false);
  });
});

describe('a launch whose outcome was never written down', () => {
  it('is closed with the workers that its tag finds', async () => {
    const launch = openLaunch(2, NOW - 1301);
    const { book, states } = await twice({
      instances: [instance({}, { 'aerie:launch': launch.request.launchId })],
      ledger: { launches: [launch] },
    });
    expect((await book.ledger.view()).launches).toEqual([]);
    expect(await states()).toEqual([`${ID} booting`]);
  });
});

describe('an ad in the pool', () => {
  it('of a worker that has ended is forgotten', async () => {
    const { pool } = await twice({
      instances: [instance({ state: 'terminated' })],
      view: poolView([], [inPool(ID)]),
    });
    expect([...pool.forgotten]).toEqual([ID]);
  });

  it('of a stranger is counted, and left alone', async () => {
    const all = await twice({ view: poolView([], [inPool(ID)]) });
    expect(counted(await all.run(AGAIN + 600))).toEqual(['1 stranger, 1 due']);
    expect([...all.pool.forgotten]).toEqual([]);
  });
});
