import { NOTICE_SECONDS } from '../model/takes.ts';
import { isSameTemplate, type Template } from '../model/templates.ts';
import { sleptSince, type WorkerRecord } from '../model/worker.ts';
import type { FleetSettings } from '../settings/fleet-settings.ts';

/** One that did not wake is left alone for so long: EC2 had no machine for it. */
const REFUSED_SECONDS = 300;

/** What of a sleeper decides whether it is woken. */
interface Waking {
  readonly settings: FleetSettings;
  /** What workers are launched from now. */
  readonly template: Template;
  readonly shortestWallSeconds: number;
  readonly now: number;
}

/** How much longer a worker lives, seconds; it counts from its launch, asleep or awake. */
export const lifeLeftSeconds = (
  { launchedAt }: WorkerRecord,
  { maxLifeSeconds }: FleetSettings,
  now: number,
): number => launchedAt + maxLifeSeconds - NOTICE_SECONDS - now;

const canWake = (worker: WorkerRecord, { settings, template, shortestWallSeconds, now }: Waking): boolean => {
  const { state, isProtected } = worker;
  if (state.kind !== 'asleep' || isProtected === true) return false;
  if (state.stopping === true || state.cause !== undefined) return false;
  if (state.refusedAt !== undefined && now - state.refusedAt < REFUSED_SECONDS) return false;
  if (worker.template === undefined || !isSameTemplate(worker.template, template)) return false;
  return lifeLeftSeconds(worker, settings, now) >= shortestWallSeconds;
};

/** Returns the sleepers of a fleet that can be woken, who fell asleep last first: the others may then sleep on to their end. */
export const wakeable = (asleep: readonly WorkerRecord[], waking: Waking): readonly WorkerRecord[] => {
  const since = (worker: WorkerRecord) => sleptSince(worker) ?? 0;
  return asleep.filter((worker) => canWake(worker, waking)).sort((a, b) => since(b) - since(a));
};
