import type { LedgerView } from '../model/ledger.ts';
import type { Reason } from '../model/reason.ts';
import type { Waiting } from '../model/resources.ts';
import type { FleetSettings } from '../settings/fleet-settings.ts';
import type { ParsedQueue, QueueSettings } from '../settings/queue-settings.ts';
import { shapeOf, siteOf } from '../settings/queue-settings.ts';
import { askedWithoutJobs } from './asked.ts';
import { chainFacts } from './chain-facts.ts';
import { countPilots, unseen, type Waiters, type WaitingPilots, waitingPilots } from './demand.ts';
import { type Facts, siteUnknown } from './facts.ts';
import { landingWithin } from './look-ahead.ts';
import { unreadOf } from './unread.ts';

/** What waits for the workers of one fleet. */
export interface Wanted {
  /** Pilots with a job behind them, or that their chain asks for without, and jobs that are no pilots. */
  readonly waiting: readonly Waiters[];
  /** Of the pilots: those without a job behind them. */
  readonly withoutJobs: number;
  /** Jobs whose inputs land before a worker that is started now takes them: woken where some sleep, else launched. */
  readonly landing: readonly Waiters[];
  /** Jobs that land after that, and before a worker launched now takes them. Nobody where none sleep. */
  readonly landingLater: readonly Waiters[];
  /** Why the jobs of some of its queues are not known: these ask for nothing. Each once. */
  readonly unknown: readonly Reason[];
}

/** Of so many sites it is told why nothing is known of their jobs; a decision is one item of the ledger. */
const MOST_TOLD = 5;

interface Seen {
  readonly facts: Facts;
  readonly ledger: LedgerView;
  /** The pilots of all queues. */
  readonly pilotsInFactory: () => number;
}

interface OfQueue {
  readonly waiting: readonly WaitingPilots[];
  readonly withoutJobs: number;
}

const NOBODY: OfQueue = { waiting: [], withoutJobs: 0 };

/** What the chain may count; none of an item of the ledger that cannot be read, and then it is not asked. */
const elsewhere = ({ name, chain }: QueueSettings, { ledger, pilotsInFactory }: Seen) => {
  const isShared = chain.looksAtFactory;
  if (unreadOf(ledger.unread ?? [], { of: 'pilots', whose: name, isShared }) !== undefined) return undefined;
  return { inFactory: isShared ? pilotsInFactory() : 0, ever: ledger.pilotsEver[name] ?? 0 };
};

/** Pilots of a queue that wait for a machine. Where nobody waits, as in most queues of most ticks, nothing is worked out. */
const waitingIn = (settings: QueueSettings, seen: Seen): OfQueue => {
  const { facts, ledger } = seen;
  const submissions = ledger.submissions[settings.name] ?? [];
  const pilots = facts.pilots(settings.name);
  if (submissions.length === 0 && pilots.shapes.every(({ idle }) => idle === 0)) return NOBODY;
  const counts = countPilots(pilots, submissions, facts.viewedAt);
  const counted = elsewhere(settings, seen);
  const known = chainFacts(settings, counts, facts, counted ?? { inFactory: 0, ever: 0 });
  const withoutJobs = counted === undefined ? 0 : askedWithoutJobs(settings, counts, facts, known);
  const own = {
    shape: shapeOf(settings),
    fleet: settings.fleet,
    wallSeconds: settings.pilotWallSeconds,
  };
  const unseenYet = unseen(submissions, facts.viewedAt);
  return { waiting: waitingPilots(pilots, unseenYet, known.given.ready + withoutJobs, own), withoutJobs };
};

const waitersOf = ({ fleet: _, ...pilots }: WaitingPilots, queue: string): Waiters => ({ ...pilots, queue });

interface Growing {
  readonly waiting: Waiters[];
  withoutJobs: number;
  /** Queues that look ahead and whose jobs are known. */
  readonly ahead: QueueSettings[];
  readonly unknown: Map<string, Reason>;
}

const nothing = (): Growing => ({ waiting: [], withoutJobs: 0, ahead: [], unknown: new Map() });

/** Markets that turn to on-demand at times anyhow: there a job that lost a spot machine does so next. */
const TURNS_TO_ON_DEMAND: ReadonlySet<FleetSettings['market']> = new Set(['spot-first', 'spot-if-cheaper']);

/** Jobs that are no pilots, and have waited for as long as their fleet lets them. */
const plainJobs = (
  { name, burstAfterSeconds, jobWallSeconds, market }: FleetSettings,
  { plainJobs: of, viewedAt }: Facts,
): readonly Waiters[] =>
  of(name).flatMap(({ shape, wallSeconds = jobWallSeconds, waitingSince, restarting = 0 }) => {
    const count = waitingSince
      .filter(({ at }) => viewedAt - at >= burstAfterSeconds)
      .reduce((n, since) => n + since.count, 0);
    const since = waitingSince[0]?.at;
    const waited = since === undefined ? {} : { since };
    const again = TURNS_TO_ON_DEMAND.has(market) ? Math.min(count, restarting) : 0;
    return [
      { shape, wallSeconds, count: count - again, ...waited },
      { shape, wallSeconds, count: again, onDemand: true, ...waited } as const,
    ].filter((waiters) => waiters.count > 0);
  });

/** How far ahead jobs that land are of use to know of, seconds from now. `toStart` is no longer than `toLaunch`. */
interface Horizons {
  readonly toStart: number;
  readonly toLaunch: number;
}

/** What waits on every fleet, worked out queue by queue, once in a tick. */
export interface Demands {
  /** `horizons`: seconds from now within which jobs that land are of use to know of. */
  readonly of: (settings: FleetSettings, horizons: () => Horizons) => Wanted;
}

/** Nobody submits pilots for the jobs of a queue in shadow: only a fleet in shadow is asked to be ready for them. */
const askingOf = (
  { mode: ofFleet }: FleetSettings,
  ahead: readonly QueueSettings[],
): readonly QueueSettings[] => ahead.filter(({ mode }) => mode === 'live' || ofFleet === 'shadow');

const landingOn = (
  queues: readonly QueueSettings[],
  facts: Facts,
  horizons: () => Horizons,
): Pick<Wanted, 'landing' | 'landingLater'> => {
  if (queues.length === 0) return { landing: [], landingLater: [] };
  const { toStart, toLaunch } = horizons();
  const within = (from: number, to: number) =>
    queues.flatMap((settings) =>
      landingWithin(settings, facts, { from, to }).map(
        (of: Waiting): Waiters => ({ ...of, wallSeconds: settings.pilotWallSeconds, queue: settings.name }),
      ),
    );
  return {
    landing: within(Number.NEGATIVE_INFINITY, toStart),
    landingLater: toStart < toLaunch ? within(toStart, toLaunch) : [],
  };
};

/** Works out what waits on the fleets. Pilots say themselves which fleet they wait for: their queue may have named another. */
export const demands = (queues: readonly ParsedQueue[], seen: Seen): Demands => {
  const { facts } = seen;
  const byFleet = new Map<string, Growing>();
  const grow = (fleet: string): Growing => {
    const known = byFleet.get(fleet);
    if (known !== undefined) return known;
    const growing = nothing();
    byFleet.set(fleet, growing);
    return growing;
  };
  const active = queues.flatMap((queue) =>
    queue.ok && queue.settings.state === 'active' ? [queue.settings] : [],
  );
  for (const settings of active) {
    const doubt = siteUnknown(facts, siteOf(settings));
    if (doubt !== undefined) {
      const { unknown } = grow(settings.fleet);
      if (unknown.size < MOST_TOLD) unknown.set(JSON.stringify(doubt), doubt);
      continue;
    }
    const { waiting, withoutJobs } = waitingIn(settings, seen);
    for (const pilots of waiting) grow(pilots.fleet).waiting.push(waitersOf(pilots, settings.name));
    if (withoutJobs > 0) grow(settings.fleet).withoutJobs += withoutJobs;
    if (settings.lookAhead !== 'off') grow(settings.fleet).ahead.push(settings);
  }
  return {
    of: (settings, horizons) => {
      const { waiting, withoutJobs, ahead, unknown } = byFleet.get(settings.name) ?? nothing();
      const plain = plainJobs(settings, facts);
      const jobsUnknown = facts.plainJobsUnknown;
      return {
        waiting: [...waiting, ...plain],
        withoutJobs,
        ...landingOn(askingOf(settings, ahead), facts, horizons),
        unknown: [...unknown.values(), ...(jobsUnknown === undefined ? [] : [jobsUnknown])],
      };
    },
  };
};
