/** A law of the design that did not hold, and how. */
export interface Break {
  readonly law: 1 | 2 | 3 | 4 | 5 | 6 | 7;
  readonly at: number;
  readonly what: string;
}
