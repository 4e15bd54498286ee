/** A job as a scenario asks for it: what it is, when it becomes activated and how long it computes. */
export interface JobOrder {
  readonly id: number;
  readonly siteid: string;
  /** `SCORE`, `MCORE`, … */
  readonly resourceType: string;
  readonly cores: number;
  /** Moment of activation, seconds since 1970. */
  readonly arrivesAt: number;
  readonly runSeconds: number;
  /** PanDA's prodSourceLabel; `managed` where nothing is said. */
  readonly label?: string;
}

/** In the order in which a job passes through them; a job whose worker died is activated again. */
const JOB_STATES = ['activated', 'sent', 'starting', 'running', 'holding', 'finished'] as const;
export type JobState = (typeof JOB_STATES)[number];

/** A job with its history so far. All moments are seconds since 1970. */
export interface Job extends JobOrder {
  readonly state: JobState;
  readonly arrivedAt: number;
  /** When its payload last began to compute. */
  readonly startedAt: number | undefined;
  /** When its payload ended: the pilot is free from here on, while PanDA still shows the job as holding. */
  readonly finishedAt: number | undefined;
  /** How many pilots have taken it. */
  readonly attempts: number;
}

/** What a pilot tells of the job it has: from which states that is possible, and what the job then is. */
export const STEPS = {
  prepare: { from: ['sent'], to: 'starting' },
  start: { from: ['sent', 'starting'], to: 'running' },
  finish: { from: ['running'], to: 'holding' },
  lose: { from: ['sent', 'starting', 'running'], to: 'activated' },
} as const satisfies Record<string, { readonly from: readonly JobState[]; readonly to: JobState }>;
export type Step = keyof typeof STEPS;
