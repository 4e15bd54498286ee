import type { LedgerView, PilotsView } from '../model/ledger.ts';
import type { PandaJobs } from '../model/panda.ts';
import type { Reason } from '../model/reason.ts';
import { known, type Snapshot } from '../model/snapshot.ts';
import type { Stage } from '../model/stage.ts';
import type { Facts, Observed } from '../observe/facts.ts';
import type { StageSettings } from '../settings/joint.ts';
import { siteOf } from '../settings/queue-settings.ts';
import type { SettingsBasis, SettledStage } from '../settings/settings-at.ts';

/**
 * The shape of what is kept, as a number. It goes up when a change of `TickInputs`, or of anything in it, keeps this code from
 * deciding on what another version has kept.
 */
export const INPUTS_SHAPE = 1;

/** What of the ledger a tick decided on; where all were held it read no more than which fleets have workers. */
export type Rested =
  | { readonly of: 'workers'; readonly ledger: LedgerView; readonly stage: Stage }
  | { readonly of: 'pilots'; readonly view: PilotsView }
  | { readonly of: 'held'; readonly why: Reason; readonly fleetsWithWorkers: readonly string[] };

/** Everything that the decisions of one tick rested on, so that they can be made again. */
export interface TickInputs {
  readonly of: 'pilots' | 'workers';
  /** The tick's moment, seconds since 1970. */
  readonly at: number;
  /** What was seen, without the sites that no queue names. */
  readonly observed: Omit<Observed, 'pandaBefore'>;
  readonly basis: SettingsBasis;
  /** Why nothing was believed of PanDA's jobs; absent: they were. It is not judged again: that takes the sites of others. */
  readonly jobsUnknown?: Reason;
  readonly rested: Rested;
}

/** What a tick has seen and settled. */
interface Seen extends Observed, SettledStage {}

const sitesIn = ({ queues }: StageSettings): ReadonlySet<string> =>
  new Set(queues.flatMap((queue) => (queue.ok ? [siteOf(queue.settings)] : [])));

const only = <T extends object>(of: T, sites: ReadonlySet<string>): T =>
  Object.fromEntries(Object.entries(of).filter(([site]) => sites.has(site))) as T;

const onlyIn = <T extends object>(snapshot: Snapshot<T>, sites: ReadonlySet<string>): Snapshot<T> =>
  snapshot.kind === 'unknown' ? snapshot : known(only(snapshot.value, sites), snapshot.observedAt);

/**
 * Gathers what a tick's decisions rested on; undefined if nobody can say what its settings were made of. `facts`: as they were
 * established; absent: they were not.
 */
export const inputsOf = (
  of: TickInputs['of'],
  seen: Seen,
  facts: Pick<Facts, 'jobsUnknown'> | undefined,
  rested: Rested,
): TickInputs | undefined => {
  const { now, panda, sites, pool, basis } = seen;
  if (basis === undefined) return undefined;
  const named = sitesIn(seen);
  return {
    ...{ of, at: now, basis, rested },
    observed: { now, panda: onlyIn<PandaJobs>(panda, named), sites: onlyIn(sites, named), pool },
    ...(facts?.jobsUnknown === undefined ? {} : { jobsUnknown: facts.jobsUnknown }),
  };
};

/** How keeping inputs has ended: kept, or too large for one item of the ledger, of which only that is kept. */
type Kept = 'kept' | 'too-large';

/** Where inputs are kept for some days; the first of a tick and a moment stay. Throws what the ledger throws. */
export interface InputsBook {
  keep(inputs: TickInputs): Promise<Kept>;
}
