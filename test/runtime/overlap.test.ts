import { describe, expect, it } from 'vitest';
import type { Ledger } from '../../core/ledger.ts';
import { pilotsTick } from '../../runtime/pilots-tick.ts';
import { workersTick } from '../../runtime/workers-tick.ts';
import { inLedger, JOINED, NOW, pilots, poolView, queue, stageSettings } from '../core/worlds.ts';
import { apart } from './launching.ts';
import { type Outside, outside } from './ports.ts';

const MINUTE = 60;

/** Five pilots with jobs: three workers, which is all that the cap allows. */
const GROWING: Outside = apart({ A: 5 }, { 'max-workers': '3', flavours: 'm6i.large' });

type World = ReturnType<typeof outside>;
const openIn = async ({ ports }: World) => (await ports.ledger.view()).launches;

/** A tick that stands still at one of its calls until another has run in full. */
const overtakenAt = async (at: 'open' | 'ask', repair: Partial<Ledger['leases']> = {}) => {
  const world = outside(GROWING);
  const { ledger } = world.ports;
  let isFirst = true;
  const overtake = async () => {
    if (!isFirst) return;
    isFirst = false;
    await workersTick(world.ports)(NOW + MINUTE);
  };
  const stalled: Ledger = {
    ...ledger,
    leases: { ...ledger.leases, ...repair },
    launches: {
      ...ledger.launches,
      [at]: async (launch: Parameters<Ledger['launches']['open']>[0]) => {
        await overtake();
        return ledger.launches[at](launch);
      },
    },
  };
  await workersTick({ ...world.ports, ledger: stalled })(NOW);
  return world;
};

describe('two ticks of the workers that overlap', () => {
  it('launch once, where the later one comes before the earlier has written its intents', async () => {
    const world = await overtakenAt('open');
    expect(world.ec2.instances.size).toBe(3);
    expect(await openIn(world)).toEqual([]);
  });

  it('launch once, where the later one finds intents that nobody has asked for: it takes them back', async () => {
    const world = await overtakenAt('ask');
    expect(world.ec2.instances.size).toBe(3);
    expect(world.ec2.asked).toHaveLength(1);
    expect(await openIn(world)).toEqual([]);
  });

  it('would launch twice without the second look at the lease', async () => {
    const world = await overtakenAt('open', { holds: async () => true });
    expect(world.ec2.instances.size).toBe(6);
  });

  it('hold, the one of an earlier moment, and write nothing down that the other one would have to carry out', async () => {
    const world = outside(GROWING);
    await workersTick(world.ports)(NOW + MINUTE);
    const before = world.state();
    expect(await workersTick(world.ports)(NOW)).toMatchObject([
      { kind: 'hold', why: [{ kind: 'tick-overtaken', laterSeconds: MINUTE }] },
    ]);
    expect(world.state()).toEqual(before);
  });
});

describe('two ticks of the pilots that overlap', () => {
  it('submit once: who has been overtaken sends nothing', async () => {
    const world = outside({ ...GROWING, view: poolView([pilots({}, { queue: 'A' })]) });
    const { ledger } = world.ports;
    let isFirst = true;
    const add: typeof ledger.submissions.add = async (record) => {
      if (isFirst) {
        isFirst = false;
        await pilotsTick(world.ports)(NOW + MINUTE);
      }
      await ledger.submissions.add(record);
    };
    await pilotsTick({ ...world.ports, ledger: { ...ledger, submissions: { add } } })(NOW);
    expect([...world.pool.submitted.values()]).toEqual([5]);
  });
});

describe('throttling', () => {
  const many: Outside = apart({ A: 20, B: 20, C: 20 }, { flavours: 'm6i.large' });

  it('stops a tick after the calls that were under way, and makes the next one later and smaller', async () => {
    const world = outside(many);
    const tick = workersTick(world.ports);
    world.ec2.fault = { kind: 'throttled', code: 'RequestLimitExceeded', why: 'RequestLimitExceeded' };
    await tick(NOW);
    const asked = world.ec2.asked.length;
    expect((await world.ports.ledger.view()).pace).toEqual({ most: 5, notBefore: NOW + 60, waitSeconds: 60 });

    await tick(NOW + 30 + MINUTE - 60);
    expect(world.ec2.asked).toHaveLength(asked);

    world.ec2.fault = undefined;
    await tick(NOW + MINUTE);
    expect(world.ec2.instances.size).toBe(5);
    await tick(NOW + 2 * MINUTE);
    expect(world.ec2.instances.size).toBe(25);
  });
});

describe('a worker that was not in the view', () => {
  const overdue = inLedger('i-00000001', { kind: 'booting' }, { launchedAt: NOW - 1000 });
  const alive = { ...overdue, state: 'running', tags: {} } as const;

  it('is ended past its join deadline; its boot counts, and its console is kept', async () => {
    const world = outside({ queues: [queue()], ledger: { workers: [overdue] }, instances: [alive] });
    world.ec2.said.set('i-00000001', 'aerie: boot failed: no CVMFS');
    await workersTick(world.ports)(NOW);
    const { workers, boots } = await world.ports.ledger.view();
    expect(workers.map(({ state }) => state.kind)).toEqual(['retiring']);
    expect(boots?.flatMap((of) => of.boots.map(({ joined }) => joined))).toEqual([false, false]);
    expect(JSON.stringify(world.book.all())).toContain('aerie: boot failed: no CVMFS');
  });

  it('and that EC2 does not end counts once it does, however often that is tried', async () => {
    const world = outside({
      queues: [queue()],
      ledger: { workers: [{ ...overdue, template: { id: 'lt-1', version: '1' } }] },
      instances: [alive],
    });
    const { cloud } = world.ports;
    const isProtected = { ...cloud, terminate: async () => ({ taken: [], refused: [] }) };
    for (const minute of [0, 1, 2])
      await workersTick({ ...world.ports, cloud: isProtected })(NOW + minute * MINUTE);
    expect((await world.ports.ledger.view()).joins ?? []).toEqual([]);
    await workersTick(world.ports)(NOW + 3 * MINUTE);
    await workersTick(world.ports)(NOW + 4 * MINUTE);
    expect((await world.ports.ledger.view()).joins?.map(({ took }) => took)).toEqual([[null]]);
  });

  it('is not ended if it has joined since: the last look finds it, and it keeps its jobs', async () => {
    const world = outside({ queues: [queue()], ledger: { workers: [overdue] }, instances: [alive] });
    const drained: string[] = [];
    const poolWorkers = {
      ...world.ports.poolWorkers,
      drain: async (ids: readonly string[]) => {
        drained.push(...ids);
        return { done: [...ids], failed: [] };
      },
    };
    await workersTick({ ...world.ports, poolWorkers })(NOW);
    expect(drained).toEqual(['i-00000001']);
    expect(world.ec2.instances.get('i-00000001')?.state).toBe('running');
  });

  it('and that ended by itself before it joined is counted as failed, and then gone', async () => {
    const failed = { kind: 'failed', at: NOW - 5, cause: { kind: 'told', words: 'x' } } as const;
    const world = outside({ queues: [queue()], ledger: { workers: [{ ...overdue, state: failed }] } });
    await workersTick(world.ports)(NOW);
    const { workers, boots } = await world.ports.ledger.view();
    expect(workers).toEqual([]);
    expect(boots?.[0]?.boots).toMatchObject([{ instanceId: 'i-00000001', joined: false }]);
  });

  it("and that EC2 has ended is told and kept with EC2's reason, and with what EC2 has kept of its console", async () => {
    const ids = ['i-00000001', 'i-00000002', 'i-00000003'];
    const reason = { code: 'Client.InternalError', message: 'Client.InternalError: Client error on launch' };
    const other = { code: 'Client.VolumeLimitExceeded', message: '' };
    const world = outside({
      queues: [queue()],
      ledger: {
        workers: ids.map((id) =>
          inLedger(id, { kind: 'failed', at: NOW - 5, cause: { kind: 'told', words: 'x' } }),
        ),
      },
      instances: ids.map((id, n) => ({
        ...inLedger(id, JOINED),
        state: 'terminated' as const,
        tags: {},
        reason: n === 2 ? other : reason,
      })),
    });
    world.ec2.said.set('i-00000001', 'Linux version 6.12');
    await workersTick(world.ports)(NOW);
    expect(world.told[0]?.why).toEqual(
      expect.arrayContaining([
        { kind: 'boots-ended', workers: 2, reason },
        { kind: 'boots-ended', workers: 1, instanceId: 'i-00000003', reason: other },
      ]),
    );
    const kept = JSON.stringify(world.book.all());
    expect(kept).toContain(JSON.stringify({ text: 'Linux version 6.12', reason }).slice(1));
    expect(kept).toContain(JSON.stringify(other));
  });
});

describe('a draining worker that was not in the view', () => {
  const draining = (seconds: number) =>
    inLedger('i-00000001', {
      kind: 'draining',
      since: NOW - seconds,
      cause: { kind: 'told', words: 'x' },
      surplus: true,
    });

  it.each([
    ['goes on draining, where the last look finds it', 3601, {}, 'running'],
    ['is ended past its deadline, found or not', 3601, { 'drain-deadline-seconds': '3600' }, 'shutting-down'],
  ])('%s', async (_, seconds, knobs, state) => {
    const worker = draining(seconds);
    const world = outside({
      ...stageSettings(knobs),
      ledger: { workers: [worker] },
      instances: [{ ...worker, state: 'running', tags: {} }],
    });
    const undrained: string[] = [];
    const poolWorkers = {
      ...world.ports.poolWorkers,
      drain: async (ids: readonly string[]) => ({ done: [...ids], failed: [] }),
      undrain: async (ids: readonly string[]) => {
        undrained.push(...ids);
        return { done: [...ids], failed: [] };
      },
    };
    await workersTick({ ...world.ports, poolWorkers })(NOW);
    expect(world.ec2.instances.get('i-00000001')?.state).toBe(state);
    expect(undrained).toEqual([]);
  });
});

describe('many workers that leave the collector at once', () => {
  it('hold the tick, and launches that are open are not asked for meanwhile', async () => {
    const workers = [1, 2, 3].map((n) => inLedger(`i-0000000${n}`, JOINED, { fleet: 'A' }));
    const instances = workers.map((worker) => ({ ...worker, state: 'running', tags: {} }) as const);
    const world = outside({ ...GROWING, ledger: { workers }, instances });
    const tick = workersTick(world.ports);
    expect(await tick(NOW)).toMatchObject([{ kind: 'hold' }]);
    expect(world.ec2.asked).toEqual([]);
    expect(await tick(NOW + 6 * MINUTE)).toMatchObject([{ kind: 'rest' }]);
  });
});
