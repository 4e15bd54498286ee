import { simulatedClock } from '../../twin/clock/clock.ts';
import type { Load } from '../load/load.ts';
import { newLine } from './line.ts';
import { ORDER, oneByOne } from './turns.ts';

/**
 * When jobs would begin if queues shared so many cores as evenly as jobs can: each core that comes free goes to the queue
 * which holds the fewest among those that wait, or waits longest, and is kept for it until its job fits. Nothing boots,
 * no machine has a border, nobody is interrupted, and what was used before counts for nothing.
 */
export const fairStarts = ({ jobs }: Load, cores: number): Float64Array => {
  const clock = simulatedClock(0);
  const starts = new Float64Array(jobs.length).fill(Number.NaN);
  const widths = new Map(jobs.map(({ queue, cores: width }) => [queue, width]));
  const queues = [...widths]
    .map(([queue, width]) => ({ queue, width, line: newLine(), held: 0 }))
    .sort((a, b) => a.width - b.width);
  const of = new Map(queues.map((each) => [each.queue, each]));
  let free = cores;

  const next = () => {
    const waiting = queues.filter(({ line }) => line.length > 0);
    // Jobs have their numbers in the order in which they came.
    return waiting.sort((a, b) => a.held - b.held || (a.line.head() ?? 0) - (b.line.head() ?? 0))[0];
  };
  const share = () => {
    for (let least = next(); least !== undefined && least.width <= free; least = next()) {
      const queue = least;
      const index = queue.line.shift();
      if (index === undefined) return;
      free -= queue.width;
      queue.held += queue.width;
      starts[index] = clock.now;
      const end = () => {
        free += queue.width;
        queue.held -= queue.width;
        share();
      };
      clock.at(clock.now + (jobs[index]?.runSeconds ?? 0), end, ORDER.end);
    }
  };
  const submittedAt = (index: number) => jobs[index]?.submitSeconds;
  oneByOne(clock, ORDER.arrival, submittedAt, (index) => {
    of.get(jobs[index]?.queue ?? '')?.line.push(index, clock.now);
    share();
  });
  while (clock.next() !== undefined) clock.step();
  return starts;
};
