import type { Ledger } from '../core/ledger.ts';
import type { Decision } from '../core/model/decision.ts';
import type { WorkerRecord } from '../core/model/worker.ts';
import type { Cloud } from '../core/ports.ts';
import type { Failures } from './failures.ts';
import { forEach } from './parallel.ts';
import { NEEDED_SECONDS, type TimeLeft } from './time-left.ts';

export interface LetSleepPorts {
  readonly cloud: Pick<Cloud, 'letStop'>;
  readonly ledger: Pick<Ledger, 'workers'>;
  readonly timeLeft: TimeLeft;
}

/**
 * Makes the power-off of workers a stop, as was decided. It is written down first, so that no more of them than may are ever
 * told; one that the cloud refuses, or was not asked about, ends as ever.
 */
export const letSleepAll = async (
  decisions: readonly Decision[],
  workers: readonly WorkerRecord[],
  ports: LetSleepPorts,
  { failures, now }: { readonly failures: Failures; readonly now: number },
): Promise<void> => {
  const wanted = new Set(
    decisions.flatMap((decision) => (decision.kind === 'act' ? (decision.mayStop ?? []) : [])),
  );
  const hasTime = () => ports.timeLeft() >= NEEDED_SECONDS.terminate;
  if (wanted.size === 0 || !hasTime()) return;
  const told = workers.filter(({ instanceId }) => wanted.has(instanceId));
  await failures.during(async () => {
    await forEach(told, (worker) => ports.ledger.workers.letStop(worker, true));
    const { taken, unanswered } = await ports.cloud.letStop(
      told.map(({ instanceId }) => instanceId),
      hasTime,
    );
    const done = new Set(taken);
    if (unanswered !== undefined)
      throw new Error(`EC2 did not answer whether workers may sleep: ${unanswered}`);
    const others = told.filter(({ instanceId }) => !done.has(instanceId));
    await forEach(others, (worker) => ports.ledger.workers.letStop(worker, { refusedAt: now }));
  });
};
