import type { Ledger } from '../../core/ledger.ts';
import { offerKey } from '../../core/model/flavours.ts';
import type { CoolingRecord } from '../../core/model/ledger.ts';
import { bootsItem, joinsItem, LIVE } from './items.ts';
import type { Condition, LedgerTable } from './table.ts';

const PACE = 'pace#launch';

/** Another function may have written meanwhile that the offer was refused; whoever found it clear did not know of that. */
const unlessLonger = ({ until }: CoolingRecord): Condition => ({
  ConditionExpression: 'attribute_not_exists(pk) OR attribute_exists(halvings) OR #until < :until',
  ExpressionAttributeNames: { '#until': 'until' },
  ExpressionAttributeValues: { ':until': until },
});

export const learnedIn = (table: LedgerTable): Ledger['learned'] => ({
  async cool(records) {
    for (const record of records) {
      const sk = `cooling#${offerKey(record.offer)}`;
      const item = { pk: LIVE, sk, ...record, expiresAt: Math.ceil(record.until) };
      await table.put(item, unlessLonger(record));
    }
  },
  async pace(pace) {
    if (pace === undefined) await table.remove(LIVE, PACE);
    else await table.put({ pk: LIVE, sk: PACE, ...pace });
  },
  async boots(boots) {
    await table.put(bootsItem(boots));
  },
  async joins(joins) {
    await table.put(joinsItem(joins));
  },
});
