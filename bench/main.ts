import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** `npm run bench`: what follows the name of a part goes to that part. */
const PARTS = {
  follow:
    'how well demand is followed: peers, bound, traces; --long for all of it, --own for the part of aerie, --accept for new ratchet figures',
  money: 'budgets of fleets that are never overspent, and spot against its interruptions',
  tick: 'CPU and memory of one tick over many queues and workers',
  whole:
    'whole ticks through the real bundles; --beside <checkout> for the ratio to another one, --only <part of a name>',
  inputs: 'size, CPU and price of keeping what ticks decide on',
  scale:
    'how ticks, joins and the endpoint grow with a stage, up to 100,000 workers; --only ticks, joins or endpoint',
  price: 'what the control plane calls on the twin, and what a month of that costs',
  'init-time': "cold start and size of each Lambda's bundle",
  endpoint: 'the endpoint beside the collector under load',
} as const;
const BY_DEFAULT = ['follow', 'tick', 'init-time'] as const;

/** V8 lets garbage lie as long as it has room. With no more than this, what a tick needs shows. */
const TICK_HEAP_MB = 200;
const FLAGS: Readonly<Partial<Record<keyof typeof PARTS, readonly string[]>>> = {
  tick: [`--max-old-space-size=${TICK_HEAP_MB}`],
};

const isPart = (name: string): name is keyof typeof PARTS => Object.hasOwn(PARTS, name);

const usage = (): string =>
  [
    'npm run bench -- [part] [options of the part]; without a part: follow, tick and init-time, in short.',
    ...Object.entries(PARTS).map(([name, text]) => `  ${name.padEnd(10)} ${text}`),
  ].join('\n');

/** Each part has a process of its own, so that none pays for the memory of another. */
const run = (part: keyof typeof PARTS, options: readonly string[]): number => {
  const file = fileURLToPath(new URL(`${part}.ts`, import.meta.url));
  const flags = ['--expose-gc', ...(FLAGS[part] ?? [])];
  const { status } = spawnSync(process.execPath, [...flags, file, ...options], { stdio: 'inherit' });
  return status ?? 1;
};

const main = (args: readonly string[]): number => {
  const [first, ...rest] = args;
  if (first === '--help') {
    console.log(usage());
    return 0;
  }
  if (first === undefined) return BY_DEFAULT.reduce((worst, part) => Math.max(worst, run(part, [])), 0);
  if (isPart(first)) return run(first, rest);
  console.error(`expected a part of the bench, got "${first}".\n${usage()}`);
  return 2;
};

process.exitCode = main(process.argv.slice(2));
