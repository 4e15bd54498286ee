import type { PlannedLaunch, Retirement, WorkerDecision } from '../../../model/decision.ts';
import type { Reason } from '../../../model/reason.ts';
import type { Shared } from '../../../observe/situation.ts';
import type { Brake } from './brake.ts';
import { type Cap, capsOf, type Sharer } from './caps.ts';
import { takenBack } from './lent.ts';
import { type Claim, entitled, fairShares, type Grants, grant } from './max-min.ts';
import { spentElsewhere, toldNear } from './stage-budget.ts';

const launchesOf = (decision: WorkerDecision): readonly PlannedLaunch[] =>
  decision.kind === 'act' ? decision.launches : [];

const countOf = (launches: readonly PlannedLaunch[]): number =>
  launches.reduce((n, { request }) => n + request.count, 0);

/** So many workers of the launches, from the front. */
const firstOf = (launches: readonly PlannedLaunch[], workers: number): readonly PlannedLaunch[] => {
  let left = workers;
  return launches.flatMap((launch) => {
    const count = Math.min(left, launch.request.count);
    left -= count;
    return count === 0 ? [] : [{ ...launch, request: { ...launch.request, count } }];
  });
};

const isUnpriced = ({ decision, settings }: Sharer, cap: Cap): boolean =>
  launchesOf(decision).some((launch) => cap.size(launch, settings) === undefined);

const claimOf = (sharer: Sharer, cap: Cap, workers = Number.POSITIVE_INFINITY): Claim => ({
  share: sharer.settings.share,
  held: cap.held(sharer),
  wants: isUnpriced(sharer, cap)
    ? []
    : firstOf(launchesOf(sharer.decision), workers).map((launch) => ({
        size: cap.size(launch, sharer.settings) ?? 0,
        count: launch.request.count,
      })),
});

const wholeOf = ({ held, wants }: Claim): number => held + wants.reduce((n, of) => n + of.size * of.count, 0);

/** What is lent to queues that hold more than their own, and goes back to those that lack theirs. */
const returned = (
  sharers: readonly Sharer[],
  claims: readonly Claim[],
  { workers, free }: Grants,
  cap: Cap,
): readonly (readonly Retirement[])[] => {
  const { freed } = cap;
  if (freed === undefined || claims.every(({ wants }) => wants.length === 0)) return sharers.map(() => []);
  const fair = fairShares(claims, cap.most);
  const lenders = sharers.map((sharer, index) => {
    const { decision, fleet } = sharer;
    const own = fair[index] ?? 0;
    const claim = claims[index] ?? claimOf(sharer, cap);
    const wanted = Math.min(wholeOf(claim), entitled(claim, own, cap.most));
    const short = Math.max(0, wanted - wholeOf(claimOf(sharer, cap, workers[index] ?? 0)));
    const steps = decision.kind === 'act' ? decision.retirements : [];
    const leaving = new Set(steps.map(({ instanceId }) => instanceId));
    return { fleet, leaving, fair: own, short, freed };
  });
  return takenBack(lenders, free);
};

/** The decision with fewer launches and more retirements; one with neither rests. */
const changed = (
  {
    decision,
    cap,
    unpriced,
  }: { readonly decision: WorkerDecision; readonly cap: Cap; readonly unpriced: boolean },
  workers: number,
  back: readonly Retirement[],
): WorkerDecision => {
  const launches = firstOf(launchesOf(decision), workers);
  const keptBack = countOf(launchesOf(decision)) - countOf(launches);
  if (decision.kind === 'hold' || (keptBack === 0 && back.length === 0)) return decision;
  const capped: Reason = unpriced
    ? { kind: 'capped-unpriced', workers: keptBack }
    : { kind: 'capped-by-stage', workers: keptBack, ...cap.told };
  const why = [...decision.why, ...(keptBack > 0 ? [capped] : [])];
  const counts = cap.isMoney && keptBack > 0 ? { ...decision.counts, budgetOver: 1 } : decision.counts;
  const retirements = [...(decision.kind === 'act' ? decision.retirements : []), ...back];
  const told = { queue: decision.queue, at: decision.at, why, counts };
  return launches.length === 0 && retirements.length === 0
    ? { ...told, kind: 'rest' }
    : { ...told, kind: 'act', launches, retirements };
};

const underCap = (sharers: readonly Sharer[], cap: Cap, turn: number): readonly Sharer[] => {
  const claims = sharers.map((sharer) => claimOf(sharer, cap));
  const grants = grant(claims, cap.most, turn);
  const back = returned(sharers, claims, grants, cap);
  return sharers.map((sharer, index) => ({
    ...sharer,
    decision: changed(
      { decision: sharer.decision, cap, unpriced: isUnpriced(sharer, cap) },
      grants.workers[index] ?? 0,
      back[index] ?? [],
    ),
  }));
};

/** Whose turn it is among equals changes by the minute. */
const TURN_SECONDS = 60;

const sharersOf = (
  decisions: readonly WorkerDecision[],
  { fleets, settingsOf, commitmentsOf }: Shared,
): readonly Sharer[] =>
  decisions.flatMap((decision) => {
    const settings = settingsOf(decision.queue);
    if (settings === undefined) return [];
    const fleet = fleets.of(decision.queue);
    return [{ decision, settings, fleet, commitments: commitmentsOf(settings, fleet.strangers) }];
  });

/**
 * Keeps all queues together below the caps of their stage: launches are granted by weighted max-min fairness, never beyond a
 * cap, and what was lent goes back when its owner wants it.
 */
export const stageCaps: Brake = (decisions, shared) => {
  const { stage, ledger, facts } = shared;
  const { caps } = stage;
  if (caps === undefined) return decisions;
  const sharers = sharersOf(decisions, shared);
  const elsewhere = spentElsewhere(ledger.accounts ?? [], sharers);
  const turn = Math.floor(facts.now / TURN_SECONDS);
  const capped = capsOf(caps, elsewhere, sharers, facts.now).reduce(
    (before, cap) => underCap(before, cap, turn),
    sharers,
  );
  return toldNear(capped, caps, elsewhere, facts.now);
};
