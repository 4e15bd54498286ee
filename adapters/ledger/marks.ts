import type { Ledger } from '../../core/ledger.ts';
import { type Mark, mark as markRecord } from '../../core/model/discrepancy.ts';
import { AUDIT } from './items.ts';
import type { LedgerTable } from './table.ts';
import { mustRead } from './version.ts';

export const marksIn = (table: LedgerTable): Ledger['marks'] => ({
  async all() {
    const marks: Mark[] = [];
    for await (const page of table.pages(AUDIT)) {
      for (const item of page) marks.push(mustRead(markRecord, item));
    }
    return marks;
  },
  async add(mark) {
    await table.putOnce({ pk: AUDIT, sk: `${mark.name}#${mark.subject}`, ...mark });
  },
  async remove({ name, subject }) {
    await table.remove(AUDIT, `${name}#${subject}`);
  },
});
