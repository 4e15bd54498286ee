import type { LaunchRequest } from './records.ts';
import type { Resources, Shape } from './resources.ts';

/** What a tick decides for one queue of pilots. `why` lists the reasons in the order in which they arose. */
export type PilotDecision = {
  readonly queue: string;
  readonly at: number;
  readonly why: readonly string[];
} & (
  | { readonly kind: 'submit'; readonly requestId: string; readonly count: number; readonly shape: Shape }
  | { readonly kind: 'remove'; readonly count: number }
  | { readonly kind: 'rest' }
  | { readonly kind: 'hold' }
);

export interface PlannedLaunch {
  readonly request: LaunchRequest;
  readonly offers: Resources;
}

/** One step of taking a worker out of service. */
export interface Retirement {
  readonly instanceId: string;
  readonly step: 'drain' | 'terminate';
  readonly cause: string;
}

/** What a tick decides for the workers of one queue. */
export type WorkerDecision = {
  readonly queue: string;
  readonly at: number;
  readonly why: readonly string[];
} & (
  | {
      readonly kind: 'act';
      readonly launches: readonly PlannedLaunch[];
      readonly retirements: readonly Retirement[];
    }
  | { readonly kind: 'rest' }
  | { readonly kind: 'hold' }
);

export type Decision =
  | ({ readonly of: 'pilots' } & PilotDecision)
  | ({ readonly of: 'workers' } & WorkerDecision);
