import { execFile, fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import * as z from 'zod';
import { FUNCTIONS } from '../lib/functions.ts';
import { standIn } from './whole/stand-in.ts';
import { WORLDS, type WorldName, worldOf } from './whole/world.ts';

/**
 * What whole ticks cost: the real bundles (SDK, zod, middy) against a stand-in of AWS, PanDA and the endpoint on loopback.
 * `--beside <checkout>` runs the same ticks of another checkout in turn with those of this one and tells the ratio.
 */
const ROOT = resolve(import.meta.dirname, '..');
const INVOKE = join(import.meta.dirname, 'whole', 'invoke.ts');
/** Processes of each checkout, in turn: what else the machine does then falls on both alike. The least counts. */
const TURNS = 2;
/** Invocations of a process: the first is cold, the next ones are compiled while they run. */
const ROUNDS = 6;

const measured = z.object({ cpuMs: z.array(z.number()), peakMb: z.number() });

interface Cost {
  readonly warmMs: number;
  readonly coldMs: number;
  readonly peakMb: number;
}

const run = promisify(execFile);

/** Bundles the functions of a checkout as it would deploy them, and returns where. */
const bundle = async (checkout: string, outDir: string): Promise<string> => {
  await run(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `const { bundleLambdas } = await import(${JSON.stringify(pathToFileURL(join(checkout, 'lib/bundle.ts')).href)});
       await bundleLambdas(${JSON.stringify(outDir)});`,
    ],
    { cwd: checkout },
  );
  return outDir;
};

const environmentOf = (url: string) => ({
  ...{ AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'AKIABENCH', AWS_SECRET_ACCESS_KEY: 'bench' },
  ...{ AWS_ENDPOINT_URL: url, AERIE_STAGE: 'bench', AERIE_TABLE: 'ledger' },
  ...{ AERIE_PANDA_URL: `${url}/api/v1`, AERIE_ENDPOINT_URL: url },
  ...{ AERIE_TEMPLATE_ID: 'lt-0123456789abcdef0', AERIE_TEMPLATE_VERSION: '1' },
  AERIE_PLACEMENTS: 'subnet-0000000a=us-east-1a',
  ...{ AERIE_WORKER_DISK_MB: '81920', AERIE_WORKER_VOLUMES_GB: '100' },
});

/** One process of a function, as Lambda would start it, and what its invocations took. */
const invoked = (
  file: string,
  url: string,
  memoryMb: number,
  from: number,
): Promise<z.infer<typeof measured>> =>
  new Promise((done, fail) => {
    const child = fork(INVOKE, [file, String(ROUNDS), String(from)], {
      env: environmentOf(url),
      execArgv: [`--max-old-space-size=${memoryMb}`],
      // Logs and metrics are written, and nobody reads them.
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    child.on('message', (message) => done(measured.parse(message)));
    child.on('exit', (code) =>
      fail(new Error(`a function ended with status ${code} before it had told its cost`)),
    );
  });

const leastOf = (all: readonly z.infer<typeof measured>[]): Cost => ({
  warmMs: Math.min(...all.flatMap(({ cpuMs }) => cpuMs.slice(1))),
  coldMs: Math.min(...all.map(({ cpuMs }) => cpuMs[0] ?? Number.NaN)),
  peakMb: Math.max(...all.map(({ peakMb }) => peakMb)),
});

/** The costs of one world, in the order of the checkouts' bundles. */
const measure = async (name: WorldName, bundles: readonly string[]): Promise<readonly Cost[]> => {
  const { of, ...world } = worldOf(name);
  // One each: a lease that one has taken would be in the other's way.
  const served = await Promise.all(bundles.map(() => standIn(world)));
  const found: z.infer<typeof measured>[][] = bundles.map(() => []);
  try {
    for (let turn = 0; turn < TURNS; turn += 1) {
      for (const [index, bundled] of bundles.entries()) {
        const file = join(bundled, of, 'index.mjs');
        const url = served[index]?.url ?? '';
        found[index]?.push(await invoked(file, url, FUNCTIONS[of].memoryMb, world.world.now + turn * ROUNDS));
      }
    }
  } finally {
    await Promise.all(served.map(({ close }) => close()));
  }
  return found.map(leastOf);
};

const inWords = ({ warmMs, coldMs, peakMb }: Cost): string =>
  `${warmMs.toFixed(0).padStart(7)} (${coldMs.toFixed(0)})`.padEnd(17) +
  `${peakMb.toFixed(0)} MB`.padStart(7);

const { values: options } = parseArgs({
  options: {
    beside: { type: 'string' },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const names = WORLDS.filter((name) => options.only === undefined || name.includes(options.only));
if (names.length === 0) throw new Error(`--only: expected a part of one of ${WORLDS.join(', ')}`);
const checkouts = [ROOT, ...(options.beside === undefined ? [] : [resolve(options.beside)])];
const dir = await mkdtemp(join(tmpdir(), 'aerie-whole-'));
try {
  const bundles = await Promise.all(
    checkouts.map((checkout, index) => bundle(checkout, join(dir, String(index)))),
  );
  if (!options.json)
    console.log('a whole tick: CPU ms warm (cold), memory; this checkout, the other, and the ratio');
  for (const name of names) {
    const costs = await measure(name, bundles);
    const [own, other] = costs;
    const ratio = own === undefined || other === undefined ? undefined : own.warmMs / other.warmMs;
    console.log(
      options.json
        ? JSON.stringify({ name, costs, ratio })
        : [
            name.padEnd(44),
            ...costs.map(inWords),
            ratio === undefined ? '' : ratio.toFixed(2).padStart(6),
          ].join(' '),
    );
  }
} finally {
  await rm(dir, { recursive: true, force: true });
}
