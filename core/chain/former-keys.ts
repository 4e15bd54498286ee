/** A key of AutoPyFactory's files, old branches included, that has another name here or none. */
export interface FormerKey {
  readonly plugin: string;
  /** As it stands in the file, without `sched.<plugin>.`. */
  readonly key: string;
  /** What says the same here. */
  readonly here: string;
}

const OF_ACTIVATED = 'Activated';

/** What a plugin submits when it knows nothing. */
const WITHOUT_FACTS = 'defaultnbpilots';

/** Keys that occur in files that AutoPyFactory has shipped, or that its plugins have read. */
export const FORMER_KEYS: readonly FormerKey[] = [
  { plugin: 'Simple', key: 'default', here: WITHOUT_FACTS },
  { plugin: 'Simple', key: 'maxpendingpilots', here: 'maxPendingPilots' },
  { plugin: 'Simple', key: 'maxpilotspercycle', here: 'maxPilotsPerCycle' },
  { plugin: 'Trivial', key: 'default', here: WITHOUT_FACTS },
  { plugin: 'SimpleNQueue', key: 'default', here: WITHOUT_FACTS },
  { plugin: 'SimpleNQueue', key: 'maxpilotspercycle', here: 'maxPilotsPerCycle' },
  { plugin: 'SimpleNQueue', key: 'pilotlimit', here: 'a MaxToRun behind it' },
  { plugin: 'SimpleNQueue', key: 'depthboost', here: 'nothing: a larger nqueue comes closest' },
  {
    plugin: 'SimpleNQueue',
    key: 'transferringlimit',
    here: 'nothing: jobs that transfer their outputs hold no pilot',
  },
  { plugin: 'StatusTest', key: 'allowed', here: 'nothing: leave the step out where it was False' },
  { plugin: 'StatusOffline', key: 'allowed', here: 'nothing: leave the step out where it was False' },
  { plugin: OF_ACTIVATED, key: 'MAX_JOBS_TORUN', here: 'max_jobs_torun' },
  { plugin: OF_ACTIVATED, key: 'MAX_JOBS_RUNNING', here: 'max_jobs_torun' },
  { plugin: OF_ACTIVATED, key: 'MAX_PILOTS_PER_CYCLE', here: 'max_pilots_per_cycle' },
  { plugin: OF_ACTIVATED, key: 'MIN_PILOTS_PER_CYCLE', here: 'min_pilots_per_cycle' },
];

/** What says here what a key said that a plugin had; undefined if it never had such a key. */
export const formerKey = (plugin: string, key: string): string | undefined =>
  FORMER_KEYS.find((former) => former.plugin === plugin && former.key === key)?.here;
