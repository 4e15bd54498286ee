import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ATTRIBUTES, jobsIn, readJobs } from '../../../cli/jobs/history.ts';
import { HISTORY } from './jobs.ts';

const ads: readonly Record<string, unknown>[] = JSON.parse(HISTORY);
const find = (cluster: number) => ads.find(({ ClusterId }) => ClusterId === cluster) ?? {};
const read = (...given: readonly unknown[]) => jobsIn('jobs.json', JSON.stringify(given));

describe('the history of jobs', () => {
  it('has those that ran and ended, on whatever machine', () => {
    const { jobs, leftOut } = jobsIn('jobs.json', HISTORY);
    expect(jobs.map(({ id }) => id.split('#')[1])).toEqual(['16.0', '14.0', '13.0', '12.0', '11.0']);
    expect([...leftOut]).toEqual([['never-ran', 1]]);
  });

  it('says of a pilot what it was and what it ran on', () => {
    expect(read(find(12)).jobs[0]).toEqual({
      ...{ id: 'cm.pool.example#12.0#1767528000', submitHost: 'cm.pool.example' },
      ...{ queue: 'BNL_CLOUD', fleet: 'default', user: 'BNL_CLOUD', status: 'completed' },
      ...{ firstStartedAt: 1767528060, startedAt: 1767528060, endedAt: 1767535260, runs: 1 },
      ...{ wallSeconds: 7200, cpuSeconds: 6120.5, cpuSecondsOfLastRun: 6120.5 },
      ...{ cores: 1, memoryMb: 2000, residentKb: 812345, virtualKb: 1998765 },
      ...{ subject: '/DC=org/CN=pilot "x"', fqan: '/atlas/Role=pilot/Capability=NULL', vo: 'atlas' },
      machine: {
        ...{ instanceId: 'i-0aaaaaaaaaaaaaaa1', flavour: 'm6i.large', zone: 'us-east-1a' },
        ...{ market: 'spot', cores: 2, dollarsPerHour: 0.096 },
      },
    });
  });

  it('takes the moment of a removal for the end, and knows no price that the slot had none of', () => {
    expect(read(find(13)).jobs[0]).toMatchObject({
      ...{ user: 'ada', status: 'removed', runs: 2, cores: 4 },
      ...{ firstStartedAt: 1767528060, startedAt: 1767531660, endedAt: 1767537000 },
      ...{ wallSeconds: 3600, cpuSeconds: 4008, cpuSecondsOfLastRun: 1000 },
      machine: { dollarsPerHour: undefined },
    });
  });

  it('is the same as an array and as lines, and in whatever letters attributes are written', () => {
    const lines = ads.map((ad) => JSON.stringify(ad)).join('\n');
    expect(jobsIn('jobs.json', `${lines}\n`)).toEqual(jobsIn('jobs.json', HISTORY));
    const upper = Object.fromEntries(Object.entries(find(12)).map(([name, of]) => [name.toUpperCase(), of]));
    expect(read(upper)).toEqual(read(find(12)));
  });

  it.each([
    ['a job that runs', { JobStatus: 2 }, 'unfinished'],
    ['one without a name', { GlobalJobId: undefined }, 'incomplete'],
    ['one whose attributes were left out', { RemoteUserCpu: undefined }, 'incomplete'],
    ['one that ended before it began', { CompletionDate: 1767528059 }, 'incomplete'],
    ['one whose time is no number', { RemoteWallClockTime: '/Expr(time())/' }, 'incomplete'],
    ['one whose time is below nothing', { RemoteWallClockTime: -1 }, 'incomplete'],
  ])('leaves out %s', (_, given, why) => {
    const { jobs, leftOut } = read({ ...find(12), ...given });
    expect(jobs).toEqual([]);
    expect([...leftOut]).toEqual([[why, 1]]);
  });

  it('counts a job once that is there twice', () => {
    const { jobs, leftOut } = read(find(12), find(12));
    expect(jobs).toHaveLength(1);
    expect([...leftOut]).toEqual([['twice', 1]]);
  });

  it.each([
    ['ID OWNER SUBMITTED', 'from line 1 on it is no JSON'],
    ['{"ClusterId": 1}\n{"Clu', 'from line 2 on it is no JSON'],
    ['[{"ClusterId": 1}', 'from line 1 on it is no JSON'],
    ['[{"ClusterId": 1}, 7]', 'its value 2 is no ad'],
    ['null', 'its value 1 is no ad'],
  ])('is refused where it is something else: %s', (given, why) => {
    expect(() => jobsIn('jobs.json', given)).toThrow(
      `--jobs jobs.json is not what condor_history -json prints: ${why}; docs/accounting.md has the command.`,
    );
  });

  it('may be empty', () => {
    expect(jobsIn('jobs.json', '').jobs).toEqual([]);
    expect(jobsIn('jobs.json', '[\n]\n').jobs).toEqual([]);
  });

  it('is read from a file, and one that cannot be is said', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'aerie-jobs-'));
    try {
      const file = join(dir, 'jobs.json');
      await expect(readJobs(file)).rejects.toThrow(`--jobs ${file} cannot be read (ENOENT); name a file`);
      await writeFile(file, HISTORY);
      expect((await readJobs(file)).jobs).toHaveLength(5);
      await truncate(file, 256 * 1024 * 1024 + 1);
      await expect(readJobs(file)).rejects.toThrow(`--jobs ${file} has more than 256 MB; let`);
    } finally {
      await rm(dir, { recursive: true });
    }
  });

  it('is printed by the command of the page with all that is read of it, and no more', async () => {
    const page = await readFile(new URL('../../../docs/accounting.md', import.meta.url), 'utf8');
    const [, given = ''] = /-attributes ([\w,\\\n]+)/.exec(page) ?? [];
    const named = given
      .replaceAll(/[\s\\]/g, '')
      .toLowerCase()
      .split(',');
    expect(named.toSorted()).toEqual(ATTRIBUTES.toSorted());
  });
});
