import type { Template } from './worker.ts';

/** How one worker's boot ended. */
export interface Boot {
  /** Of a canary that EC2 refused: its launch id. */
  readonly instanceId: string;
  readonly launchedAt: number;
  readonly joined: boolean;
}

/**
 * The latest boots of one kind: of a template (its image and user-data) or of an offer. In the order of the launches,
 * because a failure is known long after a success.
 */
export interface Boots {
  readonly kind: string;
  /** Absent: of an offer, or from before this was kept. */
  readonly template?: Template;
  readonly boots: readonly Boot[];
}

/**
 * How long the latest workers of one template and flavour took from their launch until their startd was in the
 * collector, seconds; null: it never was. In the order in which it became known.
 */
export interface Joins {
  readonly template: Template;
  readonly flavour: string;
  readonly took: readonly (number | null)[];
  /** The latest launch among them. */
  readonly launchedAt: number;
}

/** How launches are slowed down while EC2 throttles them. */
export interface Pace {
  /** Most workers that all launches of one tick may ask for together. */
  readonly most: number;
  /** No launch is asked for before this moment. */
  readonly notBefore: number;
  /** How long the last throttled call made the next one wait. */
  readonly waitSeconds: number;
}
