import type { WorkerDecision } from '../../core/decisions.ts';
import { parseFlavour } from '../../core/flavours.ts';
import type { PoolView } from '../../core/pool.ts';
import type { LaunchRequest } from '../../core/records.ts';
import { planWorkers } from '../../core/workers.ts';
import { type Source, worldOf } from './any-world.ts';
import { poolView } from './worlds.ts';

export const workersOf = (source: Source): readonly WorkerDecision[] => planWorkers(worldOf(source));
export const launchesOf = (decision: WorkerDecision) => (decision.kind === 'act' ? decision.launches : []);
export const count = (requests: readonly LaunchRequest[]): number =>
  requests.reduce((n, of) => n + of.count, 0);
/** vCPUs as EC2 bills them: of the largest type that EC2 may choose. */
export const cores = (requests: readonly LaunchRequest[]): number =>
  requests.reduce(
    (n, of) =>
      n + of.count * Math.max(...of.overrides.map(({ flavour }) => parseFlavour(flavour)?.cpus ?? 0)),
    0,
  );
export const requestsOf = (decision: WorkerDecision) => launchesOf(decision).map(({ request }) => request);
export const poolOf = ({ pool }: Source): PoolView => (pool.kind === 'known' ? pool.value : poolView([]));
export const jobsOf = ({ panda }: Source, queue: string): number =>
  panda.kind === 'known' ? (panda.value[queue]?.SCORE?.activated ?? 0) : 0;
