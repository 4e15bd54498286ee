import { paceNow } from '../../../learn/pace.ts';
import type { PlannedLaunch } from '../../../model/decision.ts';
import { distinct, type Reason } from '../../../model/reason.ts';
import { type Brake, startedBy, startsAny, withStarted } from './brake.ts';
import { type Breakers, breakers } from './breakers.ts';

interface Braked {
  readonly launches: readonly PlannedLaunch[];
  readonly why: readonly Reason[];
  /** How many breakers keep something back. */
  readonly open: number;
}

/** Launches one after the other through the breakers, and as many workers of them as are left for this tick. */
const brake = (launches: readonly PlannedLaunch[], broken: Breakers, left: { workers: number }): Braked => {
  const kept: PlannedLaunch[] = [];
  const why: Reason[] = [];
  const open = new Set<string>();
  for (const planned of launches) {
    const { count, overrides, ...because } = broken(planned);
    const granted = Math.min(count, left.workers);
    left.workers -= granted;
    why.push(...because.why);
    for (const kind of because.open) open.add(kind);
    if (granted > 0) kept.push({ ...planned, request: { ...planned.request, count: granted, overrides } });
  }
  return { launches: kept, why: distinct(why), open: open.size };
};

const sizeOf = (launches: readonly PlannedLaunch[]): number =>
  launches.reduce((n, { request }) => n + request.count, 0);

/** Brakes launches while EC2 throttles them, and those of kinds whose workers never join: for these one canary at a time. */
export const breakersAndPace: Brake = (decisions, { ledger, launchingOf, facts: { now } }) => {
  const ofEc2 = paceNow(ledger.pace, now);
  const onEc2 = { workers: ofEc2?.most ?? Number.POSITIVE_INFINITY };
  const elsewhere = { workers: Number.POSITIVE_INFINITY };
  const broken = breakers(ledger.boots ?? [], ledger, now);
  return decisions.map((decision) => {
    if (decision.kind !== 'act' || !startsAny(decision)) return decision;
    const isOnEc2 = launchingOf(decision.fleet).stage.cloud === undefined;
    const [pace, left] = isOnEc2 ? [ofEc2, onEc2] : [undefined, elsewhere];
    const before = left.workers;
    const started = startedBy(decision);
    const wakes = started.wakes.slice(0, left.workers);
    left.workers -= wakes.length;
    const { launches, why, open } = brake(decision.launches, broken, left);
    const isPaced = pace !== undefined && sizeOf(started.launches) + started.wakes.length > before;
    const told = {
      ...decision,
      why: [...decision.why, ...why, ...(isPaced ? [pace.why] : [])],
      counts: open > 0 ? { ...decision.counts, breakersOpen: open } : decision.counts,
    };
    return withStarted(told, { launches, wakes });
  });
};
