import type { Clock } from '../clock/clock.ts';
import { type Jobs, pandaJobs } from './jobs.ts';
import { tally, type View } from './tally.ts';

/** The simulated PanDA: jobs, the statistics it shows of them, sites, and a switch for its faults. */
export interface PandaWorld {
  readonly clock: Clock;
  readonly jobs: Jobs;
  /** The statistics as last refreshed; the same object until the next refresh. */
  view(): View;
  sites(): Readonly<Record<string, SiteSettings>>;
  /** Changes a site's configuration, or adds a site, from now on. */
  setSite(siteid: string, settings: SiteSettings): void;
  readonly mode: PandaMode;
  turn(mode: PandaMode): void;
}

/** How the simulated PanDA answers: as it should, or with one of the faults of the real one. */
export type PandaMode =
  | 'ok'
  /** 200 with `success: false`, as after a failed database read. */
  | 'refuses'
  /** The web server's own HTML page, 503. */
  | 'html-503'
  /** Accepts the connection and never answers. */
  | 'silent'
  /** Closes the connection in the middle of an answer. */
  | 'hangs up'
  /** Counts three times too high, as after database reads that were retried into the same sum. */
  | 'inflated'
  /** Counts of a site that is not ours are null. */
  | 'odd-site'
  /** Python's notation whatever the request accepts. */
  | 'python';

/** A site's configuration; its `status` may be missing in all the ways in which it is in reality. */
export interface SiteSettings {
  readonly status: string | null;
  readonly type?: 'unified' | 'production' | 'analysis';
  readonly coreCount?: number;
}

export interface PandaOptions {
  readonly clock: Clock;
  readonly sites: Readonly<Record<string, SiteSettings>>;
  /** How often the statistics are refreshed. */
  readonly viewSeconds?: number;
  /** From the end of a payload until its job is finished. */
  readonly holdingSeconds?: number;
  /** Activated jobs of sites that are not ours. The real server is never empty; with 0, the default, this one can be. */
  readonly jobsElsewhere?: number;
}

/** The database view behind PanDA's statistics is refreshed every 2 minutes on Oracle. */
const VIEW_SECONDS = 120;

/** A few minutes is what the registration of outputs takes when nothing is wrong. */
const HOLDING_SECONDS = 180;

/** A PanDA that lives by the given clock. Nothing happens in it of its own accord but what its jobs are in for. */
export const pandaWorld = (options: PandaOptions): PandaWorld => {
  const elsewhere = { siteid: 'ELSEWHERE', resourceType: 'SCORE', state: 'activated' } as const;
  const counts = tally(options.clock, options.viewSeconds ?? VIEW_SECONDS, [
    { ...elsewhere, jobs: options.jobsElsewhere ?? 0 },
  ]);
  const sites: Record<string, SiteSettings> = { ...options.sites };
  let mode: PandaMode = 'ok';
  return {
    clock: options.clock,
    jobs: pandaJobs(options.clock, counts, options.holdingSeconds ?? HOLDING_SECONDS),
    view: counts.view,
    sites: () => ({ ...sites }),
    setSite(siteid, settings) {
      sites[siteid] = settings;
    },
    get mode() {
      return mode;
    },
    turn(next) {
      mode = next;
    },
  };
};
