import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bothEnds, cut, harmless, left, right, textWidth } from '../../cli/command/text.ts';
import { emptyHistory, type History, recorded } from '../../cli/shown/history.ts';
import { drawFrame } from '../../cli/terminal-frame.ts';
import { summaryLines } from '../../cli/terminal-summary.ts';
import type { Shown, ToldDecision } from '../../twin/report/sample.ts';
import { DAY_SECONDS, QUEUES, syntheticRun } from './shown/run.ts';

const HOUR = 3600;

const historyOf = (shown: readonly Shown[]): History => shown.reduce(recorded, emptyHistory());

const queue = (name: string, changes: object = {}) => ({
  queue: name,
  activated: 12,
  jobsRunning: 96,
  jobsDone: 1204,
  idle: 12,
  running: 96,
  coresBusy: 96,
  ...changes,
});

const fleet = (name: string, changes: object = {}) => ({
  fleet: name,
  booting: 2,
  joined: 12,
  draining: 1,
  asleep: 4,
  maxWorkers: 40,
  coresClaimed: 101,
  coresPaid: 120,
  ...changes,
});

const small = historyOf([
  {
    kind: 'opening',
    scenario: 'calm',
    title: 'A calm day',
    startsAt: 0,
    loadSeconds: 24 * HOUR,
    seed: 42,
    queues: ['BNL_CLOUD', 'ANALY-BNL.a_long_name_of_a_queue'],
    fleets: ['default', 'spot'],
    faults: [{ what: 'PanDA is silent', fromSeconds: 12 * HOUR, toSeconds: 13 * HOUR }],
  },
  {
    kind: 'sample',
    atSeconds: 12.5 * HOUR,
    queues: [
      queue('BNL_CLOUD'),
      queue('ANALY-BNL.a_long_name_of_a_queue', { jobsDone: 12_345, coresBusy: 12_345 }),
    ],
    fleets: [fleet('default'), fleet('spot', { coresClaimed: 12_345, coresPaid: 14_880 })],
    coresBusy: 12_441,
    coresPaid: 15_000,
  },
  {
    kind: 'told',
    told: {
      atSeconds: 12.4 * HOUR,
      of: 'workers',
      whose: 'default',
      kind: 'act',
      what: 'launch 6 x m6i.large',
      why: [{ kind: 'pilots-waiting', text: '12 idle pilots fit nowhere' }],
    },
  },
  {
    kind: 'told',
    told: {
      atSeconds: 12.5 * HOUR,
      of: 'pilots',
      whose: 'ANALY-BNL.a_long_name_of_a_queue',
      kind: 'hold',
      what: 'hold',
      why: [
        { kind: 'source-unknown', source: 'panda', text: 'PanDA is unknown: it did not answer within 10 s' },
        { kind: 'source-stale', text: 'the last answer is 300 s old, limit 180 s' },
      ],
    },
  },
]);

const FRAME_60 = `
A calm day · calm                                    seed 42
████████████████████░░░░░░░░░░░░░░░░░░  12:30 of 24:00  52 %
held 0 s · jobs 13,549 of 13,765 done · cores 12,441 of 15,…
PanDA 24 ready → pilots 24 wait, 192 run → workers 4 boot,…
fault: PanDA is silent, until 13:00
                                jobs              pilots
queue                           actv   run  done  idle   run
BNL_CLOUD                         12    96 1,204    12    96
ANALY-BNL.a_long_name_of_a_qu…    12    96 12.3k    12    96
all queues                        24   192 13.5k    24   192
                          workers                 cores
fleet                     boot  join   drn   slp  clmd  paid
default                      2    12     1     4   101   120
spot                         2    12     1     4 12.3k 14.9k
all fleets                   4    24     2     8 12.4k   15k

last decisions
12:30  ANALY-BNL.a_lo… pilots: hold
       PanDA is unknown: it did not answer within 10 s; the…
12:24  fleet default   workers: launch 6 x m6i.large
       12 idle pilots fit nowhere
`;

/** What is the same at every width from 80 columns on. */
const WIDE = (held: string) => `jobs 13,549 of 13,765 done · cores 12,441 of 15,000 busy (83 %) · ${held}
PanDA 24 ready → pilots 24 wait, 192 run → workers 4 boot, 24 joined, 8 asleep
fault: PanDA is silent, until 13:00
                                     jobs                     pilots
queue                              activated running   done   idle running
BNL_CLOUD                                 12      96  1,204     12      96
ANALY-BNL.a_long_name_of_a_queue          12      96 12,345     12      96
all queues                                24     192 13,549     24     192
                                     workers                        cores
fleet                              booting joined draining asleep claimed   paid
default                                  2     12        1      4     101    120
spot                                     2     12        1      4  12,345 14,880
all fleets                               4     24        2      8  12,446 15,000`;

const FRAME_80 = `
A calm day · calm                                                        seed 42
██████████████████████████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░  12:30 of 24:00  52 %
${WIDE('held 0 s')}

last decisions
12:30  ANALY-BNL.a_long_na… pilots: hold
       PanDA is unknown: it did not answer within 10 s; the last answer is 300…
12:24  fleet default        workers: launch 6 x m6i.large
       12 idle pilots fit nowhere
`;

const FRAME_120 = `
A calm day · calm                                                                                                seed 42
███████████████████████████████████████████████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  12:30 of 24:00  52 %
${WIDE('held 0 s so far: no usable answer from PanDA')}

last decisions
12:30  ANALY-BNL.a_long_name_o… pilots: hold
       PanDA is unknown: it did not answer within 10 s; the last answer is 300 s old, limit 180 s
12:24  fleet default            workers: launch 6 x m6i.large
       12 idle pilots fit nowhere
`;

describe('a frame', () => {
  it.each([
    [60, FRAME_60],
    [80, FRAME_80],
    [120, FRAME_120],
  ])('of %d columns shows time, figures, queues and decisions with their reasons', (columns, expected) => {
    expect(`\n${drawFrame(small, columns, 24)}\n`).toBe(expected);
  });

  it.each([
    [
      120,
      'jobs 13,549 of 13,765 done · cores 12,441 of 15,000 busy (83 %) · $12.34 at list prices · held 0 s',
    ],
    [90, 'jobs 13,549 of 13,765 done · cores 12,441 of 15,000 busy (83 %) · list $12.34 · held 0 s'],
    [80, 'held 0 s · list $12.34 · jobs 13,549 of 13,765 done · cores 12,441 of 15,000 bu…'],
    [60, 'held 0 s · list $12.34 · jobs 13,549 of 13,765 done · cores…'],
  ])('of %d columns says what workers cost, if that is known', (columns, expected) => {
    const sample = small.sample && { ...small.sample, listDollars: 12.34 };
    expect(drawFrame({ ...small, sample }, columns, 24).split('\n')[2]).toBe(expected);
  });

  it('gives the lines there are to the tables and their sums first, then to whole decisions', () => {
    expect(drawFrame(small, 60, 19).split('\n').slice(5)).toEqual(FRAME_60.split('\n').slice(6, 20));
    expect(drawFrame(small, 60, 18).split('\n').at(-1)).toMatch(/^all fleets/);
    expect(drawFrame(small, 60, 3).split('\n')).toHaveLength(3);
  });

  it('says how many queues there is no line for', () => {
    const queues = Array.from({ length: 40 }, (_, index) => `Q${index}`);
    const frame = drawFrame(historyOf(syntheticRun({ queues, samples: 9, loadSeconds: HOUR })), 80, 24).split(
      '\n',
    );
    expect(frame.filter((line) => /^Q\d/.test(line))).toHaveLength(5);
    expect(frame).toContain('… and 35 more');
    expect(frame.at(-3)).toBe('last decisions');
  });

  it('says what each fleet has cost, if that is known', () => {
    const sample = small.sample && {
      ...small.sample,
      listDollars: 3.5,
      fleets: small.sample.fleets.map((of, index) => ({ ...of, listDollars: 1.5 + index })),
    };
    const lines = drawFrame({ ...small, sample }, 100, 24).split('\n');
    expect(
      lines.filter((line) => /^(default|spot|all fleets) /.test(line)).map((line) => line.slice(-5)),
    ).toEqual(['  1.5', '  2.5', '    4']);
  });

  it.each([
    [120, 240, /░ {2}12:30 of 24:00 {2}52 % · 240 × real time, load done in about 2 min 50 s$/],
    [120, 36_000, /░ {2}12:30 of 24:00 {2}52 % · 36,000 × real time, load done in about 1 s$/],
    [60, 241.4, /░ {2}12:30 of 24:00 {2}52 % · 240 × real time$/],
    [40, 240, /░ {2}12:30 of 24:00 {2}52 %$/],
  ])('of %d columns says how fast it goes at %d and how long that takes', (columns, pace, expected) => {
    expect(drawFrame(small, columns, 24, { pace }).split('\n')[1]).toMatch(expected);
  });

  it('says of a launch which machines were had for it', () => {
    const told: ToldDecision = {
      ...({ atSeconds: 12.5 * HOUR, of: 'workers', whose: 'spot', kind: 'act', why: [] } as const),
      what: 'launch 3 x m6i.large',
      launched: [
        { count: 2, flavour: 'm6a.large', zone: 'us-east-1b', isSpot: false },
        { count: 1, flavour: 'm5.large', zone: 'us-east-1a', isSpot: true },
      ],
    };
    expect(drawFrame(recorded(small, { kind: 'told', told }), 160, 24)).toContain(
      'workers: launch 3 x m6i.large → 2 m6a.large in us-east-1b; 1 m5.large in us-east-1a, spot\n',
    );
  });

  it('carries a notice in its head', () => {
    const frame = drawFrame(small, 80, 24, { notice: 'watch it at http://127.0.0.1:8080/' }).split('\n');
    expect(frame[4]).toBe('watch it at http://127.0.0.1:8080/');
    expect(frame).toHaveLength(FRAME_80.split('\n').length - 1);
  });

  it('says nothing of PanDA and pilots where there is no queue', () => {
    const sample = small.sample && { ...small.sample, queues: [] };
    expect(drawFrame({ ...small, sample }, 80, 24).split('\n')[3]).toBe(
      'workers 4 boot, 24 joined, 8 asleep',
    );
  });

  it('waits before the opening', () => {
    expect(drawFrame(emptyHistory(), 80, 24)).toBe('waiting for the run to begin');
  });

  it('tells how long the pool has been emptying once the load is over', () => {
    const over = historyOf(syntheticRun({ queues: ['A'], samples: 100, loadSeconds: DAY_SECONDS }));
    expect(drawFrame(over, 80, 24).split('\n')[1]).toMatch(/^█+ {2}load done, emptying for 1 h 12 min$/);
  });

  it('is never wider or higher than the terminal, whatever is told', () => {
    const run = syntheticRun({ queues: QUEUES, samples: 60, loadSeconds: DAY_SECONDS });
    const size = fc.tuple(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 60 }));
    const text = fc.string({ unit: 'grapheme', maxLength: 120 });
    fc.assert(
      fc.property(
        size,
        text,
        text,
        fc.integer({ min: 1, max: run.length }),
        ([columns, rows], what, why, length) => {
          const told = {
            atSeconds: 9,
            of: 'pilots',
            whose: QUEUES[0],
            kind: 'hold',
            what,
            why: [{ kind: 'told', text: why }],
          } as const;
          const frame = drawFrame(
            historyOf([...run.slice(0, length), { kind: 'told', told }]),
            columns,
            rows,
          );
          const lines = frame.split('\n');
          expect(lines.length).toBeLessThanOrEqual(rows);
          expect(Math.max(...lines.map(textWidth))).toBeLessThanOrEqual(columns);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('text in columns', () => {
  it.each([
    [cut('ANALY-BNL', 9), 'ANALY-BNL'],
    [cut('ANALY-BNL', 8), 'ANALY-B…'],
    [cut('a b c', 3), 'a…'],
    [cut('abc', 0), ''],
    [cut('日本語', 5), '日本…'],
    [left('ab', 4), 'ab  '],
    [right('ab', 4), '  ab'],
    [right('日本', 5), ' 日本'],
    [bothEnds('title', 'end', 12), 'title    end'],
    [bothEnds('title', 'end', 3), 'ti…'],
    [harmless('a\u001b[31mb\u0007\nc'), 'ab c'],
  ])('%j is %j', (given, expected) => {
    expect(given).toBe(expected);
  });
});

describe('the summary', () => {
  it('aligns figures at the right, units beside them, and gives each part a heading', () => {
    const summary = {
      jobsDone: 24_000,
      meanWaitSeconds: 133,
      paidCoreHours: 1311.5,
      queues: {
        A: { jobsDone: 9, meanWaitSeconds: 45 },
        'B-LONG': { jobsDone: 1204, meanWaitSeconds: 7500 },
      },
    };
    expect(summaryLines(summary, 80)).toEqual([
      'jobs done      24,000',
      'mean wait  2 min 13 s',
      'paid            1,312  core-hours',
      '',
      'queues',
      '        jobs done  mean wait',
      'A               9       45 s',
      'B-LONG      1,204  2 h 5 min',
    ]);
  });
});
