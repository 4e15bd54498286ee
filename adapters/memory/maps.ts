import { keyOfJoins } from '../../core/learn/joins.ts';
import type { Account } from '../../core/model/account.ts';
import type { Decision } from '../../core/model/decision.ts';
import type { Mark } from '../../core/model/discrepancy.ts';
import { offerKey } from '../../core/model/flavours.ts';
import type { EndNote } from '../../core/model/instance.ts';
import type { OpenLaunch } from '../../core/model/launch.ts';
import type { Boots, Joins, Pace } from '../../core/model/learned.ts';
import type { Lease } from '../../core/model/lease.ts';
import type { CoolingRecord, LedgerView, QueueMemory } from '../../core/model/ledger.ts';
import type { ConsoleNote, WorkerRecord } from '../../core/model/worker.ts';
import { NO_MEMORY, withSubmission } from '../../core/write/submissions.ts';

/** A worker of the ledger; `endedAt`: it is over, and stays until its cost is booked. */
export interface Standing {
  readonly worker: WorkerRecord;
  readonly endedAt?: number;
}

const keyed = <T>(of: readonly T[] | undefined, key: (one: T) => string): Map<string, T> =>
  new Map((of ?? []).map((one) => [key(one), one]));

/** What is remembered of queues: their submissions, and how many pilots each was ever given, with those. */
const memories = ({ submissions = {}, pilotsEver = {} }: Partial<LedgerView>): Map<string, QueueMemory> =>
  new Map(
    [...new Set([...Object.keys(submissions), ...Object.keys(pilotsEver)])].map((queue) => {
      const memory = (submissions[queue] ?? []).reduce(withSubmission, NO_MEMORY(queue));
      return [queue, { ...memory, pilotsEver: pilotsEver[queue] ?? memory.pilotsEver }] as const;
    }),
  );

/** What tells accounts apart. */
export const accountKey = ({ fleet, former = '' }: Account): string => `${fleet} ${former}`;

/** Everything that the ledger in memory holds, by kind, as the table's items by their keys. */
export const maps = (start: Partial<LedgerView>) => ({
  decisions: new Map<string, Decision>(),
  leases: new Map<string, Lease>(),
  launches: keyed<OpenLaunch>(start.launches, ({ request }) => request.launchId),
  workers: keyed<Standing>(
    [...(start.workers ?? []).map((worker) => ({ worker })), ...(start.ended ?? [])],
    ({ worker }) => worker.instanceId,
  ),
  cooling: keyed<CoolingRecord>(start.cooling, (of) => offerKey(of.offer)),
  memories: memories(start),
  boots: keyed<Boots>(start.boots, ({ kind }) => kind),
  joins: keyed<Joins>(start.joins, keyOfJoins),
  paces: keyed<Pace>(start.pace === undefined ? [] : [start.pace], () => 'launch'),
  accounts: keyed<Account>(start.accounts, accountKey),
  marks: new Map<string, Mark>(),
  /** What is over: launches with how they ended, workers as they last stood, ends, and what machines said. */
  pastLaunches: new Map<string, string>(),
  pastWorkers: new Map<string, WorkerRecord>(),
  ends: new Map<string, EndNote>(),
  consoles: new Map<string, ConsoleNote>(),
});

export type Maps = ReturnType<typeof maps>;

/** Puts what is not there; false if it is. */
export const putOnce = <T>(into: Map<string, T>, key: string, value: T): boolean => {
  const isNew = !into.has(key);
  if (isNew) into.set(key, value);
  return isNew;
};

/** Changes what is there, if it may be changed; false if not. */
export const changeIf = <T>(
  into: Map<string, T>,
  key: string,
  changed: (there: T) => T | undefined,
): boolean => {
  const there = into.get(key);
  const after = there === undefined ? undefined : changed(there);
  if (after === undefined) return false;
  into.set(key, after);
  return true;
};

/** A port whose answers are there at once. */
export type AtOnce<Port> = {
  readonly [K in keyof Port]: Port[K] extends (...asked: infer A) => Promise<infer R>
    ? (...asked: A) => R
    : AtOnce<Port[K]>;
};
