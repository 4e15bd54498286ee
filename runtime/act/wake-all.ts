import { coolingAfterWakes } from '../../core/learn/cooling.ts';
import type { Ledger } from '../../core/ledger.ts';
import { isOfEc2 } from '../../core/model/clouds.ts';
import type { Decision } from '../../core/model/decision.ts';
import type { RefusedOrder } from '../../core/model/launch.ts';
import type { PlannedWake } from '../../core/model/wake.ts';
import type { WorkerRecord } from '../../core/model/worker.ts';
import type { Cloud } from '../../core/ports.ts';
import { next, type WorkerEvent } from '../../core/write/life.ts';
import { forEach } from '../run/parallel.ts';
import { NEEDED_SECONDS, type TimeLeft } from '../run/time-left.ts';
import type { Launching } from './launch-all.ts';

export interface WakePorts {
  readonly cloud: Pick<Cloud, 'wake'>;
  readonly ledger: Pick<Ledger, 'workers' | 'leases' | 'learned'>;
  readonly timeLeft: TimeLeft;
}

/** A sleeper with what it is woken as. */
interface Waking {
  readonly worker: WorkerRecord;
  readonly wake: PlannedWake;
}

const hasTime = ({ timeLeft }: WakePorts): boolean => timeLeft() >= NEEDED_SECONDS.launch;

const moved = async (
  worker: WorkerRecord,
  event: WorkerEvent,
  ports: WakePorts,
  as?: Partial<WorkerRecord>,
) => {
  const to = next(worker.state, event);
  if (to === worker.state || to === 'gone') return undefined;
  const become = as === undefined ? {} : { as: { ...worker, ...as } };
  const isMoved = await ports.ledger.workers.change({ worker, to, ...become }, event.at);
  return isMoved ? { ...worker, ...as, state: to } : undefined;
};

const asWoken = ({ wake: { offer, offers, meantFor, dollarsPerHour }, worker: { cost } }: Waking) => ({
  ...{ offer, offers, meantFor },
  ...(cost === undefined || dollarsPerHour === undefined ? {} : { cost: { ...cost, dollarsPerHour } }),
});

/** Of what is short others of that offer are not to be had either; any other refusal is about one machine. */
const ABOUT_OFFERS: ReadonlySet<RefusedOrder['class']> = new Set(['capacity', 'quota']);

/** What the refusals say of the offers that were asked for. */
const refusedOffers = (refused: readonly RefusedOrder[], of: readonly Waking[]) => {
  const offers = new Map(of.map(({ wake: { instanceId, offer } }) => [instanceId, offer]));
  return refused.flatMap(({ instanceId, class: kind, why }) => {
    const offer = offers.get(instanceId);
    if (kind === 'state' || offer === undefined || !ABOUT_OFFERS.has(kind)) return [];
    return [{ offer, class: kind, why }];
  });
};

/**
 * Wakes the sleepers that were decided on. Each is written down as waking before it is asked for, and only if it still sleeps as
 * it did; then the lease is made sure of, as for launches: whoever takes it later reads them as waking. One that the cloud
 * refuses, or is not asked for, sleeps again; one whose answer is lost wakes or is found asleep by a later tick.
 */
export const wakeAll = async (
  decisions: readonly Decision[],
  workers: readonly WorkerRecord[],
  launching: Launching,
  ports: WakePorts,
): Promise<void> => {
  const { lease, failures, now } = launching;
  const wakes = decisions.flatMap((decision) => (decision.kind === 'act' ? (decision.wakes ?? []) : []));
  if (!hasTime(ports)) return;
  const byId = new Map(workers.map((worker) => [worker.instanceId, worker]));
  const brakeOf = (instanceId: string) => (isOfEc2(instanceId) ? launching.brake : launching.otherBrake);
  const open = wakes.filter(({ instanceId }) => brakeOf(instanceId).throttled === undefined);
  const written = await forEach(open, (wake) =>
    failures.during(async (): Promise<Waking | undefined> => {
      const worker = byId.get(wake.instanceId);
      if (worker?.state.kind !== 'asleep') return undefined;
      const waking = await moved(worker, { kind: 'woken', at: now }, ports, asWoken({ wake, worker }));
      return waking === undefined ? undefined : { worker: waking, wake };
    }),
  );
  const ours = written.filter((waking) => waking !== undefined);
  if (ours.length === 0) return;
  const asleepAgain = async (of: readonly Waking[], unasked?: true): Promise<void> => {
    const event = { kind: 'unwoken', at: now, ...(unasked ? { unasked } : {}) } as const;
    await forEach(of, ({ worker, wake: { isResized } }) =>
      moved(worker, { ...event, ...(isResized ? { isResized } : {}) }, ports),
    );
  };
  const holds = (await failures.during(() => ports.ledger.leases.holds(lease))) === true;
  if (!holds) {
    await failures.during(() => asleepAgain(ours, true));
    return;
  }
  const wakeSome = async (some: readonly Waking[], brake: Launching['brake']): Promise<void> => {
    const reply = await ports.cloud.wake(
      some.map(({ wake }) => wake),
      () => hasTime(ports),
    );
    if (reply.throttled !== undefined) brake.throttled = some.length;
    brake.isOpen ||= reply.taken.length > 0;
    const of = (ids: Iterable<string>) => {
      const named = new Set(ids);
      return some.filter(({ worker }) => named.has(worker.instanceId));
    };
    await asleepAgain(of(reply.refused.map(({ instanceId }) => instanceId)));
    await asleepAgain(of(reply.unasked), true);
    const cooling = coolingAfterWakes(refusedOffers(reply.refused, some), now);
    if (cooling.length > 0) await ports.ledger.learned.cool(cooling);
    if (reply.unanswered !== undefined) {
      throw new Error(`The cloud did not answer an order to start sleeping workers: ${reply.unanswered}`);
    }
  };
  const byBrake = Map.groupBy(ours, ({ worker }) => brakeOf(worker.instanceId));
  await forEach([...byBrake], ([brake, some]) => failures.during(() => wakeSome(some, brake)));
};
