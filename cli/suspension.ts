/** Ctrl-Z, taken when nothing is half done. */
export interface Suspension {
  /** Does work during which the process is not stopped; a Ctrl-Z that comes meanwhile waits for its end. */
  whole<T>(work: () => Promise<T>): Promise<T>;
}

export interface SuspensionOptions {
  /** Hears a Ctrl-Z. */
  readonly onAsked: (stop: () => void) => void;
  /** Stops this process; comes back when it goes on. */
  readonly stop: () => void;
  /** What there is to do before and after it. */
  readonly before: () => void;
  readonly after: () => void;
}

/**
 * Stops the run on Ctrl-Z between two pieces of work: the functions wait in real time, and would take an hour in the
 * background for an outage of PanDA.
 */
export const suspension = ({ onAsked, stop, before, after }: SuspensionOptions): Suspension => {
  let working = 0;
  let asked = false;
  const stopNow = () => {
    asked = false;
    before();
    stop();
    after();
  };
  onAsked(() => {
    if (working === 0) stopNow();
    else asked = true;
  });
  return {
    async whole(work) {
      working += 1;
      try {
        return await work();
      } finally {
        working -= 1;
        if (asked && working === 0) stopNow();
      }
    },
  };
};
