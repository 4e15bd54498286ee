import type { Ledger } from '../../core/ledger.ts';
import type { Decision } from '../../core/model/decision.ts';
import type { WorkerRecord } from '../../core/model/worker.ts';
import type { Cloud } from '../../core/ports.ts';
import { forEach } from '../run/parallel.ts';
import { NEEDED_SECONDS, type TimeLeft } from '../run/time-left.ts';
import type { Launching } from './launch-all.ts';

export interface LetSleepPorts {
  readonly cloud: Pick<Cloud, 'letStop'>;
  readonly ledger: Pick<Ledger, 'workers' | 'leases'>;
  readonly timeLeft: TimeLeft;
}

/**
 * Makes the power-off of workers a stop, as was decided. It is written down first, and the lease is made sure of then, as for
 * launches: so no two ticks together tell more of them than may. One that the cloud refuses, or was not asked about, ends as
 * ever.
 */
export const letSleepAll = async (
  decisions: readonly Decision[],
  workers: readonly WorkerRecord[],
  ports: LetSleepPorts,
  { lease, failures, now }: Pick<Launching, 'lease' | 'failures' | 'now'>,
): Promise<void> => {
  const wanted = new Set(
    decisions.flatMap((decision) => (decision.kind === 'act' ? (decision.mayStop ?? []) : [])),
  );
  const hasTime = () => ports.timeLeft() >= NEEDED_SECONDS.terminate;
  if (wanted.size === 0 || !hasTime()) return;
  const end = (of: readonly WorkerRecord[]) =>
    forEach(of, (worker) => ports.ledger.workers.letStop(worker, { refusedAt: now }));
  await failures.during(async () => {
    const written = await forEach(
      workers.filter(({ instanceId }) => wanted.has(instanceId)),
      async (worker) => ((await ports.ledger.workers.letStop(worker, true)) ? [worker] : []),
    );
    const told = written.flat();
    if (told.length === 0) return;
    if (!(await ports.ledger.leases.holds(lease))) {
      await end(told);
      return;
    }
    const ids = told.map(({ instanceId }) => instanceId);
    const reply = await ports.cloud.letStop(ids, hasTime);
    const { taken, unanswered, unclear = unanswered === undefined ? [] : ids } = reply;
    // One that EC2 did not answer for may sleep, for all that anybody knows.
    const done = new Set([...taken, ...unclear]);
    await end(told.filter(({ instanceId }) => !done.has(instanceId)));
    if (unanswered !== undefined)
      throw new Error(`The cloud did not answer whether workers may sleep: ${unanswered}`);
  });
};
