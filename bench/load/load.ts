import type { BoundJob } from '../../twin/load/bound.ts';

/** A job of a benchmark load. */
export interface LoadJob extends BoundJob {
  /** The queue it belongs to; all jobs of a queue have one width. */
  readonly queue: string;
  /** Whether the moment at which its inputs land is known ahead. */
  readonly landingKnown: boolean;
}

/** Jobs in order of submission, the first at 0 s. */
export interface Load {
  readonly name: string;
  readonly jobs: readonly LoadJob[];
}

/** Where a load says nothing of queues, each width is one: `1-core`. */
export const queueOfWidth = (cores: number): string => `${cores}-core`;

/** Sorts jobs by submission and lets the first come at 0 s. */
export const fromFirst = (jobs: readonly LoadJob[]): readonly LoadJob[] => {
  const sorted = [...jobs].sort((a, b) => a.submitSeconds - b.submitSeconds);
  const first = sorted[0]?.submitSeconds ?? 0;
  return sorted.map((job) => ({ ...job, submitSeconds: job.submitSeconds - first }));
};

/** The first part of a load: what is submitted before a moment, seconds. */
export const firstPart = ({ name, jobs }: Load, seconds: number): Load => ({
  name,
  jobs: jobs.filter(({ submitSeconds }) => submitSeconds < seconds),
});

/** Core-seconds of work in a load. */
export const workOf = ({ jobs }: Load): number =>
  jobs.reduce((sum, { runSeconds, cores }) => sum + runSeconds * cores, 0);
