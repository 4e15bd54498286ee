import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { readCsv } from '../../../cli/simulate/csv.ts';
import { readLoad } from '../../../cli/simulate/read.ts';
import { sketchedLoad } from '../../../cli/simulate/sketch.ts';
import { readSwf } from '../../../cli/simulate/swf.ts';

const HEAD = 'arrival,cores,seconds,queue';

const anyJob = fc.record({
  at: fc.integer({ min: 0, max: 1e9 }),
  cores: fc.integer({ min: 1, max: 1024 }),
  runSeconds: fc.integer({ min: 1, max: 86_400 }),
});

const folder = mkdtempSync(join(tmpdir(), 'aerie-loads-'));
afterAll(() => rmSync(folder, { recursive: true }));

const fileOf = (name: string, content: string | Buffer): string => {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
};

const fromFile = (file: string) => readLoad({ file, forSeconds: 86_400 });

describe('a load in CSV', () => {
  it('is jobs at seconds, each with its cores, its run and its queue', () => {
    const { jobs, zero } = readCsv('load.csv', `${HEAD}\n0,1,3600,SITE\n90.5,8,60\n`);
    expect(zero).toBe('first job');
    expect(jobs).toEqual([
      { at: 0, cores: 1, runSeconds: 3600, to: 'SITE', where: 'load.csv:2' },
      { at: 90.5, cores: 8, runSeconds: 60, to: undefined, where: 'load.csv:3' },
    ]);
  });

  it.each([
    ['2026-01-05T03:00:00Z', '2026-01-05T03:00:00Z'],
    ['2026-01-05T03:00', '2026-01-05T03:00:00Z'],
    ['2026-01-05 03:00:10', '2026-01-05T03:00:10Z'],
    ['2026-01-05T03:00:00+01:00', '2026-01-05T02:00:00Z'],
    ['2026-01-05', '2026-01-05T00:00:00Z'],
  ])('may say a time: %s', (text, is) => {
    const { jobs, zero } = readCsv('load.csv', `${HEAD}\n${text},1,60\n`);
    expect(zero).toBe('epoch');
    expect(jobs[0]?.at).toBe(Date.parse(is) / 1000);
  });

  it('may come from a spreadsheet: columns in any order, quotes, blanks, a mark at the beginning, comments', () => {
    const text = '\uFEFFQueue, Seconds ,"cores",arrival,note\r\n# a comment\r\n\r\n"SITE",60, 2 ,5,x\r\n';
    expect(readCsv('load.csv', text).jobs).toEqual([
      { at: 5, cores: 2, runSeconds: 60, to: 'SITE', where: 'load.csv:4' },
    ]);
  });

  it('may say what a job asks for of memory, or nothing', () => {
    const text = 'arrival,cores,seconds,MemoryMB\n0,4,60,6000.5\n0,1,60,\n0,1,60\n';
    expect(readCsv('load.csv', text).jobs.map(({ memoryMb }) => memoryMb)).toEqual([
      6001,
      undefined,
      undefined,
    ]);
  });

  it.each([
    [
      'arrival,cores,seconds,memoryMb\n0,1,60,0',
      'load.csv:2: memoryMb is "0"; expected a number above 0 and up to 25165824',
    ],
    ['arrival,cores,seconds,memoryMb\n0,1,60,4GB', 'load.csv:2: memoryMb is "4GB"; expected a number'],
    ['', 'load.csv:1: the first line is ""; expected the names of the columns'],
    ['0,1,60', 'load.csv:1: the first line is "0,1,60"; expected the names of the columns'],
    [`${HEAD}\n0,many,60`, 'load.csv:2: cores is "many"; expected a whole number from 1 to 1024'],
    [`${HEAD}\n0,0,60`, 'load.csv:2: cores is "0"; expected a whole number'],
    [`${HEAD}\n0,1.5,60`, 'load.csv:2: cores is "1.5"; expected a whole number'],
    [`${HEAD}\n0,1,0`, 'load.csv:2: seconds is "0"; expected a number above 0'],
    [`${HEAD}\n0,1,9999999`, 'load.csv:2: seconds is "9999999"; expected a number above 0 and up to 2592000'],
    [`${HEAD}\n0,1`, 'load.csv:2: seconds is ""; expected'],
    [`${HEAD}\n-5,1,60`, 'load.csv:2: arrival is "-5"; expected seconds such as 5400, or a time'],
    [`${HEAD}\nsoon,1,60`, 'load.csv:2: arrival is "soon"; expected seconds'],
    [`${HEAD}\n2026-13-05,1,60`, 'load.csv:2: arrival is "2026-13-05"; expected seconds'],
    [
      `${HEAD}\n0,1,60\n2026-01-05,1,60`,
      'load.csv:3: arrival is "2026-01-05", and the first job\'s is in seconds; write all of them alike',
    ],
    [`${HEAD}\n2026-01-05,1,60\n5,1,60`, 'load.csv:3: arrival is "5", and the first job\'s is a time'],
  ])('%j is refused with its line: %s', (text, sentence) => {
    expect(() => readCsv('load.csv', text)).toThrow(sentence);
  });

  it('says the first ten mistakes, and how many more there are', () => {
    const lines = Array.from({ length: 13 }, () => '0,x,60');
    const said = () => readCsv('load.csv', [HEAD, ...lines].join('\n'));
    expect(said).toThrow(/^load\.csv:2: (.*\n)+load\.csv:11: .*\nand 3 more lines are wrong\.$/);
  });

  it('has the jobs that were written', () => {
    const written = fc.array(anyJob, { maxLength: 20 });
    fc.assert(
      fc.property(written, (jobs) => {
        const rows = jobs.map(({ at, cores, runSeconds }) => `${at},${cores},${runSeconds}`);
        const read = readCsv('load.csv', ['arrival,cores,seconds', ...rows].join('\n')).jobs;
        expect(read.map(({ at, cores, runSeconds }) => ({ at, cores, runSeconds }))).toEqual(jobs);
      }),
    );
  });
});

const swfLine = ({ submit = 0, run = 60, allocated = 1, requested = 1, memory = -1, status = 1 }) =>
  `1 ${submit} 5 ${run} ${allocated} -1 -1 ${requested} -1 ${memory} ${status} 7 1 -1 2 1 -1 -1`;

describe('a log in the Standard Workload Format', () => {
  it('is jobs with the cores that they got, or asked for where that is not known', () => {
    const text = `; Version: 2.2\n${swfLine({ submit: 30, allocated: 4 })}\n\n${swfLine({ allocated: -1, requested: 2 })}\n`;
    expect(readSwf('log.swf', text).jobs).toEqual([
      { at: 30, cores: 4, runSeconds: 60, to: undefined, where: 'log.swf:2' },
      { at: 0, cores: 2, runSeconds: 60, to: undefined, where: 'log.swf:4' },
    ]);
  });

  it('is jobs with the memory that they asked for, which the log has in KB for each core', () => {
    const lines = [{ memory: 3_000_000, allocated: 4, requested: 2 }, { memory: 0 }, {}];
    const { jobs } = readSwf('log.swf', lines.map(swfLine).join('\n'));
    expect(jobs.map(({ memoryMb }) => memoryMb)).toEqual([11_719, undefined, undefined]);
  });

  it('leaves out what did not run, and parts of jobs, and counts them', () => {
    const lines = [{}, { run: -1 }, { run: 0, status: 5 }, { allocated: -1, requested: -1 }, { status: 3 }];
    const { jobs, leftOut } = readSwf('log.swf', lines.map(swfLine).join('\n'));
    expect(jobs).toHaveLength(1);
    expect([...leftOut.values()]).toEqual([3, 1]);
  });

  it.each([
    ['1 2 3', 'log.swf:1: the line has 3 fields; expected 18, as the Standard Workload Format has it'],
    [
      swfLine({}).replace('1 0 5 60', '1 0 5 long'),
      'log.swf:1: the line has "long" as field 4; expected a number',
    ],
  ])('%j is refused with its line', (text, sentence) => {
    expect(() => readSwf('log.swf', text)).toThrow(sentence);
  });
});

describe('a sketch of jobs', () => {
  const times = (text: string, hours = 24) =>
    sketchedLoad([text], hours * 3600, 1000).jobs.map(({ at }) => at / 3600);

  it.each([
    ['3/once x 1h', 24, [0, 0, 0]],
    ['2/hour x 1h', 2, [0, 0.5, 1, 1.5]],
    ['4/day x 1h', 24, [0, 6, 12, 18]],
    ['2/night x 1h', 48, [22, 22, 46, 46]],
    ['2/night x 1h', 21, []],
  ])('%s for %i hours comes at these hours', (text, hours, at) => {
    expect(times(text, hours)).toEqual(at);
  });

  it('says how long, how wide and whose', () => {
    const [first] = sketchedLoad(['1/once x 30m, 8 cores, SITE'], 60, 10).jobs;
    expect(first).toMatchObject({ runSeconds: 1800, cores: 8, to: 'SITE' });
    expect(sketchedLoad(['1/once x 4h'], 60, 10).jobs[0]).toMatchObject({ cores: undefined, to: undefined });
  });

  it.each([
    ['many/night x 4h', '"many/night" does not say how many jobs come how often'],
    ['0/night x 4h', '"0/night" does not say how many'],
    ['5/week x 4h', '"/week" is not known'],
    ['5/night', 'it does not say how long a job runs'],
    ['5/night x soon', '"soon" is no time such as 4h'],
    ['5/night x 4h, wide please', '"wide please" is neither a number of cores nor one name of a queue'],
    ['5/night x 4h, A, B', '"B" is neither'],
    ['5/night x 4h, 0 cores', '"0 cores" is none'],
    ['1001/once x 4h', 'these are 1001 jobs, and 1000 is the most'],
  ])('%j is refused with the piece that is wrong', (text, sentence) => {
    expect(() => times(text)).toThrow(`--jobs "${text}": ${sentence}`);
  });
});

describe('what is read', () => {
  const MIDNIGHT = Date.parse('2026-01-05T00:00:00Z') / 1000;

  it('begins on a Monday at midnight where it has no dates, the first job first', async () => {
    const file = fileOf('a.csv', 'arrival,cores,seconds\n500,1,60\n100,2,60\n');
    expect((await fromFile(file)).jobs.map(({ at }) => at - MIDNIGHT)).toEqual([0, 400]);
    const { jobs } = await readLoad({ sketches: ['1/night x 1h'], forSeconds: 86_400 });
    expect(jobs.map(({ at }) => at - MIDNIGHT)).toEqual([22 * 3600]);
  });

  it('may be packed, and is a log by its name', async () => {
    const file = fileOf('b.swf.gz', gzipSync(`; a log\n${swfLine({ submit: 9 })}\n`));
    expect((await fromFile(file)).jobs).toMatchObject([{ at: MIDNIGHT, where: 'b.swf.gz:2' }]);
  });

  it.each([
    ['none.csv', 'arrival,cores,seconds\n', 'has no job that ran; see that its lines are jobs'],
    [
      'late.csv',
      `arrival,cores,seconds\n0,1,9\n${31 * 86_400},1,9\n`,
      'late.csv:3: the last job comes 31 days',
    ],
    ['bad.csv', Buffer.from([0x1f, 0x8b, 1, 2, 3]), 'begins like a gzip file and is none'],
    [
      'many.csv',
      `arrival,cores,seconds\n${'0,1,9\n'.repeat(100_001)}`,
      'these are 100001 jobs, and 100000 is the most',
    ],
    ['bomb.csv', gzipSync(Buffer.alloc(33 * 1024 * 1024)), 'has more than 32 MB'],
    ['large.csv', Buffer.alloc(33 * 1024 * 1024), 'has more than 32 MB'],
  ])('%s is refused', async (name, content, sentence) => {
    await expect(fromFile(fileOf(name, content))).rejects.toThrow(sentence);
  });

  it.each([
    [{ file: join(folder, 'nowhere.csv') }, 'cannot be read (ENOENT)'],
    [{}, 'which load? Say --load FILE'],
    [{ file: 'a.csv', sketches: ['1/once x 1h'] }, 'which load? Say --load FILE'],
    [{ sketches: ['1/night x 1h'], forSeconds: 3600 }, 'no job comes in the time of --for'],
    [{ sketches: ['1/night x 1h'], forSeconds: 31 * 86_400 }, '--for takes 30d at the most'],
  ])('%j is refused', async (source, sentence) => {
    await expect(readLoad({ forSeconds: 86_400, ...source })).rejects.toThrow(sentence);
  });
});
