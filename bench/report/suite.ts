import { LOOK_SECONDS } from '../../collector/nudge/newcomers.ts';
import { DEFAULT_TICK_SECONDS, MINUTE_SECONDS } from '../../lib/functions/functions.ts';
import { flavoursOf, type Knobs, SLEEP } from '../aerie/settings.ts';
import type { Load } from '../load/load.ts';
import { workOf } from '../load/load.ts';
import type { Fault } from '../model/faults.ts';
import type { Policy } from '../model/policy.ts';
import { type Options, type Sample, simulate } from '../model/run.ts';
import { aerie, type Deployed } from '../policies/aerie.ts';
import { boundOf, type Figures, figuresOf, leastAsleepOf, type WidthWaits, waitsByWidth } from './figures.ts';

/** One policy on one load. */
export interface Row {
  readonly policy: string;
  /** Cores of its machines, where a policy knows only one size. */
  readonly size?: number;
  readonly assumed?: string;
  readonly fault: string;
  readonly figures: Figures;
  /** Where jobs of several widths share what is not enough for all. */
  readonly byWidth?: readonly WidthWaits[];
}

/** All policies on one load. */
export interface Table {
  readonly load: string;
  readonly jobs: number;
  readonly workCoreHours: number;
  readonly boundCoreHours: number;
  /** The least with machines that sleep; absent: of a run from before that was worked out. */
  readonly sleepingCoreHours?: number;
  readonly rows: readonly Row[];
}

/** Sizes of the m family from `large` to `2xlarge`. */
export const SMALL = [2, 4, 8] as const;
/** With `medium`, which AMD's newer families have. */
export const SMALLEST = [1, 2, 4, 8] as const;
/** Every size up to eight cores: what the model allows and EC2 does not sell. */
export const ANY_SIZE = [2, 3, 4, 5, 6, 7, 8] as const;
/** Sizes that are powers of two, up to the widest job there is. */
export const EC2_SIZES = [1, 2, 4, 8, 16, 32, 64, 128] as const;

/** How aerie is deployed: what its stack sets, the endpoint that tells the negotiator of new workers, and the knobs. */
export const deployed = (
  name: string,
  sizes: readonly number[],
  more: Partial<Deployed> = {},
  knobs: Knobs = {},
): Policy =>
  aerie({
    name,
    knobs: () => ({
      flavours: flavoursOf(sizes),
      'linger-seconds': '120',
      'look-ahead': more.knownSecondsAhead === undefined ? 'off' : 'known',
      ...(more.sleeps === true ? SLEEP : {}),
      ...knobs,
    }),
    mostCores: Math.max(...sizes),
    tickSeconds: DEFAULT_TICK_SECONDS,
    rescheduleSeconds: LOOK_SECONDS,
    ...more,
  });

/** The same with workers that sleep, and few seconds of the loop's own: with a wake of 35 s these are what is waited for. */
export const SLEEPS = {
  sleeps: true,
  newsSeconds: 5,
  rescheduleSeconds: 2,
} as const satisfies Partial<Deployed>;

/** The same with the stage's `tickSeconds` at a minute. */
export const EACH_MINUTE = { tickSeconds: MINUTE_SECONDS } as const;

/** What the site knows of landings, where it knows any: four minutes ahead, of the jobs that the load says. */
export const AHEAD = { knownSecondsAhead: 240 } as const;

/** Replays a load through policies, one after the other; `always` holds for every run. */
export const compare = (load: Load, always: Options = {}) => {
  const bound = boundOf(load);
  return {
    bound,
    run: (
      policy: Policy,
      fault: Fault,
      size?: number,
      options: Options = {},
    ): { row: Row; samples: readonly Sample[] } => {
      const outcome = simulate(load, policy, { ...always, ...options, fault });
      const row: Row = {
        policy: policy.name,
        ...(size === undefined ? {} : { size }),
        ...(policy.assumed === undefined ? {} : { assumed: policy.assumed }),
        fault: fault.name,
        figures: figuresOf(load, outcome, bound),
        ...(always.capCores === undefined ? {} : { byWidth: waitsByWidth(load, outcome.starts) }),
      };
      return { row, samples: outcome.samples };
    },
    table: (rows: readonly Row[]): Table => ({
      load: load.name,
      jobs: load.jobs.length,
      workCoreHours: workOf(load) / 3600,
      boundCoreHours: bound / 3600,
      sleepingCoreHours: leastAsleepOf(load) / 3600,
      rows,
    }),
  };
};
