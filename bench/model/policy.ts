import type { Line } from './line.ts';
import type { Ask, Machine, WakeAs } from './machine.ts';

/** When jobs of a kind land whose landing is known, after one moment and within a time of it. */
export type Landings = (kind: number, after: number, withinSeconds: number) => readonly number[];

/** Jobs of one queue; all have one width. */
export interface Kind {
  readonly queue: string;
  readonly cores: number;
}

/** The pool as its collector and its schedd tell it; the numbers of jobs are by kind. */
export interface PoolSight {
  readonly at: number;
  readonly queued: readonly number[];
  /** Since when the first and the last of them wait. */
  readonly waits: readonly ReturnType<Line['waits']>[];
  readonly running: readonly number[];
  /** Machines that take jobs, by how many cores they have free. */
  readonly rooms: readonly number[];
  readonly ready: number;
  readonly idle: number;
  readonly busyCores: number;
  readonly freeCores: number;
  /** The machines themselves, where a policy asks for them one by one. */
  readonly members: readonly Member[];
}

/** A registered machine as the collector tells of it. */
export interface Member {
  readonly machine: Machine;
  readonly registeredAt: number;
  readonly free: number;
  readonly jobs: number;
  readonly idleSince: number;
  readonly closed: boolean;
}

/** What a policy may look at, and what it may do. The view is as old as the fault says; its own machines are known. */
export interface Hands {
  readonly now: number;
  readonly kinds: readonly Kind[];
  readonly mostCores: number;
  view(): PoolSight;
  /** All that have not ended, those asleep too. */
  readonly machines: ReadonlySet<Machine>;
  /** Started and not registered yet. */
  readonly booting: ReadonlySet<Machine>;
  readonly idle: ReadonlySet<Machine>;
  readonly asleep: ReadonlySet<Machine>;
  /** Jobs of a kind whose landing within so many seconds is known. */
  landing(kind: number, withinSeconds: number): number;
  /** When they land, seconds, after a moment: what a view of that moment would tell. */
  readonly landsAt: Landings;
  /** Jobs of a kind that end in a second, smoothed. */
  releasePerSecond(kind: number): number;
  /** Launches as many machines as EC2 has tokens for, in one call. */
  launch(cores: number, count: number, how?: Partial<Omit<Ask, 'cores'>>): readonly Machine[];
  /** Lets machines on demand fall asleep when they power themselves off. */
  letStop(machines: Iterable<Machine>): void;
  /**
   * Starts a machine that sleeps, as any size. `refused`: EC2 has no capacity for it now, and it sleeps on. `unasked`: there are
   * no tokens, or no room below the cap.
   */
  wake(machine: Machine, as: WakeAs): 'taken' | 'refused' | 'unasked';
  /** Ends empty machines, and such as sleep; one with jobs takes no more and ends with its last. */
  terminate(machines: Iterable<Machine>): void;
  /** Lets machines take no new job; nothing ends them but `terminate`. */
  close(machines: Iterable<Machine>): void;
  /** Counts EC2 calls. */
  calls(count: number): void;
}

/** A rule that scales a pool: one file each. */
export interface Policy {
  readonly name: string;
  /** Where its parameters are assumed, and not its project's documented defaults. */
  readonly assumed?: string;
  readonly periodSeconds: number;
  /** Machines booting for longer are ended; 0: never. */
  readonly registerTimeoutSeconds: number;
  /** So long after an arrival its launches are planned between two cycles. */
  readonly wakeSeconds?: number;
  /** So long after a registration the negotiator is asked for a cycle. */
  readonly rescheduleSeconds?: number;
  /** The largest machine it launches, where that is more than the widest job. */
  readonly mostCores?: number;
  /** Each queue has machines of its own. */
  readonly lanes?: boolean;
  /** Machines end themselves when they have been idle for what this says at their launch. */
  readonly powerOff?: boolean;
  /** What no real system has: the parts of the model that are idealized for it. */
  readonly ideal?: {
    readonly negotiatorSeconds: number;
    readonly knowsAllJobs?: boolean;
    readonly knowsEnds?: boolean;
  };
  /** Whether it reads `members`, which cost time to list. */
  readonly looksAtMembers?: boolean;
  start(hands: Hands): {
    cycle(): void;
    wake?(): void;
    powerOffAfter?(machine: Machine): number;
    /** EC2 takes a spot machine back. */
    reclaimed?(machine: Machine): void;
  };
}
