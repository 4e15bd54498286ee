import { cloudIn, EC2, isOfEc2 } from '../model/clouds.ts';
import type { Instance } from '../model/instance.ts';
import type { LedgerView } from '../model/ledger.ts';
import type { PoolView, PoolWorker } from '../model/pool.ts';
import type { Stage } from '../model/stage.ts';
import type { WorkerRecord } from '../model/worker.ts';
import type { FleetSettings } from '../settings/fleet-settings.ts';
import type { StageSettings } from '../settings/joint.ts';

/** EC2, ledger and pool, as they were at about the same moment. */
export interface AuditInput extends StageSettings {
  readonly now: number;
  readonly stage: Stage;
  /** Every instance with the stage's tag that EC2 shows, ended ones included. */
  readonly instances: readonly Instance[];
  readonly ledger: Pick<LedgerView, 'workers' | 'launches' | 'unread'>;
  readonly pool: PoolView;
}

const unreadIn = ({ ledger }: AuditInput, kind: string): readonly string[] =>
  (ledger.unread ?? []).flatMap(({ key }) => (key.startsWith(kind) ? [key.slice(kind.length)] : []));

/** The world without the workers whose records cannot be read: nothing can be said of them. */
export const withoutUnread = (world: AuditInput): AuditInput => {
  const unread = new Set(unreadIn(world, 'worker#'));
  const isRead = ({ instanceId }: { readonly instanceId: string }) => !unread.has(instanceId);
  const { workers } = world.pool;
  return {
    ...world,
    instances: world.instances.filter(isRead),
    pool: { ...world.pool, workers: { ...workers, workers: workers.workers.filter(isRead) } },
  };
};

/** The world without what is on another cloud than EC2, which says nothing now: nothing can be said of that either. */
export const onlyOnEc2 = (world: AuditInput): AuditInput => {
  const isOnEc2 = ({ instanceId }: { readonly instanceId: string }) => isOfEc2(instanceId);
  const { workers } = world.pool;
  return {
    ...world,
    ledger: {
      ...world.ledger,
      workers: world.ledger.workers.filter(isOnEc2),
      launches: world.ledger.launches.filter(({ request }) => cloudIn(request.tags) === EC2),
    },
    pool: { ...world.pool, workers: { ...workers, workers: workers.workers.filter(isOnEc2) } },
  };
};

/** The longest join deadline that a fleet may have: for one whose settings cannot be read. */
const LONGEST_JOIN_SECONDS = 7_200;

/** The three sides, each to be looked up by instance. */
export interface Sides {
  readonly world: AuditInput;
  readonly records: ReadonlyMap<string, WorkerRecord>;
  readonly instances: ReadonlyMap<string, Instance>;
  readonly startds: ReadonlyMap<string, PoolWorker>;
  /** In the collector, and nothing else is known of them. */
  readonly unreadable: ReadonlySet<string>;
  readonly settings: ReadonlyMap<string, FleetSettings>;
  /** Launches that are open, by id; one that cannot be read is. */
  readonly open: ReadonlySet<string>;
}

export const sidesOf = (world: AuditInput): Sides => ({
  world,
  records: new Map(world.ledger.workers.map((worker) => [worker.instanceId, worker])),
  instances: new Map(world.instances.map((instance) => [instance.instanceId, instance])),
  startds: new Map(world.pool.workers.workers.map((worker) => [worker.instanceId, worker])),
  unreadable: new Set(world.pool.workers.unreadable?.map(({ instanceId }) => instanceId)),
  settings: new Map(
    world.fleets.flatMap((fleet) => (fleet.ok ? [[fleet.settings.name, fleet.settings] as const] : [])),
  ),
  open: new Set([
    ...world.ledger.launches.map(({ request }) => request.launchId),
    ...unreadIn(world, 'launch#'),
  ]),
});

/** Whether its startd is in the collector, as one that can be read or not. */
export const isInCollector = ({ startds, unreadable }: Sides, instanceId: string): boolean =>
  startds.has(instanceId) || unreadable.has(instanceId);

/** Whether a worker of a fleet that boots, or wakes, since then should have joined by now. */
export const isOverdue = ({ world, settings }: Sides, fleet: string, since: number): boolean =>
  world.now - since > (settings.get(fleet)?.joinDeadlineSeconds ?? LONGEST_JOIN_SECONDS);
