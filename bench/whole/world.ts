import type { PoolView } from '../../core/model/pool.ts';
import type { WorkerRecord } from '../../core/model/worker.ts';
import { type Crowd, crowdedWorld } from '../aerie/crowd.ts';

/** A world as the stand-in tells it. */
export interface WholeWorld {
  readonly queues: readonly { readonly queue: string; readonly fleet: string }[];
  readonly ledgerWorkers: readonly WorkerRecord[];
  readonly world: {
    readonly now: number;
    readonly view: PoolView;
    readonly jobsOf: (index: number) => Readonly<Record<string, number>>;
  };
}

/** A stage at rest: every fleet has the workers that its queues need. */
const restingWorld = (crowd: Crowd): WholeWorld => {
  const { now, view, ledger, queues } = crowdedWorld(crowd);
  const waiting = (index: number): number =>
    view.pilots.queues[index]?.shapes.reduce((n, { idle }) => n + idle, 0) ?? 0;
  return {
    queues: queues.flatMap((of) => (of.ok ? [{ queue: of.settings.name, fleet: of.settings.fleet }] : [])),
    ledgerWorkers: ledger.workers,
    world: { now, view, jobsOf: (index) => ({ activated: waiting(index), running: 10 }) },
  };
};

/** A function whose cost grows with the stage. */
export type FunctionName = 'workers' | 'pilots' | 'audit';

const SIZES = {
  'workers tick, 10 queues, 1,000 workers': ['workers', { queues: 10, workers: 1_000 }],
  'workers tick, 10 queues, 10,000 workers': ['workers', { queues: 10, workers: 10_000 }],
  'workers tick, 10 queues, 100,000 workers': ['workers', { queues: 10, workers: 100_000 }],
  'workers tick, 1,000 queues, 10,000 workers': ['workers', { queues: 1_000, workers: 10_000 }],
  'workers tick, one fleet of 1,000 queues, 10,000 workers': [
    'workers',
    { queues: 1_000, workers: 10_000, sharedShapes: 1 },
  ],
  'pilots tick, 10 queues, 10,000 workers': ['pilots', { queues: 10, workers: 10_000 }],
  'pilots tick, 10 queues, 100,000 workers': ['pilots', { queues: 10, workers: 100_000 }],
  'audit, 10 queues, 10,000 workers': ['audit', { queues: 10, workers: 10_000 }],
} as const satisfies Readonly<Record<string, readonly [FunctionName, Crowd]>>;

export type WorldName = keyof typeof SIZES;

const isWorld = (name: string): name is WorldName => Object.hasOwn(SIZES, name);

export const WORLDS: readonly WorldName[] = Object.keys(SIZES).filter(isWorld);

/** A world, and which function meets it. */
export type WholeTick = WholeWorld & { readonly of: FunctionName };

/** Makes a stage of a size that is at rest, for a function to meet. */
export const tickOf = (of: FunctionName, crowd: Crowd): WholeTick => ({ of, ...restingWorld(crowd) });

/** A world by its name, and which function meets it. */
export const worldOf = (name: WorldName): WholeTick => {
  const [of, crowd] = SIZES[name];
  return tickOf(of, crowd);
};
