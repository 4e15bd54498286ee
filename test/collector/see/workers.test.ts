import { describe, expect, it } from 'vitest';
import { readWorkers, type StatusAnswers } from '../../../collector/see/workers.ts';
import { LAST_MOMENT } from '../../../core/model/pool.ts';
import { COLLECTOR_ROW } from '../serving.ts';

const ID = 'i-0abc123def4567890';
const STARTED = 1_795_410_439;
const HEARD = 1_795_410_924;

/** A row of a partitionable slot as condor_status 23.9.6 prints it; of eight cores three are in use. */
const slot = (changes: Readonly<Record<string, string | number>> = {}): string => {
  const cells = {
    start: 'undefined',
    id: `"${ID}"`,
    ...{
      queue: 'undefined',
      fleet: '"default"',
      width: 'undefined',
      firstWidth: 0,
      jobWall: 0,
      endsAt: STARTED + 86_400,
    },
    ...{ cpus: 8, memory: 16_000, disk: '79408944.0', gpus: 0 },
    ...{ freeCpus: 5, freeMemory: 15_616, freeDisk: 79_375_000, freeGpus: 0 },
    ...{ count: 3, states: '{ "Claimed","Claimed","Claimed" }', childCpus: '{ 1,1,1 }' },
    childMemory: '{ 128,128,128 }',
    ...{ startedAt: STARTED, heardAt: HEARD, ccb: 'true' },
    ...changes,
  };
  // Its clock is the collector's, unless a test says otherwise.
  return `${Object.values({ ...cells, writtenAt: changes.writtenAt ?? cells.heardAt }).join('\t')}\n`;
};
const EMPTY = { freeCpus: 8, count: 0, states: '{  }', childCpus: '{  }', childMemory: '{  }' };

const seen = (status: string, answers: Partial<Omit<StatusAnswers, 'status'>> = {}) => {
  const found = readWorkers({ status: status + COLLECTOR_ROW, odd: '', closed: '', ...answers });
  if (!found.ok) throw new Error(found.why);
  return found;
};
const workers = (...lines: readonly string[]) => seen(lines.join('')).workers;

describe('the workers of a view', () => {
  it('are read from their partitionable slots; disk comes in KiB', () => {
    expect(workers(slot())).toEqual([
      {
        instanceId: ID,
        fleet: 'default',
        endsAt: STARTED + 86_400,
        total: { cpus: 8, memoryMb: 16_000, diskMb: 77_547, gpus: 0 },
        free: { cpus: 5, memoryMb: 15_616, diskMb: 77_514, gpus: 0 },
        busy: 3,
        draining: false,
        reachable: true,
        joinedAt: STARTED,
        lastHeardAt: HEARD,
      },
    ]);
  });

  it.each([
    ['its address has no CCB contact', { ccb: 'false' }, { reachable: false }],
    ['it has no number of GPUs', { gpus: 'undefined' }, { total: expect.objectContaining({ gpus: 0 }) }],
    ['its GPUs are a list', { gpus: '{ "GPU-1" }' }, { total: expect.objectContaining({ gpus: 0 }) }],
    [
      'its free disk came to an error',
      { freeDisk: 'error' },
      { free: expect.objectContaining({ diskMb: 0 }) },
    ],
    ['it takes jobs of one width', { width: 8 }, { width: 8 }],
    ['it takes wide jobs at first', { firstWidth: 8 }, { firstWidth: 8 }],
    ['it takes jobs to run for so long', { jobWall: 60 }, { jobWallSeconds: 60 }],
    ['it is of a fleet and names a queue too', { queue: '"BNL"', fleet: '"gpu"' }, { fleet: 'gpu' }],
    [
      'it says nothing of the jobs that it takes first, nor for how long',
      { firstWidth: 'undefined', jobWall: 'undefined' },
      { fleet: 'default' },
    ],
    ['its clock is ten minutes ahead', { startedAt: HEARD + 600 }, { joinedAt: HEARD + 600 }],
    [
      'it names a queue only, as before there were fleets',
      { queue: '"BNL"', fleet: 'undefined', endsAt: 'undefined' },
      { fleet: 'default', queue: 'BNL' },
    ],
    [
      'its clock is 280 s ahead, and began so',
      { startedAt: HEARD + 280, writtenAt: HEARD + 285 },
      { joinedAt: HEARD - 5 },
    ],
    ['its clock is 45 s behind', { startedAt: HEARD - 60, writtenAt: HEARD - 45 }, { joinedAt: HEARD - 15 }],
    ['its ad was 10 s on its way', { startedAt: STARTED, writtenAt: HEARD - 10 }, { joinedAt: STARTED }],
    ['it does not say what time it has', { writtenAt: 'undefined' }, { joinedAt: STARTED }],
    ['what it says is beyond all time', { writtenAt: '-1E+300' }, { joinedAt: HEARD }],
  ])('when %s', (_, changes, expected) => {
    expect(workers(slot(changes))).toEqual([expect.objectContaining(expected)]);
  });

  it.each([
    ['nobody has a claim there', EMPTY, 0],
    [
      'it does not say how many children it has, and has as much free as it has',
      { ...EMPTY, count: 'undefined' },
      0,
    ],
    ['its children are not listed', { states: 'undefined' }, 3],
    ['one child is being vacated', { states: '{ "Preempting","Claimed","Claimed" }' }, 3],
    [
      'HTCondor goes on to show two broken children',
      { freeCpus: 5, states: '{ "Unclaimed","Unclaimed","Claimed" }' },
      1,
    ],
    [
      'HTCondor goes on to show broken children only',
      { freeCpus: 6, count: 2, states: '{ "Unclaimed","Unclaimed" }', childCpus: '{ 1,1 }' },
      0,
    ],
    [
      'HTCondor goes on to show broken children only, and not how many cores they have',
      { freeCpus: 6, count: 2, states: '{ "Unclaimed","Unclaimed" }', childCpus: 'undefined' },
      1,
    ],
    ['it has fewer cores free than it has, and shows no child', { ...EMPTY, freeCpus: 5 }, 1],
    ['its free cores came to an error, and it shows no child', { ...EMPTY, freeCpus: 'error' }, 1],
  ])('run pilots on their claimed children: %s', (_, changes, busy) => {
    expect(workers(slot(changes))).toMatchObject([{ busy }]);
  });

  it.each([
    ['of one that is broken', { states: '{ "Unclaimed","Claimed","Claimed" }' }, { cpus: 1, memoryMb: 128 }],
    [
      'of broken ones whose memory nobody tells',
      { states: '{ "Unclaimed","Unclaimed","Claimed" }', childMemory: 'undefined' },
      { cpus: 2, memoryMb: 0 },
    ],
    ['of claimed ones', {}, undefined],
    ['of none', EMPTY, undefined],
  ])('tell what their unclaimed children hold, which is neither free nor in use: %s', (_, changes, held) => {
    const [worker] = workers(slot(changes));
    expect(worker?.unclaimed).toEqual(held === undefined ? undefined : { ...held, diskMb: 0, gpus: 0 });
  });

  it('come in the order of their instance ids, whatever the collector’s', () => {
    const ids = ['b', 'a', 'c'].map((last) => `i-0abc123def456789${last}`);
    const lines = ids.map((id) => slot({ id: `"${id}"` }));
    expect(workers(...lines).map(({ instanceId }) => instanceId)).toEqual([...ids].sort());
  });
});

describe('a worker with several slots', () => {
  it('is the sum of the slots of one start, and idle only if all of them are', () => {
    const broken = { states: '{ "Unclaimed","Claimed","Claimed","Claimed" }', childCpus: '{ 2,1,1,1 }' };
    expect(workers(slot({ ...EMPTY, heardAt: HEARD + 9 }), slot(broken))).toMatchObject([
      {
        total: { cpus: 16, memoryMb: 32_000 },
        unclaimed: { cpus: 2, memoryMb: 128 },
        free: { cpus: 13, memoryMb: 31_232 },
        busy: 3,
        reachable: true,
        lastHeardAt: HEARD + 9,
      },
    ]);
  });

  it('has the GPUs of all of them, and can be told to drain only if all of them can', () => {
    const [one, other] = [slot({ gpus: 2, freeGpus: 1 }), slot({ gpus: 3, freeGpus: 3, ccb: 'false' })];
    expect(workers(one, other)).toMatchObject([{ total: { gpus: 5 }, free: { gpus: 4 }, reachable: false }]);
  });

  it('cannot be read if they come to more than a machine has', () => {
    const half = slot({ memory: 2 ** 31 - 1 });
    expect(seen(half + half).unreadable).toEqual([
      { instanceId: ID, why: 'its slots come to more than a machine has' },
    ]);
  });

  it('is that of the later start alone, if its startd came back under another name', () => {
    const old = slot({ startedAt: STARTED - 50, heardAt: HEARD - 50 });
    expect(workers(slot(EMPTY), old)).toMatchObject([{ busy: 0, total: { cpus: 8 } }]);
  });

  it('is that of the later start, where both are heard in the same second, and of the later heard before that', () => {
    const [early, late] = [slot({ startedAt: STARTED - 50 }), slot(EMPTY)];
    for (const lines of [
      [early, late],
      [late, early],
    ])
      expect(workers(...lines)).toMatchObject([{ busy: 0, joinedAt: STARTED, total: { cpus: 8 } }]);
    const back = slot({ startedAt: STARTED - 50, heardAt: HEARD + 1 });
    expect(workers(late, back)).toMatchObject([{ busy: 3, joinedAt: STARTED - 50 }]);
  });

  it.each([
    [1, false],
    [2, true],
  ])('drains if all of them take nothing new: %i of two, %s', (closed, draining) => {
    const closedSlots = `false\t"${ID}"\t${STARTED}\n`.repeat(closed);
    expect(seen(slot() + slot(EMPTY), { closed: closedSlots }).workers).toMatchObject([{ draining }]);
  });

  it.each([
    ['the word false', { closed: `true\t"${ID}"\t${STARTED}\n` }, 'START is false'],
    [
      'a clause of it',
      { shut: [{ instanceId: ID, startedAt: STARTED, why: 'START is false: Open' }] },
      'START is false: Open',
    ],
  ])('drains by its START, and says that it does: %s', (_, answers, unwell) => {
    expect(seen(slot(), answers).workers).toMatchObject([{ draining: true, unwell }]);
    // One of two slots.
    expect(seen(slot() + slot(EMPTY), answers).workers).toMatchObject([{ draining: false }]);
    expect(seen(slot() + slot(EMPTY), answers).workers[0]).not.toHaveProperty('unwell');
  });

  it('does not drain for a slot of an earlier start that took nothing', () => {
    expect(seen(slot(), { closed: `false\t"${ID}"\t${STARTED - 50}\n` }).workers).toMatchObject([
      { draining: false },
    ]);
  });

  it('cannot be read if one of them cannot: that one may have the jobs', () => {
    const found = seen(slot(EMPTY) + slot({ cpus: -1 }));
    expect([found.workers, found.unreadable]).toEqual([[], [{ instanceId: ID, why: 'TotalSlotCpus is -1' }]]);
  });

  it.each([
    ['AerieFleet', { fleet: '"OTHER"' }],
    ['AerieWidth', { width: 8 }],
    ['APF_QUEUE', { queue: '"OTHER"', fleet: 'undefined' }],
  ])('cannot be read if they take other jobs: %s', (attribute, changes) => {
    const old = attribute === 'APF_QUEUE' ? { queue: '"BNL"', fleet: 'undefined' } : {};
    expect(seen(slot(old) + slot(changes)).unreadable).toEqual([
      { instanceId: ID, why: `${attribute} is not the same on its slots` },
    ]);
  });
});

describe('an ad that cannot be read', () => {
  const OTHER = 'i-0abc123def4567891';

  it.each([
    ['a negative start', { startedAt: -1 }, 'DaemonStartTime is -1'],
    ['no start', { startedAt: 'undefined' }, 'DaemonStartTime is undefined'],
    ['a start after all time', { startedAt: '1E+300' }, 'DaemonStartTime is 1E+300'],
    ['a start that is to come', { startedAt: HEARD + 601 }, `DaemonStartTime is ${HEARD + 601}`],
    ['a number of cores for a text', { cpus: '"8"' }, 'TotalSlotCpus is "8"'],
    ['more memory than can be', { memory: 2 ** 31 }, `TotalSlotMemory is ${2 ** 31}`],
    ['half a job', { count: 1.5, states: 'undefined' }, 'NumDynamicSlots is 1.5'],
    [
      'jobs that cannot be counted',
      { count: 'undefined', states: 'undefined' },
      'NumDynamicSlots is undefined',
    ],
    ['no name of a queue', { queue: '"a queue"', fleet: 'undefined' }, 'APF_QUEUE is "a queue"'],
    ['no name of a fleet', { fleet: '"a fleet"' }, 'AerieFleet is "a fleet"'],
    ['neither fleet nor queue', { fleet: 'undefined' }, 'AerieFleet is undefined'],
    ['a long fleet', { fleet: `"${'x'.repeat(9_000)}"` }, `AerieFleet is "${'x'.repeat(39)}`],
    ['a width that is a text', { width: '"8"' }, 'AerieWidth is "8"'],
    ['an end before all time', { endsAt: -1 }, 'AerieEndsAt is -1'],
    ['a tab', { fleet: '"a\tb"' }, 'its ad has tabs in it'],
  ])('with %s is one worker that is not known, and others are', (_, changes, why) => {
    const found = seen(slot(changes) + slot({ id: `"${OTHER}"` }));
    expect(found.workers.map(({ instanceId }) => instanceId)).toEqual([OTHER]);
    expect([found.unreadable, found.unnamed]).toEqual([[{ instanceId: ID, why }], 0]);
  });

  it('because it has expressions is called by the identity that sent it', () => {
    const odd = `"${OTHER}@cm.example.org"\n"${OTHER}@cm.example.org"\n"condor@family"\nundefined\n`;
    const found = seen(slot(), { odd });
    expect(found.workers).toHaveLength(1);
    expect(found.unreadable).toEqual([{ instanceId: OTHER, why: expect.any(String) }]);
    expect(found.unnamed).toBe(2);
  });

  it('comes in the order of its instance id, with others of its kind', () => {
    const ids = ['b', 'a', 'c'].map((last) => `i-0abc123def456789${last}`);
    const found = seen(ids.map((id) => slot({ id: `"${id}"`, cpus: -1 })).join(''));
    expect(found.unreadable.map(({ instanceId }) => instanceId)).toEqual([...ids].sort());
  });

  it('and names no instance is only counted', () => {
    expect(seen(slot({ id: '"../../etc"' }))).toMatchObject({ workers: [], unreadable: [], unnamed: 1 });
  });
});

describe('when the collector started', () => {
  const at = (start: string) => COLLECTOR_ROW.replace('1795410439', start);
  const read = (status: string) => readWorkers({ status, odd: '', closed: '' });

  it('is the later of what its master and its own ad say', () => {
    const rows = ['undefined', '0', '1795410500', '1795410400', '-7', '1E+300'].map(at);
    expect(read(rows.join(''))).toMatchObject({ ok: true, collectorStartedAt: 1_795_410_500 });
    expect(read(at(String(LAST_MOMENT)))).toMatchObject({ ok: true, collectorStartedAt: LAST_MOMENT });
  });

  it.each([
    ['nothing', ''],
    ['an undefined start', at('undefined')],
    ['a worker only', slot()],
  ])('is not known from %s, and then nothing is', (_, status) => {
    expect(read(status)).toEqual({ ok: false, why: expect.stringMatching(/^condor_status: \w/) });
  });
});
