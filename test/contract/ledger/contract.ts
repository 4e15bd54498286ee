import { beforeEach, describe } from 'vitest';
import type { Ledger } from '../../../core/ledger.ts';
import { accounts } from './accounts.ts';
import { decisions } from './decisions.ts';
import { launches } from './launches.ts';
import { leases } from './leases.ts';
import { remembered } from './remembered.ts';
import type { Subject } from './subjects.ts';
import { workers } from './workers.ts';

/** What the ledger promises, as tests: the same for every ledger. Each begins with an empty one. */
export const ledgerContract = (open: () => Promise<Subject>): void => {
  describe('keeps the contract', () => {
    let opened: Subject | undefined;
    const book = (): Ledger => {
      if (opened === undefined) throw new Error('the ledger is not open');
      return opened.ledger;
    };
    beforeEach(async () => {
      const subject = await open();
      opened = subject;
      return () => subject.close();
    });

    leases(book);
    launches(book);
    workers(book);
    accounts(book);
    decisions(book);
    remembered(book);
  });
};
