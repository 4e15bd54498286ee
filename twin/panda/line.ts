/** Jobs that wait for a pilot, oldest first. */
export interface Line<T> {
  /** Adds one, in its place by age: at the end as a rule, further ahead if it has waited before. */
  join(one: T): void;
  first(): T | undefined;
  leave(): T | undefined;
}

/** Below this many empty places at its head a line is not worth closing up. */
const SLACK = 1024;

/** A line in the order that `older` says; those of one age stay in the order in which they joined. */
export const line = <T>(older: (a: T, b: T) => boolean): Line<T> => {
  let waiting: T[] = [];
  let head = 0;

  const placeOf = (one: T): number => {
    let low = head;
    let high = waiting.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = waiting[middle];
      if (other !== undefined && older(one, other)) high = middle;
      else low = middle + 1;
    }
    return low;
  };

  return {
    join(one) {
      waiting.splice(placeOf(one), 0, one);
    },
    first: () => waiting[head],
    leave() {
      const one = waiting[head];
      if (one === undefined) return undefined;
      head += 1;
      if (head > SLACK && head * 2 > waiting.length) {
        waiting = waiting.slice(head);
        head = 0;
      }
      return one;
    },
  };
};
