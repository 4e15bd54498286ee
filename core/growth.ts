import { readyJobs, waitingPilots } from './demand.ts';
import type { Facts } from './facts.ts';
import { type Fleet, liveCores, liveWorkers } from './fleet.ts';
import type { CurveOf } from './joins.ts';
import { type Allowance, type Ec2Lore, planLaunches, type Stage } from './launches.ts';
import { landingSoon, together } from './look-ahead.ts';
import { pack } from './packing.ts';
import { jobsOf } from './panda.ts';
import type { Punctuality } from './punctual.ts';
import type { LedgerView } from './records.ts';
import { type QueueSettings, shapeOf, siteOf } from './settings.ts';
import { supply } from './supply.ts';

/** What all queues of a tick share. */
export interface Ground {
  readonly facts: Facts;
  readonly stage: Stage;
  readonly submissions: LedgerView['submissions'];
  readonly lore: Ec2Lore;
  readonly curveOf: CurveOf;
}

const allowance = (fleet: Fleet, settings: QueueSettings): Allowance => ({
  workers: Math.max(0, settings.maxWorkers - liveWorkers(fleet)),
  cores: Math.max(0, settings.maxCores - liveCores(fleet)),
});

/** What growth comes to where no pilot with a job waits. */
const NOBODY_WAITS = {
  launches: [],
  why: ['0 waiting pilots have jobs; 0 of them fit on joined workers, 0 on booting ones'],
  counts: { pilotsUnplaced: 0, pilotsWithJobs: 0 },
} as const;

const unknownLandings = ({ lookAhead }: QueueSettings, { landingsUnknown }: Facts): readonly string[] =>
  lookAhead === 'off' || landingsUnknown === undefined
    ? []
    : [`nothing is launched ahead, landings are not known: ${landingsUnknown}`];

/** Demand, supply, and the launches for what lies between them. */
export const growth = (settings: QueueSettings, fleet: Fleet, ground: Ground, punctual: Punctuality) => {
  const { facts, stage, submissions, lore, curveOf } = ground;
  const pilots = facts.pilots(settings.name);
  const { ready } = readyJobs(jobsOf(facts.jobs, siteOf(settings), settings.resourceTypes), pilots);
  const waiting = waitingPilots(
    pilots,
    submissions[settings.name] ?? [],
    facts.viewedAt,
    ready,
    shapeOf(settings),
  );
  const count = waiting.reduce((n, of) => n + of.count, 0);
  const landing = landingSoon(settings, facts, stage, curveOf);
  // Where nobody waits, nobody has to be placed: most queues of most ticks.
  if (count === 0 && landing.length === 0) return NOBODY_WAITS;
  const rooms = supply(fleet, facts.now, settings, punctual);
  const onJoined = pack(waiting, rooms.joined);
  const onBooting = pack(onJoined.residual, rooms.booting);
  const allowed = allowance(fleet, settings);
  // What those who wait leave free is for those who come.
  const landOnJoined = pack(landing, onJoined.bins);
  const landOnBooting = pack(landOnJoined.residual, onBooting.bins);
  const residual = together([...onBooting.residual, ...landOnBooting.residual]);
  const plan = planLaunches(residual, settings, stage, lore, allowed, facts.now);
  const seen = `${count} waiting pilots have jobs; ${onJoined.placed} of them fit on joined workers, ${onBooting.placed} on booting ones`;
  const late = punctual.written.size;
  const notCounted = late > 0 ? [`${late} booting workers are late and not counted on`] : [];
  const coming = landing.reduce((n, of) => n + of.count, 0);
  const homeless = coming - landOnJoined.placed - landOnBooting.placed;
  const ahead = [
    ...(coming > 0
      ? [
          `${coming} jobs land before a worker launched now takes pilots; ${homeless} of them fit on no worker`,
        ]
      : []),
    ...unknownLandings(settings, facts),
  ];
  const counts = { pilotsUnplaced: count - onJoined.placed - onBooting.placed, pilotsWithJobs: count };
  return { launches: plan.launches, why: [seen, ...notCounted, ...ahead, ...plan.why], counts };
};
