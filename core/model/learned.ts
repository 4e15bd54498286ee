import * as z from 'zod';
import type { Parsed } from './parsed.ts';
import { template } from './templates.ts';

/** How one worker's boot ended. */
const boot = z.object({
  /** Of a canary that EC2 refused: its launch id. */
  instanceId: z.string(),
  launchedAt: z.number(),
  joined: z.boolean(),
});

export type Boot = Parsed<typeof boot>;

/**
 * The latest boots of one kind: of a template (its image and user-data) or of an offer. In the order of the launches,
 * because a failure is known long after a success.
 */
export const boots = z.object({
  kind: z.string(),
  /** Absent: of an offer, or from before this was kept. */
  template: template.exactOptional(),
  boots: z.array(boot),
});

export type Boots = Parsed<typeof boots>;

/** How a worker gets its power: launched from an image, or woken with the disk that it fell asleep with. */
export type Start = 'cold' | 'woken';

/**
 * How long the latest workers of one template and flavour took from their launch, or their wake, until their startd was in
 * the collector, seconds; null: it never was. In the order in which it became known.
 */
export const joins = z.object({
  template,
  flavour: z.string(),
  /** These were woken. Absent: they were launched. */
  woken: z.literal(true).exactOptional(),
  took: z.array(z.number().nullable()),
  /** The latest launch, or wake, among them. */
  launchedAt: z.number(),
});

export type Joins = Parsed<typeof joins>;

/** How launches are slowed down while EC2 throttles them. */
export const pace = z.object({
  /** Most workers that all launches of one tick may ask for together. */
  most: z.number(),
  /** No launch is asked for before this moment. */
  notBefore: z.number(),
  /** How long the last throttled call made the next one wait. */
  waitSeconds: z.number(),
});

export type Pace = Parsed<typeof pace>;
