/** Counts things by name: faults that were injected, transitions that were taken. */
export interface Tally {
  add(name: string, times?: number): void;
  of(name: string): number;
  all(): Readonly<Record<string, number>>;
}

export const tally = (): Tally => {
  const counts = new Map<string, number>();
  return {
    add: (name, times = 1) => void counts.set(name, (counts.get(name) ?? 0) + times),
    of: (name) => counts.get(name) ?? 0,
    all: () => Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
};
