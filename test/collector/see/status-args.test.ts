import { describe, expect, it } from 'vitest';
import { workerSight } from '../../../collector/see/worker-sight.ts';
import { adTools } from '../ad-tools.ts';
import type { Ad } from '../classads.ts';

const STARTED = 1_795_410_439;
const HEARD = 1_795_410_924;
const idOf = (n: number): string => `i-0abc123def45678${String(n).padStart(2, '0')}`;
const text = (value: string): string => JSON.stringify(value);

/** The collector's own ad, and the master's of its machine: neither has come from anybody who has proved who it is. */
const COLLECTOR: Ad = {
  MyType: '"Collector"',
  StatsLastUpdateTime: String(STARTED + 300),
  StatsLifetime: '200',
};
const MASTER: Ad = {
  MyType: '"DaemonMaster"',
  AuthenticatedIdentity: '"condor@family"',
  COLLECTOR_StartTime: String(STARTED + 90),
};

/** A worker of eight cores, of which three are in use, as its slot is in the collector. */
const worker = (n: number, changes: Ad = {}): Ad => ({
  MyType: '"Machine"',
  SlotType: '"Partitionable"',
  Name: text(`slot1@${idOf(n)}@ip-10-0-0-${n}`),
  AuthenticatedIdentity: text(`${idOf(n)}@cm.example.org`),
  EC2InstanceId: text(idOf(n)),
  AerieWorker: 'true',
  AerieFleet: '"default"',
  AerieEndsAt: String(STARTED + 86_400),
  ...{ TotalSlotCpus: '8', TotalSlotMemory: '16000', TotalSlotDisk: '2097152.0', TotalSlotGPUs: '2' },
  ...{ Cpus: '5', Memory: '15616', Disk: '1048576', GPUs: '1' },
  NumDynamicSlots: '3',
  ChildState: '{ "Claimed","Claimed","Claimed" }',
  ChildCpus: '{ 1,1,1 }',
  DaemonStartTime: String(STARTED),
  LastHeardFrom: String(HEARD),
  MyCurrentTime: String(HEARD),
  MyAddress: '"<10.0.0.1:9618?CCBID=10.0.0.2:9618#1&noUDP>"',
  ...{ State: '"Unclaimed"', Start: 'NODE_HEALTHY && AerieFleet =?= TARGET.AerieFleet' },
  ...{ Requirements: 'START', NODE_HEALTHY: 'true' },
  ...changes,
});

const see = async (ads: readonly Ad[], looks = 1) => {
  const look = workerSight(adTools({ ads: [COLLECTOR, MASTER, ...ads] }), () => 1_000);
  let seen = await look();
  for (let n = 1; n < looks; n += 1) seen = await look();
  if (!seen.ok) throw new Error(seen.why);
  return seen;
};

describe('what is asked of the collector', () => {
  it('shows a worker with everything that its slot says', async () => {
    const changes = { AerieWidth: '8', AerieFirstWidth: '4', AerieJobWall: '3600' };
    expect(await see([worker(1, changes)])).toEqual({
      ok: true,
      collectorStartedAt: STARTED + 100,
      unreadable: [],
      unnamed: 0,
      workers: [
        {
          instanceId: idOf(1),
          fleet: 'default',
          ...{ width: 8, firstWidth: 4, jobWallSeconds: 3_600, endsAt: STARTED + 86_400 },
          total: { cpus: 8, memoryMb: 16_000, diskMb: 2_048, gpus: 2 },
          free: { cpus: 5, memoryMb: 15_616, diskMb: 1_024, gpus: 1 },
          ...{ busy: 3, draining: false, reachable: true },
          ...{ joinedAt: STARTED, lastHeardAt: HEARD },
        },
      ],
    });
  });

  it.each<[string, Ad, object]>([
    ['has no CCB contact', { MyAddress: '"<10.0.0.1:9618>"' }, { reachable: false }],
    [
      'is of before there were fleets',
      { AerieWorker: '', AerieFleet: '', APF_QUEUE: '"BNL"' },
      { queue: 'BNL', fleet: 'default' },
    ],
    ['has a clock that is ahead', { MyCurrentTime: String(HEARD + 60) }, { joinedAt: STARTED - 60 }],
    [
      'has broken children',
      { ChildState: '{ "Unclaimed","Claimed","Unclaimed" }', ChildCpus: '{ 1,1,1 }' },
      { busy: 1 },
    ],
  ])('shows a worker that %s as such', async (_, changes, expected) => {
    const ad = Object.fromEntries(Object.entries(worker(1, changes)).filter(([, value]) => value !== ''));
    expect((await see([ad])).workers).toMatchObject([expected]);
  });

  it.each<[string, Ad]>([
    ['that only a startd has, of none of its slots', { MyType: '"StartD"' }],
    ['of a static slot', { SlotType: '"Static"' }],
    ["of a machine of the pool's own", { EC2InstanceId: '', AerieWorker: '' }],
    ['of an instance of somebody else’s tool', { AerieWorker: '' }],
    ['that says with a text that it is a worker', { AerieWorker: '"true"' }],
  ])('shows no ad %s', async (_, changes) => {
    const ad = Object.fromEntries(Object.entries(worker(1, changes)).filter(([, value]) => value !== ''));
    expect(await see([ad])).toMatchObject({ workers: [], unreadable: [], unnamed: 0 });
  });

  it.each(['TotalSlotCpus', 'AerieFleet', 'DaemonStartTime', 'MyAddress', 'StatsLifetime'])(
    'takes nothing that has to be evaluated, and says whose that is: %s',
    async (name) => {
      const odd = worker(1, { [name]: 'strcat(Name, Name)' });
      expect(await see([odd, worker(2)])).toMatchObject({
        workers: [{ instanceId: idOf(2) }],
        unreadable: [{ instanceId: idOf(1) }],
        unnamed: 0,
      });
    },
  );

  it.each<[string, Ad, string | undefined]>([
    ['it drains', { Draining: 'true' }, undefined],
    ['it has drained', { State: '"Drained"' }, undefined],
    ['condor_off -peaceful has switched it off', { Requirements: 'false' }, undefined],
    ['it is not well', { NODE_HEALTHY: 'false' }, undefined],
    ['its START is the word false', { Start: 'false' }, 'START is false'],
    ['its START is the word false and it drains', { Start: 'false', Draining: 'true' }, undefined],
    [
      'a clause of its START is false',
      { Start: 'TARGET.X && MY.Open isnt false', Open: 'false' },
      'START is false: Open isnt false',
    ],
    [
      'another clause of its START is false',
      { Start: 'ClockMin > 5 && Open', Open: 'false', ClockMin: '7' },
      'START is false: ClockMin > 5 && Open',
    ],
  ])('shows that a worker takes nothing new because %s', async (_, changes, unwell) => {
    const seen = await see([worker(1, changes), worker(2)], 3);
    expect(seen.workers.map(({ draining }) => draining)).toEqual([true, false]);
    expect(seen.workers[0]?.unwell).toBe(unwell);
  });

  it.each<[string, Ad]>([
    ['is open', { Start: 'MY.Open isnt false', Open: 'true' }],
    ['does not say it', { Start: 'Open && true' }],
    ['says it with an expression', { Start: 'MY.Open isnt false', Open: 'time() > 0 && false' }],
  ])('shows a worker as open whose START looks at what %s', async (_, changes) => {
    expect((await see([worker(1, changes)], 3)).workers).toMatchObject([{ draining: false }]);
  });

  it('learns each START once, and tells by which of them a worker is closed', async () => {
    const starts = ['A isnt true', 'B isnt true', 'C isnt true'];
    const ads = starts.map((start, n) => worker(n, { Start: `MY.${start}`, A: 'true', C: 'true' }));
    const seen = await see([...ads, worker(4)], 5);
    expect(seen.workers.map(({ unwell }) => unwell)).toEqual([
      'START is false: A isnt true',
      undefined,
      'START is false: C isnt true',
      undefined,
    ]);
  });

  it.each<[string, Ad]>([
    ['of nobody who says plainly who it is', { EC2InstanceId: 'strcat("i-", "0")' }],
    ['with a backslash', { Start: 'Site == "a\\\\b"' }],
    ['that is empty', { Start: '' }],
    ['that is too long', { Start: `Site == "${'x'.repeat(4_000)}"` }],
  ])('learns no START %s, and is not kept by it from the next one', async (_, changes) => {
    const closed = worker(2, { Start: 'MY.Open isnt false', Open: 'false' });
    const { workers } = await see([worker(1, changes), closed]);
    expect(workers.at(-1)).toMatchObject({ instanceId: idOf(2), draining: true });
  });

  it('believes no worker about when the collector started', async () => {
    const forged = {
      MyType: '"Collector"',
      StatsLastUpdateTime: String(STARTED + 9_000),
      StatsLifetime: '0',
    };
    const server = 'os-00000000-0000-4000-8000-000000000000@cm.example.org';
    const ads = [text(`${idOf(1)}@cm.example.org`), text(server)].flatMap((AuthenticatedIdentity) => [
      { ...forged, AuthenticatedIdentity },
      { MyType: '"DaemonMaster"', COLLECTOR_StartTime: String(STARTED + 9_000), AuthenticatedIdentity },
    ]);
    expect((await see(ads)).collectorStartedAt).toBe(STARTED + 100);
  });

  it('learns from the master when the collector started, where the collector has no ad of its own', async () => {
    const look = workerSight(adTools({ ads: [MASTER, { MyType: '"DaemonMaster"' }, worker(1)] }), () => 0);
    expect(await look()).toMatchObject({ ok: true, collectorStartedAt: STARTED + 90, unnamed: 0 });
  });
});
