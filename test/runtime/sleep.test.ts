import { describe, expect, it } from 'vitest';
import type { Instance } from '../../core/model/instance.ts';
import type { WorkerState } from '../../core/model/worker.ts';
import { workersTick } from '../../runtime/workers-tick.ts';
import { busy, inEc2, inLedger, JOINED, NOW, pilots, poolView, queue } from '../core/worlds.ts';
import { mortalPorts, type Outside, outside } from './ports.ts';

const ID = 'i-00000001';
const ASLEEP: WorkerState = { kind: 'asleep', since: NOW - 600 };
const COST = { dollarsPerHour: 0.1, endsBy: NOW + 500_000 };

const stopped = (id: string, given: Partial<Instance> = {}) => inEc2(id, { state: 'stopped', ...given });

/** Two narrow pilots wait, and one worker that is large enough for them sleeps. */
const waking = (given: Partial<Outside> = {}): Outside => ({
  queues: [queue()],
  jobs: { BNL: { SCORE: { managed: { activated: 2 } } } },
  view: poolView([pilots({ idle: 2 })]),
  ledger: { workers: [inLedger(ID, ASLEEP, { mayStop: true, cost: COST })] },
  instances: [stopped(ID)],
  ...given,
});

const workersOf = async ({ ports }: ReturnType<typeof outside>) => (await ports.ledger.view()).workers;
const stateOf = async (world: ReturnType<typeof outside>, id = ID) =>
  (await workersOf(world)).find(({ instanceId }) => instanceId === id)?.state;

const running = ({ ec2 }: ReturnType<typeof outside>): number =>
  [...ec2.instances.values()].filter(({ state }) => state === 'running').length;

describe('a tick that wakes a worker', () => {
  it('starts it, writes it down as waking, and keeps how long it slept', async () => {
    const world = outside(waking());
    await workersTick(world.ports)(NOW);
    expect(world.ec2.instances.get(ID)?.state).toBe('running');
    expect(world.ec2.asked).toEqual([]);
    expect(await workersOf(world)).toMatchObject([
      { instanceId: ID, state: { kind: 'waking', since: NOW }, sleeps: [[NOW - 600, NOW]], mayStop: true },
    ]);
  });

  it('starts it as the size that is wanted, and keeps that', async () => {
    const shape = { cpus: 8, memoryMb: 16_000, diskMb: 10_000, gpus: 0 };
    const world = outside(
      waking({ queues: [queue({ cpus: '8' })], view: poolView([pilots({ idle: 1, shape })]) }),
    );
    await workersTick(world.ports)(NOW);
    const large = {
      offer: { flavour: 'm6i.2xlarge' },
      tags: { 'aerie:promised': expect.stringMatching(/^8c,/) },
    };
    expect(world.ec2.instances.get(ID)).toMatchObject({ state: 'running', ...large });
    expect(await workersOf(world)).toMatchObject([{ offer: large.offer, offers: { cpus: 8 } }]);
  });

  it.each(['lost its lease', 'was throttled'])(
    'starts it as the size that is wanted, also after a tick that %s before it asked',
    async (how) => {
      const shape = { cpus: 8, memoryMb: 16_000, diskMb: 10_000, gpus: 0 };
      const world = outside(
        waking({ queues: [queue({ cpus: '8' })], view: poolView([pilots({ idle: 1, shape })]) }),
      );
      const { ledger } = world.ports;
      const isLost = how === 'lost its lease';
      const leases = { ...ledger.leases, ...(isLost ? { holds: async () => false } : {}) };
      if (!isLost) world.ec2.fault = { kind: 'throttled', code: 'RequestLimitExceeded', why: 'slow' };
      await workersTick({ ...world.ports, ledger: { ...ledger, leases } })(NOW);
      expect((await stateOf(world))?.kind).toBe('asleep');
      world.ec2.fault = undefined;
      await workersTick(world.ports)(NOW + 60);
      expect(world.ec2.instances.get(ID)).toMatchObject({
        state: 'running',
        offer: { flavour: 'm6i.2xlarge' },
        tags: { 'aerie:promised': expect.stringMatching(/^8c,/) },
      });
    },
  );

  it('lets it sleep on where EC2 has no room, leaves that offer alone for a while, and launches in the next', async () => {
    const world = outside(waking({ free: { 'm6i.large': 0 } }));
    await workersTick(world.ports)(NOW);
    expect(await stateOf(world)).toEqual({ kind: 'asleep', since: NOW, refusedAt: NOW });
    const { cooling } = await world.ports.ledger.view();
    expect(cooling).toMatchObject([
      { offer: { flavour: 'm6i.large', zone: 'us-east-1a' }, class: 'capacity', until: NOW + 60 },
    ]);
    await workersTick(world.ports)(NOW + 60);
    expect(world.ec2.asked).toHaveLength(1);
  });

  it.each(['lost on the way', 'lost on the way back'] as const)(
    'wakes one for an order that is %s, in the end once',
    async (how) => {
      const world = outside(waking());
      world.ec2.fault = { kind: 'unclear', why: 'TimeoutError' };
      world.ec2.carriesOut = how === 'lost on the way back';
      await expect(workersTick(world.ports)(NOW)).rejects.toThrow('did not answer an order to start');
      expect((await stateOf(world))?.kind).toBe('waking');
      world.ec2.fault = undefined;
      for (let at = NOW + 60; at <= NOW + 600; at += 60) await workersTick(world.ports)(at);
      expect(running(world)).toBe(1);
    },
  );

  it('waits as long as a launch would where EC2 throttles it, and wakes it then', async () => {
    const world = outside(waking());
    world.ec2.fault = { kind: 'throttled', code: 'RequestLimitExceeded', why: 'RequestLimitExceeded: slow' };
    await workersTick(world.ports)(NOW);
    expect(await stateOf(world)).toEqual({ kind: 'asleep', since: NOW });
    const { pace } = await world.ports.ledger.view();
    expect(pace).toMatchObject({ notBefore: NOW + 60 });
    world.ec2.fault = undefined;
    const decisions = await workersTick(world.ports)(NOW + 30);
    expect(JSON.stringify(decisions)).toContain('launches-throttled');
    expect(running(world)).toBe(0);
    await workersTick(world.ports)(NOW + 60);
    expect(running(world)).toBe(1);
    expect((await world.ports.ledger.view()).pace?.most).toBeGreaterThan(pace?.most ?? Infinity);
  });

  it('starts nothing if somebody has woken it, or ended it, since it was decided', async () => {
    const world = outside(waking());
    const [worker] = await workersOf(world);
    const ports = {
      ...world.ports,
      tell: () => {
        if (worker !== undefined) {
          void world.ports.ledger.workers.change({ worker, to: { kind: 'waking', since: NOW - 1 } }, NOW - 1);
        }
      },
    };
    await workersTick(ports)(NOW);
    expect(world.ec2.instances.get(ID)?.state).toBe('stopped');
  });

  it('killed between any two of its calls, starts one machine all the same, and no second', async () => {
    for (let calls = 1; calls < 12; calls += 1) {
      const world = outside(waking());
      await workersTick(mortalPorts(world.ports, { calls }))(NOW).catch(() => {});
      for (let at = NOW + 60; at <= NOW + 600; at += 60) await workersTick(world.ports)(at);
      expect(running(world)).toBe(1);
    }
  });
});

describe('a tick that lets workers sleep', () => {
  const joined = (given: Partial<Outside> = {}): Outside => ({
    queues: [queue()],
    view: poolView([], [busy(ID)]),
    ledger: { workers: [inLedger(ID, JOINED)] },
    instances: [inEc2(ID)],
    ...given,
  });

  it('makes their power-off a stop, and writes that down', async () => {
    const world = outside(joined());
    await workersTick(world.ports)(NOW);
    expect([...world.ec2.mayStop]).toEqual([ID]);
    expect(await workersOf(world)).toMatchObject([{ mayStop: true }]);
  });

  it('tells EC2 nothing once another tick has its lease, and takes back what it has written', async () => {
    const world = outside(joined());
    const { ledger } = world.ports;
    const leases = { ...ledger.leases, holds: async () => false };
    await workersTick({ ...world.ports, ledger: { ...ledger, leases } })(NOW);
    expect(world.ec2.mayStop.size).toBe(0);
    expect((await workersOf(world)).map(({ mayStop }) => mayStop)).toEqual([undefined]);
  });

  it('asks in a while for those that it did not come to, because EC2 did not answer for one', async () => {
    const ids = [ID, 'i-00000002'];
    const world = outside(
      joined({
        view: poolView(
          [],
          ids.map((id) => busy(id)),
        ),
        ledger: { workers: ids.map((id) => inLedger(id, JOINED)) },
        instances: ids.map((id) => inEc2(id)),
      }),
    );
    const letStop = async () => ({ taken: [], refused: [], unanswered: 'TimeoutError', unclear: [ID] });
    const deaf = { ...world.ports, cloud: { ...world.ports.cloud, letStop } };
    await expect(workersTick(deaf)(NOW)).rejects.toThrow('did not answer whether');
    expect((await workersOf(world)).map(({ mayStop }) => mayStop)).toEqual([true, undefined]);
    await workersTick(world.ports)(NOW + 660);
    expect([...world.ec2.mayStop]).toEqual(['i-00000002']);
  });

  it('asks again in a while for one that EC2 refused', async () => {
    const spot = { flavour: 'm6i.large', zone: 'us-east-1a', market: 'spot' } as const;
    const world = outside(joined({ instances: [inEc2(ID, { offer: spot })] }));
    await workersTick(world.ports)(NOW);
    const [worker] = await workersOf(world);
    expect(worker?.stopRefusedAt).toBe(NOW);
    expect(worker?.mayStop).toBeUndefined();
  });

  it('finds one asleep that has left the collector', async () => {
    const world = outside(joined({ view: poolView([]), instances: [stopped(ID)] }));
    await workersTick(world.ports)(NOW);
    expect(await stateOf(world)).toMatchObject({ kind: 'asleep' });
  });

  it('ends one that has slept for too long', async () => {
    const since = NOW - 200_000;
    const worker = inLedger(ID, { kind: 'asleep', since }, { mayStop: true, launchedAt: since - 3600 });
    const world = outside(
      joined({ view: poolView([]), ledger: { workers: [worker] }, instances: [stopped(ID)] }),
    );
    await workersTick(world.ports)(NOW);
    expect(world.ec2.instances.get(ID)?.state).toBe('shutting-down');
    expect(await stateOf(world)).toMatchObject({ kind: 'retiring', cause: { kind: 'asleep-too-long' } });
  });
});
