import { leastWithSleepers, zeroWaitBound } from '../../twin/load/bound.ts';
import type { Load } from '../load/load.ts';
import { DISK_CORES } from '../model/account.ts';
import { WOKEN_SECONDS } from '../model/boots.ts';
import type { Outcome } from '../model/run.ts';

/** What the bound pays for boots, seconds; all costs are measured against it, whatever a run's boots take. */
const BOUND_BOOT_SECONDS = 180;

/** Wait and cost of one run, and what is behind them. */
export interface Figures {
  readonly waitMeanSeconds: number;
  readonly waitMedianSeconds: number;
  readonly waitP95Seconds: number;
  readonly waitP99Seconds: number;
  readonly slowdown: number;
  /** Paid core-seconds, and disks of machines asleep, over those of the zero-wait bound. */
  readonly cost: number;
  readonly paidCoreHours: number;
  readonly wasteShare: number;
  /** Shares of what was paid. */
  readonly waste: {
    readonly boot: number;
    readonly empty: number;
    readonly fragment: number;
    readonly drain: number;
  };
  readonly machines: number;
  readonly machineHours: number;
  /** Share of starts, launches and wakes, that ran no job. */
  readonly uselessShare: number;
  readonly callsPerMachine: number;
  /** Minutes from the first submission until this share of the jobs had begun. */
  readonly rampMinutes: { readonly half: number; readonly most: number; readonly all: number };
  readonly unfinished: number;
  /** Of a policy whose machines sleep. */
  readonly sleep?: {
    readonly wakes: number;
    readonly sleeps: number;
    /** How many machines slept, in the mean over the run. */
    readonly meanAsleep: number;
    /** What their disks have cost; it is in the cost and no part of what is paid for cores. */
    readonly diskCoreHours: number;
  };
}

/** How long jobs of one width waited. */
export interface WidthWaits {
  readonly cores: number;
  readonly jobs: number;
  readonly meanSeconds: number;
  readonly p95Seconds: number;
}

const quantile = (sorted: Float64Array, q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;

/** Slowdown counts no job as shorter than ten minutes. */
const SLOWDOWN_LEAST_SECONDS = 600;

/** Waits of the jobs that have begun, by their width, the narrowest first. */
export const waitsByWidth = ({ jobs }: Load, starts: Float64Array): readonly WidthWaits[] => {
  const widths = [...new Set(jobs.map(({ cores }) => cores))].sort((a, b) => a - b);
  return widths.map((cores) => {
    const waits = jobs.map((job, index) =>
      job.cores === cores ? (starts[index] ?? Number.NaN) - job.submitSeconds : Number.NaN,
    );
    const done = new Float64Array(waits.filter((wait) => !Number.isNaN(wait))).sort();
    const meanSeconds = done.reduce((sum, wait) => sum + wait, 0) / done.length;
    return { cores, jobs: done.length, meanSeconds, p95Seconds: quantile(done, 0.95) };
  });
};

/** The most cores of the machines of most rows. */
const USUAL_CORES = 8;

/** The least where machines sleep, as the model's do; it is told beside the bound, and nothing is measured against it. */
export const leastAsleepOf = ({ jobs }: Load): number =>
  leastWithSleepers(jobs, {
    bootSeconds: BOUND_BOOT_SECONDS,
    wakeSeconds: WOKEN_SECONDS,
    diskCores: DISK_CORES,
    mostCores: jobs.reduce((most, { cores }) => Math.max(most, cores), USUAL_CORES),
  });

export const boundOf = (load: Load): number => zeroWaitBound(load.jobs, BOUND_BOOT_SECONDS);

export const figuresOf = (load: Load, { bill, starts, seconds }: Outcome, bound: number): Figures => {
  const waits = new Float64Array(load.jobs.length);
  let slowdown = 0;
  let work = 0;
  for (const [index, { submitSeconds, runSeconds, cores }] of load.jobs.entries()) {
    const wait = (starts[index] ?? Number.NaN) - submitSeconds;
    waits[index] = wait;
    slowdown += Math.max(1, (wait + runSeconds) / Math.max(runSeconds, SLOWDOWN_LEAST_SECONDS));
    work += runSeconds * cores;
  }
  const done = waits.filter((wait) => !Number.isNaN(wait)).sort();
  const begun = starts.filter((start) => !Number.isNaN(start)).sort();
  const minutes = (q: number) => (begun[Math.max(0, Math.ceil(q * load.jobs.length) - 1)] ?? Number.NaN) / 60;
  const spent = bill.paid + bill.disk;
  const share = (coreSeconds: number) => coreSeconds / spent;
  const begins = bill.launched + bill.woken;
  return {
    waitMeanSeconds: done.reduce((sum, wait) => sum + wait, 0) / done.length,
    waitMedianSeconds: quantile(done, 0.5),
    waitP95Seconds: quantile(done, 0.95),
    waitP99Seconds: quantile(done, 0.99),
    slowdown: slowdown / load.jobs.length,
    cost: spent / bound,
    paidCoreHours: bill.paid / 3600,
    wasteShare: 1 - work / spent,
    waste: {
      boot: share(bill.boot),
      empty: share(bill.empty),
      fragment: share(bill.fragment),
      drain: share(bill.drain),
    },
    machines: bill.launched,
    machineHours: bill.machineSeconds / 3600,
    uselessShare: begins === 0 ? 0 : bill.useless / begins,
    callsPerMachine: begins === 0 ? 0 : bill.calls / begins,
    rampMinutes: { half: minutes(0.5), most: minutes(0.9), all: minutes(1) },
    unfinished: load.jobs.length - done.length,
    ...(bill.slept === 0
      ? {}
      : {
          sleep: {
            wakes: bill.woken,
            sleeps: bill.slept,
            meanAsleep: bill.disk / DISK_CORES / seconds,
            diskCoreHours: bill.disk / 3600,
          },
        }),
  };
};
