/**
 * What a queue has spent on workers that are over, by month, dollars. `booked`: those whose records may still be there;
 * booked with the money in one write, so that none is counted twice.
 */
export interface Account {
  readonly queue: string;
  readonly dollars: Readonly<Record<string, number>>;
  readonly booked: readonly string[];
  /** What its spot workers have shown of their pools; absent: it had none. */
  readonly pools?: Exposures;
  /** How often it has been written: a write rests on the one before it. */
  readonly version: number;
}

export const NO_ACCOUNT = (queue: string): Account => ({ queue, dollars: {}, booked: [], version: 0 });

/** What has been seen of one spot pool, a flavour in a zone, up to a moment. */
export interface Exposure {
  /** Hours that workers of it have lived. */
  readonly hours: number;
  /** How many of them EC2 has taken back. */
  readonly reclaims: number;
  readonly at: number;
}

export type Exposures = Readonly<Record<string, Exposure>>;
