import { countRefused, mergedBoots } from '../../core/learn/boots.ts';
import { quicker, slower } from '../../core/learn/pace.ts';
import type { Ledger } from '../../core/ledger.ts';
import { cloudIn, EC2 } from '../../core/model/clouds.ts';
import type { Decision } from '../../core/model/decision.ts';
import type { OpenLaunch } from '../../core/model/launch.ts';
import type { Lease } from '../../core/model/lease.ts';
import type { LedgerView } from '../../core/model/ledger.ts';
import type { Failures } from '../run/failures.ts';
import { forEach, inTurn } from '../run/parallel.ts';
import { NEEDED_SECONDS, type TimeLeft } from '../run/time-left.ts';
import { askAgain, firstAsk, type LaunchPorts, type LaunchResult } from './launch.ts';

export interface LaunchAllPorts extends LaunchPorts {
  readonly ledger: Pick<Ledger, 'launches' | 'learned' | 'leases'>;
  readonly timeLeft: TimeLeft;
}

const hasTime = ({ timeLeft }: LaunchAllPorts): boolean => timeLeft() >= NEEDED_SECONDS.launch;

/** What the calls of a tick tell those that come after them, and the pace of the next tick. */
interface Brake {
  /** How many workers the first throttled call asked for; no other is made after it. */
  throttled: number | undefined;
  /** A call went through. */
  isOpen: boolean;
}

/** What the launches of a tick share. */
export interface Launching {
  readonly lease: Lease;
  /** EC2's, whose pace is remembered. */
  readonly brake: Brake;
  /** That of a cloud beside it, for this tick alone. */
  readonly otherBrake: Brake;
  /** Clouds that have not said what they have: nothing is asked of them. */
  readonly away: ReadonlySet<string>;
  readonly failures: Failures;
  readonly now: number;
}

/** Whether anything may be asked about a launch just now. */
const isAway = ({ request }: OpenLaunch, { away }: Launching): boolean => away.has(cloudIn(request.tags));

const brakeOf = ({ request }: OpenLaunch, { brake, otherBrake }: Launching): Brake =>
  cloudIn(request.tags) === EC2 ? brake : otherBrake;

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
  mayLaunch: (fleet: string) => boolean,
  launching: Launching,
  ports: LaunchAllPorts,
): Promise<LedgerView> => {
  const { lease, failures, now } = launching;
  const open = await withdrawn(ledger.launches, lease, ports);
  const isPaced = ledger.pace !== undefined && now < ledger.pace.notBefore;
  const results = await forEach(open, (launch) =>
    failures.during(async () => {
      if (isIntended(launch) || isAway(launch, launching)) return undefined;
      const brake = brakeOf(launch, launching);
      const isHeldBack = isPaced && brake === launching.brake;
      const mayAsk = () =>
        !isHeldBack && brake.throttled === undefined && mayLaunch(launch.request.fleet) && hasTime(ports);
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
 * So many intents are open and not asked for at a time. What the function's time is too short for is not even written
 * down: the next tick plans it anew, and has no intents to take away first.
 */
const AT_A_TIME = 40;

/** Launches whose intents this tick wrote, what came of them, and whether the lease was lost on the way. */
interface Asked {
  readonly ours: readonly OpenLaunch[];
  readonly results: readonly (LaunchResult | undefined)[];
  readonly isLost: boolean;
}

/** Writes a number of intents down, makes sure of the lease, and only then asks EC2 for them. */
const askTogether = async (
  wanted: readonly OpenLaunch[],
  launching: Launching,
  ports: LaunchAllPorts,
): Promise<Asked> => {
  const { lease, failures, now } = launching;
  const opened = await forEach(wanted, (launch) => failures.during(() => ports.ledger.launches.open(launch)));
  const ours = wanted.filter((_, index) => opened[index] === true);
  const holds = ours.length === 0 || (await failures.during(() => ports.ledger.leases.holds(lease))) === true;
  if (!holds) {
    await failures.during(() => forEach(ours, (launch) => ports.ledger.launches.withdraw(launch)));
    return { ours: [], results: [], isLost: true };
  }
  const results = await forEach(ours, (launch) =>
    failures.during(() => ask(launch, brakeOf(launch, launching), ports, now)),
  );
  return { ours, results, isLost: false };
};

/** Whether EC2 has taken a launch: what another cloud takes says nothing of its buckets. */
const wentThrough = (launches: readonly OpenLaunch[], results: readonly (LaunchResult | undefined)[]) =>
  launches.some(({ request }, index) => results[index]?.open === false && cloudIn(request.tags) === EC2);

/**
 * Asks EC2 for what was decided, a number of launches at a time: writes down their intents, makes sure of the lease, and
 * only then asks. Whoever takes the lease later reads the ledger after that and finds the intents; whoever had taken it
 * before is found out here, and nothing more is asked. Answers with what is known of boots after it; undefined if the
 * lease was lost.
 */
export const launchAll = async (
  decisions: readonly Decision[],
  ledger: LedgerView,
  launching: Launching,
  ports: LaunchAllPorts,
): Promise<LedgerView | undefined> => {
  const { lease, brake, failures, now } = launching;
  const wanted = inTurn(intents(decisions, ledger.launches, lease, now), now);
  const ours: OpenLaunch[] = [];
  const asked: (LaunchResult | undefined)[] = [];
  let isLost = false;
  for (let from = 0; from < wanted.length && !isLost; from += AT_A_TIME) {
    if (from > 0 && !hasTime(ports)) break;
    const open = wanted
      .slice(from, from + AT_A_TIME)
      .filter((launch) => brakeOf(launch, launching).throttled === undefined);
    const some = await askTogether(open, launching, ports);
    ours.push(...some.ours);
    asked.push(...some.results);
    isLost = some.isLost;
  }
  await failures.during(async () => {
    const { pace } = ledger;
    if (brake.throttled !== undefined) await ports.ledger.learned.pace(slower(pace, brake.throttled, now));
    else if (pace !== undefined && (brake.isOpen || wentThrough(ours, asked))) {
      await ports.ledger.learned.pace(quicker(pace));
    }
  });
  const after = (await failures.during(() => withRefused(ledger, ours, asked, ports))) ?? ledger;
  return isLost ? undefined : after;
};
