import type { Ledger } from '../../core/ledger.ts';
import type { Reason } from '../../core/model/reason.ts';
import type { WorkerRecord } from '../../core/model/worker.ts';
import type { PoolWorkers, SettingsSource } from '../../core/ports.ts';
import { next } from '../../core/write/life.ts';
import type { Ec2Event } from './ec2-event.ts';

export interface EventsPorts {
  readonly ledger: Pick<Ledger, 'launches' | 'workers'>;
  readonly settings: SettingsSource;
  readonly poolWorkers: PoolWorkers;
}

const ended = async (worker: WorkerRecord, ports: EventsPorts, now: number): Promise<void> => {
  await ports.poolWorkers.forget([worker.instanceId]);
  // One that never joined stays, as failed: the next tick of the workers counts it, and keeps its console.
  const to = next(worker.state, { kind: 'gone', at: now });
  if (to !== worker.state) await ports.ledger.workers.change({ worker, to }, now);
};

/** Since when the ledger has known a worker as it does now: news from before that may come late. */
const knownSince = ({ state }: WorkerRecord): number => {
  if ('joinedAt' in state) return state.joinedAt;
  return 'since' in state ? state.since : Number.NEGATIVE_INFINITY;
};

/** One without power takes no job: its ads go, and it is asleep. */
const slept = async (
  worker: WorkerRecord,
  kind: 'stopping' | 'stopped',
  ports: EventsPorts,
  now: number,
): Promise<EventOutcome> => {
  if (now < knownSince(worker)) return 'left alone';
  await ports.poolWorkers.forget([worker.instanceId]);
  const to = next(worker.state, { kind, at: now });
  if (to !== worker.state) await ports.ledger.workers.change({ worker, to }, now);
  return 'ours';
};

/** One that slept has power, whoever gave it. Of all others it is known already. */
const started = async (worker: WorkerRecord, ports: EventsPorts, now: number): Promise<EventOutcome> => {
  if (worker.state.kind !== 'asleep' || now <= knownSince(worker)) return 'left alone';
  const to = next(worker.state, { kind: 'started', at: now });
  await ports.ledger.workers.change({ worker, to }, now);
  return 'ours';
};

/**
 * A worker that is about to be taken gets no new jobs, and one that is not in the pool yet is not counted on any more.
 * The pool is told whatever the ledger says: while ticks hold, workers join and work that it still calls booting.
 */
const leaving = async (
  worker: WorkerRecord,
  cause: Reason,
  ports: EventsPorts,
  now: number,
): Promise<void> => {
  await ports.poolWorkers.drain([worker.instanceId]);
  const to = next(worker.state, { kind: 'drained', at: now, cause, undated: true });
  if (to !== worker.state) await ports.ledger.workers.change({ worker, to }, now);
};

/** How often the end of an instance that nobody knows comes back, each 180 s: a launch is closed long before. */
const MOST_TRIES = 5;

/**
 * What becomes of an event. `comes again`: it may be about a worker that the ledger does not know yet. `left alone`: its
 * queue does not act on such an event.
 */
export type EventOutcome = 'ours' | 'left alone' | 'not ours' | 'comes again';

/**
 * An end of an instance that the ledger does not know. While a launch is open it may be one of its workers, which EC2 has
 * ended before it has even answered: then it counts as booting for minutes, unless this comes again. Other instances of
 * the account end all the time, so this is given up soon and never becomes a dead letter.
 */
const endedUnknown = async (
  instanceId: string,
  tries: number,
  { ledger: { launches, workers } }: EventsPorts,
): Promise<WorkerRecord | EventOutcome> => {
  if (tries < MOST_TRIES && (await launches.isAnyOpen())) return 'comes again';
  // What was open a moment ago may have been closed since, and its workers are written down before that.
  return (await workers.find(instanceId)) ?? 'not ours';
};

/** Whether a fleet drains workers that EC2 recommends to replace. */
const drainsOnRebalance = async (fleet: string, at: number, settings: SettingsSource): Promise<boolean> =>
  (await settings.all(at)).fleets.some(
    (of) => of.ok && of.settings.name === fleet && of.settings.rebalance === 'drain',
  );

const happened = async (
  worker: WorkerRecord,
  { kind, at }: Ec2Event,
  ports: EventsPorts,
): Promise<EventOutcome> => {
  switch (kind) {
    case 'ended':
      await ended(worker, ports, at);
      return 'ours';
    case 'stopping':
    case 'stopped':
      return slept(worker, kind, ports, at);
    case 'started':
      return started(worker, ports, at);
    case 'interruption':
      await leaving(worker, { kind: 'spot-interruption' }, ports, at);
      return 'ours';
    case 'rebalance':
      if (!(await drainsOnRebalance(worker.fleet, at, ports.settings))) return 'left alone';
      await leaving(worker, { kind: 'spot-rebalance' }, ports, at);
      return 'ours';
    case 'other':
      return 'left alone';
    default:
      return kind satisfies never;
  }
};

/**
 * What an EC2 event means for one worker. Events carry no tags and come for every instance of the account: one that is
 * not in the ledger is not ours to touch. Doing this twice does nothing more. `tries`: how often it has come, with this.
 */
export const workerEvent = async (
  event: Ec2Event,
  tries: number,
  ports: EventsPorts,
): Promise<EventOutcome> => {
  const found = await ports.ledger.workers.find(event.instanceId);
  if (found !== undefined) return happened(found, event, ports);
  if (event.kind !== 'ended') return 'not ours';
  const late = await endedUnknown(event.instanceId, tries, ports);
  return typeof late === 'string' ? late : happened(late, event, ports);
};
