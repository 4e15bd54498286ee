/** What the twin shows of itself at one moment of simulated time: the terminal view and the page draw nothing else. */
export interface Sample {
  /** Seconds since the start of the scenario. */
  readonly atSeconds: number;
  readonly queues: readonly QueueSample[];
  readonly fleets: readonly FleetSample[];
  /** vCPUs running a payload, and vCPUs that EC2 bills, over all fleets. */
  readonly coresBusy: number;
  readonly coresPaid: number;
  /** What workers have cost since the start at AWS's list prices, dollars; absent if a type has none. */
  readonly listDollars?: number;
}

export interface QueueSample {
  readonly queue: string;
  /** PanDA's truth (not its stale view). */
  readonly activated: number;
  readonly jobsRunning: number;
  readonly jobsDone: number;
  /** Pilots in the pool. */
  readonly idle: number;
  readonly running: number;
  /** vCPUs that run its payloads. */
  readonly coresBusy: number;
}

export interface FleetSample {
  readonly fleet: string;
  /** Workers on EC2. */
  readonly booting: number;
  readonly joined: number;
  readonly draining: number;
  /** Without power, and with a disk that is paid for. */
  readonly asleep: number;
  readonly maxWorkers: number;
  /** vCPUs that pilots and plain jobs have claimed, with a payload or without. */
  readonly coresClaimed: number;
  readonly coresPaid: number;
  /** What its workers have cost since the start at AWS's list prices, dollars; absent if a type has none. */
  readonly listDollars?: number;
}

/** A reason as a Lambda told it: its kind to group by, with its numbers and names, and a sentence to read. */
export interface ToldReason {
  readonly kind: string;
  readonly text: string;
  readonly [more: string]: unknown;
}

/** One decision of a Lambda, as it told it. */
export interface ToldDecision {
  readonly atSeconds: number;
  readonly of: 'pilots' | 'workers';
  /** The queue whose pilots, or the fleet whose workers. */
  readonly whose: string;
  readonly kind: 'submit' | 'remove' | 'act' | 'rest' | 'hold';
  /** What it came to, in a few words: `submit 12`, `launch 6 x m6i.large`, `hold`. */
  readonly what: string;
  readonly why: readonly ToldReason[];
  /** The machines that were had for it at once; absent: none. */
  readonly launched?: readonly LaunchedKind[];
}

/** Machines of one kind that were launched together. */
interface LaunchedKind {
  readonly count: number;
  readonly flavour: string;
  readonly zone: string;
  readonly isSpot: boolean;
}

/** What watchers receive, in order. A watcher that comes late is sent everything from the start. */
export type Shown =
  | {
      readonly kind: 'opening';
      readonly scenario: string;
      readonly title: string;
      /** The moment of `atSeconds` 0, seconds since 1970. */
      readonly startsAt: number;
      /** Simulated seconds of load; the run goes on after it until the pool is empty. */
      readonly loadSeconds: number;
      readonly seed: number;
      readonly queues: readonly string[];
      readonly fleets: readonly string[];
      /** Outages and refusals that the scenario injects, for shading. */
      readonly faults: readonly {
        readonly what: string;
        readonly fromSeconds: number;
        readonly toSeconds: number;
      }[];
    }
  | ({ readonly kind: 'sample' } & Sample)
  | { readonly kind: 'told'; readonly told: ToldDecision }
  | { readonly kind: 'closing'; readonly summary: Readonly<Record<string, unknown>> };
