import { coolingOf } from '../core/learn/cooling.ts';
import type { Ledger } from '../core/ledger.ts';
import type { Instance } from '../core/model/instance.ts';
import type { CoolingRecord } from '../core/model/ledger.ts';
import type { Change, WorkerRecord } from '../core/model/worker.ts';
import type { Cloud } from '../core/ports.ts';
import { next } from '../core/write/life.ts';
import { refusedLater } from '../core/write/looked.ts';
import { NEEDED_SECONDS, type TimeLeft } from './time-left.ts';

export interface EndRefusedPorts {
  readonly cloud: Pick<Cloud, 'terminate'>;
  readonly ledger: Pick<Ledger, 'learned'>;
  readonly timeLeft: TimeLeft;
}

/**
 * Ends what a cloud had accepted and then found no room for, because it counts against the quota until then, and leaves its
 * offer alone for a while, as after a refusal. Answers what that comes to in the ledger, where no boot
 * has failed, and what is left alone.
 */
export const endRefused = async (
  workers: readonly WorkerRecord[],
  listed: readonly Instance[],
  { cloud, ledger, timeLeft }: EndRefusedPorts,
  now: number,
): Promise<{ readonly changes: readonly Change[]; readonly cooling: readonly CoolingRecord[] }> => {
  const all = refusedLater(workers, listed);
  const hasTime = () => timeLeft() >= NEEDED_SECONDS.terminate;
  if (all.length === 0 || !hasTime()) return { changes: [], cooling: [] };
  const refusals = all.map(({ instance: { offer, refusedFor, reason } }) => ({
    ...{ offer, class: refusedFor, code: reason?.code ?? refusedFor },
    why: reason?.message ?? 'the cloud accepted it and had no room for it',
  }));
  const cooling = coolingOf(refusals, now);
  await ledger.learned.cool(cooling);
  const { taken } = await cloud.terminate(
    all.map(({ worker }) => worker.instanceId),
    hasTime,
  );
  const changes = all.flatMap(({ worker }) =>
    taken.includes(worker.instanceId)
      ? [{ worker, to: next(worker.state, { kind: 'refused', at: now }) }]
      : [],
  );
  return { changes, cooling };
};
