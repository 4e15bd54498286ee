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

/** What a sleeping machine is woken as: its lane and its market stay what they were. */
export type WakeAs = Omit<Ask, 'lane' | 'market'>;

type Changeable<T> = { -readonly [K in keyof T]: T[K] };

/** One VM of the model. Moments are seconds since the first submission. */
export interface Machine extends Omit<Ask, keyof WakeAs>, Changeable<WakeAs> {
  readonly serial: number;
  readonly launchedAt: number;
  /**
   * `closed` takes no new job and is ended by whoever closed it; `draining` ends with its last job. `asleep` has its disk
   * only; `waking` has been started again and is not registered yet.
   */
  state: 'booting' | 'ready' | 'draining' | 'closed' | 'asleep' | 'waking' | 'gone';
  /** When it was last started: launched, or woken. */
  startedAt: number;
  /** Its power-off is a stop: it falls asleep, and does not end. */
  mayStop: boolean;
  /** Since when it sleeps; not a number before it has slept. */
  asleepSince: number;
  registeredAt: number;
  /** When it ended; not a number before. */
  endedAt: number;
  free: number;
  jobs: number;
  /** Whether a job has begun on it since it was last started. */
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
  startedAt: now,
  mayStop: false,
  asleepSince: Number.NaN,
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
