import { parseArgs } from 'node:util';
import { planPilots } from '../core/decide/pilots/plan.ts';
import { planWorkers } from '../core/decide/workers/plan.ts';
import { known } from '../core/model/snapshot.ts';
import { establish, type Facts, type Observed } from '../core/observe/facts.ts';
import { doubtful, reconcilePool } from '../core/write/reconcile.ts';
import { type Crowd, crowdedWorld } from './aerie/crowd.ts';

/** The two ticks; each is a function of its own, with a container of its own. */
const TICKS = ['workers', 'pilots'] as const;
type Tick = (typeof TICKS)[number];

/** What one tick of a size costs: CPU of the decision (median), the memory of its world and at most. */
interface TickCost extends Crowd {
  readonly tick: Tick;
  readonly cpuMs: number;
  readonly worldMb: number;
  readonly peakMb: number;
}

const SIZES: readonly Crowd[] = [
  { queues: 10, workers: 1_000 },
  { queues: 1_000, workers: 1_000 },
  { queues: 10_000, workers: 1_000 },
  { queues: 10, workers: 100_000 },
  { queues: 1_000, workers: 100_000 },
  { queues: 10_000, workers: 100_000 },
  { queues: 10_000, workers: 1_000, sharedShapes: 100 },
  { queues: 10_000, workers: 100_000, sharedShapes: 100 },
];
const ROUNDS = 15;
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

const factsOf = (world: Observed): Facts => {
  const established = establish(world);
  if (!established.ok) throw new Error(`the bench's world has no facts: ${established.why.kind}`);
  return established.facts;
};

/** All that a tick decides on one world. */
const DECIDE = {
  /** The ledger is brought in line with the pool's view, and then workers are planned. */
  workers({ view, ledger, ...fresh }: ReturnType<typeof crowdedWorld>) {
    reconcilePool(ledger.workers, view);
    doubtful(ledger.workers, view, fresh.now);
    planWorkers({ ...fresh, facts: factsOf(fresh), ledger });
  },
  pilots({ ledger, ...fresh }: ReturnType<typeof crowdedWorld>) {
    planPilots({ ...fresh, facts: factsOf(fresh), submissions: ledger.submissions, pilotsEver: {} });
  },
} as const satisfies Record<Tick, (world: ReturnType<typeof crowdedWorld>) => void>;

const measure = (tick: Tick, crowd: Crowd): TickCost => {
  const before = usedMb();
  const world = crowdedWorld(crowd);
  const worldMb = usedMb() - before;
  let peakMb = worldMb;
  const decide = () => {
    DECIDE[tick](afresh(world));
    peakMb = Math.max(peakMb, process.memoryUsage().heapUsed / MB - before);
  };
  // The first rounds are slower: the code is compiled while it runs, as it is in a container that has just started.
  const times = Array.from({ length: ROUNDS }, () => cpuMsOf(decide));
  return { tick, ...crowd, cpuMs: median(times), worldMb, peakMb };
};

/** Queues with a fleet each have one shape; in one fleet their pilots ask for many. */
const sizeOf = ({ queues, workers, sharedShapes }: Crowd): string =>
  sharedShapes === undefined
    ? `${queues} queues, ${workers} workers`
    : `${queues} queues of ${sharedShapes} shapes on one fleet, ${workers} workers`;

const { values: options } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
const costs = TICKS.flatMap((tick) => SIZES.map((crowd) => measure(tick, crowd)));
if (options.json) console.log(JSON.stringify({ node: process.version, rounds: ROUNDS, costs }));
else {
  console.log(`${'one tick, decisions only'.padEnd(72)}    CPU ms  world MB   peak MB`);
  for (const { tick, cpuMs, worldMb, peakMb, ...crowd } of costs) {
    const size = `${tick} tick, ${sizeOf(crowd)}`.padEnd(72);
    console.log(
      [size, cpuMs.toFixed(1), worldMb.toFixed(0), peakMb.toFixed(0)].map((of) => of.padStart(10)).join(''),
    );
  }
  const over = costs.filter(({ cpuMs, peakMb }) => cpuMs > LIMIT.cpuMs || peakMb > LIMIT.peakMb);
  for (const { tick, ...crowd } of over) {
    console.log(
      `the ${tick} tick of ${sizeOf(crowd)} is over its limit of ${LIMIT.cpuMs} ms and ${LIMIT.peakMb} MB`,
    );
  }
}
