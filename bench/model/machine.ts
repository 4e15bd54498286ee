import type { Market } from '../../core/model/flavours.ts';
import { fewestCpus } from '../../core/model/takes.ts';

/** What is asked for at a launch. */
export interface Ask {
  readonly cores: number;
  /** Which jobs it takes: those of the lane of this number. Peers have one lane, aerie one for each fleet. */
  readonly lane: number;
  readonly market: Market;
  /** It takes only jobs of so many cores. Absent: any. */
  readonly width?: number;
  /** In its first minutes it takes only jobs of so many cores or more. Absent: any. */
  readonly firstWidth?: number;
}

/** One VM of the model. Moments are seconds since the first submission. */
export interface Machine extends Ask {
  readonly serial: number;
  readonly launchedAt: number;
  /** `closed` takes no new job and is ended by whoever closed it; `draining` ends with its last job. */
  state: 'booting' | 'ready' | 'draining' | 'closed' | 'gone';
  registeredAt: number;
  /** When it ended; not a number before. */
  endedAt: number;
  free: number;
  jobs: number;
  hasRun: boolean;
  /** Since when no job runs on it; its registration before the first. */
  idleSince: number;
  /** Until when its core-seconds are accounted for. */
  countedUntil: number;
  /** The latest end that is expected of its jobs since it was last empty, where ends are known. */
  lastEnd: number;
  /** Its place in the room that it stands in. */
  place: number;
}

/** A machine at its launch. */
export const newMachine = (serial: number, ask: Ask, now: number): Machine => ({
  ...ask,
  serial,
  launchedAt: now,
  state: 'booting',
  registeredAt: Number.NaN,
  endedAt: Number.NaN,
  free: ask.cores,
  jobs: 0,
  hasRun: false,
  idleSince: Number.NaN,
  countedUntil: now,
  lastEnd: Number.NEGATIVE_INFINITY,
  place: -1,
});

export const isIdle = ({ state, jobs }: Machine): boolean => state === 'ready' && jobs === 0;

/** Whether a registered machine takes jobs of a width now. */
export const takesWidth = (machine: Machine, width: number, now: number): boolean =>
  (machine.width ?? width) === width && width >= fewestCpus(machine.firstWidth, now - machine.registeredAt);
