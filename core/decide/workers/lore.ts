import { coolingNow, unsupportedNow } from '../../learn/cooling.ts';
import { type Hazards, hazards } from '../../learn/hazards.ts';
import { launchTokens } from '../../learn/launch-tokens.ts';
import { suspectsNow } from '../../learn/narrowing.ts';
import type { LedgerView } from '../../model/ledger.ts';
import type { Facts } from '../../observe/facts.ts';
import type { Fleets } from '../../observe/fleet.ts';
import type { Ec2Lore } from './sizing/launches.ts';
import { type SeenRooms, seenRooms } from './sizing/offers.ts';

type Memory = Pick<LedgerView, 'workers' | 'launches' | 'cooling' | 'accounts'>;

function* joined({ all }: Fleets) {
  for (const { members } of all.values()) {
    for (const { record, pool } of members) {
      if (pool !== undefined) yield { flavour: record.offer.flavour, total: pool.total };
    }
  }
}

/** Looked up once in a tick, and only if something is launched. */
const seenOnce = (fleets: Fleets): (() => SeenRooms) => {
  let seen: SeenRooms | undefined;
  return () => {
    seen ??= seenRooms(joined(fleets));
    return seen;
  };
};

/** Worked out once in a tick, and only if a queue weighs spot against it. */
const hazardsOnce = ({ accounts, workers }: Memory, { now }: Facts): (() => Hazards) => {
  let known: Hazards | undefined;
  return () => {
    known ??= hazards(accounts ?? [], workers, now);
    return known;
  };
};

/** What the launches of a tick have to know of EC2, from the ledger and the pool's view. */
export const ec2Lore = (ledger: Memory, fleets: Fleets, facts: Facts): Ec2Lore => ({
  cooling: coolingNow(ledger.cooling, facts.now),
  unsupported: unsupportedNow(ledger.cooling, facts.now),
  suspects: suspectsNow(ledger.cooling, facts.now),
  seen: seenOnce(fleets),
  viewAgeSeconds: facts.now - facts.viewedAt,
  hazards: hazardsOnce(ledger, facts),
  launchTokens: launchTokens(ledger.workers, ledger.launches, facts.now),
});
