import { describe } from 'vitest';
import { ledgerContract } from '../contract/ledger/contract.ts';
import { SUBJECTS } from '../contract/ledger/subjects.ts';

describe.each(Object.entries(SUBJECTS))('the ledger in %s', (_, open) => ledgerContract(open));
