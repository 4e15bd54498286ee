import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { bundle, type Cost, measure } from './whole/measure.ts';
import { type FunctionName, tickOf } from './whole/world.ts';

/**
 * `npm run bench -- scale`: how what a stage takes grows with its workers. Whole ticks through the real bundles at rest; two
 * thousand workers that join at once through one endpoint on one core; a view of 50,000 slots of a real collector, in the lab.
 * `--only ticks`, `joins` or `endpoint`: that part alone.
 */
const ROOT = resolve(import.meta.dirname, '..');
const QUEUES = 10;
const SLOTS = 50_000;
const JOBS = 10_000;

/** A size, and what such a tick took before 2026-12: CPU ms warm and cold, resident MB. */
interface Size {
  readonly of: FunctionName;
  readonly workers: number;
  readonly before: Cost;
}

const before = (warmMs: number, coldMs: number, peakMb: number): Cost => ({ warmMs, coldMs, peakMb });

/** What was not measured then is not a number. */
const SIZES: readonly Size[] = [
  { of: 'workers', workers: 1_000, before: before(51, 264, 161) },
  { of: 'workers', workers: 10_000, before: before(417, 690, 226) },
  { of: 'workers', workers: 50_000, before: before(1_935, 2_606, 308) },
  { of: 'workers', workers: 100_000, before: before(3_989, 4_094, 389) },
  { of: 'pilots', workers: 10_000, before: before(369, Number.NaN, 232) },
  { of: 'pilots', workers: 100_000, before: before(3_502, Number.NaN, 373) },
  { of: 'audit', workers: 1_000, before: before(348, Number.NaN, 205) },
  { of: 'audit', workers: 10_000, before: before(2_966, Number.NaN, 257) },
];

/** What Lambda gives 512 MB, and what a tick may take of it. */
const CORES = 512 / 1_769;
const MOST_SECONDS = 10;

const BAR = 40;

const figure = (value: number, unit: string): string =>
  Number.isNaN(value) ? '–' : `${Math.round(value)}${unit}`;

const cells = ({ warmMs, coldMs, peakMb }: Cost): readonly string[] => [
  figure(warmMs, ' ms'),
  figure(coldMs, ' ms'),
  figure(peakMb, ' MB'),
];

const WIDTHS = [8, 8, 9, 9, 8, 9, 9, 8, 8] as const;
const line = (all: readonly string[]): string =>
  all.map((cell, index) => cell.padStart(WIDTHS[index] ?? 8)).join(' ');

/** Says it and fails nothing: how quick this machine is proves nothing of Lambda's. */
const ticks = async (): Promise<boolean> => {
  const dir = await mkdtemp(join(tmpdir(), 'aerie-scale-'));
  try {
    const bundles = [await bundle(ROOT, dir)];
    console.log(
      `Whole ticks at rest, ${QUEUES} queues: CPU warm and cold, memory; the same before; seconds warm on a function of 512 MB`,
    );
    console.log(line(['tick', 'workers', 'warm', 'cold', 'memory', 'then', 'cold', 'memory', 'seconds']));
    const found: (Size & { readonly cost: Cost })[] = [];
    for (const size of SIZES) {
      const [cost] = await measure(tickOf(size.of, { queues: QUEUES, workers: size.workers }), bundles, 1);
      if (cost === undefined) throw new Error(`the ${size.of} tick told no cost.`);
      found.push({ ...size, cost });
      const seconds = (cost.warmMs / 1000 / CORES).toFixed(1);
      console.log(
        line([size.of, String(size.workers), ...cells(cost), ...cells(size.before), `${seconds} s`]),
      );
    }
    console.log('\nGrowth: CPU of a warm tick, each bar to its own largest, and µs a worker');
    for (const { of, workers, cost } of found) {
      const most = Math.max(...found.filter((other) => other.of === of).map((other) => other.cost.warmMs));
      const bar = '█'.repeat(Math.max(1, Math.round((cost.warmMs / most) * BAR)));
      console.log(
        `${line([of, String(workers)])}  ${bar.padEnd(BAR)} ${figure((cost.warmMs * 1000) / workers, ' µs')}`,
      );
    }
    const late = found.filter(({ of, cost }) => of !== 'audit' && cost.warmMs / 1000 / CORES > MOST_SECONDS);
    for (const { of, workers } of late) {
      console.log(
        `The ${of} tick of ${workers} workers takes more than ${MOST_SECONDS} s with 512 MB: see tickMemoryMb.`,
      );
    }
    return true;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
};

/** The test that proves the burst also tells its times. */
const joins = (): boolean => {
  console.log('\nWorkers that join at once, through one endpoint on one core');
  const args = [
    'run',
    '--project',
    'long',
    'test/collector/many-joins',
    '--reporter',
    'dot',
    '--maxWorkers',
    '1',
  ];
  const { status, stdout } = spawnSync(join(ROOT, 'node_modules/.bin/vitest'), args, {
    cwd: ROOT,
    env: { ...process.env, AERIE_SAY_TIMES: '1' },
    encoding: 'utf8',
  });
  for (const [, said] of stdout.matchAll(/^# (.*)$/gm)) console.log(said);
  if (status !== 0) console.log(stdout);
  return status === 0;
};

const endpoint = (): boolean => {
  console.log(`\nThe endpoint over ${SLOTS} slots and ${JOBS} jobs of a real pool`);
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    console.log('left out: the lab takes root on Linux.');
    return true;
  }
  const args = [join(import.meta.dirname, 'endpoint.ts'), String(SLOTS), String(JOBS)];
  return spawnSync(process.execPath, args, { stdio: 'inherit' }).status === 0;
};

const PARTS = { ticks, joins, endpoint } as const;
const isPart = (name: string): name is keyof typeof PARTS => Object.hasOwn(PARTS, name);

const { values } = parseArgs({ options: { only: { type: 'string' } } });
const asked = values.only === undefined ? Object.keys(PARTS) : [values.only];
if (!asked.every(isPart))
  throw new Error(`--only: expected ${Object.keys(PARTS).join(', ')}, got "${values.only}"`);
let isWell = true;
for (const name of asked) isWell = (await PARTS[name]()) && isWell;
process.exitCode = isWell ? 0 : 1;
