import type { CurveOf } from '../../learn/joins.ts';
import type { LaunchFrom } from '../../learn/launch-from.ts';
import type { LedgerView } from '../../model/ledger.ts';
import { jobsOf } from '../../model/panda.ts';
import type { Reason } from '../../model/reason.ts';
import type { Stage } from '../../model/stage.ts';
import { readyJobs, waitingPilots } from '../../observe/demand.ts';
import type { Facts } from '../../observe/facts.ts';
import { type Fleet, liveCores, liveWorkers } from '../../observe/fleet.ts';
import { pack } from '../../observe/packing.ts';
import { supply } from '../../observe/supply.ts';
import type { QueueSettings } from '../../settings/queue-settings.ts';
import { shapeOf, siteOf } from '../../settings/queue-settings.ts';
import { landingSoon, together } from './look-ahead.ts';
import type { Standing } from './money/purse.ts';
import { type Allowance, type Ec2Lore, planLaunches } from './sizing/launches.ts';

/** What all queues of a tick share. */
export interface Ground {
  readonly facts: Facts;
  /** Its template is what workers are launched from now. */
  readonly stage: Stage;
  readonly from: LaunchFrom;
  readonly submissions: LedgerView['submissions'];
  readonly lore: Ec2Lore;
  readonly curveOf: CurveOf;
}

const allowance = (fleet: Fleet, settings: QueueSettings, money: Standing | undefined): Allowance => ({
  workers: Math.max(0, settings.maxWorkers - liveWorkers(fleet)),
  cores: Math.max(0, settings.maxCores - liveCores(fleet)),
  ...(money === undefined ? {} : { purse: money.purse, onlyCheapest: money.step !== 'free' }),
});

/** What growth comes to where no pilot with a job waits. */
const NOBODY_WAITS = {
  launches: [],
  why: [{ kind: 'pilots-waiting', pilots: 0, onJoined: 0, onBooting: 0 }],
  counts: { pilotsUnplaced: 0, pilotsWithJobs: 0 },
  tooDear: 0,
} as const;

const unknownLandings = ({ lookAhead }: QueueSettings, { landingsUnknown }: Facts): readonly Reason[] =>
  lookAhead === 'off' || landingsUnknown === undefined ? [] : [landingsUnknown];

/** Demand, supply, and the launches for what lies between them; `money`: how the queue stands with its budgets. */
export const growth = (settings: QueueSettings, fleet: Fleet, ground: Ground, money?: Standing) => {
  const { facts, stage, submissions, lore, curveOf } = ground;
  const pilots = facts.pilots(settings.name);
  const submitted = submissions[settings.name] ?? [];
  const landing = landingSoon(settings, facts, stage, curveOf);
  // Where nobody waits, nobody has to be placed: most queues of most ticks.
  const isQuiet = submitted.length === 0 && pilots.shapes.every(({ idle }) => idle === 0);
  if (isQuiet && landing.length === 0) return NOBODY_WAITS;
  const { ready } = readyJobs(jobsOf(facts.jobs, siteOf(settings), settings.resourceTypes), pilots);
  const waiting = waitingPilots(pilots, submitted, facts.viewedAt, ready, shapeOf(settings));
  const count = waiting.reduce((n, of) => n + of.count, 0);
  if (count === 0 && landing.length === 0) return NOBODY_WAITS;
  const rooms = supply(fleet, facts.now, settings);
  const onJoined = pack(waiting, rooms.joined);
  const onBooting = pack(onJoined.residual, rooms.booting);
  const allowed = allowance(fleet, settings, money);
  // What those who wait leave free is for those who come.
  const landOnJoined = pack(landing, onJoined.bins);
  const landOnBooting = pack(landOnJoined.residual, onBooting.bins);
  const residual = together([...onBooting.residual, ...landOnBooting.residual]);
  const plan = planLaunches(residual, settings, stage, lore, allowed, facts.now);
  const jobs = landing.reduce((n, of) => n + of.count, 0);
  const unplaced = jobs - landOnJoined.placed - landOnBooting.placed;
  const why: readonly Reason[] = [
    { kind: 'pilots-waiting', pilots: count, onJoined: onJoined.placed, onBooting: onBooting.placed },
    ...(jobs > 0 ? [{ kind: 'jobs-landing', jobs, unplaced } as const] : []),
    ...unknownLandings(settings, facts),
    ...plan.why,
  ];
  const counts = {
    pilotsUnplaced: count - onJoined.placed - onBooting.placed,
    pilotsWithJobs: count,
    ...(plan.unsupported > 0 ? { pilotsUnsupported: plan.unsupported } : {}),
  };
  return { launches: plan.launches, why, counts, tooDear: plan.tooDear };
};
