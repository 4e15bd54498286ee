import { type ClaimOutcome, jobsKind, missedKinds } from '../learn/claims.ts';
import type { Boots } from '../model/learned.ts';
import type { PoolWorker } from '../model/pool.ts';
import { shapeKey } from '../model/resources.ts';
import { comingSince, type WorkerRecord } from '../model/worker.ts';
import type { ParsedFleet } from '../settings/fleet-settings.ts';
import type { Facts } from './facts.ts';
import { sideBySide } from './fleet.ts';

/** A worker says that it is idle since it came, give or take what the first ads of its startd take. */
const FIRST_SECONDS = 30;

const isFirstIdleness = ({ idleSince, joinedAt }: PoolWorker): boolean =>
  idleSince !== null && idleSince - joinedAt <= FIRST_SECONDS;

/** Shapes of which jobs wait, by fleet. */
const waitingShapes = ({ pool }: Facts): ReadonlySet<string> => {
  const all = new Set<string>();
  for (const { shapes } of pool.pilots.queues) {
    for (const { fleet, shape, idle } of shapes) if (idle > 0) all.add(`${fleet} ${shapeKey(shape)}`);
  }
  for (const { fleet, shapes } of pool.jobs?.fleets ?? []) {
    for (const { shape, idle } of shapes) if (idle > 0) all.add(`${fleet} ${shapeKey(shape)}`);
  }
  return all;
};

/**
 * Says of workers whether a job has claimed them: yes, once one runs or has run there; no, once one has stayed empty for nearly
 * as long as it lingers while jobs wait that it was launched for. Of all others nothing is known yet. `known`: what is
 * remembered; a claim is told only where one was missed before.
 */
export const claimsIn = (
  facts: Facts,
  workers: readonly WorkerRecord[],
  fleets: readonly ParsedFleet[],
  known: readonly Boots[],
): readonly ClaimOutcome[] => {
  const { viewedAt } = facts;
  const lingers = new Map(
    fleets.flatMap((of) => (of.ok ? [[of.settings.name, of.settings.lingerSeconds] as const] : [])),
  );
  const missed = missedKinds(known);
  let waiting: ReadonlySet<string> | undefined;
  const outcomes: ClaimOutcome[] = [];
  for (const { record, pool } of sideBySide(workers, facts.pool).members) {
    if (pool === undefined || record.meantFor === undefined || record.kept === true) continue;
    if (!isFirstIdleness(pool)) {
      if (missed.has(jobsKind(record.fleet, record.meantFor)))
        outcomes.push({ worker: record, claimed: true });
      continue;
    }
    const linger = lingers.get(record.fleet) ?? Number.POSITIVE_INFINITY;
    if (pool.draining || viewedAt - pool.joinedAt < linger - FIRST_SECONDS) continue;
    waiting ??= waitingShapes(facts);
    if (!waiting.has(`${record.fleet} ${record.meantFor}`)) continue;
    // For these jobs it is there since its wake.
    outcomes.push({ worker: { ...record, launchedAt: comingSince(record) }, claimed: false });
  }
  return outcomes;
};
