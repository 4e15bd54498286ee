/** What is shown at a real moment, milliseconds, of a simulated one, seconds. */
interface Mark {
  readonly ms: number;
  readonly atSeconds: number;
}

/** Longer ago says nothing of now: the end of a run is quicker than its load. */
const WINDOW_MS = 5_000;
/** Of less nobody can tell how fast it goes. */
const LEAST_MS = 1_000;

/** How fast simulated time passes: simulated seconds per real second. */
export interface PaceMeter {
  /** Hears of a moment as it is shown. */
  at(atSeconds: number, ms: number): void;
  /** Undefined: too little was heard. */
  pace(): number | undefined;
  /** Real time has passed in which nothing went on. */
  forget(): void;
}

export const paceMeter = (): PaceMeter => {
  let marks: readonly Mark[] = [];
  return {
    at(atSeconds, ms) {
      marks = [...marks.filter((mark) => ms - mark.ms <= WINDOW_MS), { ms, atSeconds }];
    },
    pace() {
      const [first, last] = [marks[0], marks.at(-1)];
      if (first === undefined || last === undefined || last.ms - first.ms < LEAST_MS) return undefined;
      const pace = (1000 * (last.atSeconds - first.atSeconds)) / (last.ms - first.ms);
      return pace > 0 ? pace : undefined;
    },
    forget() {
      marks = [];
    },
  };
};
