/** Jobs that wait, first come first served. */
export interface Line {
  readonly length: number;
  head(): number | undefined;
  push(job: number, since: number): void;
  shift(): number | undefined;
  /** Since when the first of them waits, and the last; undefined: nobody waits. */
  waits(): { readonly first: number; readonly last: number } | undefined;
}

/** Enough served jobs at the front to make cutting them off worth its cost. */
const CUT_AT = 1024;

export const newLine = (): Line => {
  let jobs: { readonly job: number; readonly since: number }[] = [];
  let first = 0;
  return {
    get length() {
      return jobs.length - first;
    },
    head: () => jobs[first]?.job,
    push(job, since) {
      jobs.push({ job, since });
    },
    shift() {
      const job = jobs[first]?.job;
      if (job === undefined) return undefined;
      first += 1;
      if (first > CUT_AT && first * 2 > jobs.length) {
        jobs = jobs.slice(first);
        first = 0;
      }
      return job;
    },
    waits() {
      const [head, tail] = [jobs[first], jobs.at(-1)];
      return head === undefined || tail === undefined ? undefined : { first: head.since, last: tail.since };
    },
  };
};
