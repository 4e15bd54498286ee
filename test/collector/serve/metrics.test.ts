import { describe, expect, it } from 'vitest';
import { metrics } from '../../../collector/serve/metrics.ts';
import type { PoolView } from '../../../core/model/pool.ts';

const NOW = 1_795_411_000;
const ROOM = { cpus: 8, memoryMb: 16_000, diskMb: 10, gpus: 0 };
const NARROW = { ...ROOM, cpus: 1 };
const KIND = { shape: ROOM, fleet: 'default' };

const worker = (fleet: string, n: number, more: object) => ({
  instanceId: `i-0abc123def456789${n}`,
  fleet,
  total: ROOM,
  free: ROOM,
  busy: 0,
  draining: false,
  reachable: true,
  joinedAt: NOW,
  lastHeardAt: NOW,
  idleSince: NOW,
  ...more,
});
const queueOf = (queue: string, shapes: PoolView['pilots']['queues'][number]['shapes']) => ({
  queue,
  shapes,
  recentStarts: [],
  ended: { count: 0, short: 0, shortSeconds: 300 },
});

const VIEW: PoolView = {
  observedAt: NOW,
  collectorStartedAt: NOW - 1_000,
  pilots: {
    complete: true,
    queues: [
      queueOf('A', [
        { ...KIND, idle: 3, running: 1, held: 0 },
        { ...KIND, shape: NARROW, idle: 4, running: 0, held: 2 },
      ]),
      queueOf('B', []),
    ],
  },
  jobs: {
    complete: true,
    unreadable: 5,
    fleets: [{ fleet: 'F', shapes: [{ ...KIND, idle: 2, running: 1, held: 0, waitingSince: [] }] }],
  },
  workers: {
    complete: true,
    workers: [
      worker('A', 1, { reachable: false, draining: true, busy: 1 }),
      worker('A', 2, { draining: true, busy: 1 }),
      worker('A', 3, { busy: 1 }),
      worker('A', 4, { busy: 2 }),
      worker('B', 5, {}),
    ],
  },
};
const BLIND: PoolView = {
  ...VIEW,
  observedAt: NOW + 60,
  pilots: { complete: false, why: 'condor_q: exit status 1', queues: [] },
};

/** The samples of one metric, without its prefix. */
const samples = async (told: ReturnType<typeof metrics>, name: string) =>
  (await told.text())
    .split('\n')
    .filter((line) => line.startsWith(`aerie_endpoint_${name}`))
    .map((line) => line.replace('aerie_endpoint_', ''));

describe('what the endpoint tells Prometheus', () => {
  it('of pilots is their number by queue and state, over all shapes', async () => {
    const told = metrics(() => NOW);
    told.seen(VIEW);
    expect(await samples(told, 'pilots')).toEqual([
      ...['pilots{queue="A",state="idle"} 7', 'pilots{queue="A",state="running"} 1'],
      ...['pilots{queue="A",state="held"} 2', 'pilots{queue="B",state="idle"} 0'],
      ...['pilots{queue="B",state="running"} 0', 'pilots{queue="B",state="held"} 0'],
    ]);
  });

  it('of plain jobs is their number by fleet and state, and how many it passes over', async () => {
    const told = metrics(() => NOW);
    told.seen(VIEW);
    told.seen({ ...VIEW, jobs: { complete: false, fleets: [] } });
    expect(await samples(told, 'jobs')).toEqual([
      'jobs{fleet="F",state="idle"} 2',
      'jobs{fleet="F",state="running"} 1',
      'jobs{fleet="F",state="held"} 0',
    ]);
    expect(await samples(told, 'unreadable{of="plain"}')).toEqual(['unreadable{of="plain"} 5']);
    expect(await samples(told, 'incomplete_total')).toEqual(['incomplete_total{part="jobs"} 1']);
  });

  it('of what cannot be read is how much of each kind, and the first hundred workers by their name', async () => {
    const told = metrics(() => NOW);
    const odd = Array.from({ length: 101 }, (_, n) => ({ instanceId: `i-${n}`, why: 'no' }));
    const landings = { complete: true, landings: [], unreadable: 3, why: 'no' };
    const pilots = { ...VIEW.pilots, unreadable: 2 };
    told.seen({ ...VIEW, pilots, landings, workers: { ...VIEW.workers, unreadable: odd, unnamed: 4 } });
    expect((await samples(told, 'unreadable{')).sort()).toEqual([
      ...['unreadable{of="ad"} 4', 'unreadable{of="job"} 2', 'unreadable{of="landing"} 3'],
      ...['unreadable{of="plain"} 5', 'unreadable{of="worker"} 101'],
    ]);
    const named = await samples(told, 'unreadable_worker');
    expect([named.length, named[0], named[99]]).toEqual([
      100,
      'unreadable_worker{instance="i-0"} 1',
      'unreadable_worker{instance="i-99"} 1',
    ]);
    told.seen({ ...VIEW, jobs: { complete: true, fleets: [] }, landings: { complete: true, landings: [] } });
    expect([await samples(told, 'unreadable_worker'), await samples(told, 'unreadable{')]).toEqual([
      [],
      ['job', 'plain', 'worker', 'ad', 'landing'].map((of) => `unreadable{of="${of}"} 0`),
    ]);
  });

  it('of landings stays what it was while they are not known', async () => {
    const told = metrics(() => NOW);
    told.seen({ ...VIEW, landings: { complete: true, landings: [], unreadable: 3, why: 'no' } });
    told.seen({ ...VIEW, landings: { complete: false, landings: [], why: 'no file' } });
    expect(await samples(told, 'unreadable{of="landing"}')).toEqual(['unreadable{of="landing"} 3']);
  });

  it('of itself is whether it can write, whom it hung up on, and which nudges came through', async () => {
    const told = metrics(() => NOW);
    told.state(true);
    for (const outcome of ['sent', 'failed', 'sent'] as const) told.nudged(outcome);
    told.connectionDropped();
    expect(await samples(told, 'state_writable')).toEqual(['state_writable 1']);
    told.state(false);
    expect(await samples(told, 'state_writable')).toEqual(['state_writable 0']);
    expect(await samples(told, 'connections_dropped')).toEqual(['connections_dropped_total 1']);
    expect(await samples(told, 'nudges')).toEqual([
      'nudges_total{outcome="sent"} 2',
      'nudges_total{outcome="failed"} 1',
    ]);
  });

  it('of workers is their number by fleet and what matters most about each', async () => {
    const told = metrics(() => NOW);
    told.seen(VIEW);
    expect(await samples(told, 'workers')).toEqual([
      'workers{fleet="A",state="unreachable"} 1',
      'workers{fleet="A",state="draining"} 1',
      'workers{fleet="A",state="busy"} 2',
      'workers{fleet="B",state="idle"} 1',
    ]);
  });

  it('is the last snapshot and nothing of those before it', async () => {
    const told = metrics(() => NOW);
    told.seen(VIEW);
    told.seen(VIEW);
    told.seen({ ...VIEW, pilots: { complete: true, queues: [] }, workers: { complete: true, workers: [] } });
    expect([await samples(told, 'pilots'), await samples(told, 'workers')]).toEqual([[], []]);
  });

  it('stays what it was while a part is not known, and counts how often that was so', async () => {
    const told = metrics(() => NOW);
    told.seen(VIEW);
    told.seen(BLIND);
    told.seen({ ...BLIND, workers: { complete: false, why: 'no', workers: [] } });
    expect(await samples(told, 'pilots{queue="A",state="idle"')).toHaveLength(1);
    expect(await samples(told, 'workers')).toHaveLength(4);
    expect(await samples(told, 'incomplete_total')).toEqual([
      'incomplete_total{part="pilots"} 2',
      'incomplete_total{part="workers"} 1',
    ]);
    expect(await samples(told, 'snapshot_timestamp')).toEqual([`snapshot_timestamp_seconds ${NOW}`]);
  });

  it('dates a snapshot only if its workers are known too', async () => {
    const told = metrics(() => NOW);
    told.seen({ ...VIEW, workers: { complete: false, why: 'no', workers: [] } });
    expect(await samples(told, 'snapshot_timestamp')).toEqual(['snapshot_timestamp_seconds 0']);
  });

  it('of credentials is what is left of each, and nothing of a queue that has none or is gone', async () => {
    const told = metrics(() => NOW);
    told.credentials(new Map([['GONE', NOW]]));
    told.credentials(
      new Map([
        ['A', NOW + 100],
        ['B', null],
        ['C', 0],
      ]),
    );
    expect(await samples(told, 'credential_remaining_seconds')).toEqual([
      'credential_remaining_seconds{queue="A"} 100',
      `credential_remaining_seconds{queue="C"} ${-NOW}`,
    ]);
  });

  it('of tools and requests is how long they took and how they ended', async () => {
    const told = metrics(() => NOW);
    told.toolEnded('condor_q', 0.5, true);
    told.toolEnded('condor_q', 0.5, false);
    told.answered('/v1/pool', 200, 0.02);
    expect(await samples(told, 'tool_seconds_count')).toEqual([
      'tool_seconds_count{tool="condor_q",outcome="ok"} 1',
      'tool_seconds_count{tool="condor_q",outcome="failed"} 1',
    ]);
    expect(await samples(told, 'request_seconds_bucket')).toEqual(
      [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, '+Inf'].map(
        (le, n) => `request_seconds_bucket{le="${le}",route="/v1/pool",status="200"} ${n === 0 ? 0 : 1}`,
      ),
    );
  });

  it('says of each number what it is', async () => {
    const text = await metrics(() => NOW).text();
    for (const [name, help, type] of [
      ['tool_seconds', "Time that each run of HTCondor's tools took", 'histogram'],
      ['request_seconds', 'Time that each request took', 'histogram'],
      ['incomplete_total', 'Snapshots of which a part could not be had', 'counter'],
      ['pilots', 'Pilots in the schedd as of the last snapshot', 'gauge'],
      ['workers', 'Workers in the collector as of the last snapshot', 'gauge'],
      [
        'credential_remaining_seconds',
        "Remaining life of each queue's pilot credential; negative: it has ended, or cannot be read",
        'gauge',
      ],
      ['snapshot_timestamp_seconds', 'When the last complete snapshot was taken', 'gauge'],
    ]) {
      expect(text).toContain(
        `# HELP aerie_endpoint_${name} ${help}\n# TYPE aerie_endpoint_${name} ${type}\n`,
      );
    }
  });
});
