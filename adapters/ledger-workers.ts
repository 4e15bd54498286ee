import type { WorkerRecord, WorkerState } from '../core/model/worker.ts';
import type { AccountBook, EndBook, LoreBook, MarkBook, WorkerBook } from '../core/ports.ts';
import {
  AUDIT,
  bootsItem,
  endMark,
  joinsItem,
  KEPT_SECONDS,
  LIVE,
  mark as markItem,
  pastPartition,
  workerRecord,
} from './ledger-items.ts';
import { writtenState } from './ledger-reasons.ts';
import type { Condition, LedgerTable } from './ledger-table.ts';

const written = (worker: WorkerRecord) => ({ ...worker, state: writtenState(worker.state) });

/** A worker that is over, as it can be looked up for a while. */
const pastItem = (worker: WorkerRecord, at: number) => ({
  ...written(worker),
  pk: pastPartition(worker.queue),
  sk: keyOf(worker.instanceId),
  goneAt: at,
  expiresAt: Math.ceil(at) + KEPT_SECONDS.past,
});

const keyOf = (instanceId: string): string => `worker#${instanceId}`;

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

export const workerBook = (table: LedgerTable): WorkerBook => ({
  async find(instanceId) {
    const item = await table.read(LIVE, keyOf(instanceId));
    if (item === undefined || endMark.parse(item).endedAt !== undefined) return undefined;
    return workerRecord.parse(item);
  },

  async change({ worker, to }, at) {
    const sk = keyOf(worker.instanceId);
    if (to === 'gone') {
      if (worker.cost === undefined) {
        await table.put(pastItem(worker, at));
        // A cost may have been written down since the worker was read.
        const isRemoved = await table.remove(LIVE, sk, { ConditionExpression: 'attribute_not_exists(cost)' });
        if (isRemoved) return true;
      }
      const endedAt = worker.state.kind === 'failed' ? worker.state.at : at;
      return table.update(LIVE, sk, {
        UpdateExpression: 'SET endedAt = :at',
        ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(endedAt)',
        ExpressionAttributeValues: { ':at': endedAt },
      });
    }
    const { ExpressionAttributeValues, ...condition } = stillIn(worker.state);
    return table.update(LIVE, sk, {
      UpdateExpression: 'SET #state = :to',
      ...condition,
      ExpressionAttributeValues: { ...ExpressionAttributeValues, ':to': writtenState(to) },
    });
  },

  adopt: (worker) => table.putOnce({ pk: LIVE, sk: keyOf(worker.instanceId), ...written(worker) }),

  async protect(worker, isProtected) {
    await table.update(LIVE, keyOf(worker.instanceId), {
      UpdateExpression: 'SET isProtected = :is',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: { ':is': isProtected },
    });
  },

  async refuseEnd(worker, refusal) {
    await table.update(LIVE, keyOf(worker.instanceId), {
      UpdateExpression: 'SET endRefused = :refusal',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: { ':refusal': refusal },
    });
  },
});

export const accountBook = (table: LedgerTable): AccountBook => ({
  async price({ instanceId }, cost) {
    await table.update(LIVE, keyOf(instanceId), {
      UpdateExpression: 'SET cost = :cost',
      ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(cost)',
      ExpressionAttributeValues: { ':cost': cost },
    });
  },
  enter: (account) =>
    table.put(
      { pk: LIVE, sk: `account#${account.queue}`, ...account },
      account.version === 1
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : {
            ConditionExpression: 'version = :before',
            ExpressionAttributeValues: { ':before': account.version - 1 },
          },
    ),
  async bury({ worker, endedAt }) {
    await table.put(pastItem(worker, endedAt));
    await table.remove(LIVE, keyOf(worker.instanceId), { ConditionExpression: 'attribute_exists(endedAt)' });
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
  async console({ worker, at, text, reason }) {
    const { instanceId, queue, offer, template, launchedAt } = worker;
    const key = { pk: pastPartition(queue), sk: `console#${instanceId}` };
    const expiresAt = at + KEPT_SECONDS.past;
    await table.put({ ...key, instanceId, queue, offer, template, launchedAt, at, text, reason, expiresAt });
  },
});

export const endBook = (table: LedgerTable): EndBook => ({
  async lastState(queue, instanceId) {
    const sk = keyOf(instanceId);
    const item = (await table.read(LIVE, sk)) ?? (await table.read(pastPartition(queue), sk));
    return item === undefined ? undefined : workerRecord.parse(item).state.kind;
  },
  ended: (note) => {
    const key = { pk: pastPartition(note.queue), sk: `end#${note.instanceId}` };
    return table.putOnce({ ...key, ...note, expiresAt: Math.ceil(note.at) + KEPT_SECONDS.past });
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
