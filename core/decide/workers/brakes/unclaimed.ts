import { jobsKind, type Unclaimed, unclaimedKinds } from '../../../learn/claims.ts';
import type { PlannedLaunch } from '../../../model/decision.ts';
import type { LedgerView } from '../../../model/ledger.ts';
import type { Purpose } from '../../../model/purpose.ts';
import { distinct, type Reason } from '../../../model/reason.ts';
import { type Brake, withLaunches } from './brake.ts';

/** What is wrong with a job's requirements is mended by people; each try costs a machine for its boot and its linger. */
const REST_SECONDS = 1_800;

/** Whose jobs workers are for; undefined: nobody knows, or they are kept whatever waits. */
const kindOf = ({ fleet, meantFor, kept }: Purpose): string | undefined =>
  meantFor === undefined || kept === true ? undefined : jobsKind(fleet, meantFor);

/** Kinds of which a worker was launched lately, or may be: it is the canary. */
const triedLately = ({ workers, launches }: LedgerView, now: number): ReadonlySet<string> => {
  const found = new Set<string>();
  for (const worker of workers) {
    if (now - worker.launchedAt <= REST_SECONDS) found.add(kindOf(worker) ?? '');
  }
  for (const { request } of launches) found.add(kindOf(request) ?? '');
  return found;
};

const reasonOf = ({ workers }: Unclaimed, jobs: string, canary: boolean): Reason => ({
  kind: 'workers-unclaimed',
  workers,
  jobs,
  ...(canary ? { canary } : {}),
});

/**
 * Launches one worker at a time, and seldom, for jobs that wait and do not take the machines that were launched for them: their
 * own requirements refuse these, and more of them would only linger and go.
 */
export const unclaimed: Brake = (decisions, { ledger, facts: { now } }) => {
  const kinds = unclaimedKinds(ledger.boots ?? []);
  if (kinds.size === 0) return decisions;
  const tried = new Set(triedLately(ledger, now));
  return decisions.map((decision) => {
    if (decision.kind !== 'act') return decision;
    const why: Reason[] = [];
    const launches = decision.launches.flatMap((planned): readonly PlannedLaunch[] => {
      const kind = kindOf(planned.request);
      const found = kind === undefined ? undefined : kinds.get(kind);
      if (kind === undefined || found === undefined) return [planned];
      const isDue = !tried.has(kind) && now - found.launchedAt > REST_SECONDS;
      tried.add(kind);
      why.push(reasonOf(found, planned.request.meantFor ?? '', isDue));
      return isDue ? [{ ...planned, request: { ...planned.request, count: 1 } }] : [];
    });
    if (why.length === 0) return decision;
    const counts = { ...decision.counts, jobsRefusing: distinct(why).length };
    return withLaunches({ ...decision, why: [...decision.why, ...distinct(why)], counts }, launches);
  });
};
