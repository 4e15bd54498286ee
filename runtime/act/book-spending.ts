import { accountsOf, unbooked, withEnded } from '../../core/learn/accounts.ts';
import type { Ledger } from '../../core/ledger.ts';
import type { LedgerView } from '../../core/model/ledger.ts';
import type { EndedWorker, WorkerRecord } from '../../core/model/worker.ts';
import { costOf } from '../../core/observe/money/commitments.ts';
import { unreadOf } from '../../core/observe/unread.ts';
import type { FleetSettings, ParsedFleet } from '../../core/settings/fleet-settings.ts';
import { hasPrices } from '../../core/settings/prices.ts';
import type { Failures } from '../run/failures.ts';
import { forEach } from '../run/parallel.ts';

/** Gives every live worker of a fleet with prices a cost, so that whoever sees its end keeps it until it is booked. */
const price = async (
  ledger: LedgerView,
  settings: ReadonlyMap<string, FleetSettings>,
  accounts: Ledger['accounts'],
): Promise<LedgerView> => {
  const unpriced = (worker: WorkerRecord) => worker.cost === undefined && settings.has(worker.fleet);
  if (!ledger.workers.some(unpriced)) return ledger;
  const workers = await forEach(ledger.workers, async (worker) => {
    const of = settings.get(worker.fleet);
    if (of === undefined || worker.cost !== undefined) return worker;
    const cost = costOf(worker, of);
    await accounts.price(worker, cost);
    return { ...worker, cost };
  });
  return { ...ledger, workers };
};

/** Workers of one fleet that are over, and what each costs asleep; absent: its settings are not known. */
interface ToBook {
  readonly fleet: string;
  readonly ended: readonly EndedWorker[];
  readonly diskDollarsPerHour?: number;
}

/** Books workers that are over, in one write, and only then lets go of their records. */
const bookFleet = async (
  { fleet, ended, diskDollarsPerHour }: ToBook,
  ledger: LedgerView,
  accounts: Ledger['accounts'],
): Promise<LedgerView> => {
  const before = accountsOf(fleet, ledger.accounts ?? []);
  const isAllBooked = unbooked(before, ended).length === 0;
  const after = isAllBooked ? before.own : withEnded(before, ended, diskDollarsPerHour);
  // Another tick has booked meanwhile: what was read adds up, and the next tick goes on.
  if (!isAllBooked && !(await accounts.enter(after))) return ledger;
  await forEach(ended, (each) => accounts.bury(each));
  return {
    ...ledger,
    accounts: [...(ledger.accounts ?? []).filter((account) => account !== before.own), after],
    ended: (ledger.ended ?? []).filter(({ worker }) => worker.fleet !== fleet),
  };
};

/** Whether a worker or the account of a fleet stands in the ledger that this version cannot read. */
const hasUnread = ({ unread = [] }: LedgerView, fleet: string): boolean =>
  unreadOf(unread, { of: 'workers', whose: fleet, isShared: false }) !== undefined;

/** Brings the fleets' accounts up to what the ledger holds. Without prices there is nothing to do and no write. */
export const bookSpending = async (
  ledger: LedgerView,
  fleets: readonly ParsedFleet[],
  accounts: Ledger['accounts'],
  failures: Failures,
): Promise<LedgerView> => {
  const settings = new Map(
    fleets.flatMap((fleet) => (fleet.ok ? [[fleet.settings.name, fleet.settings] as const] : [])),
  );
  const priced = new Map([...settings].filter(([, of]) => hasPrices(of)));
  let after = (await failures.during(() => price(ledger, priced, accounts))) ?? ledger;
  for (const [fleet, ended] of Map.groupBy(ledger.ended ?? [], ({ worker }) => worker.fleet)) {
    // One that cannot be read may be booked already: who is booked is written anew with each booking.
    if (hasUnread(ledger, fleet)) continue;
    const { diskDollarsPerHour } = settings.get(fleet) ?? {};
    const toBook = { fleet, ended, ...(diskDollarsPerHour === undefined ? {} : { diskDollarsPerHour }) };
    after = (await failures.during(() => bookFleet(toBook, after, accounts))) ?? after;
  }
  return after;
};

/** The workers that a reconciliation found to be over: they still count, until the next tick books them. */
export const stillOwed = (before: LedgerView, after: LedgerView, now: number): LedgerView => {
  if (after.workers === before.workers) return after;
  const left = new Set(after.workers.map(({ instanceId }) => instanceId));
  const ended = before.workers.flatMap((worker): readonly EndedWorker[] => {
    const { cost, state } = worker;
    if (cost === undefined || left.has(worker.instanceId)) return [];
    return [{ worker: { ...worker, cost }, endedAt: state.kind === 'failed' ? state.at : now }];
  });
  return ended.length === 0 ? after : { ...after, ended: [...(after.ended ?? []), ...ended] };
};
