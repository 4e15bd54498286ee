import type { Ledger } from '../../core/ledger.ts';
import type { PandaJobs } from '../../core/model/panda.ts';
import type { PoolView } from '../../core/model/pool.ts';
import { known, type Snapshot } from '../../core/model/snapshot.ts';
import { inflated, type Observed } from '../../core/observe/facts.ts';
import { fewerJobs, looksRepeated } from '../../core/observe/repeated-counts.ts';
import type { Panda, PoolSight, SettingsSource } from '../../core/ports.ts';
import type { StageSettings } from '../../core/settings/joint.ts';
import { COMPARABLE_SECONDS } from '../../core/write/lease.ts';

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

/** PanDA's counts as a tick got them, and the idle pilots that it saw with them, by queue. */
interface Last {
  readonly at: number;
  readonly panda: Extract<Snapshot<PandaJobs>, { kind: 'known' }>;
  readonly idle: ReadonlyMap<string, number>;
}

/** Shorter than the shortest time between two ticks that come by themselves: each of those asks PanDA. */
const AGAIN_SECONDS = 15;

const idlePilots = (pool: Snapshot<PoolView>): ReadonlyMap<string, number> =>
  pool.kind === 'unknown'
    ? new Map()
    : new Map(
        pool.value.pilots.queues.map(({ queue, shapes }) => [
          queue,
          shapes.reduce((sum, { idle }) => sum + idle, 0),
        ]),
      );

/** Whether no queue has more idle pilots than then: those that come are submitted for jobs that were not counted yet. */
const hasNoMore = (idle: Last['idle'], before: Last['idle']): boolean =>
  [...idle].every(([queue, pilots]) => pilots <= (before.get(queue) ?? 0));

/**
 * Looks at the world outside at once; keeps PanDA's last counts, to notice when the next ones cannot be true. A tick that
 * follows another within seconds, because plain jobs have come, does with the same counts.
 */
export const observer = (sources: Omit<Sources, 'ledger'>): ((now: number) => Promise<Outside>) => {
  let last: Last | undefined;
  return async (now) => {
    const before = last !== undefined && Math.abs(now - last.at) <= COMPARABLE_SECONDS ? last : undefined;
    const pandaBefore = before?.panda.value;
    const settled = sources.settings.all(now);
    const seen = sources.pool.view();
    const counted = async (): Promise<Snapshot<PandaJobs>> => {
      const mayServe = before !== undefined && now > before.at && now - before.at < AGAIN_SECONDS;
      if (mayServe && hasNoMore(idlePilots(await seen), before.idle)) return before.panda;
      return jobsOnce(sources.panda, now, pandaBefore);
    };
    const [settings, panda, sites, pool] = await Promise.all([
      settled,
      counted(),
      sources.panda.sites(now),
      seen,
    ]);
    // A sample that cannot be true is no measure for the next one.
    if (panda.kind === 'known' && inflated(panda.value, pandaBefore) === undefined) {
      const isAgain = panda === before?.panda;
      last = isAgain ? before : { at: now, panda, idle: idlePilots(pool) };
    }
    return { now, ...settings, panda, pandaBefore, sites, pool };
  };
};
