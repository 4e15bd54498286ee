import { countRefused, mergedBoots } from '../core/learn/boots.ts';
import { quicker, slower } from '../core/learn/pace.ts';
import type { Ledger } from '../core/ledger.ts';
import type { Decision } from '../core/model/decision.ts';
import type { OpenLaunch } from '../core/model/launch.ts';
import type { Lease } from '../core/model/lease.ts';
import type { LedgerView } from '../core/model/ledger.ts';
import type { Failures } from './failures.ts';
import { askAgain, firstAsk, type LaunchPorts, type LaunchResult } from './launch.ts';
import { forEach } from './parallel.ts';
import { NEEDED_SECONDS, type TimeLeft } from './time-left.ts';

export interface LaunchAllPorts extends LaunchPorts {
  readonly ledger: Pick<Ledger, 'launches' | 'learned' | 'leases'>;
  readonly timeLeft: TimeLeft;
}

const hasTime = ({ timeLeft }: LaunchAllPorts): boolean => timeLeft() >= NEEDED_SECONDS.launch;

/** Set by the first throttled call of a tick: no other is made after it. */
interface Brake {
  /** How many workers the throttled call asked for. */
  throttled: number | undefined;
}

/** What the launches of a tick share. */
export interface Launching {
  readonly lease: Lease;
  readonly brake: Brake;
  readonly failures: Failures;
  readonly now: number;
}

const isIntended = ({ intendedBy }: OpenLaunch): boolean => intendedBy !== undefined;

/**
 * Takes intents away that an earlier holder of the lease wrote and never asked for: they are planned anew. One that its
 * holder asks for just then is not taken away, and counts as open.
 */
const withdrawn = async (
  launches: readonly OpenLaunch[],
  lease: Lease,
  ports: LaunchPorts,
): Promise<readonly OpenLaunch[]> => {
  const isLeft = ({ intendedBy }: OpenLaunch) => intendedBy !== undefined && intendedBy < lease.fence;
  const isGone = await forEach(
    launches,
    async (launch) => isLeft(launch) && (await ports.ledger.launches.withdraw(launch)),
  );
  return launches.filter((_, index) => isGone[index] !== true);
};

/** Remembers the templates of which EC2 refused a canary: the next one rests, as after one that never joined. */
const withRefused = async (
  ledger: LedgerView,
  launches: readonly OpenLaunch[],
  results: readonly (LaunchResult | undefined)[],
  { ledger: { learned } }: LaunchAllPorts,
): Promise<LedgerView> => {
  const refused = launches.filter((_, index) => results[index]?.canaryRefused === true);
  const known = ledger.boots ?? [];
  const changed = countRefused(known, refused);
  if (changed.length === 0) return ledger;
  await forEach(changed, (boots) => learned.boots(boots));
  return { ...ledger, boots: mergedBoots(known, changed) };
};

/**
 * Takes the next step with every launch whose outcome is not known, before anything new is planned: what EC2 may know of
 * is looked up, and asked for again with the same token and the same parameters.
 */
export const replay = async (
  ledger: LedgerView,
  mayLaunch: (queue: string) => boolean,
  { lease, brake, failures, now }: Launching,
  ports: LaunchAllPorts,
): Promise<LedgerView> => {
  const open = await withdrawn(ledger.launches, lease, ports);
  const isPaced = ledger.pace !== undefined && now < ledger.pace.notBefore;
  const results = await forEach(open, (launch) =>
    failures.during(async () => {
      if (isIntended(launch)) return undefined;
      const mayAsk = () =>
        !isPaced && brake.throttled === undefined && mayLaunch(launch.request.queue) && hasTime(ports);
      const result = await askAgain(launch, mayAsk, ports, now);
      if (result.throttled) brake.throttled = launch.request.count;
      return result;
    }),
  );
  const workers = results.flatMap((result) => result?.workers ?? []);
  // One that failed is counted as open: whatever it launched is not on record.
  const launches = open.filter((_, index) => results[index]?.open !== false);
  const after = { ...ledger, workers: [...ledger.workers, ...workers], launches };
  return (await failures.during(() => withRefused(after, open, results, ports))) ?? after;
};

/** What was decided and is not open yet: that has just been followed up, and a first ask would close it. */
const intents = (
  decisions: readonly Decision[],
  open: readonly OpenLaunch[],
  lease: Lease,
  now: number,
): readonly OpenLaunch[] => {
  const alreadyOpen = new Set(open.map(({ request }) => request.launchId));
  return decisions
    .flatMap((decision) => (decision.kind === 'act' ? decision.launches : []))
    .filter(({ request }) => !alreadyOpen.has(request.launchId))
    .map((planned) => ({ ...planned, createdAt: now, unansweredAt: now, intendedBy: lease.fence }));
};

/**
 * Asks for one intent that is open, unless a call before it was throttled, the function's time is nearly over, or
 * somebody else has taken it over.
 */
const ask = async (
  launch: OpenLaunch,
  brake: Brake,
  ports: LaunchAllPorts,
  now: number,
): Promise<LaunchResult | undefined> => {
  if (brake.throttled !== undefined || !hasTime(ports)) {
    await ports.ledger.launches.withdraw(launch);
    return undefined;
  }
  if (!(await ports.ledger.launches.ask(launch))) return undefined;
  const { intendedBy: _, ...requested } = launch;
  const result = await firstAsk(requested, ports, now);
  if (result.throttled) brake.throttled = launch.request.count;
  return result;
};

/**
 * Writes down every intent, makes sure of the lease, and only then asks EC2. Whoever takes the lease later reads the
 * ledger after that and finds the intents; whoever had taken it before is found out here, and nothing is asked.
 * Answers with what is known of boots after it; undefined if the lease was lost, and nothing was asked.
 */
export const launchAll = async (
  decisions: readonly Decision[],
  ledger: LedgerView,
  { lease, brake, failures, now }: Launching,
  ports: LaunchAllPorts,
): Promise<LedgerView | undefined> => {
  const wanted = intents(decisions, ledger.launches, lease, now);
  const opened = await forEach(wanted, (launch) => failures.during(() => ports.ledger.launches.open(launch)));
  const ours = wanted.filter((_, index) => opened[index] === true);
  const holds = ours.length === 0 || (await failures.during(() => ports.ledger.leases.holds(lease))) === true;
  if (!holds) {
    await failures.during(() => forEach(ours, (launch) => ports.ledger.launches.withdraw(launch)));
    return undefined;
  }
  const asked = await forEach(ours, (launch) => failures.during(() => ask(launch, brake, ports, now)));
  await failures.during(async () => {
    const { pace } = ledger;
    if (brake.throttled !== undefined) await ports.ledger.learned.pace(slower(pace, brake.throttled, now));
    else if (pace !== undefined && asked.some((result) => result?.open === false)) {
      await ports.ledger.learned.pace(quicker(pace));
    }
  });
  return (await failures.during(() => withRefused(ledger, ours, asked, ports))) ?? ledger;
};
