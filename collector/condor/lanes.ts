/** What came of asking for a lane: only `done` says that anything was begun. */
type Passed<T> =
  | { readonly kind: 'done'; readonly value: T }
  /** As many wait as may. */
  | { readonly kind: 'full' }
  /** The turn came later than it may. */
  | { readonly kind: 'late' }
  /** Whoever asked has gone meanwhile. */
  | { readonly kind: 'gone' };

/** Lets so many act at a time and so many more wait, in the order in which they came. */
export interface Lanes {
  /** Whether as many wait as may: who comes now is not let in. */
  isFull(): boolean;
  pass<T>(act: () => Promise<T>, hasGone?: () => boolean): Promise<Passed<T>>;
}

export interface LanesOptions {
  readonly lanes: number;
  readonly waiting: number;
  /** Who has waited longer for its turn is not begun: whoever asked has given up, or is about to. */
  readonly waitSeconds: number;
  /** Seconds since any moment, that only ever go forward. */
  readonly elapsed: () => number;
}

interface Waiter {
  readonly hasGone: () => boolean;
  readonly go: () => void;
  readonly giveUp: () => void;
}

const never = () => false;

/** How often those who wait are looked at for who has gone: each look is at all of them. */
const LOOK_SECONDS = 1;

export const lanes = ({ lanes: width, waiting: most, waitSeconds, elapsed }: LanesOptions): Lanes => {
  let acting = 0;
  let waiters: Waiter[] = [];
  let lookedAt = Number.NEGATIVE_INFINITY;

  /** Who has hung up makes room for who is there. */
  const isFull = (): boolean => {
    if (waiters.length < most) return false;
    if (elapsed() - lookedAt < LOOK_SECONDS) return true;
    lookedAt = elapsed();
    const gone = waiters.filter(({ hasGone }) => hasGone());
    waiters = waiters.filter((one) => !gone.includes(one));
    for (const one of gone) one.giveUp();
    return waiters.length >= most;
  };

  /** True once there is a lane; false where there is none to be had. */
  const turn = (hasGone: () => boolean): Promise<boolean> => {
    if (acting < width) {
      acting += 1;
      return Promise.resolve(true);
    }
    if (isFull()) return Promise.resolve(false);
    return new Promise((resolve) => {
      waiters.push({ hasGone, go: () => resolve(true), giveUp: () => resolve(false) });
    });
  };
  const leave = () => {
    const next = waiters.shift();
    if (next === undefined) acting -= 1;
    else next.go();
  };

  return {
    isFull,
    async pass(act, hasGone = never) {
      const cameAt = elapsed();
      if (!(await turn(hasGone))) return { kind: hasGone() ? 'gone' : 'full' };
      try {
        if (hasGone()) return { kind: 'gone' };
        if (elapsed() - cameAt > waitSeconds) return { kind: 'late' };
        return { kind: 'done', value: await act() };
      } finally {
        leave();
      }
    },
  };
};
