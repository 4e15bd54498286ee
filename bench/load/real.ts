import { xorshift32 } from '../../twin/clock/random.ts';
import { readTrace, type TraceName } from '../../twin/load/trace.ts';
import { fromFirst, type Load, queueOfWidth } from './load.ts';

/** Share of jobs whose landing is known ahead, where a run uses it: a guess, for no trace has it. */
const LANDING_KNOWN_SHARE = 0.7;
const LANDING_SEED = 5;

/** A real trace with the jobs of at most the given width, each width as a queue of its own. */
export const realLoad = async (trace: TraceName, mostCores: number): Promise<Load> => {
  const random = xorshift32(LANDING_SEED);
  const jobs = (await readTrace(trace)).filter(({ cores }) => cores <= mostCores);
  const sorted = fromFirst(
    jobs.map(({ submitSeconds, runSeconds, cores }) => ({
      submitSeconds,
      runSeconds,
      cores,
      queue: queueOfWidth(cores),
      landingKnown: false,
    })),
  );
  return {
    name: `${trace}, up to ${mostCores} cores`,
    jobs: sorted.map((job) => ({ ...job, landingKnown: random() < LANDING_KNOWN_SHARE })),
  };
};
