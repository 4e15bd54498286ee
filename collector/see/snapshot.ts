import type { PoolView, QueuePilots } from '../../core/model/pool.ts';
import type { Condor } from '../condor/condor.ts';
import type { EndedPilots } from './ended.ts';
import type { Idle, IdleSince } from './idle-since.ts';
import { QUEUE_ARGS } from './job-rows.ts';
import { readJobs, type SeenJobs, type SeenPilots } from './jobs.ts';
import { readLandings } from './landings.ts';
import type { OtherSchedds } from './other-schedds.ts';
import type { UnmatchedSince } from './unmatched.ts';
import { withCauses } from './unwell.ts';
import type { WorkerSight } from './worker-sight.ts';
import type { SeenWorkers } from './workers.ts';

export interface SnapshotSources {
  readonly condor: Condor;
  readonly others: OtherSchedds;
  readonly workers: WorkerSight;
  readonly ended: EndedPilots;
  readonly idleSince: IdleSince;
  readonly unmatched: UnmatchedSince;
  readonly shortSeconds: number;
  /** Where the site writes when inputs land; absent: nowhere. */
  readonly landingsFile?: string | undefined;
  /** Queues that have a template, each with the end of its pilots' credential. */
  readonly credentials: () => Promise<ReadonlyMap<string, number | null>>;
}

const NO_PILOTS: SeenPilots = { shapes: [], recentStarts: Array.from({ length: 10 }, () => 0) };

type PilotsPart = PoolView['pilots'];
type JobsPart = NonNullable<PoolView['jobs']>;
type WorkersPart = PoolView['workers'];

/** What the schedd has, or why that is not known; `away`: other schedds that did not say what they have, in a sentence. */
type Asked = (SeenJobs & { readonly away?: string }) | { readonly why: string };

const askedJobs = async ({ condor, others }: SnapshotSources, now: number): Promise<Asked> => {
  const [own, { stdout, ...rest }] = await Promise.all([condor('condor_q', QUEUE_ARGS), others()]);
  return own.ok ? { ...readJobs(own.stdout + stdout, now), ...rest } : { why: own.why };
};

/** Without the answer of one schedd those of the others stay: what is known to wait is not more for it. */
const jobsPart = (seen: Asked): JobsPart => {
  if ('why' in seen) return { complete: false, why: seen.why, fleets: [] };
  const { fleets, away, unreadablePlain } = seen;
  return {
    ...(away === undefined ? { complete: true } : { complete: false, why: away }),
    fleets: [...fleets],
    ...(unreadablePlain === 0 ? {} : { unreadable: unreadablePlain }),
  };
};

const pilotsPart = async (
  sources: SnapshotSources,
  asked: Promise<Asked>,
  now: number,
): Promise<PilotsPart> => {
  const [seen, whyNoHistory, credentials] = await Promise.all([
    asked,
    sources.ended.refresh(now),
    sources.credentials().catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      return `the pilot templates cannot be read: ${why}`;
    }),
  ]);
  if ('why' in seen) return { complete: false, why: seen.why, queues: [] };
  if (whyNoHistory !== undefined) return { complete: false, why: whyNoHistory, queues: [] };
  if (typeof credentials === 'string') return { complete: false, why: credentials, queues: [] };
  const names = [...new Set([...credentials.keys(), ...seen.queues.keys()])].sort();
  const queues = names.map(
    (queue): QueuePilots => ({
      queue,
      ...(seen.queues.get(queue) ?? NO_PILOTS),
      ended: { ...sources.ended.of(queue), shortSeconds: sources.shortSeconds },
      ...(credentials.has(queue) ? { credentialExpiresAt: credentials.get(queue) ?? null } : {}),
    }),
  );
  return { complete: true, queues, unreadable: seen.unreadable };
};

const workersPart = (seen: SeenWorkers, idle: Idle): WorkersPart =>
  seen.ok
    ? {
        complete: true,
        workers: [...idle(seen.workers)],
        unreadable: [...seen.unreadable],
        unnamed: seen.unnamed,
      }
    : { complete: false, why: seen.why, workers: [] };

type Waiting = Pick<PoolView, 'pilots' | 'jobs'>;

/** Adds what the collector alone does not know of its workers. */
const withMore = async (
  part: WorkersPart,
  waiting: Waiting,
  { condor, ended, unmatched }: SnapshotSources,
  now: number,
): Promise<WorkersPart> => {
  if (!part.complete) return part;
  const endedOn = ended.byWorker();
  const counted = part.workers.map((worker) => {
    const its = endedOn.get(worker.instanceId);
    return its === undefined ? worker : { ...worker, ended: its };
  });
  return { ...part, workers: [...unmatched(await withCauses(counted, condor), waiting, now)] };
};

/** Takes one snapshot of the pool. `now` is the moment before anything is asked, so that it never claims too much. */
export const takeSnapshot = async (sources: SnapshotSources, now: number): Promise<PoolView> => {
  const { landingsFile } = sources;
  const idle = sources.idleSince(now);
  const asked = askedJobs(sources, now);
  const [pilots, jobs, seen, landings] = await Promise.all([
    pilotsPart(sources, asked, now),
    asked.then(jobsPart),
    sources.workers(),
    landingsFile === undefined ? undefined : readLandings(landingsFile, now),
  ]);
  return {
    observedAt: now,
    collectorStartedAt: seen.ok ? seen.collectorStartedAt : 0,
    pilots,
    jobs,
    workers: await withMore(workersPart(seen, idle), { pilots, jobs }, sources, now),
    ...(landings === undefined ? {} : { landings }),
  };
};
