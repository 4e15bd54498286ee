/** What a policy sees and suffers. */
export interface Fault {
  readonly name: string;
  /** How old the view of the pool is, seconds. */
  readonly staleSeconds: number;
  /** Share of control cycles that do not take place. */
  readonly lostCycles: number;
  /** Share of machines that never register. */
  readonly failingBoots: number;
  /** Share of sleeping machines that EC2 has no capacity for when they are to be started. */
  readonly refusedWakes: number;
  /** Share of those that it starts and that never register. */
  readonly failingWakes: number;
}

const NONE = { staleSeconds: 0, lostCycles: 0, failingBoots: 0, refusedWakes: 0, failingWakes: 0 } as const;

export const FAULTS = {
  exact: { ...NONE, name: 'exact view' },
  stale: { ...NONE, name: 'view 300 s old', staleSeconds: 300 },
  failing: { ...NONE, name: '5 % never boot', failingBoots: 0.05, failingWakes: 0.05 },
  hard: {
    name: 'view 300 s old, 30 % of cycles lost, 5 % never boot',
    staleSeconds: 300,
    lostCycles: 0.3,
    failingBoots: 0.05,
    refusedWakes: 0,
    failingWakes: 0.05,
  },
  /** Of a policy that wakes nobody this is the exact view. */
  wakes: {
    ...NONE,
    name: '20 % of wakes find no capacity, 5 % never come',
    refusedWakes: 0.2,
    failingWakes: 0.05,
  },
} as const satisfies Record<string, Fault>;
