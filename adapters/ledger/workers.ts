import type { Ledger } from '../../core/ledger.ts';
import { afterChange, type WorkerState } from '../../core/model/worker.ts';
import { LIVE, pastWorker, workerKey } from './items.ts';
import { writtenState } from './reasons.ts';
import type { Condition, LedgerTable } from './table.ts';
import { orUnread } from './version.ts';
import { fixedTextOf, readWorker, workerItem } from './worker-item.ts';

/**
 * The worker still stands as it was seen, in every particular: a drain that was taken back and begun anew is another.
 * One that is over stands nowhere. Its cause is not compared: nothing changes that alone, and an older version may have
 * written it as a sentence.
 */
const stillIn = (state: WorkerState): Condition => {
  const fields = Object.entries(state).filter(([name]) => name !== 'cause');
  return {
    ConditionExpression: [
      'attribute_not_exists(endedAt)',
      ...fields.map((_, n) => `#state.#f${n} = :f${n}`),
    ].join(' AND '),
    ExpressionAttributeNames: {
      '#state': 'state',
      ...Object.fromEntries(fields.map(([name], n) => [`#f${n}`, name])),
    },
    ExpressionAttributeValues: Object.fromEntries(fields.map(([, value], n) => [`:f${n}`, value])),
  };
};

const HAS_NO_COST: Condition = {
  ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(cost)',
};

const IS_THERE: Condition = { ConditionExpression: 'attribute_exists(pk)' };

/** Its power-off is its end, as far as anybody has written down. */
const ENDS: Condition = { ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(mayStop)' };

/** One that is over and stays until its cost is booked carries the moment of its end. */
const IS_TO_BOOK: Condition = {
  ConditionExpression: 'attribute_exists(cost) AND attribute_not_exists(endedAt)',
};

export const workersIn = (table: LedgerTable): Ledger['workers'] => ({
  async find(instanceId) {
    const sk = workerKey(instanceId);
    const item = await table.read(LIVE, sk);
    if (item === undefined || item.endedAt !== undefined) return undefined;
    return orUnread(readWorker(item, sk), item);
  },

  async change({ worker, to, as }, at) {
    const sk = workerKey(worker.instanceId);
    if (to !== 'gone') {
      const after = afterChange(worker, to, as);
      const set = {
        state: writtenState(to),
        ...(after.sleeps === worker.sleeps ? {} : { sleeps: after.sleeps }),
        ...(as === undefined ? {} : { fixed: fixedTextOf(after) }),
        ...(as?.cost === undefined ? {} : { cost: as.cost }),
        ...(as?.meantFor === undefined ? {} : { meantFor: as.meantFor }),
      };
      return table.update(LIVE, sk, { set }, stillIn(worker.state));
    }
    const endedAt = worker.state.kind === 'failed' ? worker.state.at : at;
    const toBook = () => table.update(LIVE, sk, { set: { endedAt } }, IS_TO_BOOK);
    const pass = async () => {
      await table.put(pastWorker(worker, at));
      return table.remove(LIVE, sk, HAS_NO_COST);
    };
    // A cost may have been written down since the worker was read.
    if (worker.cost === undefined) return (await pass()) || toBook();
    if (await toBook()) return true;
    // Or its record has been lost and made anew, without one.
    const there = await table.read(LIVE, sk);
    return there !== undefined && there.cost === undefined && pass();
  },

  adopt: (worker) => table.putOnce(workerItem(worker)),

  async protect(worker, isProtected) {
    await table.update(LIVE, workerKey(worker.instanceId), { set: { isProtected } }, IS_THERE);
  },

  letStop(worker, mayStop) {
    const sk = workerKey(worker.instanceId);
    return mayStop === true
      ? table.update(LIVE, sk, { set: { mayStop }, remove: ['stopRefusedAt'] }, ENDS)
      : table.update(LIVE, sk, { set: { stopRefusedAt: mayStop.refusedAt }, remove: ['mayStop'] }, IS_THERE);
  },

  async refuseEnd(worker, endRefused) {
    await table.update(LIVE, workerKey(worker.instanceId), { set: { endRefused } }, IS_THERE);
  },
});
