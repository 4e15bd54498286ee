import type { Landing, PoolView, PoolWorker, QueuePilots } from '../../core/model/pool.ts';
import type { Resources, Shape } from '../../core/model/resources.ts';
import { known } from '../../core/model/snapshot.ts';
import type { Stage } from '../../core/model/stage.ts';
import type { WorkerRecord } from '../../core/model/worker.ts';
import type { Observed } from '../../core/observe/facts.ts';
import type { WorkersInput } from '../../core/observe/situation.ts';
import type { FleetSettings } from '../../core/settings/fleet-settings.ts';
import type { QueueSettings } from '../../core/settings/queue-settings.ts';
import type { Machine } from '../model/machine.ts';
import type { Member, PoolSight } from '../model/policy.ts';
import { JOB_MEMORY_MB } from './settings.ts';

/** The model's moment 0, seconds since 1970. */
const BEGINNING = 1_800_000_000;
export const momentOf = (seconds: number): number => BEGINNING + seconds;

/** What a tick sees and remembers, before its facts are established. */
export type TickWorld = Observed & Omit<WorkersInput, 'facts'>;

/** The stage of every run. */
export const STAGE: Stage = {
  stage: 'bench',
  template: { id: 'lt-0bench', version: '1' },
  placements: [{ subnetId: 'subnet-a', zone: 'model-1a' }],
  workerDiskMb: 0,
};

const NOBODY_RECENTLY: QueuePilots['recentStarts'] = Array.from({ length: 10 }, () => 0);

/** A queue of aerie's: a kind of jobs, all of one shape. */
export interface BenchQueue {
  readonly settings: QueueSettings;
  readonly kind: number;
  readonly shape: Shape;
}

/** The queues of a run, and its fleets; a machine's lane is the place of its fleet among them. */
export interface BenchStage {
  readonly queues: readonly BenchQueue[];
  readonly fleets: readonly FleetSettings[];
}

/** Memory that the model takes a core of a job to ask for, and one to be left for it. */
const freeOf = (record: WorkerRecord, cores: number): Resources => ({
  ...record.offers,
  cpus: cores,
  memoryMb: record.offers.memoryMb - (record.offers.cpus - cores) * JOB_MEMORY_MB,
});

/** The first of so many jobs, and the others by the last of them: nobody has waited for less than is said. */
const waitingSince = (
  waits: PoolSight['waits'][number],
  idle: number,
): NonNullable<QueuePilots['shapes'][number]['waitingSince']> => {
  if (waits === undefined) return [];
  const first = { at: momentOf(waits.first), count: 1 };
  return idle === 1 ? [first] : [first, { at: momentOf(waits.last), count: idle - 1 }];
};

/** A worker as the endpoint would tell of it. */
const poolWorker = (
  { registeredAt, free, jobs, idleSince, closed }: Member,
  record: WorkerRecord,
  seenAt: number,
): PoolWorker => ({
  instanceId: record.instanceId,
  fleet: record.fleet,
  ...(record.width === undefined ? {} : { width: record.width }),
  ...(record.firstWidth === undefined ? {} : { firstWidth: record.firstWidth }),
  total: record.offers,
  free: freeOf(record, free),
  busy: jobs,
  draining: closed,
  reachable: true,
  joinedAt: momentOf(registeredAt),
  lastHeardAt: seenAt,
  idleSince: jobs > 0 ? null : momentOf(idleSince),
});

/** The endpoint tells of them in the order of their ids. */
const byId = (a: PoolWorker, b: PoolWorker): number =>
  a.instanceId < b.instanceId ? -1 : a.instanceId > b.instanceId ? 1 : 0;

/** A worker that has not changed is told of in the same words; only that it was heard of again is new. */
const HEARD_EVERY_SECONDS = 300;

/**
 * The world of a tick as the deployed function would find it, from the view that every policy of the bench is given
 * and from nothing else: the jobs that wait are PanDA's activated jobs and the pool's idle pilots, both as old as the
 * view, and so are the landings. What is not modelled (PanDA's lag, held pilots, refusals) is absent.
 */
export const worldOf = (
  { queues, fleets }: BenchStage,
  recordOf: (machine: Machine) => WorkerRecord | undefined,
  landing: (kind: number, from: number) => readonly number[] = () => [],
) => {
  const told = new WeakMap<Member, PoolWorker>();
  const workerOf = (member: Member, seenAt: number): readonly PoolWorker[] => {
    const before = told.get(member);
    if (before !== undefined && seenAt - before.lastHeardAt < HEARD_EVERY_SECONDS) return [before];
    const record = recordOf(member.machine);
    if (record === undefined) return [];
    const worker = poolWorker(member, record, seenAt);
    told.set(member, worker);
    return [worker];
  };
  return (view: PoolSight, at: number): Omit<TickWorld, 'ledger'> & { readonly view: PoolView } => {
    const now = momentOf(at);
    const seenAt = momentOf(view.at);
    const counts = (kind: number) => {
      const idle = view.queued[kind] ?? 0;
      return { idle, running: view.running[kind] ?? 0, waitingSince: waitingSince(view.waits[kind], idle) };
    };
    const pilots = queues.map(({ settings: { name, fleet, pilotWallSeconds }, kind, shape }) => ({
      queue: name,
      shapes: [{ shape, fleet, wallSeconds: pilotWallSeconds, ...counts(kind), held: 0 }],
      recentStarts: NOBODY_RECENTLY,
      ended: { count: 0, short: 0, shortSeconds: 300 },
    }));
    const jobs = pilots.map(({ queue, shapes }) => {
      const activated = shapes.reduce((n, { idle }) => n + idle, 0);
      const running = shapes.reduce((n, of) => n + of.running, 0);
      return [queue, { ALL: { managed: { activated, running } } }] as const;
    });
    const landings: readonly Landing[] = queues.flatMap(({ settings, kind, shape }) =>
      landing(kind, view.at).map((moment) => ({
        queue: settings.name,
        at: momentOf(moment),
        count: 1,
        shape,
      })),
    );
    const pool: PoolView = {
      observedAt: seenAt,
      collectorStartedAt: BEGINNING - 86_400,
      pilots: { complete: true, queues: pilots },
      workers: {
        complete: true,
        workers: view.members.flatMap((member) => workerOf(member, seenAt)).sort(byId),
      },
      landings: { complete: true, landings: [...landings] },
    };
    return {
      now,
      queues: queues.map(({ settings }) => ({ ok: true, settings })),
      fleets: fleets.map((settings) => ({ ok: true, settings })),
      panda: known(Object.fromEntries(jobs), seenAt),
      sites: known({}, now),
      pool: known(pool, seenAt),
      view: pool,
      stage: STAGE,
    };
  };
};
