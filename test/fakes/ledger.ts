import { memoryLedger } from '../../adapters/memory/ledger.ts';
import { waitedFor } from '../../adapters/memory/waited.ts';
import type { Ledger } from '../../core/ledger.ts';
import type { LedgerView } from '../../core/model/ledger.ts';

export interface Book {
  readonly ledger: Ledger;
  /** Everything it holds but the leases, which say only who came last; to be compared. */
  all(): Readonly<Record<string, unknown>>;
}

const sorted = <T>(of: ReadonlyMap<string, T>): readonly (readonly [string, T])[] =>
  [...of].sort(([a], [b]) => (a < b ? -1 : 1));

/** The ledger in memory behind the port that everybody has. */
export const fakeLedger = (start: Partial<LedgerView> = {}): Book => {
  const { ledger, held } = memoryLedger(start);
  const { leases: _, ...kept } = held;
  return {
    ledger: waitedFor<Ledger>(ledger),
    all: () => Object.fromEntries(Object.entries(kept).map(([name, map]) => [name, sorted<unknown>(map)])),
  };
};
