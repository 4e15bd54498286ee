import type { Ledger } from '../../core/ledger.ts';
import type { OpenLaunch } from '../../core/model/launch.ts';
import { KEPT_SECONDS, LIVE, pastPartition } from './items.ts';
import type { Condition, LedgerTable } from './table.ts';
import { LEDGER_VERSION } from './version.ts';
import { workerItem } from './worker-item.ts';

const keyOf = ({ request }: OpenLaunch): string => `launch#${request.launchId}`;

/** The intent is still the one that this fence wrote: not asked for, not taken over, not taken away. */
const stillIntended = ({ intendedBy }: OpenLaunch): Condition => ({
  ConditionExpression: 'intendedBy = :fence',
  ExpressionAttributeValues: { ':fence': intendedBy ?? 0 },
});

export const launchesIn = (table: LedgerTable): Ledger['launches'] => ({
  isAnyOpen: () => table.has(LIVE, 'launch#'),

  async open(launch) {
    const sk = keyOf(launch);
    if ((await table.read(pastPartition(launch.request.fleet), sk)) !== undefined) return false;
    return table.put(
      { pk: LIVE, sk, v: LEDGER_VERSION, ...launch },
      launch.intendedBy === undefined
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : {
            ConditionExpression: 'attribute_not_exists(pk) OR intendedBy < :fence',
            ExpressionAttributeValues: { ':fence': launch.intendedBy },
          },
    );
  },

  ask: (launch) => table.update(LIVE, keyOf(launch), { remove: ['intendedBy'] }, stillIntended(launch)),

  withdraw: (launch) => table.remove(LIVE, keyOf(launch), stillIntended(launch)),

  unanswered(launch, at) {
    const read = launch.unansweredAt;
    return table.update(
      LIVE,
      keyOf(launch),
      { set: { unansweredAt: at } },
      read === undefined
        ? { ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(unansweredAt)' }
        : { ConditionExpression: 'unansweredAt = :read', ExpressionAttributeValues: { ':read': read } },
    );
  },

  async tokenKnown(launch, at) {
    await table.update(
      LIVE,
      keyOf(launch),
      { set: { tokenKnownAt: at } },
      { ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(tokenKnownAt)' },
    );
  },

  async close(launch, workers, outcome, at) {
    for (const worker of workers) {
      await table.putOnce(workerItem(worker));
    }
    const pk = pastPartition(launch.request.fleet);
    const expiresAt = at + KEPT_SECONDS.past;
    await table.put({ ...launch, pk, sk: keyOf(launch), closedAt: at, outcome, expiresAt });
    await table.remove(LIVE, keyOf(launch));
  },
});
