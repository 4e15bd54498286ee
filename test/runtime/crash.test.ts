import { describe, expect, it } from 'vitest';
import { pilotsTick } from '../../runtime/pilots-tick.ts';
import { workersTick } from '../../runtime/workers-tick.ts';
import { fleet, inLedger, inPool, JOINED, NOW, openLaunch, pilots, poolView, queue } from '../core/worlds.ts';
import { type Life, mortalPorts, type Outside, outside } from './ports.ts';

const DRAINING = { kind: 'draining', since: NOW - 60, cause: { kind: 'told', words: 'x' } } as const;
const MISSING = { kind: 'missing', joinedAt: 0, since: NOW - 60 } as const;

/** A moment in which a tick has everything to do: launch, replay, join, drain, end and forget. */
const BUSY: Outside = {
  queues: [queue({ fleet: 'A' }, 'A'), queue({ fleet: 'B' }, 'B')],
  fleets: [fleet(), fleet({}, 'A'), fleet({}, 'B')],
  jobs: { A: { SCORE: { managed: { activated: 7 } } }, B: { SCORE: { managed: { activated: 3 } } } },
  view: poolView(
    [pilots({ idle: 5, fleet: 'A' }, { queue: 'A' }), pilots({ idle: 9, fleet: 'B' }, { queue: 'B' })],
    [
      inPool('i-00000001'),
      inPool('i-00000002', { draining: true }),
      inPool('i-00000003', { idleSince: NOW - 5000 }),
    ],
  ),
  ledger: {
    launches: [openLaunch(2, NOW - 180)],
    workers: [
      inLedger('i-00000001', { kind: 'booting' }, { launchedAt: NOW - 300 }),
      inLedger('i-00000002', DRAINING),
      inLedger('i-00000003', JOINED),
      inLedger('i-00000004', MISSING),
    ],
  },
};

/** The same where EC2 has fewer machines than are asked for, so that offers cool. */
const SHORT: Outside = { ...BUSY, free: { 'm6i.large': 4 } };

const TICKS = { pilots: pilotsTick, workers: workersTick } as const;

/** A launch that was asked for is looked up first: what came of it is known some minutes later. */
const LATER = Array.from({ length: 8 }, (_, minute) => NOW + 60 * (minute + 1));

type World = ReturnType<typeof outside>;

/** What a world has come to, in the end: for pilots all of it; for workers what lives, and where it stands. */
const endOf = {
  pilots: async (world: World): Promise<unknown> => world.state(),
  async workers(world: World): Promise<unknown> {
    const tick = workersTick(world.ports);
    for (const moment of LATER) await tick(moment);
    const { launches, workers } = await world.ports.ledger.view();
    const { instances, pool } = world.state();
    return {
      launches,
      workers: workers.map(({ instanceId, state }) => `${instanceId} ${state.kind}`).sort(),
      instances: instances.map(({ instanceId, state }) => `${instanceId} ${state}`),
      pool,
    };
  },
} as const;

/** Runs a tick in a process that is killed after so many calls, then once more in one that lives. */
const survives = async (of: keyof typeof TICKS, calls: number) => {
  const world = outside(BUSY);
  const life: Life = { calls };
  const killed = await TICKS[of](mortalPorts(world.ports, life))(NOW).then(
    () => false,
    () => true,
  );
  await TICKS[of](world.ports)(NOW);
  return { killed, end: await endOf[of](world) };
};

describe.each(['pilots', 'workers'] as const)('a tick of the %s', (of) => {
  it('that is killed after any of its calls, and repeated, ends where one that lives does', async () => {
    const whole = outside(BUSY);
    await TICKS[of](whole.ports)(NOW);
    const end = await endOf[of](whole);
    const { killed: everKilled, end: twice } = await survives(of, 1000);
    expect(everKilled).toBe(false);
    expect(twice).toEqual(end);

    let kills = 0;
    for (let calls = 1; calls < 100; calls += 1) {
      const survived = await survives(of, calls);
      if (!survived.killed) break;
      kills += 1;
      expect(survived.end, `killed after call ${calls}`).toEqual(end);
    }
    expect(kills).toBeGreaterThan(of === 'pilots' ? 5 : 20);
  });

  it('that is killed again and again still ends there', async () => {
    const whole = outside(BUSY);
    await TICKS[of](whole.ports)(NOW);
    const world = outside(BUSY);
    for (let calls = 1; calls < 30; calls += 1) {
      await TICKS[of](mortalPorts(world.ports, { calls }))(NOW).catch(() => undefined);
    }
    await TICKS[of](world.ports)(NOW);
    expect(await endOf[of](world)).toEqual(await endOf[of](whole));
  });
});

describe('a tick of the workers that is not repeated', () => {
  it.each([
    ['EC2 has enough', BUSY],
    ['EC2 is short', SHORT],
  ])(
    'is made good by those after it where %s: nothing is launched twice, and nothing stays open',
    async (_, of) => {
      const whole = outside(of);
      const tick = workersTick(whole.ports);
      for (const moment of [NOW, ...LATER]) await tick(moment);
      for (let calls = 1; calls < 25; calls += 1) {
        const world = outside(of);
        await workersTick(mortalPorts(world.ports, { calls }))(NOW).catch(() => undefined);
        const next = workersTick(world.ports);
        for (const moment of LATER) await next(moment);
        const { launches, workers } = await world.ports.ledger.view();
        expect(launches, `killed after call ${calls}`).toEqual([]);
        const launched = workers.filter(({ instanceId }) => world.ec2.instances.has(instanceId));
        expect(launched.length, `killed after call ${calls}`).toBe(world.ec2.instances.size);
        expect(world.ec2.instances.size, `killed after call ${calls}`).toBe(whole.ec2.instances.size);
      }
    },
  );
});
