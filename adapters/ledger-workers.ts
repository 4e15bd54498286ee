import type { LoreBook, MarkBook, WorkerBook } from '../core/ports.ts';
import type { WorkerState } from '../core/records.ts';
import {
  AUDIT,
  bootsItem,
  joinsItem,
  KEPT_SECONDS,
  LIVE,
  mark as markItem,
  pastPartition,
  workerRecord,
} from './ledger-items.ts';
import type { Condition, LedgerTable } from './ledger-table.ts';

const keyOf = (instanceId: string): string => `worker#${instanceId}`;

/** The worker still stands as it was seen, in every particular: a drain that was taken back and begun anew is another. */
const stillIn = (state: WorkerState): Condition => {
  const fields = Object.entries(state);
  return {
    ConditionExpression: fields.map((_, n) => `#state.#f${n} = :f${n}`).join(' AND '),
    ExpressionAttributeNames: {
      '#state': 'state',
      ...Object.fromEntries(fields.map(([name], n) => [`#f${n}`, name])),
    },
    ExpressionAttributeValues: Object.fromEntries(fields.map(([, value], n) => [`:f${n}`, value])),
  };
};

export const workerBook = (table: LedgerTable): WorkerBook => ({
  async find(instanceId) {
    const item = await table.read(LIVE, keyOf(instanceId));
    return item === undefined ? undefined : workerRecord.parse(item);
  },

  async change({ worker, to }, at) {
    const sk = keyOf(worker.instanceId);
    if (to === 'gone') {
      const expiresAt = at + KEPT_SECONDS.past;
      await table.put({ ...worker, pk: pastPartition(worker.queue), sk, goneAt: at, expiresAt });
      await table.remove(LIVE, sk);
      return true;
    }
    const { ExpressionAttributeValues, ...condition } = stillIn(worker.state);
    return table.update(LIVE, sk, {
      UpdateExpression: 'SET #state = :to',
      ...condition,
      ExpressionAttributeValues: { ...ExpressionAttributeValues, ':to': to },
    });
  },

  adopt: (worker) => table.putOnce({ pk: LIVE, sk: keyOf(worker.instanceId), ...worker }),

  async protect(worker, isProtected) {
    await table.update(LIVE, keyOf(worker.instanceId), {
      UpdateExpression: 'SET isProtected = :is',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: { ':is': isProtected },
    });
  },
});

export const loreBook = (table: LedgerTable): LoreBook => ({
  async pace(pace) {
    if (pace === undefined) await table.remove(LIVE, 'pace#launch');
    else await table.put({ pk: LIVE, sk: 'pace#launch', ...pace });
  },
  async boots(boots) {
    await table.put(bootsItem(boots));
  },
  async joins(joins) {
    await table.put(joinsItem(joins));
  },
  async console({ worker, at, text }) {
    const { instanceId, queue, offer, template, launchedAt } = worker;
    const key = { pk: pastPartition(queue), sk: `console#${instanceId}` };
    const expiresAt = at + KEPT_SECONDS.past;
    await table.put({ ...key, instanceId, queue, offer, template, launchedAt, at, text, expiresAt });
  },
});

export const markBook = (table: LedgerTable): MarkBook => ({
  async marks() {
    return (await table.partition(AUDIT)).map((item) => markItem.parse(item));
  },
  async mark(mark) {
    await table.putOnce({ pk: AUDIT, sk: `${mark.name}#${mark.subject}`, ...mark });
  },
  async unmark({ name, subject }) {
    await table.remove(AUDIT, `${name}#${subject}`);
  },
});
