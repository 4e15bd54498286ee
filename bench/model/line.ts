/** Jobs that wait, first come first served. */
export interface Line {
  readonly length: number;
  head(): number | undefined;
  push(job: number): void;
  shift(): number | undefined;
}

/** Enough served jobs at the front to make cutting them off worth its cost. */
const CUT_AT = 1024;

export const newLine = (): Line => {
  let jobs: number[] = [];
  let first = 0;
  return {
    get length() {
      return jobs.length - first;
    },
    head: () => jobs[first],
    push(job) {
      jobs.push(job);
    },
    shift() {
      const job = jobs[first];
      if (job === undefined) return undefined;
      first += 1;
      if (first > CUT_AT && first * 2 > jobs.length) {
        jobs = jobs.slice(first);
        first = 0;
      }
      return job;
    },
  };
};
