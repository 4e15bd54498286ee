import type { Facts } from './facts.ts';
import { type Hazards, hazards } from './hazards.ts';
import { launchTokens } from './launch-tokens.ts';
import type { Ec2Lore } from './launches.ts';
import { coolingNow, type SeenRooms, seenRooms } from './offers.ts';
import { workersById } from './pool-index.ts';
import type { LedgerView } from './records.ts';

type Memory = Pick<LedgerView, 'workers' | 'launches' | 'cooling' | 'accounts'>;

/** Looked up once in a tick, and only if something is launched. */
const seenOnce = ({ workers }: Memory, { pool }: Facts): (() => SeenRooms) => {
  let seen: SeenRooms | undefined;
  return () => {
    if (seen !== undefined) return seen;
    const inPool = workersById(pool);
    const joined = workers.flatMap(({ instanceId, offer }) => {
      const total = inPool.get(instanceId)?.total;
      return total === undefined ? [] : [{ flavour: offer.flavour, total }];
    });
    seen = seenRooms(joined);
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
export const ec2Lore = (ledger: Memory, facts: Facts): Ec2Lore => ({
  cooling: coolingNow(ledger.cooling, facts.now),
  seen: seenOnce(ledger, facts),
  viewAgeSeconds: facts.now - facts.viewedAt,
  hazards: hazardsOnce(ledger, facts),
  launchTokens: launchTokens(ledger.workers, ledger.launches, facts.now),
});
