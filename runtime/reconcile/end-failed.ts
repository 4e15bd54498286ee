import { isLeftAlone } from '../../core/decide/workers/rules/unended.ts';
import { coolingOf } from '../../core/learn/cooling.ts';
import type { Ledger } from '../../core/ledger.ts';
import type { EndReason, Instance } from '../../core/model/instance.ts';
import type { CoolingRecord } from '../../core/model/ledger.ts';
import { cut } from '../../core/model/words.ts';
import type { Change, WorkerRecord } from '../../core/model/worker.ts';
import type { Cloud } from '../../core/ports.ts';
import { next } from '../../core/write/life.ts';
import { type FailedThere, failedThere } from '../../core/write/looked.ts';
import { forEach } from '../run/parallel.ts';
import { NEEDED_SECONDS, type TimeLeft } from '../run/time-left.ts';
import { describeEach } from './describe-each.ts';

export interface EndFailedPorts {
  readonly cloud: Pick<Cloud, 'describe' | 'terminate'>;
  readonly ledger: Pick<Ledger, 'learned' | 'workers'>;
  readonly timeLeft: TimeLeft;
}

/** What comes of it in the ledger, what offers are left alone, and why machines have failed. */
interface EndedFailed {
  readonly changes: readonly Change[];
  readonly cooling: readonly CoolingRecord[];
  readonly reasons: ReadonlyMap<string, EndReason>;
}

const NOTHING: EndedFailed = { changes: [], cooling: [], reasons: new Map() };

/** Who is still in error when it is asked about by itself: a list may show what was so a while ago. */
const still = async (
  listed: readonly FailedThere[],
  cloud: Pick<Cloud, 'describe'>,
  now: number,
): Promise<readonly FailedThere[]> => {
  if (listed.length === 0) return [];
  const ids = listed.map(({ worker }) => worker.instanceId);
  const shown = (await describeEach(cloud, ids, now)).flatMap((of) => of.shown);
  return failedThere(
    listed.map(({ worker }) => worker),
    shown,
  );
};

/**
 * Ends what a cloud had accepted and then found no room for, and what it has broken: both count against the quota until then. The
 * first say nothing of their image, and their offer is left alone for a while, as after a refusal. What the cloud will not end is
 * left alone for a while, too.
 */
export const endFailed = async (
  workers: readonly WorkerRecord[],
  listed: readonly Instance[],
  { cloud, ledger, timeLeft }: EndFailedPorts,
  now: number,
): Promise<EndedFailed> => {
  const hasTime = () => timeLeft() >= NEEDED_SECONDS.terminate;
  const due = workers.filter((worker) => !isLeftAlone(worker, now));
  const all = hasTime() ? await still(failedThere(due, listed), cloud, now) : [];
  if (all.length === 0) return NOTHING;
  const refusals = all.flatMap(({ instance: { offer, reason }, refusedFor }) =>
    refusedFor === undefined
      ? []
      : [
          {
            ...{ offer, class: refusedFor },
            why: reason?.message ?? 'the cloud accepted it and had no room for it',
          },
        ],
  );
  const cooling = coolingOf(refusals, now);
  await ledger.learned.cool(cooling);
  const { taken, refused } = await cloud.terminate(
    all.map(({ worker }) => worker.instanceId),
    hasTime,
  );
  const whys = new Map(refused.map(({ instanceId, why }) => [instanceId, why]));
  await forEach(all, async ({ worker }) => {
    const why = whys.get(worker.instanceId);
    if (why !== undefined) await ledger.workers.refuseEnd(worker, { at: now, why: cut(why) });
  });
  const ended = all.filter(({ worker }) => taken.includes(worker.instanceId));
  return {
    cooling,
    changes: ended.map(({ worker, refusedFor }) => ({
      worker,
      to: next(worker.state, { kind: refusedFor === undefined ? 'gone' : 'refused', at: now }),
    })),
    reasons: new Map(
      ended.flatMap(({ instance: { instanceId, reason } }) =>
        reason === undefined ? [] : [[instanceId, reason] as const],
      ),
    ),
  };
};
