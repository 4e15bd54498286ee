import type { WorkerDecision } from '../../core/model/decision.ts';
import { parseFlavour } from '../../core/model/flavours.ts';
import type { LaunchRequest } from '../../core/model/launch.ts';
import { jobsOf as allJobsOf } from '../../core/model/panda.ts';
import type { PoolView } from '../../core/model/pool.ts';
import { type Source, worldOf } from './any-world.ts';
import { planWorkers } from './planning.ts';
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
  panda.kind === 'known' ? allJobsOf(panda.value, queue, { resourceTypes: [], labels: [] }).activated : 0;
export const runningOf = ({ panda }: Source, queue: string): number =>
  panda.kind === 'known' ? allJobsOf(panda.value, queue, { resourceTypes: [], labels: [] }).onPilots : 0;
