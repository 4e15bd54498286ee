import type { Clock } from '../clock/clock.ts';
import { type Job, type JobOrder, type JobState, STEPS, type Step } from './job.ts';
import { type Line, line } from './line.ts';
import type { Tally } from './tally.ts';

/** The jobs of the simulated PanDA. A step that the job's state does not allow throws: the caller has a fault. */
export interface Jobs {
  /** Lets a job become activated at its `arrivesAt`, which must not lie in the past. */
  arrive(order: JobOrder): void;
  /** Gives a pilot the oldest activated job of the site (of the resource type, if one is named): it is then sent. */
  acquire(siteid: string, resourceType?: string): Job | undefined;
  /** The pilot stages in: starting. */
  prepare(id: number): Job;
  /** The payload computes: running. A pilot need not have prepared. */
  start(id: number): Job;
  /** The payload has ended: holding, and finished once PanDA has registered the outputs. */
  finish(id: number): Job;
  /** The worker died under it: activated again, in its old place in the line. */
  lose(id: number): Job;
  find(id: number): Job | undefined;
  /** Every job that has arrived, in order of arrival. */
  all(): Iterable<Job>;
  /** The truth at this moment, not the stale view: jobs of a site by state, those ever finished included. */
  countsOf(siteid: string): Readonly<Record<JobState, number>>;
  /** Jobs that became finished at or after a moment, the latest first. */
  finishedSince(seconds: number): Iterable<Job>;
}

type Life = { -readonly [K in keyof Job]: Job[K] };
interface Site {
  readonly counts: Record<JobState, number>;
  readonly lines: Map<string, Line<Life>>;
}

const older = (a: Job, b: Job): boolean => a.arrivedAt < b.arrivedAt;

/** Jobs that live by the clock, counted in the tally. */
export const pandaJobs = (clock: Clock, tally: Tally, holdingSeconds: number): Jobs => {
  const jobs = new Map<number, Life>();
  const sites = new Map<string, Site>();
  const archive: { readonly job: Job; readonly at: number }[] = [];

  const siteOf = (siteid: string): Site => {
    const found = sites.get(siteid);
    if (found !== undefined) return found;
    const counts = { activated: 0, sent: 0, starting: 0, running: 0, holding: 0, finished: 0 };
    const made = { counts, lines: new Map() };
    sites.set(siteid, made);
    return made;
  };
  const lineOf = (job: Job): Line<Life> => {
    const { lines } = siteOf(job.siteid);
    const found = lines.get(job.resourceType);
    if (found !== undefined) return found;
    const made = line<Life>(older);
    lines.set(job.resourceType, made);
    return made;
  };

  const enter = (job: Life, to: JobState) => {
    const { counts } = siteOf(job.siteid);
    tally.move(job, job.state, to === 'finished' ? undefined : to);
    counts[job.state] -= 1;
    counts[to] += 1;
    job.state = to;
  };
  const activate = (order: JobOrder) => {
    if (jobs.has(order.id)) throw new Error(`job ${order.id} has arrived already; give each job its own id`);
    const job: Life = {
      ...order,
      state: 'activated',
      arrivedAt: clock.now,
      startedAt: undefined,
      finishedAt: undefined,
      attempts: 0,
    };
    jobs.set(job.id, job);
    tally.move(job, undefined, 'activated');
    siteOf(job.siteid).counts.activated += 1;
    lineOf(job).join(job);
  };
  const archived = (job: Life) => {
    enter(job, 'finished');
    archive.push({ job, at: clock.now });
  };
  const step = (id: number, name: Step): Life => {
    const job = jobs.get(id);
    if (job === undefined) throw new Error(`there is no job ${id} to ${name}`);
    const { from, to } = STEPS[name];
    if (!from.some((state) => state === job.state)) {
      throw new Error(`job ${id} is ${job.state}; to ${name} it, it has to be ${from.join(' or ')}`);
    }
    enter(job, to);
    return job;
  };

  return {
    arrive(order) {
      if (order.arrivesAt === clock.now) activate(order);
      else clock.at(order.arrivesAt, () => activate(order));
    },
    acquire(siteid, resourceType) {
      const { lines } = siteOf(siteid);
      const open = resourceType === undefined ? [...lines.values()] : [lines.get(resourceType)];
      const heads = open.map((one) => one?.first()).filter((job) => job !== undefined);
      const oldest = heads.reduce<Life | undefined>(
        (best, job) => (best === undefined || older(job, best) ? job : best),
        undefined,
      );
      if (oldest === undefined) return undefined;
      lineOf(oldest).leave();
      oldest.attempts += 1;
      enter(oldest, 'sent');
      return oldest;
    },
    prepare: (id) => step(id, 'prepare'),
    start(id) {
      const job = step(id, 'start');
      job.startedAt = clock.now;
      return job;
    },
    finish(id) {
      const job = step(id, 'finish');
      job.finishedAt = clock.now;
      clock.at(clock.now + holdingSeconds, () => archived(job));
      return job;
    },
    lose(id) {
      const job = step(id, 'lose');
      job.startedAt = undefined;
      lineOf(job).join(job);
      return job;
    },
    find: (id) => jobs.get(id),
    all: () => jobs.values(),
    countsOf: (siteid) => ({ ...siteOf(siteid).counts }),
    *finishedSince(seconds) {
      for (let i = archive.length - 1; i >= 0; i -= 1) {
        const entry = archive[i];
        if (entry === undefined || entry.at < seconds) return;
        yield entry.job;
      }
    },
  };
};
