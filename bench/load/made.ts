import { normal, xorshift32 } from '../../twin/clock/random.ts';
import { fromFirst, type Load, type LoadJob } from './load.ts';

const HOUR = 3600;

/** Draws for loads that are no likeness of anything: jobs that come within two seconds. */
const crowd = (
  seed: number,
  count: number,
  of: { at: number; cores: number; queue: string; hours: number },
) => {
  const random = xorshift32(seed);
  return Array.from({ length: count }, (): LoadJob => {
    const submitSeconds = of.at + 2 * random();
    const runSeconds = of.hours * HOUR * (0.7 + 0.6 * random());
    return { submitSeconds, runSeconds, cores: of.cores, queue: of.queue, landingKnown: false };
  });
};

/** A step: 16,000 jobs of one core and some four hours, all within two seconds. */
export const step = (count = 16_000): Load => ({
  name: `a step of ${count} cores`,
  jobs: fromFirst(crowd(3, count, { at: 0, cores: 1, queue: '1-core', hours: 4 })),
});

/** One job, ten hours of nothing, then a burst: what a pool has to come back from when it has shrunk to nothing. */
export const nightThenBurst = (): Load => ({
  name: 'a night of nothing, then a burst',
  jobs: fromFirst([
    ...crowd(3, 1, { at: 0, cores: 1, queue: '1-core', hours: 0.1 }),
    ...crowd(5, 1200, { at: 10 * HOUR, cores: 1, queue: '1-core', hours: 0.5 }),
    ...crowd(7, 100, { at: 10 * HOUR, cores: 8, queue: '8-core', hours: 2 }),
  ]),
});

/** Narrow jobs that fill a pool for a day and more, and wide ones that come when it is full. */
export const narrowThenWide = (): Load => ({
  name: 'narrow jobs first, then wide ones',
  jobs: fromFirst([
    ...crowd(11, 16_000, { at: 0, cores: 1, queue: '1-core', hours: 2 }),
    ...crowd(13, 500, { at: 4 * HOUR, cores: 8, queue: '8-core', hours: 2 }),
  ]),
});

/** Log-normal runs around two hours, in waves that overlap: three queues that want the same machines at the same time. */
export const rivals = (waves = 6, everyHours = 4): Load => {
  const random = xorshift32(17);
  const jobs: LoadJob[] = [];
  for (const [index, queue] of ['alpha', 'beta', 'gamma'].entries()) {
    for (let wave = 0; wave < waves; wave += 1) {
      const at = (wave * everyHours + index * 0.5) * HOUR;
      for (let i = 0; i < 300 * (index + 1); i += 1) {
        const submitSeconds = at + HOUR * random();
        const runSeconds = Math.min(12 * HOUR, Math.max(300, 2 * HOUR * Math.exp(0.8 * normal(random))));
        jobs.push({ submitSeconds, runSeconds, cores: 1, queue, landingKnown: false });
      }
    }
  }
  return { name: 'three queues at once', jobs: fromFirst(jobs) };
};
