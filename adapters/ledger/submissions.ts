import type { Ledger } from '../../core/ledger.ts';
import { queueMemory } from '../../core/model/ledger.ts';
import { NO_MEMORY, withSubmission } from '../../core/write/submissions.ts';
import { LIVE } from './items.ts';
import type { LedgerTable } from './table.ts';
import { mustRead } from './version.ts';

/** Another tick has written this queue's submissions since they were read. */
class Overtaken extends Error {
  override readonly name = 'Overtaken';
}

export const submissionsIn = (table: LedgerTable): Ledger['submissions'] => ({
  async add(record) {
    const sk = `queue#${record.queue}`;
    const item = await table.read(LIVE, sk);
    const before = item === undefined ? NO_MEMORY(record.queue) : mustRead(queueMemory, item);
    const after = withSubmission(before, record);
    if (after === before) return;
    const written = { pk: LIVE, sk, ...after };
    const isWritten =
      item === undefined
        ? await table.putOnce(written)
        : await table.put(written, {
            ConditionExpression: 'pilotsEver = :was',
            ExpressionAttributeValues: { ':was': before.pilotsEver },
          });
    if (isWritten) return;
    throw new Overtaken(`another tick submits pilots of ${record.queue}; the next one decides anew`);
  },
});
