import type { Bin, Waiting } from '../../../model/resources.ts';
import { askedWithoutJobs } from '../../../observe/asked.ts';
import { chainFacts } from '../../../observe/chain-facts.ts';
import { countPilots, unseen, waitingPilots } from '../../../observe/demand.ts';
import type { Fleet } from '../../../observe/fleet.ts';
import { landingSoon, together } from '../../../observe/look-ahead.ts';
import { pack } from '../../../observe/packing.ts';
import type { Situation } from '../../../observe/situation.ts';
import { supply } from '../../../observe/supply.ts';
import { unreadOf } from '../../../observe/unread.ts';
import { shapeOf } from '../../../settings/queue-settings.ts';

/** What pilots ask of a queue's workers, and where they fit. */
export interface Demand {
  /** Pilots that wait for a machine: those with a job behind them, and those that the chain asks for without. */
  readonly pilots: number;
  readonly withoutJobs: number;
  readonly onJoined: number;
  readonly onBooting: number;
  /** Jobs that land before a worker launched now takes pilots, and those of them that fit on no worker. */
  readonly landing: number;
  readonly landingUnplaced: number;
  /** Whoever fits on no worker. */
  readonly residual: readonly Waiting[];
}

const NONE: Demand = {
  ...{ pilots: 0, withoutJobs: 0, onJoined: 0, onBooting: 0, landing: 0, landingUnplaced: 0, residual: [] },
};

const countOf = (waiting: readonly Waiting[]): number => waiting.reduce((n, of) => n + of.count, 0);

interface WaitingPilots {
  readonly waiting: readonly Waiting[];
  readonly withoutJobs: number;
}

const NOBODY: WaitingPilots = { waiting: [], withoutJobs: 0 };

/** What the chain may count; none of an item of the ledger that cannot be read, and then it is not asked. */
const elsewhere = ({ settings, ledger, pilotsInFactory }: Situation) => {
  const { name, chain } = settings;
  const isShared = chain.looksAtFactory;
  if (unreadOf(ledger.unread ?? [], { of: 'pilots', queue: name, isShared }) !== undefined) return undefined;
  return { inFactory: isShared ? pilotsInFactory() : 0, ever: ledger.pilotsEver[name] ?? 0 };
};

/** Pilots that wait for a machine. Where nobody waits, as in most queues of most ticks, nobody has to be placed. */
const waitingIn = (situation: Situation): WaitingPilots => {
  const { settings, facts, submissions } = situation;
  const pilots = facts.pilots(settings.name);
  if (submissions.length === 0 && pilots.shapes.every(({ idle }) => idle === 0)) return NOBODY;
  const counts = countPilots(pilots, submissions, facts.viewedAt);
  const counted = elsewhere(situation);
  const known = chainFacts(settings, counts, facts, counted ?? { inFactory: 0, ever: 0 });
  const withoutJobs = counted === undefined ? 0 : askedWithoutJobs(settings, counts, facts, known);
  const served = known.given.ready + withoutJobs;
  const unseenYet = unseen(submissions, facts.viewedAt);
  return { waiting: waitingPilots(pilots, unseenYet, served, shapeOf(settings)), withoutJobs };
};

const placed = (waiting: readonly Waiting[], joined: readonly Bin[], booting: readonly Bin[]) => {
  const onJoined = pack(waiting, joined);
  const onBooting = pack(onJoined.residual, booting);
  return { onJoined, onBooting, count: countOf(waiting) };
};

/** Places those who wait on the workers of a fleet, and those who come on what these leave free. */
export const demandOn = (situation: Situation, fleet: Fleet): Demand => {
  const { settings, facts, stage, curveOf } = situation;
  const landing = landingSoon(settings, facts, stage, curveOf);
  const { waiting, withoutJobs } = waitingIn(situation);
  if (waiting.length === 0 && landing.length === 0) return NONE;
  const rooms = supply(fleet, facts.now, settings, situation.withoutRoom);
  const now = placed(waiting, rooms.joined, rooms.booting);
  const soon = placed(landing, now.onJoined.bins, now.onBooting.bins);
  return {
    pilots: now.count,
    withoutJobs,
    onJoined: now.onJoined.placed,
    onBooting: now.onBooting.placed,
    landing: soon.count,
    landingUnplaced: soon.count - soon.onJoined.placed - soon.onBooting.placed,
    residual: together([...now.onBooting.residual, ...soon.onBooting.residual]),
  };
};

/** Returns how many waiting pilots find no room on the workers of a fleet. */
export const unplacedIn = (situation: Situation, fleet: Fleet): number => {
  const { pilots, onJoined, onBooting } = demandOn(situation, fleet);
  return pilots - onJoined - onBooting;
};
