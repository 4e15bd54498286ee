import type { TwinInstance } from '../aws/ec2/instance.ts';
import { billOf, diskDollars, fleetOf, listBill, sleepCoreHours } from '../aws/ec2/list-bill.ts';
import { zeroWaitBound } from '../load/bound.ts';
import type { Job } from '../panda/job.ts';
import type { PlainJob } from '../pool/model.ts';
import type { Load } from '../scenario/load.ts';
import { TWIN_PLACE } from '../scenario/place.ts';
import type { Scenario } from '../scenario/schema.ts';
import { spotPercentIn } from '../scenario/settings.ts';
import type { World } from '../stage/world.ts';
import { capsOf } from './gauge.ts';

/** What a run came to. Waits are from activation in PanDA, or submission to the pool, to the start of the payload. */
export interface Summary {
  readonly scenario: string;
  readonly seed: number;
  readonly hours: number;
  readonly simulatedHours: number;
  readonly jobsArrived: number;
  readonly jobsDone: number;
  /** Jobs of the trace that the queues' maxtime kept out. */
  readonly jobsNotBrokered: number;
  readonly waitMeanSeconds: number;
  readonly waitP95Seconds: number;
  /** Cores × payload time of the jobs done. */
  readonly usefulCoreHours: number;
  /** vCPUs × time billed (a minute at least), from each launch or start call until its power was cut. */
  readonly paidCoreHours: number;
  /** What the disks of workers cost while they slept, at list prices, in core-hours of theirs. */
  readonly sleepCoreHours: number;
  /** The same on demand at AWS's list prices, with disks and addresses, US dollars; absent if a type has no list price. */
  readonly paidAtListPricesDollars?: number;
  /** The disks of all workers, from launch to termination, as part of it, US dollars. */
  readonly disksAtListPricesDollars: number;
  /** What no machines could undercut if no job ever waited (twin/load/bound.ts), with the scenario's mean boot. */
  readonly boundCoreHours: number;
  /** Paid core-hours and those of sleep, over the bound. */
  readonly costRatio: number;
  readonly workersLaunched: number;
  /** Starts of workers that slept. */
  readonly workersWoken: number;
  /** Workers that never ran a payload. */
  readonly workersUseless: number;
  /** Sleeping ones with them. */
  readonly workersAtEnd: number;
  /** Most workers above its cap that any fleet ever had. */
  readonly overCap: number;
  /** Pilots that ran when aerie ended their worker. */
  readonly busyKilled: number;
  readonly ec2Calls: number;
  readonly ticks: number;
  readonly ticksFailed: number;
  readonly holds: number;
  readonly deadLetters: number;
  /** Only if there are any: each of them in a sentence. */
  readonly deadLettersShown?: readonly string[];
  /** One sentence, if the run was given up because it cannot come to its end. */
  readonly givenUp?: string;
  /** Jobs left by queue and by user, if it was given up. */
  readonly jobsNotDone?: Readonly<Record<string, number>>;
}

export interface Counts {
  readonly ticks: number;
  readonly ticksFailed: number;
  readonly holds: number;
  readonly ec2Calls: number;
  readonly deadLetters: number;
}

/** The most workers with power at once, exactly: a sweep over starts and ends (at one moment, ends first). */
const mostAtOnce = (instances: readonly TwinInstance[]): number => {
  const steps = instances
    .flatMap(({ runs }) => runs)
    .flatMap(({ from, until = Number.POSITIVE_INFINITY }) => [
      { at: from, by: 1 },
      { at: until, by: -1 },
    ])
    .sort((a, b) => a.at - b.at || a.by - b.by);
  let alive = 0;
  let most = 0;
  for (const { by } of steps) {
    alive += by;
    most = Math.max(most, alive);
  }
  return most;
};

const overCap = (scenario: Scenario, instances: readonly TwinInstance[]): number => {
  const excess = [...capsOf(scenario)].map(
    ([fleet, cap]) => mostAtOnce(instances.filter((instance) => fleetOf(instance) === fleet)) - cap,
  );
  return Math.max(0, ...excess);
};

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

/** What was played. */
interface Played {
  readonly scenario: Scenario;
  readonly load: Load;
  readonly seed: number;
  readonly hours: number;
  readonly startsAt: number;
}

/** A job as the summary counts it. */
interface Counted {
  readonly isDone: boolean;
  readonly waitSeconds: number;
  readonly runSeconds: number;
  readonly cores: number;
}

const pandaJob = ({ finishedAt, arrivedAt, startedAt = arrivedAt, runSeconds, cores }: Job): Counted => ({
  isDone: finishedAt !== undefined,
  waitSeconds: startedAt - arrivedAt,
  runSeconds,
  cores,
});

const plainJob = ({ life, queuedAt, runSeconds, shape }: PlainJob): Counted => ({
  isDone: life.kind === 'ended',
  waitSeconds: life.kind === 'ended' ? life.since - life.ranSeconds - queuedAt : 0,
  runSeconds,
  cores: shape.cpus,
});

/** Adds a run up. */
export const summarize = (
  { scenario, load, seed, hours, startsAt }: Played,
  world: World,
  counts: Counts,
): Summary => {
  const run = { seed, hours, startsAt };
  const ofPanda = [...world.panda.jobs.all()].map(pandaJob);
  const arrived = [...ofPanda, ...[...world.pool.plain.values()].map(plainJob)];
  const done = arrived.filter(({ isDone }) => isDone);
  const waits = done.map(({ waitSeconds }) => waitSeconds).sort((a, b) => a - b);
  const ofEc2 = [...world.ec2.instances.values()];
  const instances = [...ofEc2, ...(world.elsewhere?.instances() ?? [])];
  const paid = billOf(instances, world.clock.now).coreHours;
  const slept = sleepCoreHours(instances, world.clock.now, TWIN_PLACE);
  const dollars = listBill(ofEc2, world.clock.now, {
    ...TWIN_PLACE,
    spotPercent: spotPercentIn(scenario),
  });
  const plain = load.plain.map(({ shape, ...of }) => ({ ...of, cores: shape.cpus }));
  const jobs = [...load.jobs, ...plain].map(({ arrivesAt, runSeconds, cores }) => ({
    submitSeconds: arrivesAt,
    runSeconds,
    cores,
  }));
  const bound = zeroWaitBound(jobs, scenario.boot.meanSeconds) / 3600;
  return {
    scenario: scenario.title,
    seed: run.seed,
    hours: run.hours,
    simulatedHours: rounded((world.clock.now - run.startsAt) / 3600, 2),
    jobsArrived: arrived.length,
    jobsDone: done.length,
    jobsNotBrokered: load.notBrokered,
    waitMeanSeconds: rounded(waits.reduce((sum, wait) => sum + wait, 0) / Math.max(1, waits.length), 1),
    waitP95Seconds: rounded(waits[Math.floor(0.95 * waits.length)] ?? 0, 1),
    usefulCoreHours: rounded(done.reduce((sum, job) => sum + job.cores * job.runSeconds, 0) / 3600, 2),
    paidCoreHours: rounded(paid, 2),
    sleepCoreHours: rounded(slept, 2),
    ...(dollars === undefined ? {} : { paidAtListPricesDollars: rounded(dollars, 2) }),
    disksAtListPricesDollars: rounded(diskDollars(ofEc2, world.clock.now, TWIN_PLACE), 2),
    boundCoreHours: rounded(bound, 2),
    costRatio: rounded(bound === 0 ? 0 : (paid + slept) / bound, 3),
    workersLaunched: instances.length,
    workersWoken: instances.reduce((sum, { runs }) => sum + runs.length - 1, 0),
    workersUseless: instances.filter(({ instanceId }) => !world.used.has(instanceId)).length,
    workersAtEnd:
      world.ec2.live.size + world.ec2.sleeping.size + (world.elsewhere?.openstack.servers.size ?? 0),
    overCap: overCap(scenario, instances),
    busyKilled: world.busyKilled(),
    ...counts,
  };
};
