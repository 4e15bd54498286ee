import type { Clock } from '../../twin/clock/clock.ts';

/** Happenings of one moment come in this order. */
export const ORDER = {
  end: 0,
  registered: 1,
  arrival: 2,
  negotiation: 3,
  cycle: 4,
  wake: 5,
  sample: 6,
} as const;

/** Lets something happen again and again, as long as there is need. */
export const every = (
  clock: Clock,
  { first, seconds, order }: { readonly first: number; readonly seconds: number; readonly order: number },
  isNeeded: () => boolean,
  happen: () => void,
): void => {
  const turn = () => {
    happen();
    if (isNeeded()) clock.at(clock.now + seconds, turn, order);
  };
  clock.at(first, turn, order);
};

/** Something that is asked for, now and then, to happen a while later; while it is pending, asking again does nothing. */
export const onceAfter = (clock: Clock, order: number, happen: () => void): ((seconds: number) => void) => {
  let pending = false;
  return (seconds) => {
    if (pending) return;
    pending = true;
    clock.at(
      clock.now + seconds,
      () => {
        pending = false;
        happen();
      },
      order,
    );
  };
};

/** Lets each of a list of moments come, one after the other; only the next one is ever on the clock. */
export const oneByOne = (
  clock: Clock,
  order: number,
  momentOf: (index: number) => number | undefined,
  happen: (index: number) => void,
): void => {
  const next = (index: number) => {
    const at = momentOf(index);
    if (at === undefined) return;
    const come = () => {
      happen(index);
      next(index + 1);
    };
    clock.at(at, come, order);
  };
  next(0);
};
