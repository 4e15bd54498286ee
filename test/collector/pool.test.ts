import { afterEach, describe, expect, it } from 'vitest';
import { poolView } from '../../core/model/pool.ts';
import { COLLECTOR_ROW, QUEUE, type Served, serve } from './serving.ts';

/** As condor_status 23.9.6 prints a partitionable slot of which three cores are in use. */
const SLOT =
  'undefined\t"i-0abc123def4567890"\tundefined\t"default"\tundefined\t0\t0\t1795500000\t8\t16000\t79408944.0\t0\t5\t15616\t79375000\t0\t3\t{ "Claimed","Claimed","Claimed" }\t{ 1,1,1 }\t{ 128,128,128 }\t1795410439\t1795410924\ttrue\t1795410924\n';
const IDLE_SLOT = SLOT.replace('\t5\t15616\t', '\t8\t16000\t').replace(
  /\t3\t.*\t1795410439/,
  '\t0\t{  }\t{  }\t{  }\t1795410439',
);

let served: Served | undefined;
afterEach(async () => {
  await served?.close();
  served = undefined;
});

const viewOf = async (from: Served) => poolView.parse((await from.get('/v1/pool')).body);

describe('GET /v1/pool', () => {
  it('shows an empty pool as complete: the tools print nothing and succeed', async () => {
    served = await serve();
    expect(await viewOf(served)).toMatchObject({
      observedAt: served.clock,
      collectorStartedAt: 1_795_410_439,
      pilots: { complete: true, queues: [{ queue: QUEUE, shapes: [], credentialExpiresAt: null }] },
      jobs: { complete: true, fleets: [] },
      workers: { complete: true, workers: [] },
    });
  });

  it('has plain jobs by their fleet, and says how many it passes over', async () => {
    served = await serve();
    const grain = Math.floor(served.clock / 30) - 2;
    const job = (fleet: string) =>
      `\t${fleet}\t1\t1.0\t2000.0\t1024.0\tundefined\tundefined\tundefined\t${grain}\n`;
    served.condor.answers('condor_q', { stdout: job('"burst"').repeat(2) + job('Owner') });
    const { jobs } = await viewOf(served);
    expect(jobs).toMatchObject({
      complete: true,
      unreadable: 1,
      fleets: [
        { fleet: 'burst', shapes: [{ idle: 2, waitingSince: [{ at: served.clock - 30, count: 2 }] }] },
      ],
    });
  });

  it('begins to look for workers that come where jobs wait, and the negotiator hears of one', async () => {
    served = await serve();
    await viewOf(served);
    expect(served.later).toEqual([]);
    const waiting = '\t"burst"\t1\t1.0\t2000.0\t1024.0\tundefined\tundefined\tundefined\t';
    served.condor.answers('condor_q', { stdout: `${waiting}${Math.floor(served.clock / 30) - 2}\n` });
    served.clock += 60;
    await viewOf(served);
    served.condor.answers('condor_status', { stdout: '"i-0abc123def4567890"\t1795410439\ttrue\n' });
    served.later.shift()?.();
    const { condor } = served;
    await expect.poll(() => condor.calls('condor_reschedule')).toHaveLength(1);
  });

  it('knows of no plain jobs while the schedd cannot be asked, and does while its history cannot', async () => {
    served = await serve();
    served.condor.answers('condor_history', { status: 1 });
    expect((await viewOf(served)).jobs).toEqual({ complete: true, fleets: [] });
    served.clock += 60;
    served.condor.answers('condor_q', { status: 1 });
    expect((await viewOf(served)).jobs).toEqual({
      complete: false,
      why: 'condor_q: exit status 1',
      fleets: [],
    });
  });

  it.each([
    ['condor_q', 'pilots', 'workers'],
    ['condor_history', 'pilots', 'workers'],
    ['condor_status', 'workers', 'pilots'],
    ['condor_status.odd', 'workers', 'pilots'],
    ['condor_status.closed', 'workers', 'pilots'],
  ] as const)('says why it does not know: %s failed', async (tool, missing, known) => {
    served = await serve();
    served.condor.answers(tool, { stderr: 'Error: communication error\nCEDAR:6001', status: 1 });
    const view = await viewOf(served);
    expect(view[missing]).toMatchObject({
      complete: false,
      why: `${tool.split('.')[0]}: exit status 1, Error: communication error CEDAR:6001`,
    });
    expect(view[known].complete).toBe(true);
  });

  it('takes a tool that cannot be run for no empty pool', async () => {
    served = await serve({ tools: { directories: ['/nonexistent'] } });
    expect((await viewOf(served)).workers).toMatchObject({
      complete: false,
      why: expect.stringContaining('condor_status: cannot be run'),
    });
  });

  it('names workers whose ads cannot be read, and counts those that do not say whose they are', async () => {
    served = await serve();
    served.condor.answers('condor_status.odd', { stdout: '"i-0abc123def4567891@cm"\n"condor@family"\n' });
    expect((await viewOf(served)).workers).toMatchObject({
      complete: true,
      unreadable: [{ instanceId: 'i-0abc123def4567891', why: expect.any(String) }],
      unnamed: 1,
    });
  });

  it('asks once for twenty who ask at the same time', async () => {
    served = await serve({ snapshotSeconds: 2 });
    const { get, condor } = served;
    await Promise.all(Array.from({ length: 20 }, () => get('/v1/pool')));
    const tools = ['condor_q', 'condor_status', 'condor_status.odd', 'condor_status.closed'];
    expect(tools.map((tool) => condor.calls(tool).length)).toEqual([1, 1, 1, 1]);
    await get('/v1/pool');
    expect(condor.calls('condor_q')).toHaveLength(1);
    served.clock += 3;
    await get('/v1/pool');
    expect(condor.calls('condor_q')).toHaveLength(2);
  });

  const shape = { cpus: 1, memoryMb: 1, diskMb: 1, gpus: 0 };
  const WORKERS = { instanceIds: ['i-0abc123def4567890'] };
  it.each([
    ['/v1/pilots', { requestId: 'r', queue: QUEUE, count: 1, shape }],
    ['/v1/pilots', { requestId: 'r', queue: 'NONE', count: 1, shape }],
    ['/v1/pilots/remove', { queue: QUEUE, count: 1, leave: 0 }],
    ['/v1/workers/drain', WORKERS],
    ['/v1/workers/undrain', WORKERS],
    ['/v1/workers/forget', WORKERS],
  ])('asks anew after a change, or one that failed: %s %j', async (path, body) => {
    served = await serve({ snapshotSeconds: 30 });
    await served.get('/v1/pool');
    await served.post(path, body);
    served.condor.forgetCalls();
    await served.get('/v1/pool');
    expect(served.condor.calls('condor_q')).toHaveLength(1);
  });

  it('counts pilots that ended in the last hour', async () => {
    served = await serve();
    const at = served.clock;
    served.condor.answers('condor_history', {
      stdout: `7\t0\t"BNL_CLOUD"\t${at - 500}\t${at - 100}\n7\t1\t"BNL_CLOUD"\t${at - 150}\t${at - 100}\n`,
    });
    const endedOf = async (from: Served) => (await viewOf(from)).pilots.queues[0]?.ended;
    expect(await endedOf(served)).toEqual({ count: 2, short: 1, shortSeconds: 300 });
    served.condor.answers('condor_history', {});
    served.clock += 60;
    expect(await endedOf(served)).toEqual({ count: 2, short: 1, shortSeconds: 300 });
    served.clock += 3600;
    expect(await endedOf(served)).toEqual({ count: 0, short: 0, shortSeconds: 300 });
  });

  it('dates a worker’s idleness by what it has seen itself', async () => {
    served = await serve();
    const startedAt = served.clock;
    const idle = IDLE_SLOT;
    const show = async (from: Served, line: string) => {
      from.condor.answers('condor_status', { stdout: line + COLLECTOR_ROW });
      return (await viewOf(from)).workers.workers[0]?.idleSince;
    };
    expect(await show(served, idle)).toBe(startedAt);
    served.clock += 100;
    expect(await show(served, SLOT)).toBeNull();
    served.clock += 100;
    expect(await show(served, idle)).toBe(startedAt + 100);
    const joinedLater = idle.replace('1795410439', String(served.clock - 10)).replace('0abc', '0abd');
    expect(await show(served, joinedLater)).toBe(served.clock - 10);
  });

  it('packs its answer for those who take gzip', async () => {
    served = await serve();
    const ask = (encoding: string) =>
      served?.app.inject({
        url: '/v1/pool',
        headers: {
          authorization: 'Bearer a-secret-of-more-than-thirty-two-characters',
          'accept-encoding': encoding,
        },
      });
    expect((await ask('br, gzip'))?.headers['content-encoding']).toBe('gzip');
    expect((await ask('gzip;q=0'))?.headers['content-encoding']).toBeUndefined();
  });
});
