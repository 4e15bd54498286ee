import { execFile, fork } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import * as z from 'zod';
import { FUNCTIONS } from '../../lib/functions/functions.ts';
import { standIn } from './stand-in.ts';
import type { WholeTick } from './world.ts';

const INVOKE = join(import.meta.dirname, 'invoke.ts');
/** Processes of each checkout, in turn: what else the machine does then falls on both alike. The least counts. */
const TURNS = 2;
/** Invocations of a process: the first is cold, the next ones are compiled while they run. */
const ROUNDS = 6;

const measured = z.object({ cpuMs: z.array(z.number()), peakMb: z.number() });

/** What a tick takes: CPU milliseconds of the least of the warm invocations and of the least cold one, and the most memory that is resident. */
export interface Cost {
  readonly warmMs: number;
  readonly coldMs: number;
  readonly peakMb: number;
}

const run = promisify(execFile);

/** Bundles the functions of a checkout as it would deploy them, and returns where. */
export const bundle = async (checkout: string, outDir: string): Promise<string> => {
  await run(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `const { bundleLambdas } = await import(${JSON.stringify(pathToFileURL(join(checkout, 'lib/functions/bundle.ts')).href)});
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

/** The costs of one tick, in the order of the checkouts' bundles. `turns`: processes of each. */
export const measure = async (
  { of, ...world }: WholeTick,
  bundles: readonly string[],
  turns = TURNS,
): Promise<readonly Cost[]> => {
  // One each: a lease that one has taken would be in the other's way.
  const served = await Promise.all(bundles.map(() => standIn(world)));
  const found: z.infer<typeof measured>[][] = bundles.map(() => []);
  try {
    for (let turn = 0; turn < turns; turn += 1) {
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
