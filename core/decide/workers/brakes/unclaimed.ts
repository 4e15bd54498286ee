import { jobsKind, type Unclaimed, unclaimedKinds } from '../../../learn/claims.ts';
import type { PlannedLaunch } from '../../../model/decision.ts';
import type { LedgerView } from '../../../model/ledger.ts';
import type { Purpose } from '../../../model/purpose.ts';
import { distinct, type Reason } from '../../../model/reason.ts';
import { comingSince } from '../../../model/worker.ts';
import { type Brake, withStarted } from './brake.ts';

/** What is wrong with a job's requirements is mended by people; each try costs a machine for its boot and its linger. */
const REST_SECONDS = 1_800;

/** Whose jobs workers are for; undefined: nobody knows, or they are kept whatever waits. */
const kindOf = ({ fleet, meantFor, kept }: Purpose): string | undefined =>
  meantFor === undefined || kept === true ? undefined : jobsKind(fleet, meantFor);

/** Kinds of which a worker was launched or woken lately, or may be: it is the canary. */
const triedLately = ({ workers, launches }: LedgerView, now: number): Set<string | undefined> => {
  const found = new Set<string | undefined>();
  for (const worker of workers) {
    if (now - comingSince(worker) <= REST_SECONDS) found.add(kindOf(worker));
  }
  for (const { request } of launches) found.add(kindOf(request));
  return found;
};

const reasonOf = ({ workers }: Unclaimed, jobs: string, canary: boolean): Reason => ({
  kind: 'workers-unclaimed',
  workers,
  jobs,
  ...(canary ? { canary } : {}),
});

/**
 * Starts one worker at a time, and seldom, for jobs that wait and do not take the machines that were launched for them: their
 * own requirements refuse these, and more of them would only linger and go.
 */
export const unclaimed: Brake = (decisions, { ledger, facts: { now } }) => {
  const kinds = unclaimedKinds(ledger.boots ?? []);
  if (kinds.size === 0) return decisions;
  const tried = triedLately(ledger, now);
  return decisions.map((decision) => {
    if (decision.kind !== 'act') return decision;
    const why: Reason[] = [];
    /** Whether machines for such jobs are started: as they are wanted, one of them, or none. */
    const started = (kind: string | undefined, jobs: string): 'all' | 'one' | 'none' => {
      const found = kind === undefined ? undefined : kinds.get(kind);
      if (kind === undefined || found === undefined) return 'all';
      const isDue = !tried.has(kind) && now - found.launchedAt > REST_SECONDS;
      tried.add(kind);
      why.push(reasonOf(found, jobs, isDue));
      return isDue ? 'one' : 'none';
    };
    const wakes = (decision.wakes ?? []).filter(
      ({ meantFor }) => started(jobsKind(decision.fleet, meantFor), meantFor) !== 'none',
    );
    const launches = decision.launches.flatMap((planned): readonly PlannedLaunch[] => {
      const { request } = planned;
      const some = started(kindOf(request), request.meantFor ?? '');
      if (some === 'none') return [];
      return [some === 'all' ? planned : { ...planned, request: { ...request, count: 1 } }];
    });
    if (why.length === 0) return decision;
    const counts = { ...decision.counts, jobsRefusing: distinct(why).length };
    const told = { ...decision, why: [...decision.why, ...distinct(why)], counts };
    return withStarted(told, { launches, wakes });
  });
};
