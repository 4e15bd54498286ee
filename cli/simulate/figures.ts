import type { Place } from '../../core/settings/place.ts';
import type { TwinInstance } from '../../twin/aws/ec2/instance.ts';
import { billOf, listBill, sleepCoreHours } from '../../twin/aws/ec2/list-bill.ts';
import { zeroWaitBound } from '../../twin/load/bound.ts';
import { spotPercentIn } from '../../twin/scenario/settings.ts';
import { jobsIn, type PlayedJob, waitsOf } from '../stage/model-run.ts';
import { mostAtOnce, type Span } from './over-time.ts';
import type { Played, PlayedStage } from './play.ts';

/** A job of a run with the fleet that it ran on, or would. */
export type CountedJob = PlayedJob & { readonly fleet: string };

/** All jobs of a run. */
export const countedJobs = (
  { world }: Played,
  { queues }: Pick<PlayedStage, 'queues'>,
): readonly CountedJob[] => {
  const fleets = new Map(queues.map(({ name, fleet }) => [name, fleet]));
  return jobsIn(world).map((job) => ({ ...job, fleet: job.fleet ?? fleets.get(job.queue ?? '') ?? '' }));
};

/** What waits of jobs came to, seconds. */
export interface Waits {
  readonly mean: number;
  readonly p50: number;
  readonly p95: number;
  readonly longest: number;
}

/** From a job's arrival until it computes; of one that still waits, until the end. */
const figuresOfWaits = (jobs: readonly CountedJob[], endsAt: number): Waits => {
  const waits = waitsOf(jobs, endsAt);
  const at = (share: number) => waits[Math.min(waits.length - 1, Math.floor(share * waits.length))] ?? 0;
  return {
    mean: waits.reduce((sum, wait) => sum + wait, 0) / Math.max(1, waits.length),
    p50: at(0.5),
    p95: at(0.95),
    longest: waits.at(-1) ?? 0,
  };
};

const coreHoursOf = (jobs: readonly CountedJob[]): number =>
  jobs.reduce(
    (sum, { cores, runSeconds, finishedAt }) => sum + (finishedAt === undefined ? 0 : cores * runSeconds),
    0,
  ) / 3600;

/** What jobs came to. */
export interface JobFigures {
  readonly jobs: number;
  readonly done: number;
  readonly waitSeconds: Waits;
  readonly coreHours: number;
}

export const jobFigures = (jobs: readonly CountedJob[], endsAt: number): JobFigures => ({
  jobs: jobs.length,
  done: jobs.filter(({ finishedAt }) => finishedAt !== undefined).length,
  waitSeconds: figuresOfWaits(jobs, endsAt),
  coreHours: coreHoursOf(jobs),
});

/** When machines had power, with their cores. */
export const poweredSpans = (instances: readonly TwinInstance[], endsAt: number): readonly Span[] =>
  instances.flatMap(({ runs }) =>
    runs.map(({ from, until = endsAt, vcpus }) => ({ from, to: until, cores: vcpus })),
  );

/** What workers came to. */
export interface WorkerFigures {
  readonly launched: number;
  /** Launched, and never ran a job. */
  readonly useless: number;
  readonly woken: number;
  readonly mostWorkers: number;
  readonly mostCores: number;
  readonly coreHoursUsed: number;
  readonly coreHoursPaid: number;
  /** On demand at list prices, with disks and addresses; null: a type has none, or it is on a cloud of the site's own. */
  readonly dollars: number | null;
  /** What is paid, over the least that any machines could be paid for if no job waited; null: there was no job. */
  readonly overBound: number | null;
}

const boundOf = (jobs: readonly CountedJob[], bootSeconds: number): number =>
  zeroWaitBound(
    jobs.map(({ arrivedAt, runSeconds, cores }) => ({ submitSeconds: arrivedAt, runSeconds, cores })),
    bootSeconds,
  ) / 3600;

/** Adds up the machines that some jobs ran on. `place`: where they lived. */
export const workerFigures = (
  instances: readonly TwinInstance[],
  jobs: readonly CountedJob[],
  { world, scenario }: Played,
  place: Place,
): WorkerFigures => {
  const { now } = world.clock;
  const spans = poweredSpans(instances, now);
  const paid = billOf(instances, now).coreHours;
  const bound = boundOf(jobs, scenario.boot.meanSeconds);
  const isOfEc2 = instances.every(({ instanceId }) => world.ec2.instances.has(instanceId));
  return {
    launched: instances.length,
    useless: instances.filter(({ instanceId }) => !world.used.has(instanceId)).length,
    woken: instances.reduce((sum, { runs }) => sum + runs.length - 1, 0),
    mostWorkers: mostAtOnce(spans.map((span) => ({ ...span, cores: 1 }))),
    mostCores: mostAtOnce(spans),
    coreHoursUsed: coreHoursOf(jobs),
    coreHoursPaid: paid,
    dollars: isOfEc2
      ? (listBill(instances, now, { ...place, spotPercent: spotPercentIn(scenario) }) ?? null)
      : null,
    overBound: bound === 0 ? null : (paid + sleepCoreHours(instances, now, place)) / bound,
  };
};
