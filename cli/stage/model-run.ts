import type { Place } from '../../core/settings/place.ts';
import type { TwinInstance } from '../../twin/aws/ec2/instance.ts';
import { billOf, fleetOf, listBill } from '../../twin/aws/ec2/list-bill.ts';
import { inProcess, type MakeBooks } from '../../twin/in-process/sandbox.ts';
import type { PlainJob } from '../../twin/pool/model.ts';
import { runScenario } from '../../twin/run/run.ts';
import type { Load } from '../../twin/scenario/load.ts';
import type { Scenario } from '../../twin/scenario/schema.ts';
import { spotPercentIn } from '../../twin/scenario/settings.ts';
import type { World } from '../../twin/stage/world.ts';

/** What a time of a model came to. */
export interface ModelRun {
  readonly launched: number;
  /** The same by fleet. */
  readonly launchedBy: Readonly<Record<string, number>>;
  readonly woken: number;
  /** Of jobs that came within the time; of those that still wait, as long as they have. */
  readonly waitMeanSeconds: number;
  readonly waitP95Seconds: number;
  readonly coreHours: number;
  /** At list prices; undefined: a type has none. */
  readonly dollars: number | undefined;
}

/** What is played, and the time of it that counts, seconds since 1970. */
export interface Model {
  readonly scenario: Scenario;
  readonly load: Load;
  readonly countsFrom: number;
  readonly to: number;
  /** Where the workers live, which decides what they cost. */
  readonly place: Place;
}

const SEED = 1;

/** The machines of all clouds, those that have ended too. */
export const instancesOf = ({ ec2, elsewhere }: World): readonly TwinInstance[] => [
  ...ec2.instances.values(),
  ...(elsewhere?.instances() ?? []),
];

/** What has been paid up to now. */
const paidIn = (world: World, { scenario, place }: Pick<Model, 'scenario' | 'place'>) => ({
  coreHours: billOf(instancesOf(world), world.clock.now).coreHours,
  dollars: listBill(world.ec2.instances.values(), world.clock.now, {
    ...place,
    spotPercent: spotPercentIn(scenario),
  }),
});

/** A job of a run. */
export interface PlayedJob {
  /** The queue it came to; undefined: it is a plain job. */
  readonly queue: string | undefined;
  /** The fleet that a plain job names. */
  readonly fleet: string | undefined;
  readonly cores: number;
  readonly runSeconds: number;
  readonly arrivedAt: number;
  /** When it last began to compute; undefined: it waits. */
  readonly startedAt: number | undefined;
  readonly finishedAt: number | undefined;
}

const beganAt = ({ life }: PlainJob): number | undefined => {
  if (life.kind === 'running') return life.since;
  return life.kind === 'ended' ? life.since - life.ranSeconds : undefined;
};

/** All jobs of a run. */
export const jobsIn = ({ panda, pool }: World): readonly PlayedJob[] => [
  ...[...panda.jobs.all()].map(({ siteid, cores, runSeconds, arrivedAt, startedAt, finishedAt }) => ({
    ...{ queue: siteid, fleet: undefined },
    ...{ cores, runSeconds, arrivedAt, startedAt, finishedAt },
  })),
  ...[...pool.plain.values()].map((job) => ({
    ...{ queue: undefined, fleet: job.fleet },
    ...{ cores: job.shape.cpus, runSeconds: job.runSeconds, arrivedAt: job.queuedAt },
    startedAt: beganAt(job),
    finishedAt: job.life.kind === 'ended' ? job.life.since : undefined,
  })),
];

/** How long jobs have waited, the shortest first; those that still wait, until a moment. */
export const waitsOf = (jobs: readonly PlayedJob[], now: number): readonly number[] =>
  jobs.map(({ arrivedAt, startedAt = now }) => startedAt - arrivedAt).sort((a, b) => a - b);

const counted = (world: World, model: Model, before: ReturnType<typeof paidIn>): ModelRun => {
  const { countsFrom } = model;
  const all = instancesOf(world);
  const launched = all.filter(({ launchedAt }) => launchedAt >= countsFrom);
  const byFleet = Map.groupBy(launched, (instance) => fleetOf(instance) ?? '');
  const jobs = jobsIn(world).filter(({ arrivedAt }) => arrivedAt >= countsFrom);
  const waits = waitsOf(jobs, world.clock.now);
  const paid = paidIn(world, model);
  return {
    launched: launched.length,
    launchedBy: Object.fromEntries([...byFleet].map(([fleet, of]) => [fleet, of.length])),
    woken: all.reduce(
      (sum, { runs }) => sum + runs.slice(1).filter(({ from }) => from >= countsFrom).length,
      0,
    ),
    waitMeanSeconds: waits.reduce((sum, wait) => sum + wait, 0) / Math.max(1, waits.length),
    waitP95Seconds: waits[Math.floor(0.95 * waits.length)] ?? 0,
    coreHours: paid.coreHours - before.coreHours,
    dollars:
      paid.dollars === undefined || before.dollars === undefined ? undefined : paid.dollars - before.dollars,
  };
};

/** Logs and metrics of the functions are nobody's. */
const quietly = (): void => {
  process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
  process.env.POWERTOOLS_METRICS_DISABLED = 'true';
};

/** A world that is being played. */
interface Playing {
  readonly scenario: Scenario;
  readonly load: Load;
  readonly seed: number;
  /** Makes what the functions remember; in memory, and kept by nobody, unless given. */
  readonly books?: MakeBooks;
  /** Hears of every simulated minute; what it answers ends the run there. */
  readonly each?: (world: World) => 'enough' | undefined;
}

/**
 * Plays a scenario in this process, with the functions as they are deployed, to its end or as far as is asked; answers the world
 * as it is then, and why the run was given up, if it was.
 */
export const playWorld = async ({ scenario, load, seed, books, each = () => undefined }: Playing) => {
  quietly();
  const over = new AbortController();
  const open = inProcess(books, 'quietly');
  let world: World | undefined;
  const summary = await runScenario(scenario, {
    ...{ seed, load, signal: over.signal },
    openSandbox(played, of, options) {
      world = of;
      return open(played, of, options);
    },
    onMinute() {
      if (world !== undefined && each(world) === 'enough') over.abort();
    },
  });
  if (world === undefined) throw new Error('the model was not played');
  return { world, givenUp: summary?.givenUp };
};

/** Hears of every minute that it has come to, seconds since 1970. */
export type HearMoment = (at: number) => void;

/** Plays a time, and counts what it comes to. */
export const playModel = async (model: Model, hear: HearMoment = () => {}): Promise<ModelRun> => {
  const { scenario, load, countsFrom, to } = model;
  let before: ReturnType<typeof paidIn> | undefined;
  const { world } = await playWorld({
    ...{ scenario, load, seed: SEED },
    each(now) {
      hear(now.clock.now);
      if (now.clock.now >= countsFrom) before ??= paidIn(now, model);
      return now.clock.now >= to ? 'enough' : undefined;
    },
  });
  return counted(world, model, before ?? { coreHours: 0, dollars: 0 });
};
