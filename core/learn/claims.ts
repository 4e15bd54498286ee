import type { Boots } from '../model/learned.ts';
import type { WorkerRecord } from '../model/worker.ts';
import { added, failuresOf } from './boots.ts';

/** So many in a row that no job claimed are no accident: at two cycles of the negotiator, one takes what waits. */
const IN_A_ROW = 3;

/** What is remembered of workers that were launched for jobs of a shape: whether such jobs claimed them. */
export const jobsKind = (fleet: string, meantFor: string): string => `jobs ${fleet} ${meantFor}`;

/** Whether a worker was claimed by a job, or stayed empty though jobs waited that it was launched for. */
export interface ClaimOutcome {
  readonly worker: Pick<WorkerRecord, 'fleet' | 'meantFor' | 'instanceId' | 'launchedAt'>;
  readonly claimed: boolean;
}

const isMissed = (of: Boots | undefined): boolean => of !== undefined && failuresOf(of) > 0;

/** Kinds of jobs whose latest machine was not claimed: only of these it is asked whether one is claimed again. */
export const missedKinds = (known: readonly Boots[]): ReadonlySet<string> =>
  new Set(known.filter((of) => of.kind.startsWith('jobs ') && isMissed(of)).map(({ kind }) => kind));

/**
 * The records that outcomes change. A claim is counted only where one was missed before: nearly all workers are claimed, and
 * nobody asks.
 */
export const countClaims = (known: readonly Boots[], outcomes: readonly ClaimOutcome[]): readonly Boots[] => {
  const records = new Map(known.map((of) => [of.kind, of]));
  const changed = new Map<string, Boots>();
  for (const { worker, claimed } of outcomes) {
    const { fleet, meantFor, instanceId, launchedAt } = worker;
    if (meantFor === undefined) continue;
    const kind = jobsKind(fleet, meantFor);
    const before = changed.get(kind) ?? records.get(kind);
    if (claimed && !isMissed(before)) continue;
    const boots = before?.boots ?? [];
    const counted = added(boots, { instanceId, launchedAt, joined: claimed });
    if (counted !== boots) changed.set(kind, { kind, boots: counted });
  }
  return [...changed.values()];
};

/** Jobs whose machines were not claimed, several in a row. */
export interface Unclaimed {
  /** How many; no more than are remembered. */
  readonly workers: number;
  /** When the latest of them was launched. */
  readonly launchedAt: number;
}

/** The kinds of jobs whose machines nobody claims. */
export const unclaimedKinds = (known: readonly Boots[]): ReadonlyMap<string, Unclaimed> =>
  new Map(
    known
      .filter((of) => of.kind.startsWith('jobs ') && failuresOf(of) >= IN_A_ROW)
      .map((of) => [of.kind, { workers: failuresOf(of), launchedAt: of.boots.at(-1)?.launchedAt ?? 0 }]),
  );
