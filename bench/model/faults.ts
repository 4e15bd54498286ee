/** What a policy sees and suffers. */
export interface Fault {
  readonly name: string;
  /** How old the view of the pool is, seconds. */
  readonly staleSeconds: number;
  /** Share of control cycles that do not take place. */
  readonly lostCycles: number;
  /** Share of machines that never register. */
  readonly failingBoots: number;
}

export const FAULTS = {
  exact: { name: 'exact view', staleSeconds: 0, lostCycles: 0, failingBoots: 0 },
  stale: { name: 'view 300 s old', staleSeconds: 300, lostCycles: 0, failingBoots: 0 },
  failing: { name: '5 % never boot', staleSeconds: 0, lostCycles: 0, failingBoots: 0.05 },
  hard: {
    name: 'view 300 s old, 30 % of cycles lost, 5 % never boot',
    staleSeconds: 300,
    lostCycles: 0.3,
    failingBoots: 0.05,
  },
} as const satisfies Record<string, Fault>;
