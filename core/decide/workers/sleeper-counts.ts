import { sleptSince, type WorkerRecord } from '../../model/worker.ts';
import type { Situation } from '../../observe/situation.ts';

/** A tick ends a sleeper when its time is over, and EC2 takes that within minutes: after so long something keeps it. */
const OVERSLEPT_SECONDS = 1_800;

const hasOverslept = (worker: WorkerRecord, { settings, facts, keepSecondsOf }: Situation): boolean => {
  const { launchedAt, isProtected } = worker;
  const since = sleptSince(worker);
  if (since === undefined || isProtected === true) return false;
  const hasSleptLonger = (until: number): boolean =>
    facts.now - Math.min(until, launchedAt + settings.maxLifeSeconds) > OVERSLEPT_SECONDS;
  // Nearly all have not slept for so long, whatever they are kept for.
  return hasSleptLonger(since) && hasSleptLonger(since + keepSecondsOf(worker));
};

/** Counts what of a fleet sleeps and wakes, for the metrics; nothing of what there is none of. */
export const sleeperCounts = (situation: Situation): Readonly<Record<string, number>> => {
  const { settings, fleet } = situation;
  const { asleep = [], members } = fleet;
  const waking = members.filter(({ record }) => record.state.kind === 'waking').length;
  const overslept = asleep.filter((worker) => hasOverslept(worker, situation)).length;
  return {
    ...(asleep.length === 0
      ? {}
      : {
          workersAsleep: asleep.length,
          dollarsPerHourAsleep: asleep.length * settings.diskDollarsPerHour,
        }),
    ...(waking === 0 ? {} : { workersWaking: waking }),
    ...(overslept === 0 ? {} : { workersOverslept: overslept }),
  };
};
