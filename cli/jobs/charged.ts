import type { WorkerRecord } from '../../core/model/worker.ts';
import type { Place } from '../../core/settings/place.ts';
import type { SoFar } from '../stage/month-account.ts';
import { rateOf } from '../stage/price.ts';
import type { FinishedJob, JobHistory, NoJob } from './history.ts';

/** A job with what its part of a machine cost. */
export interface ChargedJob extends FinishedJob {
  readonly coreHours: number;
  /** Undefined: nobody knows what its machine costs, or how many cores that has. */
  readonly dollars: number | undefined;
  /** Whether that is at AWS’s list prices. */
  readonly isListed: boolean;
}

/** Why a job of the history is not accounted for. */
type LeftOut = NoJob | 'other-month' | 'elsewhere';

export interface ChargedJobs {
  readonly jobs: readonly ChargedJob[];
  readonly leftOut: ReadonlyMap<LeftOut, number>;
}

/** What an hour of the whole machine costs, dollars, and its cores. */
interface MachineRate {
  readonly dollars: number;
  readonly cores: number;
  readonly isListed: boolean;
}

/**
 * The ledger knows what a machine costs with disk and address, and at the fleet's own prices. The receipt in the job's history
 * remains where the ledger keeps the machine no more, or where it was of another size when the job ran.
 */
const machineRate = (
  { machine }: FinishedJob,
  record: WorkerRecord | undefined,
  place: Place,
): MachineRate | undefined => {
  const { flavour, cores, dollarsPerHour } = machine;
  const isAsItWas = record !== undefined && (flavour === undefined || flavour === record.offer.flavour);
  const rate = isAsItWas ? rateOf(record, place) : undefined;
  if (record !== undefined && rate !== undefined) {
    return { dollars: rate.awake, cores: record.offers.cpus, isListed: rate.isListed };
  }
  return dollarsPerHour === undefined || cores === undefined || cores === 0
    ? undefined
    : { dollars: dollarsPerHour, cores, isListed: true };
};

const charged = (job: FinishedJob, record: WorkerRecord | undefined, place: Place): ChargedJob => {
  const coreHours = (job.wallSeconds * job.cores) / 3600;
  const rate = machineRate(job, record, place);
  return {
    ...job,
    fleet: job.fleet ?? record?.fleet,
    machine: {
      ...job.machine,
      flavour: job.machine.flavour ?? record?.offer.flavour,
      zone: job.machine.zone ?? record?.offer.zone,
      market: job.machine.market ?? record?.offer.market,
    },
    coreHours,
    dollars: rate === undefined ? undefined : (coreHours * rate.dollars) / rate.cores,
    isListed: rate?.isListed ?? false,
  };
};

/**
 * Accounts for the jobs of a history that ended in a month on machines of aerie's, the first that ended first. A job of several
 * runs is charged for all of them at what its last machine costs: the history has no other.
 */
export const chargedJobs = (
  { jobs, leftOut }: JobHistory,
  { month, to }: SoFar,
  workers: ReadonlyMap<string, WorkerRecord>,
  place: Place,
): ChargedJobs => {
  const recordOf = ({ machine }: FinishedJob) => workers.get(machine.instanceId ?? '');
  const inMonth = jobs.filter(({ endedAt }) => endedAt >= month.from && endedAt < to);
  const ours = inMonth.filter((job) => job.machine.flavour !== undefined || recordOf(job) !== undefined);
  const more: readonly (readonly [LeftOut, number])[] = [
    ['other-month', jobs.length - inMonth.length],
    ['elsewhere', inMonth.length - ours.length],
  ];
  return {
    jobs: ours
      .toSorted((a, b) => a.endedAt - b.endedAt || (a.id < b.id ? -1 : 1))
      .map((job) => charged(job, recordOf(job), place)),
    leftOut: new Map([...leftOut, ...more.filter(([, count]) => count > 0)]),
  };
};
