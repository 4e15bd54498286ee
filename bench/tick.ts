import { parseArgs } from 'node:util';
import { planPilots } from '../core/pilots.ts';
import { doubtful, reconcilePool } from '../core/reconcile.ts';
import { known } from '../core/snapshot.ts';
import { planWorkers } from '../core/workers.ts';
import { crowdedWorld } from './aerie/crowd.ts';

/** What one tick of a size costs: CPU of the decision (median), the memory of its world and at most. */
interface TickCost {
  readonly queues: number;
  readonly workers: number;
  readonly cpuMs: number;
  readonly worldMb: number;
  readonly peakMb: number;
}

const SIZES = [
  [10, 1_000],
  [1_000, 1_000],
  [10_000, 1_000],
  [10, 100_000],
  [1_000, 100_000],
  [10_000, 100_000],
] as const;
const ROUNDS = 7;
const LIMIT = { cpuMs: 250, peakMb: 256 } as const;
const MB = 2 ** 20;

const usedMb = (): number => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / MB;
};

const cpuMsOf = (work: () => void): number => {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
};

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** The same world as another tick would read it: nothing that was looked up for the last one serves again. */
const afresh = (world: ReturnType<typeof crowdedWorld>): ReturnType<typeof crowdedWorld> => {
  const view = { ...world.view };
  const ledger = { ...world.ledger, workers: [...world.ledger.workers] };
  return { ...world, view, pool: known(view, view.observedAt), ledger };
};

/** All that both ticks decide on one world: the ledger brought in line with the pool's view, workers, pilots. */
const measure = (queues: number, workers: number): TickCost => {
  const before = usedMb();
  const world = crowdedWorld(queues, workers);
  const worldMb = usedMb() - before;
  let peakMb = worldMb;
  const decide = () => {
    const { view, ledger, ...fresh } = afresh(world);
    reconcilePool(ledger.workers, view);
    doubtful(ledger.workers, view, world.now);
    planWorkers({ ...fresh, ledger });
    planPilots({ ...fresh, submissions: ledger.submissions, pilotsEver: {} });
    peakMb = Math.max(peakMb, process.memoryUsage().heapUsed / MB - before);
  };
  // The first rounds are slower: the code is compiled while it runs, as it is in a container that has just started.
  const times = Array.from({ length: ROUNDS }, () => cpuMsOf(decide));
  return { queues, workers, cpuMs: median(times), worldMb, peakMb };
};

const { values: options } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
const costs = SIZES.map(([queues, workers]) => measure(queues, workers));
if (options.json) console.log(JSON.stringify({ node: process.version, rounds: ROUNDS, costs }));
else {
  console.log('one tick of both queues, decisions only   CPU ms   world MB   peak MB');
  for (const { queues, workers, cpuMs, worldMb, peakMb } of costs) {
    const size = `${queues} queues, ${workers} workers`.padEnd(38);
    console.log(
      [size, cpuMs.toFixed(1), worldMb.toFixed(0), peakMb.toFixed(0)].map((of) => of.padStart(10)).join(''),
    );
  }
  const largest = costs.at(-1);
  if (largest !== undefined && (largest.cpuMs > LIMIT.cpuMs || largest.peakMb > LIMIT.peakMb)) {
    console.log(`the largest is over its limit of ${LIMIT.cpuMs} ms and ${LIMIT.peakMb} MB`);
  }
}
