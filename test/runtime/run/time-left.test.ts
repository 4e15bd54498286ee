import { describe, expect, it } from 'vitest';
import { FUNCTIONS } from '../../../lib/functions/functions.ts';
import { HTTP_TIMEOUT_SECONDS } from '../../../runtime/run/environment.ts';
import { NEEDED_SECONDS } from '../../../runtime/run/time-left.ts';
import { countedCloud } from '../../../runtime/tell/count-launches.ts';
import { toldCloud } from '../../../runtime/tell/tell-refusals.ts';
import { workersTick } from '../../../runtime/workers-tick.ts';
import {
  inLedger,
  inPool,
  NOW,
  openLaunch,
  pilots,
  poolView,
  queue,
  stageSettings,
} from '../../core/worlds.ts';
import { apart } from '../launching.ts';
import { type Outside, outside } from '../ports.ts';

const MINUTE = 60;

type World = ReturnType<typeof outside>;
const view = ({ ports }: World) => ports.ledger.view();
const idsOf = async (world: World) => (await view(world)).workers.map(({ instanceId }) => instanceId).sort();
const inEc2 = ({ ec2 }: World) => [...ec2.instances.keys()].sort();

describe('a tick whose function has little time left', () => {
  /** The time that a function has, on a clock that each call at EC2 moves. */
  const slowEc2 = (world: World, leftSeconds: number, takesSeconds: number) => {
    let left = leftSeconds;
    const { cloud } = world.ports;
    const slow =
      <Asked, Answer>(ask: (asked: Asked) => Promise<Answer>) =>
      async (asked: Asked): Promise<Answer> => {
        const answer = await ask(asked);
        left -= takesSeconds;
        return answer;
      };
    const ports = { ...world.ports, cloud: { ...cloud, launch: slow(cloud.launch) } };
    return { tick: workersTick(ports), timeLeft: () => left };
  };
  /** So many fleets that each need one worker. */
  const many = (fleets: number): Outside =>
    apart(Object.fromEntries(Array.from({ length: fleets }, (_, n) => [`Q${n}`, 1])));

  it('begins no launch that it may not see the end of: the next one launches the rest', async () => {
    const world = outside(many(20));
    const { tick, timeLeft } = slowEc2(world, 45, 6);
    await tick(NOW, timeLeft);
    const begun = world.ec2.asked.length;
    expect(begun).toBeGreaterThan(0);
    expect(begun).toBeLessThan(20);
    expect(timeLeft()).toBeLessThan(NEEDED_SECONDS.launch);
    const { launches, workers } = await view(world);
    expect(launches).toEqual([]);
    expect(workers).toHaveLength(begun);

    await workersTick(world.ports)(NOW + MINUTE);
    expect(new Set(world.ec2.asked).size).toBe(20);
    expect(await idsOf(world)).toEqual(inEc2(world));
    expect(inEc2(world)).toHaveLength(20);
  });

  it('writes down no intents that it has no time to ask for', async () => {
    const world = outside(many(100));
    let opened = 0;
    const { launches } = world.ports.ledger;
    const open: typeof launches.open = (launch) => {
      opened += 1;
      return launches.open(launch);
    };
    const ledger = { ...world.ports.ledger, launches: { ...launches, open } };
    const { tick, timeLeft } = slowEc2({ ...world, ports: { ...world.ports, ledger } }, 45, 6);
    await tick(NOW, timeLeft);
    expect(opened).toBeGreaterThan(0);
    expect(opened).toBeLessThan(100);
    expect((await view(world)).launches).toEqual([]);

    await workersTick(world.ports)(NOW + MINUTE);
    expect(new Set(world.ec2.asked).size).toBe(100);
    expect(inEc2(world)).toHaveLength(100);
  });

  it('does not ask again for a launch that is open', async () => {
    const launch = openLaunch(3, NOW - 120);
    const world = outside({ queues: [queue()], ledger: { launches: [launch] } });
    await workersTick(world.ports)(NOW, () => NEEDED_SECONDS.launch - 1);
    expect(world.ec2.asked).toEqual([]);
    expect((await view(world)).launches).toEqual([launch]);
    await workersTick(world.ports)(NOW + MINUTE, () => NEEDED_SECONDS.launch);
    expect(world.ec2.asked).toHaveLength(1);
  });

  it('ends no worker; the next one does', async () => {
    const overdue = inLedger('i-00000001', { kind: 'booting' }, { launchedAt: NOW - 1000 });
    const alive = { ...overdue, state: 'running', tags: {} } as const;
    const world = outside({ queues: [queue()], ledger: { workers: [overdue] }, instances: [alive] });
    await workersTick(world.ports)(NOW, () => NEEDED_SECONDS.terminate - 1);
    expect(world.ec2.instances.get('i-00000001')?.state).toBe('running');
    expect((await view(world)).workers).toEqual([overdue]);
    await workersTick(world.ports)(NOW + MINUTE, () => NEEDED_SECONDS.terminate);
    expect(world.ec2.instances.get('i-00000001')?.state).toBe('shutting-down');
  });

  it('gives the order to end the time that it has, before each of its calls', async () => {
    const overdue = inLedger('i-00000001', { kind: 'booting' }, { launchedAt: NOW - 1000 });
    const alive = { ...overdue, state: 'running', tags: {} } as const;
    const world = outside({ queues: [queue()], ledger: { workers: [overdue] }, instances: [alive] });
    let left: number = NEEDED_SECONDS.terminate;
    const said: boolean[] = [];
    const terminate: typeof world.ports.cloud.terminate = async (_, hasTime) => {
      said.push(hasTime());
      left -= 1;
      said.push(hasTime());
      return { taken: [], refused: [] };
    };
    const { cloud, ...ports } = world.ports;
    const told = toldCloud(
      countedCloud({ ...cloud, terminate }, () => undefined),
      () => undefined,
    );
    await workersTick({ ...ports, cloud: told })(NOW, () => left);
    expect(said).toEqual([true, false]);
  });

  it('does not ask for an end after a last look that has taken long, and the next one does', async () => {
    const drained = { draining: true, busy: 0 } as const;
    const world = outside({
      queues: [queue()],
      ledger: {
        workers: [
          inLedger('i-00000001', { kind: 'booting' }, { launchedAt: NOW - 1000 }),
          inLedger('i-00000002', { kind: 'draining', since: NOW - 60, cause: { kind: 'told', words: 'x' } }),
        ],
      },
      view: poolView([], [inPool('i-00000002', drained)]),
      instances: ['i-00000001', 'i-00000002'].map((id) => ({
        ...inLedger(id, { kind: 'booting' }),
        state: 'running' as const,
        tags: {},
      })),
    });
    let left = 45;
    const { poolWorkers } = world.ports;
    const drain: typeof poolWorkers.drain = async (ids) => {
      left -= 20;
      return poolWorkers.drain(ids);
    };
    await workersTick({ ...world.ports, poolWorkers: { ...poolWorkers, drain } })(NOW, () => left);
    expect([...world.ec2.instances.values()].map(({ state }) => state)).toEqual(['running', 'running']);
    expect((await world.ports.ledger.workers.find('i-00000002'))?.state).toMatchObject({ pending: true });

    await workersTick(world.ports)(NOW + MINUTE);
    expect([...world.ec2.instances.values()].map(({ state }) => state)).toEqual([
      'shutting-down',
      'shutting-down',
    ]);
  });

  it('that asked PanDA and the pool twice each still has the time for a launch', () => {
    // Both are asked at the same time, and each is tried twice.
    const left = FUNCTIONS.workers.timeoutSeconds - 2 * HTTP_TIMEOUT_SECONDS;
    expect(left).toBeGreaterThanOrEqual(NEEDED_SECONDS.launch);
    expect(left).toBeGreaterThanOrEqual(NEEDED_SECONDS.terminate);
  });
});

describe('more workers that join at once than one tick writes down', () => {
  it('are in the ledger after the next ticks, and none of them is ended or launched again meanwhile', async () => {
    const ids = Array.from({ length: 2_500 }, (_, n) => `i-${n.toString(16).padStart(8, '0')}`);
    const workers = ids.map((id) => inLedger(id, { kind: 'booting' }));
    const world = outside({
      ...stageSettings({ 'max-workers': '5000' }),
      view: poolView(
        [pilots({ running: 2_500 })],
        ids.map((id) => inPool(id, { busy: 1, idleSince: null })),
      ),
      ledger: { workers },
    });
    const joined = async () =>
      (await view(world)).workers.filter(({ state }) => state.kind === 'joined').length;
    const tick = workersTick(world.ports);
    await tick(NOW);
    expect(await joined()).toBe(2_000);
    await tick(NOW + MINUTE);
    expect(await joined()).toBe(2_500);
    expect(world.ec2.asked).toEqual([]);
    expect((await view(world)).boots?.flatMap(({ boots }) => boots.filter((boot) => !boot.joined))).toEqual(
      [],
    );
  });
});
