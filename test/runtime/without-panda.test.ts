import { describe, expect, it } from 'vitest';
import { noPanda } from '../../adapters/panda.ts';
import type { PandaJobs } from '../../core/model/panda.ts';
import type { FleetJobs, PoolView } from '../../core/model/pool.ts';
import { known, unknown } from '../../core/model/snapshot.ts';
import type { Panda } from '../../core/ports.ts';
import { pilotsTick } from '../../runtime/pilots-tick.ts';
import { workersTick } from '../../runtime/workers-tick.ts';
import { fleet, inLedger, inPool, JOINED, NARROW, NOW, pilots, poolView, queue } from '../core/worlds.ts';
import { outside } from './ports.ts';

const MINUTE = 60;

/** So many plain jobs of a fleet that have waited for a minute. */
const plain = (name: string, idle: number): FleetJobs => ({
  fleet: name,
  shapes: [
    {
      ...{ shape: NARROW, fleet: name, idle, running: 0, held: 0 },
      waitingSince: [{ at: NOW - MINUTE, count: idle }],
    },
  ],
});

const view = (jobs: readonly FleetJobs[], given: Partial<PoolView> = {}): PoolView =>
  poolView([pilots({ idle: 4 })], [], { jobs: { complete: true, fleets: [...jobs] }, ...given });

/** Four pilots with jobs on the default fleet, and four plain jobs on another one. */
const world = (given: PoolView = view([plain('gpu', 4)])) =>
  outside({
    queues: [queue()],
    fleets: [fleet(), fleet({}, 'gpu')],
    jobs: { BNL: { SCORE: { managed: { activated: 4 } } } },
    view: given,
  });

const silent = (words: string): Panda => ({
  jobs: async () => unknown(words),
  sites: async () => unknown(words),
});

const fleetsIn = ({ ec2 }: ReturnType<typeof world>): readonly (string | undefined)[] =>
  [...ec2.instances.values()].map(({ tags }) => tags['aerie:fleet']);

describe.each<readonly [string, Panda, string]>([
  ['a stage without PanDA', noPanda, 'the stage has no pandaUrl'],
  ['a stage whose PanDA is silent', silent('HTTP 503'), 'HTTP 503'],
])('%s', (_, panda, words) => {
  const why = { kind: 'source-unknown', source: 'panda', words };

  it('launches for plain jobs, and for pilots it does not, and says why', async () => {
    const there = world();
    const decisions = await workersTick({ ...there.ports, panda })(NOW);
    expect(decisions).toMatchObject([
      { fleet: 'default', kind: 'rest' },
      { fleet: 'gpu', kind: 'act' },
    ]);
    expect(decisions[0]?.why).toContainEqual(expect.objectContaining(why));
    expect(decisions[1]?.why).not.toContainEqual(expect.objectContaining(why));
    expect(fleetsIn(there)).toEqual(['gpu', 'gpu']);
  });

  it('holds its queues', async () => {
    const there = world();
    expect(await pilotsTick({ ...there.ports, panda })(NOW)).toMatchObject([
      { queue: 'BNL', kind: 'hold', why: [why] },
    ]);
    expect(there.pool.submitted.size).toBe(0);
  });

  it('goes on with the life of its workers', async () => {
    const cause = { kind: 'told', words: 'x' } as const;
    const there = outside({
      queues: [queue()],
      ledger: {
        workers: [
          inLedger('i-00000001', { kind: 'booting' }, { launchedAt: NOW - 300 }),
          inLedger('i-00000002', { kind: 'draining', since: NOW - MINUTE, cause }),
          inLedger('i-00000003', JOINED),
        ],
      },
      view: poolView(
        [],
        [
          inPool('i-00000001'),
          inPool('i-00000002', { draining: true }),
          inPool('i-00000003', { idleSince: NOW - 5000 }),
        ],
      ),
    });
    await workersTick({ ...there.ports, panda })(NOW);
    const { workers } = await there.ports.ledger.view();
    expect(workers.map(({ instanceId, state }) => `${instanceId} ${state.kind}`)).toEqual([
      'i-00000001 joined',
      'i-00000002 retiring',
      'i-00000003 draining',
    ]);
  });
});

describe("PanDA's counts that cannot be true", () => {
  const running = (count: number): PandaJobs => ({
    CERN: { SCORE: { managed: { running: count } } },
    BNL: { SCORE: { managed: { activated: 4 } } },
  });
  const telling = (jobs: PandaJobs): Panda => ({
    jobs: async (now) => known(jobs, now),
    sites: async (now) => known({ BNL: { status: 'online' } }, now),
  });

  it.each([
    ['one process', true],
    ['two', false],
  ])('stop pilots, and no plain jobs, whether %s has seen those before', async (_, isOne) => {
    const there = world(view([]));
    let jobs = running(1000);
    let seen = view([]);
    const ports = {
      ...there.ports,
      panda: { ...telling(jobs), jobs: async (now: number) => known(jobs, now) },
      pool: { view: async () => ({ ...(await there.ports.pool.view()), value: seen }) as never },
    };
    const tick = workersTick(ports);
    await tick(NOW - MINUTE);
    const before = there.ec2.instances.size;
    jobs = running(5000);
    seen = view([plain('gpu', 4)]);
    const decisions = await (isOne ? tick : workersTick(ports))(NOW);
    expect(decisions[1]).toMatchObject({ fleet: 'gpu', kind: 'act' });
    expect(decisions[0]?.why).toContainEqual({
      kind: 'running-jumped',
      runningBefore: 1000,
      runningNow: 5000,
    });
    expect(there.ec2.instances.size).toBe(before + 2);
    // What was true stays the measure, for every process.
    const [later] = await workersTick(ports)(NOW + MINUTE);
    expect(later?.why).toContainEqual(
      expect.objectContaining({ kind: 'running-jumped', runningBefore: 1000 }),
    );
  });
});

describe('plain jobs', () => {
  it('that cannot be read are told by their fleet, and its pilots get their workers', async () => {
    const there = world(view([], { jobs: { complete: false, why: 'condor_q timed out', fleets: [] } }));
    const [decision] = await workersTick(there.ports)(NOW);
    expect(decision).toMatchObject({ fleet: 'default', kind: 'act' });
    expect(decision?.why).toContainEqual({
      ...{ kind: 'pool-incomplete', part: 'jobs', words: 'condor_q timed out' },
    });
    expect(fleetsIn(there)).toEqual(['default', 'default']);
  });
});
