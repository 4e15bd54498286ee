import { isOpen } from '../model/panda.ts';
import type { QueueSettings } from '../settings/queue-settings.ts';
import { asIfWithout, type ChainFacts } from './chain-facts.ts';
import type { PilotCounts } from './demand.ts';
import { emptyHanded } from './empty-handed.ts';
import type { Facts } from './facts.ts';

/** Whether pilots may be submitted for a site in this status. One that is not known is the chain's to judge. */
const takesPilots = (status: string | undefined): boolean => status === undefined || isOpen(status) === true;

/**
 * Of the pilots that wait for a machine, those without a job behind them that the chain asks for all the same: a
 * StatusTest, a MinPending, a Fixed. They are told from pilots that are left over, because their job has gone to another
 * or was cancelled, by asking the chain what it would submit if none of them was there. Its answer is the bound too: not
 * more pilots without a job have a machine, or get one, than it submits in one cycle; those that run count. While pilots
 * come back with empty hands, it is one at a time, as for submissions.
 */
export const askedWithoutJobs = (
  { name, chain }: QueueSettings,
  counts: PilotCounts,
  facts: Facts,
  { given, jobs, taken }: ChainFacts,
): number => {
  const waiting = counts.idle + counts.justSubmitted;
  const jobless = waiting - given.ready;
  if (jobless <= 0 || !takesPilots(given.siteStatus)) return 0;
  const runWithout = Math.max(0, counts.running - jobs.onPilots - taken);
  const wish = chain.run(asIfWithout(given, waiting, runWithout));
  if (!wish.ok) return 0;
  const most = emptyHanded(facts.pilots(name), jobs.onPilots) === undefined ? jobless : 1;
  return Math.max(0, Math.min(jobless, wish.n - given.ready - runWithout, most));
};
