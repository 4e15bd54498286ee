import type { Ledger } from '../core/ledger.ts';
import type { PandaJobs } from '../core/model/panda.ts';
import { known, type Snapshot } from '../core/model/snapshot.ts';
import { inflated, type Observed } from '../core/observe/facts.ts';
import { fewerJobs, looksRepeated } from '../core/observe/repeated-counts.ts';
import type { Panda, PoolSight, SettingsSource } from '../core/ports.ts';
import type { StageSettings } from '../core/settings/joint.ts';
import { COMPARABLE_SECONDS } from '../core/write/lease.ts';

export interface Sources {
  readonly settings: SettingsSource;
  readonly panda: Panda;
  readonly pool: PoolSight;
  readonly ledger: Ledger;
}

/** Everything but the ledger, which is read once the lease is had. */
export interface Outside extends Observed, StageSettings {}

/** PanDA's jobs; asked for once more if the first answer may have counted some of them twice. */
const jobsOnce = async (
  panda: Panda,
  now: number,
  before: PandaJobs | undefined,
): Promise<Snapshot<PandaJobs>> => {
  const first = await panda.jobs(now);
  if (first.kind === 'unknown' || !looksRepeated(first.value, before)) return first;
  const second = await panda.jobs(now);
  if (second.kind === 'unknown') return second;
  return known(fewerJobs(first.value, second.value), second.observedAt);
};

/** Looks at the world outside at once; keeps PanDA's last counts, to notice when the next ones cannot be true. */
export const observer = (sources: Omit<Sources, 'ledger'>): ((now: number) => Promise<Outside>) => {
  let last: { readonly at: number; readonly jobs: PandaJobs } | undefined;
  return async (now) => {
    const comparable = last !== undefined && Math.abs(now - last.at) <= COMPARABLE_SECONDS;
    const pandaBefore = comparable ? last?.jobs : undefined;
    const [settings, panda, sites, pool] = await Promise.all([
      sources.settings.all(now),
      jobsOnce(sources.panda, now, pandaBefore),
      sources.panda.sites(now),
      sources.pool.view(),
    ]);
    // A sample that cannot be true is no measure for the next one.
    if (panda.kind === 'known' && inflated(panda.value, pandaBefore) === undefined) {
      last = { at: now, jobs: panda.value };
    }
    return { now, ...settings, panda, pandaBefore, sites, pool };
  };
};
