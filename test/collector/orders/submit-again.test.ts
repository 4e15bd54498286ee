import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Condor, ToolOutcome } from '../../../collector/condor/condor.ts';
import { submitter } from '../../../collector/orders/submit.ts';
import { turns } from '../../../collector/turns.ts';
import { type AdPool, adTools } from '../ad-tools.ts';
import type { Ad } from '../classads.ts';
import { QUEUE, TEMPLATE } from '../serving.ts';

const NOW = 1_795_411_000;
const SHAPE = { cpus: 1, memoryMb: 2_000, diskMb: 10, gpus: 0 };
const REQUEST = { requestId: 'r.1', queue: QUEUE, count: 12, shape: SHAPE };

let templatesDirectory: string;
beforeAll(() => {
  templatesDirectory = mkdtempSync(join(tmpdir(), 'aerie-templates-'));
  writeFileSync(join(templatesDirectory, `${QUEUE}.sub`), TEMPLATE);
});
afterAll(() => rmSync(templatesDirectory, { recursive: true }));

const FAILED: ToolOutcome = { ok: false, why: 'exit status 1', stdout: '', stderr: '' };
const done = (stdout = ''): ToolOutcome => ({ ok: true, stdout });

/** What a dry run shows of what is submitted. */
const dryRun = (input: string): string => {
  const asked = (name: string) => new RegExp(`^${name} = (.*)$`, 'm').exec(input)?.[1];
  const count = Number(/^queue (\d+)$/m.exec(input)?.[1]);
  const cluster = [
    ...['JobUniverse=5', `MATCH_APF_QUEUE="${QUEUE}"`, `AerieRequestId=${asked('\\+AerieRequestId')}`],
    ...[`RequestCpus=${SHAPE.cpus}`, `RequestMemory=${asked('request_memory')}`],
    `RequestDisk=${asked('request_disk')}`,
  ];
  return [cluster.join('\n'), ...Array.from({ length: count }, (_, n) => `ProcId=${n}\n`)].join('\n');
};

/** A schedd; `acts`: what the runs of condor_submit and of the wait for orphans come to. */
const schedd = (pool: Partial<AdPool> = {}, acts: Partial<Record<string, Condor>> = {}) => {
  const calls: unknown[] = [];
  const tools = adTools({ jobs: [], history: [], ...pool });
  const condor: Condor = async (tool, args, options = {}) => {
    if (args.includes('-dry-run')) return done(dryRun(options.input ?? ''));
    if (tool !== 'condor_submit' && tool !== '/usr/bin/true') return tools(tool, args, options);
    calls.push([tool, options.lock]);
    return acts[tool]?.(tool, args, options) ?? done(tool === 'condor_submit' ? '12.0 - 12.11\n' : '');
  };
  const submit = submitter({
    ...{ condor, templatesDirectory, stateDirectory: '/state', turns: turns() },
    ...{ now: () => NOW, elapsed: () => 0 },
  });
  return { calls, submit };
};
const WAITS = ['/usr/bin/true', { file: '/state/submit.lock', alone: true }];
const SUBMITS = ['condor_submit', { file: '/state/submit.lock', alone: false }];

describe('what an earlier life of the endpoint has left', () => {
  it('is waited for once, before anybody asks the schedd what it has', async () => {
    const { calls, submit } = schedd();
    expect(await submit(REQUEST)).toEqual({ submitted: 12, repeated: false });
    await submit({ ...REQUEST, requestId: 'r.2' });
    expect(calls).toEqual([WAITS, SUBMITS, SUBMITS]);
  });

  it('is waited for again after a condor_submit that failed: a child of it may be at work still', async () => {
    let fails = true;
    const { calls, submit } = schedd(
      {},
      { condor_submit: async () => (fails ? FAILED : done('1.0 - 1.0\n')) },
    );
    await expect(submit(REQUEST)).rejects.toThrow('exit status 1');
    fails = false;
    expect(await submit(REQUEST)).toEqual({ submitted: 1, repeated: false });
    expect(calls).toEqual([WAITS, SUBMITS, WAITS, SUBMITS]);
  });

  it('keeps everything from being submitted while it is at work', async () => {
    const { calls, submit } = schedd({}, { '/usr/bin/true': async () => FAILED });
    for (const _ of [1, 2]) await expect(submit(REQUEST)).rejects.toThrow('exit status 1');
    expect(calls).toEqual([WAITS, WAITS]);
  });
});

describe('a request', () => {
  const pilot = (endedAgo: number, changes: Ad = {}): Ad => ({
    AerieRequestId: '"r.1"',
    MATCH_APF_QUEUE: `"${QUEUE}"`,
    Owner: JSON.stringify(userInfo().username),
    LeaveJobInQueue: 'false',
    ...{ JobStatus: '4', EnteredCurrentStatus: String(NOW - endedAgo) },
    ...changes,
  });
  const HOUR = 3_600;
  const older = (id: string) => pilot(25 * HOUR, { AerieRequestId: `"${id}"` });

  it.each<[string, Partial<AdPool>, number]>([
    ['waits', { jobs: [pilot(0), pilot(0)] }, 2],
    ['has ended within the day', { history: [older('r.0'), pilot(23 * HOUR)] }, 1],
    ['waits in part', { jobs: [pilot(0)], history: [pilot(9), pilot(9)] }, 3],
  ])('is not submitted again that %s', async (_, pool, submitted) => {
    const { calls, submit } = schedd(pool);
    expect(await submit(REQUEST)).toEqual({ submitted, repeated: true });
    expect(calls).toEqual([WAITS]);
  });

  it.each<[string, Partial<AdPool>]>([
    ['is called alike but for its capitals', { jobs: [pilot(0, { AerieRequestId: '"R.1"' })] }],
    [
      'ended the day before',
      { history: [pilot(25 * HOUR), older('r.0'), pilot(0, { AerieRequestId: '"r.2"' })] },
    ],
  ])('is submitted beside one that %s', async (_, pool) => {
    expect(await schedd(pool).submit(REQUEST)).toMatchObject({ repeated: false });
  });

  it('counts the jobs of each cluster that condor_submit names, and no other line', async () => {
    const stdout = '12.0 - 12.11\n13.5 - 13.5\nsee 1.0 - 1.9\n14.0 - 14.9 of x\n';
    const { submit } = schedd({}, { condor_submit: async () => done(stdout) });
    expect(await submit(REQUEST)).toEqual({ submitted: 13, repeated: false });
  });

  it('does not wait for another one, and has an answer of its own', async () => {
    const ends: (() => void)[] = [];
    const { submit } = schedd(
      {},
      {
        condor_submit: (_, __, { input = '' } = {}) =>
          new Promise((resolve) => {
            const isSecond = input.includes('"r.2"');
            ends.push(() => resolve(done(isSecond ? '2.0 - 2.1\n' : '1.0 - 1.0\n')));
          }),
      },
    );
    const both = ['r.1', 'r.2'].map((requestId) => submit({ ...REQUEST, requestId }));
    await expect.poll(() => ends.length, { timeout: 5_000 }).toBe(2);
    for (const end of ends) end();
    expect((await Promise.all(both)).map(({ submitted }) => submitted)).toEqual([1, 2]);
  });
});
