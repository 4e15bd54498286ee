/** Simulated time and everything that is going to happen in it. Moments are seconds since 1970. */
export interface Clock {
  /** The present moment; it moves only between two happenings. */
  readonly now: number;
  /** Lets something happen at a moment (not before the present one). Returns a function that calls it off. */
  at(seconds: number, happen: () => void, order?: number): () => void;
  /** The moment of the next happening, or undefined if nothing is going to happen any more. */
  next(): number | undefined;
  /** Moves to the next happening and lets it happen. */
  step(): void;
  /** Moves the present forward to a moment before which nothing is left to happen. */
  advance(seconds: number): void;
}

interface Happening {
  readonly at: number;
  readonly order: number;
  readonly serial: number;
  readonly happen: () => void;
  cancelled: boolean;
}

const before = (a: Happening, b: Happening): boolean =>
  a.at !== b.at ? a.at < b.at : a.order !== b.order ? a.order < b.order : a.serial < b.serial;

/** A binary heap of happenings: earliest first, then lowest order, then first come. */
const agenda = () => {
  const heap: Happening[] = [];
  const swap = (i: number, j: number) => {
    const a = heap[i];
    const b = heap[j];
    if (a === undefined || b === undefined) return;
    heap[i] = b;
    heap[j] = a;
  };
  const less = (i: number, j: number): boolean => {
    const a = heap[i];
    const b = heap[j];
    return a !== undefined && b !== undefined && before(a, b);
  };
  const sink = (from: number) => {
    let i = from;
    for (;;) {
      const left = 2 * i + 1;
      const child = less(left + 1, left) ? left + 1 : left;
      if (!less(child, i)) return;
      swap(i, child);
      i = child;
    }
  };
  return {
    push(happening: Happening) {
      heap.push(happening);
      for (let i = heap.length - 1; i > 0; ) {
        const parent = (i - 1) >> 1;
        if (!less(i, parent)) return;
        swap(i, parent);
        i = parent;
      }
    },
    peek(): Happening | undefined {
      while (heap[0]?.cancelled === true) this.pop();
      return heap[0];
    },
    pop(): Happening | undefined {
      const first = heap[0];
      const last = heap.pop();
      if (first === undefined || last === undefined) return undefined;
      if (first !== last) {
        heap[0] = last;
        sink(0);
      }
      return first;
    },
  };
};

/** A clock that stands at the given moment. Happenings at one moment come in the order given, then first come. */
export const simulatedClock = (startSeconds: number): Clock => {
  const todo = agenda();
  let now = startSeconds;
  let serial = 0;
  return {
    get now() {
      return now;
    },
    at(seconds, happen, order = 0) {
      if (seconds < now) throw new Error(`nothing can happen at ${seconds}: it is already ${now}`);
      serial += 1;
      const happening: Happening = { at: seconds, order, serial, happen, cancelled: false };
      todo.push(happening);
      return () => {
        happening.cancelled = true;
      };
    },
    next: () => todo.peek()?.at,
    step() {
      const happening = todo.peek();
      if (happening === undefined) throw new Error('nothing is left to happen');
      todo.pop();
      now = happening.at;
      happening.happen();
    },
    advance(seconds) {
      const next = todo.peek()?.at;
      if (seconds < now || (next !== undefined && next < seconds)) {
        throw new Error(`the clock cannot jump from ${now} to ${seconds}: something happens at ${next}`);
      }
      now = seconds;
    },
  };
};
