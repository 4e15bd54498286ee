import { describe, expect, it } from 'vitest';
import { plainArgs, QUEUE_ARGS } from '../../../collector/see/job-rows.ts';
import { readJobs } from '../../../collector/see/jobs.ts';
import { adTools } from '../ad-tools.ts';
import type { Ad } from '../classads.ts';

const NOW = 1_795_410_990;
const WORKER = '"slot1_1@i-0abc123def4567890@ip-10-0-0-1"';
const SHAPE = { cpus: 8, memoryMb: 16_000, diskMb: 20, gpus: 1 };

/** A pilot that has waited for a minute. */
const pilot = (changes: Ad = {}): Ad => ({
  Owner: '"somebody"',
  MATCH_APF_QUEUE: '"BNL_CLOUD"',
  AerieFleet: '"gpu"',
  ...{ JobUniverse: '5', JobStatus: '1', LastJobStatus: '0' },
  ...{ RequestCpus: '8', RequestMemory: '16000', RequestDisk: '20480', RequestGPUs: '1' },
  AerieWallSeconds: '3600',
  EnteredCurrentStatus: String(NOW - 61),
  ...changes,
});
const without = (job: Ad, ...names: readonly string[]): Ad =>
  Object.fromEntries(Object.entries(job).filter(([name]) => !names.includes(name)));
const plain = (changes: Ad = {}) => without(pilot(changes), 'MATCH_APF_QUEUE');
const runs = { JobStatus: '2', JobCurrentStartDate: String(NOW - 70), RemoteHost: WORKER };

const seen = async (jobs: readonly Ad[], args: readonly string[] = QUEUE_ARGS) => {
  const answer = await adTools({ jobs, others: { ap2: jobs } })('condor_q', args);
  if (!answer.ok) throw new Error(answer.why);
  const { queues, fleets, unreadable, unreadablePlain } = readJobs(answer.stdout, NOW);
  return { pilots: queues.get('BNL_CLOUD'), plain: fleets, passedOver: [unreadable, unreadablePlain] };
};
const KIND = {
  ...{ shape: SHAPE, fleet: 'gpu', wallSeconds: 3_600 },
  ...{ idle: 0, running: 0, held: 0, elsewhere: 0 },
};

describe('what is asked of the schedd', () => {
  it('shows a pilot, whoever’s it is, with all that it asks for and how long it waits', async () => {
    const { pilots, plain: fleets } = await seen([pilot()]);
    expect(pilots?.shapes).toEqual([{ ...KIND, idle: 1, waitingSince: [{ at: NOW - 60, count: 1 }] }]);
    expect(fleets).toEqual([]);
  });

  it.each<[string, Ad, object]>([
    ['has lost its machine', { LastJobStatus: '2' }, { idle: 1, restarting: 1 }],
    ['is held', { JobStatus: '5' }, { held: 1 }],
    ['runs on a worker', runs, { running: 1, elsewhere: 0 }],
    [
      'runs on a server of an OpenStack',
      { ...runs, RemoteHost: '"slot1_1@os-00000000-0000-4000-8000-000000000000@a"' },
      { running: 1, elsewhere: 0 },
    ],
    ["runs on a machine of the pool's own", { ...runs, RemoteHost: '"slot1_1@node17"' }, { elsewhere: 1 }],
    [
      'asks for no number',
      { RequestCpus: '"all"', RequestGPUs: '{ 1 }' },
      { shape: { ...SHAPE, cpus: 1, gpus: 0 } },
    ],
    ['asks for an expression', { RequestMemory: 'RequestCpus * 2000' }, { shape: SHAPE }],
  ])('shows of a pilot that it %s', async (_, changes, expected) => {
    expect((await seen([pilot(changes)])).pilots?.shapes).toMatchObject([expected]);
  });

  it('shows in which minute a pilot has begun, and of a plain job nothing of that', async () => {
    const { pilots, plain: fleets } = await seen([pilot(runs), plain(runs)]);
    expect(pilots?.recentStarts).toEqual([0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(fleets).toMatchObject([{ fleet: 'gpu', shapes: [{ running: 1, elsewhere: 0 }] }]);
  });

  it('shows no job of another universe, nor one that names neither a queue nor a fleet', async () => {
    const jobs = [pilot({ JobUniverse: '7' }), without(pilot(), 'MATCH_APF_QUEUE', 'AerieFleet')];
    expect(await seen(jobs)).toEqual({ pilots: undefined, plain: [], passedOver: [0, 0] });
  });

  it('evaluates no name, and lets none break its line', async () => {
    const jobs = [
      pilot({ MATCH_APF_QUEUE: 'strcat("BNL_", "CLOUD")' }),
      pilot({ MATCH_APF_QUEUE: '"BNL_CLOUD\nOTHER"' }),
    ];
    expect(await seen([...jobs, plain({ AerieFleet: '"a\nb"' })])).toEqual({
      pilots: undefined,
      plain: [],
      passedOver: [2, 1],
    });
  });
});

describe('what is asked of another schedd', () => {
  it('shows plain jobs with all that they ask for, and no pilot: those are submitted here', async () => {
    const waits = plain({ LastJobStatus: '2' });
    const elsewhere = plain({ ...runs, RemoteHost: '"slot1_1@node17"' });
    const odd = plain({ AerieFleet: '"a\nb"' });
    const jobs = [pilot(), waits, elsewhere, plain({ JobStatus: '5' }), plain({ JobStatus: '3' }), odd];
    expect(await seen(jobs, plainArgs('ap2'))).toEqual({
      pilots: undefined,
      plain: [
        {
          fleet: 'gpu',
          shapes: [
            {
              ...{ ...KIND, idle: 1, running: 1, held: 1, elsewhere: 1, restarting: 1 },
              waitingSince: [{ at: NOW - 60, count: 1 }],
            },
          ],
        },
      ],
      passedOver: [0, 1],
    });
  });

  it('is asked of that schedd', async () => {
    await expect(seen([], plainArgs('ap3'))).rejects.toThrow('no schedd ap3');
  });
});
