import type { Reason } from '../../model/reason.ts';
import { cut } from '../../model/words.ts';
import type { EndedBoot } from '../../model/worker.ts';

/**
 * Returns why the boots of one fleet have ended, as EC2 says it: each of its reasons once, because a thousand boots may
 * end together, and a decision is one item of the ledger.
 */
export const bootsEnded = (ended: readonly EndedBoot[], fleet: string): readonly Reason[] => {
  const own = ended.filter(({ worker }) => worker.fleet === fleet);
  const alike = Map.groupBy(own, ({ reason: { code, message } }) => JSON.stringify([code, message]));
  return [...alike.values()].flatMap((all): readonly Reason[] => {
    const [first] = all;
    if (first === undefined) return [];
    const [code, message] = [cut(first.reason.code), cut(first.reason.message)];
    const one = all.length === 1 ? { instanceId: first.worker.instanceId } : {};
    return [{ kind: 'boots-ended', workers: all.length, ...one, reason: { code, message } }];
  });
};
