import { readyJobs, waitingPilots } from './demand.ts';
import type { Facts } from './facts.ts';
import { type Fleet, liveCores, liveWorkers } from './fleet.ts';
import { type Allowance, type Ec2Lore, planLaunches, type Stage } from './launches.ts';
import { pack } from './packing.ts';
import { jobsOf } from './panda.ts';
import type { Punctuality } from './punctual.ts';
import type { Standing } from './purse.ts';
import type { LedgerView } from './records.ts';
import { type QueueSettings, shapeOf, siteOf } from './settings.ts';
import { supply } from './supply.ts';

/** What all queues of a tick share. */
export interface Ground {
  readonly facts: Facts;
  readonly stage: Stage;
  readonly submissions: LedgerView['submissions'];
  readonly lore: Ec2Lore;
}

const allowance = (fleet: Fleet, settings: QueueSettings, money: Standing | undefined): Allowance => ({
  workers: Math.max(0, settings.maxWorkers - liveWorkers(fleet)),
  cores: Math.max(0, settings.maxCores - liveCores(fleet)),
  ...(money === undefined ? {} : { purse: money.purse, onlyCheapest: money.step !== 'free' }),
});

/** What growth comes to where no pilot with a job waits. */
const NOBODY_WAITS = {
  launches: [],
  why: ['0 waiting pilots have jobs; 0 of them fit on joined workers, 0 on booting ones'],
  counts: { pilotsUnplaced: 0, pilotsWithJobs: 0 },
  tooDear: 0,
} as const;

/** Demand, supply, and the launches for what lies between them; `money`: how the queue stands with its budgets. */
export const growth = (
  settings: QueueSettings,
  fleet: Fleet,
  ground: Ground,
  punctual: Punctuality,
  money?: Standing,
) => {
  const { facts, stage, submissions, lore } = ground;
  const pilots = facts.pilots(settings.name);
  const submitted = submissions[settings.name] ?? [];
  // Where nobody waits, nobody has to be placed: most queues of most ticks.
  if (submitted.length === 0 && pilots.shapes.every(({ idle }) => idle === 0)) return NOBODY_WAITS;
  const { ready } = readyJobs(jobsOf(facts.jobs, siteOf(settings), settings.resourceTypes), pilots);
  const waiting = waitingPilots(pilots, submitted, facts.viewedAt, ready, shapeOf(settings));
  const count = waiting.reduce((n, of) => n + of.count, 0);
  if (count === 0) return NOBODY_WAITS;
  const rooms = supply(fleet, facts.now, settings, punctual);
  const onJoined = pack(waiting, rooms.joined);
  const onBooting = pack(onJoined.residual, rooms.booting);
  const allowed = allowance(fleet, settings, money);
  const plan = planLaunches(onBooting.residual, settings, stage, lore, allowed, facts.now);
  const seen = `${count} waiting pilots have jobs; ${onJoined.placed} of them fit on joined workers, ${onBooting.placed} on booting ones`;
  const late = punctual.written.size;
  const notCounted = late > 0 ? [`${late} booting workers are late and not counted on`] : [];
  const counts = { pilotsUnplaced: count - onJoined.placed - onBooting.placed, pilotsWithJobs: count };
  return { launches: plan.launches, why: [seen, ...notCounted, ...plan.why], counts, tooDear: plan.tooDear };
};
