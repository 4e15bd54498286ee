import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { type Bundle, bundleFunctions, LAMBDA_ENTRIES } from '../lib/functions/bundle.ts';

/** How long a cold start takes to load each Lambda's bundle, in a fresh Node, beside a handler that does nothing. */
interface InitTime {
  readonly name: string;
  readonly kilobytes: number;
  readonly medianMs: number;
  readonly minMs: number;
  /** How many times as long as the bare handler. */
  readonly toBare: number;
}

const BARE = 'bare handler';
const ROUNDS = 15;

/** What the stack would set; nothing is called, so nothing has to exist. */
const ENVIRONMENT = {
  AWS_REGION: 'us-east-1',
  AERIE_STAGE: 'bench',
  AERIE_TABLE: 'ledger',
  AERIE_PANDA_URL: 'http://127.0.0.1:1/api/v1',
  AERIE_ENDPOINT_URL: 'http://127.0.0.1:1',
  AERIE_TEMPLATE_ID: 'lt-0123456789abcdef0',
  AERIE_TEMPLATE_VERSION: '1',
  AERIE_PLACEMENTS: 'subnet-0000000a=us-east-1a',
  AERIE_WORKER_DISK_MB: '81920',
  AERIE_WORKER_VOLUMES_GB: '100',
};

/** With `--eval`, the first argument is the bundle. Time runs from where the runtime would ask for the handler. */
const LOAD = `const from = performance.now();
  import(process.argv[1]).then(() => process.stdout.write(String(performance.now() - from)))`;

const run = promisify(execFile);

const loadMs = async ({ file }: Bundle): Promise<number> => {
  const { stdout } = await run(process.execPath, ['--eval', LOAD, pathToFileURL(file).href], {
    env: ENVIRONMENT,
  });
  return Number(stdout);
};

const median = (sorted: readonly number[]): number => sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;

const bundleAll = async (dir: string): Promise<ReadonlyMap<string, Bundle>> => {
  const bare = join(dir, 'bare.ts');
  await writeFile(bare, 'export const handler = async () => undefined;\n');
  return bundleFunctions([[BARE, bare], ...LAMBDA_ENTRIES], dir);
};

/** Rounds of one load each: what else the machine does then falls on all bundles alike. The first only fills caches. */
const measure = async (
  bundles: ReadonlyMap<string, Bundle>,
): Promise<ReadonlyMap<string, readonly number[]>> => {
  const times = new Map<string, number[]>([...bundles.keys()].map((name) => [name, []]));
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [name, bundle] of bundles) {
      const ms = await loadMs(bundle);
      if (round > 0) times.get(name)?.push(ms);
    }
  }
  return times;
};

const summarise = (
  bundles: ReadonlyMap<string, Bundle>,
  times: ReadonlyMap<string, readonly number[]>,
): readonly InitTime[] => {
  const sorted = (name: string) => (times.get(name) ?? []).toSorted((a, b) => a - b);
  const bareMs = median(sorted(BARE));
  return [...bundles].map(([name, { bytes }]) => {
    const all = sorted(name);
    return {
      name,
      kilobytes: bytes / 1000,
      medianMs: median(all),
      minMs: all[0] ?? Number.NaN,
      toBare: median(all) / bareMs,
    };
  });
};

const table = (rows: readonly InitTime[]): string => {
  const line = (...cells: readonly string[]) =>
    cells.map((cell, column) => (column === 0 ? cell.padEnd(14) : cell.padStart(9))).join('');
  return [
    line('bundle', 'KB', 'ms', '(min)', 'to bare'),
    ...rows.map((it) =>
      line(
        it.name,
        it.kilobytes.toFixed(1),
        it.medianMs.toFixed(1),
        it.minMs.toFixed(1),
        `${it.toBare.toFixed(1)}x`,
      ),
    ),
  ].join('\n');
};

const { values: options } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
const dir = await mkdtemp(join(tmpdir(), 'aerie-init-'));
try {
  const bundles = await bundleAll(dir);
  const rows = summarise(bundles, await measure(bundles));
  console.log(options.json ? JSON.stringify({ node: process.version, rounds: ROUNDS, rows }) : table(rows));
} finally {
  await rm(dir, { recursive: true, force: true });
}
