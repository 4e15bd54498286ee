import { exponential, normal, type Random, xorshift32 } from '../../twin/clock/random.ts';
import { fromFirst, type Load, type LoadJob, queueOfWidth } from './load.ts';

const DAY = 86_400;
const HOUR = 3600;

interface Task {
  readonly cores: number;
  readonly jobs: number;
  /** Median run time over the tasks of this kind, seconds. */
  readonly medianSeconds: number;
  readonly sigma: number;
  readonly leastSeconds: number;
}

const MOST_SECONDS = 48 * HOUR;
const LEAST_SECONDS = 60;

/** Half up, for numbers that are never negative. */
const round = (x: number): number => Math.floor(x + 0.5);

/** Production on eight cores, analysis or merging on one. */
const drawTask = (random: Random): Task => {
  const kind = random();
  const jobs = Math.min(6000, Math.max(1, round(Math.exp(Math.log(60) + 1.3 * normal(random)))));
  if (kind < 0.3) {
    const wide = Math.max(1, round(0.6 * jobs));
    return { cores: 8, jobs: wide, medianSeconds: 6 * HOUR, sigma: 0.4, leastSeconds: 600 };
  }
  if (kind < 0.8) {
    const medianSeconds = HOUR * Math.exp(0.6 * normal(random));
    return { cores: 1, jobs, medianSeconds, sigma: 0.9, leastSeconds: LEAST_SECONDS };
  }
  return {
    cores: 1,
    jobs: round(0.5 * jobs) + 1,
    medianSeconds: 900,
    sigma: 0.6,
    leastSeconds: LEAST_SECONDS,
  };
};

/** A job in twenty fails within minutes. */
const drawRun = (random: Random, task: Task, mean: number): number => {
  const works = Math.exp(Math.log(mean) + 0.5 * task.sigma * normal(random));
  const run = random() < 0.05 ? 120 + 600 * random() : works;
  return Math.min(MOST_SECONDS, Math.max(task.leastSeconds, run));
};

/** The jobs of one task: PanDA lets them out in portions, one every 400 s or so. */
const release = (random: Random, task: Task, at: number): readonly LoadJob[] => {
  const mean = task.medianSeconds * Math.exp(0.35 * normal(random));
  const jobs: LoadJob[] = [];
  for (let now = at; jobs.length < task.jobs; now += exponential(random, 400)) {
    const portion = Math.min(task.jobs - jobs.length, 20 + Math.floor(180 * random()));
    for (let i = 0; i < portion; i += 1) {
      const runSeconds = drawRun(random, task, mean);
      const submitSeconds = now + 5 * random();
      const landingKnown = random() < 0.7;
      const { cores } = task;
      jobs.push({ submitSeconds, runSeconds, cores, queue: queueOfWidth(cores), landingKnown });
    }
  }
  return jobs;
};

/** More by day than by night, less at weekends: 1 on average of a working day. */
const rateAt = (seconds: number): number => {
  const hour = (seconds / HOUR) % 24;
  const weekend = Math.floor(seconds / DAY) % 7 >= 5;
  return (1 + 0.5 * Math.sin((2 * Math.PI * (hour - 9)) / 24)) * (weekend ? 0.6 : 1);
};

const MEAN_BETWEEN_TASKS_SECONDS = 2400;

/**
 * A load such as PanDA might bring to one site: tasks of production, analysis and merging over two weeks. Its constants
 * are a guess and no fit; the draws and their order are fixed, so that the same seed gives the same jobs anywhere.
 */
export const pandaLike = (seed: number, days = 14, scale = 1): Load => {
  const random = xorshift32(seed);
  const jobs: LoadJob[] = [];
  for (let now = 0; now < days * DAY; ) {
    now += exponential(random, MEAN_BETWEEN_TASKS_SECONDS / rateAt(now) / scale);
    if (now < days * DAY) jobs.push(...release(random, drawTask(random), now));
  }
  return { name: `PanDA-like, seed ${seed}`, jobs: fromFirst(jobs) };
};
