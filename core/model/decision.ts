import type { LaunchRequest, OfCanary, OnTrial } from './launch.ts';
import type { Reason } from './reason.ts';
import type { Resources, Shape } from './resources.ts';

/** What every decision says of itself. */
interface Told {
  readonly queue: string;
  /** The tick's moment, seconds since 1970. */
  readonly at: number;
  /** The reasons, in the order in which they arose. */
  readonly why: readonly Reason[];
  /** The counts it rests on, by name: they become the queue's metrics. Empty where they are not known. */
  readonly counts: Readonly<Record<string, number>>;
}

/** What a tick decides for one queue of pilots. */
export type PilotDecision = Told &
  /** `viewedAt`: the pool's own clock when it was looked at; a view no newer than that cannot know these pilots. */
  (
    | {
        readonly kind: 'submit';
        readonly requestId: string;
        readonly count: number;
        readonly shape: Shape;
        readonly viewedAt: number;
      }
    /** `leave`: idle pilots that must stay, so that carrying this out twice removes no more than once. */
    | { readonly kind: 'remove'; readonly count: number; readonly leave: number }
    | { readonly kind: 'rest' }
    | { readonly kind: 'hold' }
  );

export interface PlannedLaunch extends OnTrial, OfCanary {
  readonly request: LaunchRequest;
  readonly offers: Resources;
  /** What one of its workers costs, dollars per hour, by flavour; absent: its queue has no prices. */
  readonly prices?: Readonly<Record<string, number>>;
}

/** One step of taking a worker out of service, or of taking a drain back. */
export interface Retirement {
  readonly instanceId: string;
  readonly step: 'drain' | 'terminate' | 'undrain';
  readonly cause: Reason;
  /** A drain that is taken back when the worker is needed again. */
  readonly surplus?: true;
  /** A drain that did not take hold, or an end that EC2 refused, and that is ordered once more. */
  readonly again?: true;
  /** The view did not show it: it is looked for once more before it is ended. */
  readonly unseen?: true;
  /** The view showed it drained and empty, which is why it is ended. */
  readonly empty?: true;
}

const NOBODY: ReadonlySet<string> = new Set();

/** Whom retirements concern; mostly there are none. */
export const leavingBy = (...all: readonly (readonly Retirement[])[]): ReadonlySet<string> =>
  all.every(({ length }) => length === 0)
    ? NOBODY
    : new Set(all.flatMap((retirements) => retirements.map(({ instanceId }) => instanceId)));

/** What a tick decides for the workers of one queue. */
export type WorkerDecision = Told &
  (
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
