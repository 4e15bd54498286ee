import type { Ledger } from '../../core/ledger.ts';
import type { Decision, Retirement } from '../../core/model/decision.ts';
import type { EndReply } from '../../core/model/launch.ts';
import { NOT_IN_COLLECTOR } from '../../core/model/pool.ts';
import { cut } from '../../core/model/words.ts';
import type { WorkerRecord } from '../../core/model/worker.ts';
import type { Cloud, PoolWorkers } from '../../core/ports.ts';
import { next, type WorkerEvent } from '../../core/write/life.ts';
import type { Failures } from '../run/failures.ts';
import { forEach } from '../run/parallel.ts';
import { NEEDED_SECONDS, type TimeLeft } from '../run/time-left.ts';

export interface RetirePorts {
  readonly cloud: Pick<Cloud, 'terminate'>;
  readonly ledger: Pick<Ledger, 'workers'>;
  readonly poolWorkers: PoolWorkers;
  readonly timeLeft: TimeLeft;
}

const hasTime = ({ timeLeft }: RetirePorts): boolean => timeLeft() >= NEEDED_SECONDS.terminate;

/** A step with the worker that it is about. */
interface Step {
  readonly step: Retirement;
  readonly worker: WorkerRecord;
}

const idOf = ({ worker }: Step): string => worker.instanceId;

/**
 * The last look: who was not in the view may have joined since, and may even have a job. A drain tells: it finds every
 * worker that is in the collector at this moment, and keeps it from taking jobs. Answers those that are not there; the
 * others get their drain taken back, unless they were draining or ending anyway.
 */
export const lastLook = async (
  unseen: readonly { readonly instanceId: string; readonly state: WorkerRecord['state']['kind'] }[],
  poolWorkers: PoolWorkers,
): Promise<ReadonlySet<string>> => {
  if (unseen.length === 0) return new Set();
  const { done, failed } = await poolWorkers.drain(unseen.map(({ instanceId }) => instanceId));
  const serving = new Set(
    unseen
      .filter(({ state }) => state !== 'draining' && state !== 'retiring')
      .map(({ instanceId }) => instanceId),
  );
  const back = done.filter((instanceId) => serving.has(instanceId));
  if (back.length > 0) await poolWorkers.undrain(back);
  return new Set(failed.filter(({ why }) => why === NOT_IN_COLLECTOR).map(({ instanceId }) => instanceId));
};

/** Writes down which workers EC2 will not end; what it did not answer is thrown, for the rest is asked for again. */
export const noteRefusedEnds = async (
  { refused, unanswered }: EndReply,
  byId: ReadonlyMap<string, WorkerRecord>,
  workers: Ledger['workers'],
  now: number,
): Promise<void> => {
  await forEach(refused, async ({ instanceId, why }) => {
    const worker = byId.get(instanceId);
    if (worker !== undefined) await workers.refuseEnd(worker, { at: now, why: cut(why) });
  });
  if (unanswered !== undefined)
    throw new Error(`The cloud did not answer an order to end workers: ${unanswered}`);
};

/**
 * Takes the decided steps: all drains in one call, all terminations in one call, and none waits for another. A drain
 * counts from when it was asked for, whether or not the worker could be reached, and anew if it is asked for again.
 * What an empty worker rests on, its drain, could be taken back by somebody else; so its end is written down before EC2
 * is asked, and who finds the worker in another state leaves it alone. Answers the workers that EC2 has begun to end.
 */
export const retire = async (
  decisions: readonly Decision[],
  workers: readonly WorkerRecord[],
  ports: RetirePorts,
  { failures, now }: { readonly failures: Failures; readonly now: number },
): Promise<ReadonlySet<string>> => {
  const steps = decisions.flatMap((decision) => (decision.kind === 'act' ? decision.retirements : []));
  const byId = new Map(workers.map((worker) => [worker.instanceId, worker]));
  const all = steps.flatMap((step): readonly Step[] => {
    const worker = byId.get(step.instanceId);
    return worker === undefined ? [] : [{ step, worker }];
  });
  const of = (step: Retirement['step']) => all.filter((each) => each.step.step === step);

  /** The step with its worker as it then is; none if somebody else has moved it. */
  const moved = async (each: Step, event: WorkerEvent): Promise<readonly Step[]> => {
    const to = next(each.worker.state, event);
    if (to === each.worker.state || to === 'gone') return [each];
    const isMoved = await ports.ledger.workers.change({ worker: each.worker, to }, now);
    return isMoved ? [{ ...each, worker: { ...each.worker, state: to } }] : [];
  };

  const undrain = async (): Promise<void> => {
    const event = (worker: WorkerRecord): WorkerEvent => ({
      kind: 'undrained',
      at: now,
      joinedAt: worker.launchedAt,
    });
    const back = (await forEach(of('undrain'), (each) => moved(each, event(each.worker)))).flat();
    if (back.length > 0) await ports.poolWorkers.undrain(back.map(idOf));
  };
  const drain = async (): Promise<void> => {
    const drains = of('drain');
    if (drains.length === 0) return;
    await forEach(drains, (each) => {
      const { cause, surplus, again } = each.step;
      const marks = { ...(surplus ? { surplus } : {}), ...(again ? { again } : {}) };
      return moved(each, { kind: 'drained', at: now, cause, ...marks });
    });
    await ports.poolWorkers.drain(drains.map(idOf));
  };
  const terminate = async (): Promise<ReadonlySet<string>> => {
    const ends = of('terminate');
    if (ends.length === 0 || !hasTime(ports)) return new Set();
    const unseen = ends
      .filter(({ step }) => step.unseen === true)
      .map(({ worker }) => ({ instanceId: worker.instanceId, state: worker.state.kind }));
    const absent = await lastLook(unseen, ports.poolWorkers);
    const sure = ends.filter((each) => each.step.unseen !== true || absent.has(idOf(each)));
    const decided = (
      await forEach(sure, async (each) =>
        each.step.empty === true
          ? moved(each, { kind: 'end-decided', at: now, cause: each.step.cause })
          : [each],
      )
    ).flat();
    // The last look may have taken long; what is decided by now the next tick asks for.
    if (decided.length === 0 || !hasTime(ports)) return new Set();
    const reply = await ports.cloud.terminate(decided.map(idOf), () => hasTime(ports));
    const taken = new Set(reply.taken);
    await forEach(
      decided.filter((each) => taken.has(idOf(each))),
      (each) => moved(each, { kind: 'ended-asked', at: now, cause: each.step.cause }),
    );
    await failures.during(() => noteRefusedEnds(reply, byId, ports.ledger.workers, now));
    return taken;
  };
  await failures.during(undrain);
  await failures.during(drain);
  return (await failures.during(terminate)) ?? new Set();
};
