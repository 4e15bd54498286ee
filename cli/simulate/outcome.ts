import { placeOfFleet } from '../../core/settings/place.ts';
import { fleetOf } from '../../twin/aws/ec2/list-bill.ts';
import { isoOf } from '../command/moments.ts';
import { instancesOf } from '../stage/model-run.ts';
import { ownerText } from '../stage/owners.ts';
import { PARTS } from './chart.ts';
import { type CountedJob, countedJobs, jobFigures, poweredSpans, workerFigures } from './figures.ts';
import type { HousedLoad } from './homes.ts';
import { heldBack } from './limits.ts';
import { meansOver } from './over-time.ts';
import type { Played, PlayedStage } from './play.ts';

/** So many digits behind the point say more than the model knows. */
const rounded = (value: number): number => Math.round(100 * value) / 100;

/** Every number of a value, rounded. */
const allRounded = <T>(value: T): T =>
  JSON.parse(JSON.stringify(value), (_, of: unknown) => (typeof of === 'number' ? rounded(of) : of));

const queuesIn = (jobs: readonly CountedJob[], endsAt: number) =>
  [
    ...Map.groupBy(jobs, ({ queue, fleet }) =>
      ownerText(queue === undefined ? { of: 'fleet', name: fleet } : { of: 'queue', name: queue }),
    ),
  ].map(([of, all]) => ({ of, fleet: all[0]?.fleet ?? '', ...jobFigures(all, endsAt) }));

/** The fleets that had a job or a machine. */
const fleetsIn = (jobs: readonly CountedJob[], run: Played, { fleets, setUp }: PlayedStage) => {
  const instances = Map.groupBy(instancesOf(run.world), (instance) => fleetOf(instance) ?? '');
  const byFleet = Map.groupBy(jobs, ({ fleet }) => fleet);
  return fleets.flatMap(({ name: fleet }) => {
    const [machines, its] = [instances.get(fleet) ?? [], byFleet.get(fleet) ?? []];
    if (machines.length + its.length === 0) return [];
    return [{ fleet, ...workerFigures(machines, its, run, placeOfFleet(setUp.place, fleet)) }];
  });
};

/** From the first job until the last machine has lost its power. */
const overTime = (jobs: readonly CountedJob[], { world }: Played) => {
  const { now } = world.clock;
  const powered = poweredSpans(instancesOf(world), now);
  const from = jobs.reduce((first, { arrivedAt }) => Math.min(first, arrivedAt), now);
  const to = powered.reduce((last, span) => Math.max(last, span.to), from + 1);
  const within = { from, to, parts: PARTS };
  const wanted = jobs.map(({ arrivedAt, finishedAt = now, cores }) => ({
    ...{ from: arrivedAt, to: finishedAt, cores },
  }));
  const busy = jobs.flatMap(({ startedAt, finishedAt = now, cores }) =>
    startedAt === undefined ? [] : [{ from: startedAt, to: finishedAt, cores }],
  );
  return {
    ...{ from: isoOf(from), to: isoOf(to) },
    busy: meansOver(busy, within),
    paid: meansOver(powered, within),
    wanted: meansOver(wanted, within),
  };
};

/** What a load came to on a stage, as it is told. */
export const outcomeOf = (run: Played, stage: PlayedStage, { leftOut }: Pick<HousedLoad, 'leftOut'>) => {
  const { world, decisions, countedBefore, givenUp = null } = run;
  const { now: endsAt } = world.clock;
  const { setUp } = stage;
  const jobs = countedJobs(run, stage);
  const fleets = fleetsIn(jobs, run, stage);
  const limits = heldBack(decisions, { stage: setUp.stage, fleets: stage.fleets, countedBefore, endsAt });
  return allRounded({
    ...jobFigures(jobs, endsAt),
    ...workerFigures(instancesOf(world), jobs, run, setUp.place),
    // Each fleet has disks of its own.
    dollars: fleets.reduce<number | null>(
      (sum, { dollars }) => (sum === null || dollars === null ? null : sum + dollars),
      0,
    ),
    queues: queuesIn(jobs, endsAt),
    fleets,
    limits: limits.map(({ owner, reason, isHold, seconds, text, fix = null }) => ({
      ...{ of: ownerText(owner), reason, isHold, seconds, text, fix },
    })),
    leftOut: [...leftOut].map(([why, count]) => ({ why, jobs: count })),
    overTime: overTime(jobs, run),
    givenUp,
  });
};
