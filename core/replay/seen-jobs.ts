/** A job as it is taken to have come, and to have held a slot. Moments in seconds since 1970. */
export interface SeenJob {
  readonly arrivedAt: number;
  /** How long it held a slot: a pilot's set-up included. */
  readonly heldSeconds: number;
}

/** How many jobs ended since the sample before. */
export interface Ended {
  /** Within a time of their start that is known. */
  readonly short: number;
  readonly others: number;
}

/** What was seen at a moment of the jobs of one kind. */
export interface DemandSample {
  readonly at: number;
  /** Jobs that wait for a slot; undefined: not known then. */
  readonly waiting: number | undefined;
  readonly running: number;
  readonly ended: Ended;
}

/** Moments spread evenly over an interval, one for each of so many. */
export const spread = (from: number, to: number, count: number): readonly number[] =>
  Array.from(
    { length: Math.max(0, Math.round(count)) },
    (_, index) => from + ((index + 0.5) * (to - from)) / count,
  );

interface End {
  readonly at: number;
  readonly isShort: boolean;
}

/** When jobs arrived, began and ended. */
interface Flows {
  readonly arrivals: readonly number[];
  readonly starts: readonly number[];
  readonly ends: readonly End[];
}

const endsBetween = (
  { at: from, running: ran }: DemandSample,
  { at, running, ended }: DemandSample,
): readonly End[] => {
  const all = (count: number, isShort: boolean) =>
    spread(from, at, count).map((end) => ({ at: end, isShort }));
  // Those that lost their machine run no more and have not ended: they come again.
  const lost = ran - running - ended.short - ended.others;
  return [...all(ended.short, true), ...all(ended.others, false), ...all(lost, false)].sort(
    (a, b) => a.at - b.at,
  );
};

/**
 * Works out what happened between samples: what began is what ended and what runs more, and what came is what began and what
 * waits more. Those that run or wait at the first sample come and begin then.
 */
const flowsIn = (samples: readonly DemandSample[]): Flows => {
  const arrivals: number[] = [];
  const starts: number[] = [];
  const ends: End[] = [];
  let before: DemandSample | undefined;
  let waiting = 0;
  for (const sample of samples) {
    const { at, running } = sample;
    const from = before?.at ?? at;
    const gone = before === undefined ? [] : endsBetween(before, sample);
    ends.push(...gone);
    starts.push(...spread(from, at, running - (before?.running ?? 0) + gone.length));
    waiting = sample.waiting ?? waiting;
    arrivals.push(...spread(from, at, starts.length + waiting - arrivals.length));
    before = sample;
  }
  return { arrivals, starts, ends };
};

/**
 * Gives every end a start, as an index: a short one the latest that there is, any other the first. Answers the end of each start;
 * undefined: nobody saw it end.
 */
const paired = ({ starts, ends }: Flows): readonly (number | undefined)[] => {
  const endOf: (number | undefined)[] = starts.map(() => undefined);
  const open: number[] = [];
  let next = 0;
  for (const { at, isShort } of ends) {
    while ((starts[next] ?? Number.POSITIVE_INFINITY) <= at) open.push(next++);
    const start = isShort ? open.pop() : open.shift();
    if (start !== undefined) endOf[start] = at;
  }
  return endOf;
};

const median = (values: readonly number[]): number | undefined =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** What a job is taken to run that nobody saw end, where none was seen to. */
const USUAL_SECONDS = 3600;

/**
 * Makes jobs of what was seen of their numbers: who came first began first. One that held its slot for less than `leastSeconds`
 * is left out. One that nobody saw end goes on for as long again as the others usually took.
 */
export const jobsIn = (samples: readonly DemandSample[], leastSeconds: number): readonly SeenJob[] => {
  const flows = flowsIn(samples);
  const { arrivals, starts } = flows;
  const lastAt = samples.at(-1)?.at ?? 0;
  const held = paired(flows).map((end, index) =>
    end === undefined ? undefined : end - (starts[index] ?? end),
  );
  const known = held.flatMap((of) => (of === undefined || of < leastSeconds ? [] : [of]));
  const usual = median(known) ?? USUAL_SECONDS;
  return arrivals.flatMap((arrivedAt, index) => {
    const start = starts[index];
    const unseen =
      start === undefined ? (known[index % Math.max(1, known.length)] ?? usual) : lastAt - start + usual;
    const heldSeconds = held[index] ?? unseen;
    return heldSeconds < leastSeconds ? [] : [{ arrivedAt, heldSeconds: Math.max(1, heldSeconds) }];
  });
};
