import { sleptSince, type WorkerRecord } from '../../model/worker.ts';
import type { Situation } from '../../observe/situation.ts';
import { keepSeconds, type Terms, termsOf } from './sizing/keep-asleep.ts';

/** A tick ends a sleeper when its time is over, and EC2 takes that within minutes: after so long something keeps it. */
const OVERSLEPT_SECONDS = 1_800;

const hasOverslept = (worker: WorkerRecord, terms: Terms, situation: Situation): boolean => {
  const { settings, curveOf, facts } = situation;
  const { launchedAt, isProtected } = worker;
  const since = sleptSince(worker);
  if (since === undefined || isProtected === true) return false;
  const kept = since + (keepSeconds(worker, settings, curveOf, terms) ?? 0);
  return facts.now - Math.min(kept, launchedAt + settings.maxLifeSeconds) > OVERSLEPT_SECONDS;
};

/** Counts what of a fleet sleeps and wakes, for the metrics; nothing of what there is none of. */
export const sleeperCounts = (situation: Situation): Readonly<Record<string, number>> => {
  const { settings, fleet } = situation;
  const { asleep = [], members } = fleet;
  const waking = members.filter(({ record }) => record.state.kind === 'waking').length;
  const terms = termsOf(fleet);
  const overslept = asleep.filter((worker) => hasOverslept(worker, terms, situation)).length;
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
