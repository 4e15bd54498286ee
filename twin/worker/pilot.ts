import type { Clock } from '../clock/clock.ts';
import { stream } from '../clock/random.ts';
import type { PandaWorld } from '../panda/world.ts';
import type { RunJob } from '../pool/world.ts';
import { simulatedPlainJob } from './plain.ts';

export interface PilotOptions {
  readonly clock: Clock;
  readonly seed: number;
  readonly panda: PandaWorld;
  /** What the pilots of a queue ask PanDA for. */
  readonly sites: Readonly<Record<string, { readonly siteid: string; readonly resourceType: string }>>;
  /** A pilot has got a job on this worker, or a plain job runs there. */
  readonly onPayload: (instanceId: string) => void;
  /** Whether a pilot's set-up comes to nothing now on a worker; never, unless told. */
  readonly setupFails?: (instanceId: string) => boolean;
}

/** The wrapper sets up its software before it asks for a job. */
const SETUP_SECONDS = [15, 30] as const;
/** How long that takes in the mean. */
export const MEAN_SETUP_SECONDS = (SETUP_SECONDS[0] + SETUP_SECONDS[1]) / 2;
/** A pilot that gets no job gives up. */
const GIVE_UP_SECONDS = 30;

/**
 * What runs on a slot. A pilot sets up, takes one job from PanDA and runs it to its end; without a job it ends at once. A
 * plain job just runs.
 */
export const simulatedJob = (options: PilotOptions): RunJob => {
  const { clock, seed, panda, sites, onPayload, setupFails = () => false } = options;
  const runPlain = simulatedPlainJob({ clock, onPayload });
  return (pilot, end) => {
    if (pilot.kind === 'plain') return runPlain(pilot, end);
    const random = stream(seed, 'pilot', pilot.name, clock.now);
    const [least, most] = SETUP_SECONDS;
    let jobId: number | undefined;
    let callOff = () => {};

    const finish = (id: number) => () => {
      panda.jobs.finish(id);
      jobId = undefined;
      end();
    };
    const ask = () => {
      if (pilot.life.kind === 'running' && setupFails(pilot.life.instanceId)) {
        end();
        return;
      }
      const site = sites[pilot.queue];
      const job = site && panda.jobs.acquire(site.siteid, site.resourceType);
      if (job === undefined) {
        callOff = clock.at(clock.now + GIVE_UP_SECONDS, end);
        return;
      }
      jobId = job.id;
      panda.jobs.prepare(job.id);
      panda.jobs.start(job.id);
      if (pilot.life.kind === 'running') onPayload(pilot.life.instanceId);
      callOff = clock.at(clock.now + job.runSeconds, finish(job.id));
    };
    callOff = clock.at(clock.now + least + (most - least) * random(), ask);
    return {
      stop() {
        callOff();
        if (jobId !== undefined) panda.jobs.lose(jobId);
      },
    };
  };
};
