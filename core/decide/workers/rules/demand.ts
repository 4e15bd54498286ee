import type { Waiters } from '../../../observe/demand.ts';
import type { Fleet } from '../../../observe/fleet.ts';
import { fewKinds } from '../../../observe/kinds.ts';
import { type Bin, pack } from '../../../observe/packing.ts';
import type { Situation } from '../../../observe/situation.ts';
import { supply } from '../../../observe/supply.ts';

/** What waits for a fleet's workers, and where it fits. */
export interface Demand {
  /** Pilots that wait for a machine: those with a job behind them, and those that the chain asks for without. */
  readonly pilots: number;
  readonly withoutJobs: number;
  /** Jobs that are no pilots. */
  readonly plainJobs: number;
  readonly onJoined: number;
  readonly onBooting: number;
  /** Jobs that land before a worker launched now takes pilots, and those of them that fit on no worker. */
  readonly landing: number;
  readonly landingUnplaced: number;
  /** Whoever fits on no worker. */
  readonly residual: readonly Waiters[];
  /** Of the jobs that land: those that fit on none either, and for which it is too early to wake one. */
  readonly later: readonly Waiters[];
}

const NONE: Demand = {
  ...{ pilots: 0, withoutJobs: 0, plainJobs: 0, onJoined: 0, onBooting: 0 },
  ...{ landing: 0, landingUnplaced: 0, residual: [], later: [] },
};

const countOf = (waiting: readonly Waiters[]): number => waiting.reduce((n, of) => n + of.count, 0);

const placed = (waiting: readonly Waiters[], joined: readonly Bin[], booting: readonly Bin[]) => {
  const onJoined = pack(waiting, joined);
  const onBooting = pack(onJoined.residual, booting);
  return { onJoined, onBooting, count: countOf(waiting) };
};

/** Whether some worker takes the pilots of one queue only, so that it matters whose pilots wait. */
const hasOwned = ({ members, strangers, launches }: Fleet): boolean =>
  members.some(({ record }) => record.onlyQueue !== undefined) ||
  strangers.some(({ queue }) => queue !== undefined) ||
  launches.some(({ request }) => request.onlyQueue !== undefined);

/** Places those who wait on the workers of a fleet, and those who come on what these leave free. */
export const demandOn = (situation: Situation, fleet: Fleet): Demand => {
  const { settings, facts, wanted } = situation;
  if (wanted.waiting.length === 0 && wanted.landing.length + wanted.landingLater.length === 0) return NONE;
  const isOwned = hasOwned(fleet);
  const waiting = fewKinds(wanted.waiting, isOwned);
  const landing = fewKinds(wanted.landing, isOwned);
  const landingLater = fewKinds(wanted.landingLater, isOwned);
  const rooms = supply(fleet, {
    ...{ settings, now: facts.now, waiting: [...waiting, ...landing, ...landingLater] },
    withoutRoom: situation.withoutRoom,
  });
  const now = placed(waiting, rooms.joined, rooms.booting);
  const soon = placed(landing, now.onJoined.bins, now.onBooting.bins);
  const later = placed(landingLater, soon.onJoined.bins, soon.onBooting.bins);
  const unplacedOf = ({ count, onJoined, onBooting }: typeof soon) =>
    count - onJoined.placed - onBooting.placed;
  const plainJobs = countOf(wanted.waiting.filter(({ queue }) => queue === undefined));
  return {
    pilots: now.count - plainJobs,
    withoutJobs: wanted.withoutJobs,
    plainJobs,
    onJoined: now.onJoined.placed,
    onBooting: now.onBooting.placed,
    landing: soon.count + later.count,
    landingUnplaced: unplacedOf(soon) + unplacedOf(later),
    // New workers are nobody's.
    residual: fewKinds([...now.onBooting.residual, ...soon.onBooting.residual], false),
    later: fewKinds(later.onBooting.residual, false),
  };
};

/** Those who wait now and find no room on the workers. */
export const unplaced = ({ pilots, plainJobs, onJoined, onBooting }: Demand): number =>
  pilots + plainJobs - onJoined - onBooting;

/** Returns how many of those who wait find no room on the workers of a fleet. */
export const unplacedIn = (situation: Situation, fleet: Fleet): number =>
  unplaced(demandOn(situation, fleet));
