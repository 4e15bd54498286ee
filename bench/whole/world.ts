import type { PoolView } from '../../core/model/pool.ts';
import type { WorkerRecord } from '../../core/model/worker.ts';
import { crowdedWorld } from '../aerie/crowd.ts';

/** A world as the stand-in tells it. */
export interface WholeWorld {
  readonly queues: readonly string[];
  readonly ledgerWorkers: readonly WorkerRecord[];
  readonly world: {
    readonly now: number;
    readonly view: PoolView;
    readonly jobsOf: (index: number) => Readonly<Record<string, number>>;
  };
}

/** A stage at rest: every queue has the workers that it needs. */
export const restingWorld = (queues: number, workers: number): WholeWorld => {
  const { now, view, ledger } = crowdedWorld(queues, workers);
  const names = view.pilots.queues.map(({ queue }) => queue);
  const waiting = (index: number): number =>
    view.pilots.queues[index]?.shapes.reduce((n, { idle }) => n + idle, 0) ?? 0;
  return {
    queues: names,
    ledgerWorkers: ledger.workers,
    world: { now, view, jobsOf: (index) => ({ activated: waiting(index), running: 10 }) },
  };
};

type Function = 'workers' | 'pilots' | 'audit';

const SIZES = {
  'workers tick, 10 queues, 1,000 workers': ['workers', 10, 1_000],
  'workers tick, 10 queues, 10,000 workers': ['workers', 10, 10_000],
  'workers tick, 10 queues, 100,000 workers': ['workers', 10, 100_000],
  'workers tick, 1,000 queues, 10,000 workers': ['workers', 1_000, 10_000],
  'pilots tick, 10 queues, 10,000 workers': ['pilots', 10, 10_000],
  'pilots tick, 10 queues, 100,000 workers': ['pilots', 10, 100_000],
  'audit, 10 queues, 10,000 workers': ['audit', 10, 10_000],
} as const satisfies Readonly<Record<string, readonly [Function, number, number]>>;

export type WorldName = keyof typeof SIZES;

const isWorld = (name: string): name is WorldName => Object.hasOwn(SIZES, name);

export const WORLDS: readonly WorldName[] = Object.keys(SIZES).filter(isWorld);

/** A world by its name, and which function meets it. */
export const worldOf = (name: WorldName): WholeWorld & { readonly of: Function } => {
  const [of, queues, workers] = SIZES[name];
  return { of, ...restingWorld(queues, workers) };
};
