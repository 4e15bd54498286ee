import { coolingNow, unsupportedNow } from '../learn/cooling.ts';
import { type Hazards, hazards } from '../learn/hazards.ts';
import { launchTokens } from '../learn/launch-tokens.ts';
import { type Suspects, suspectsNow } from '../learn/narrowing.ts';
import type { LedgerView } from '../model/ledger.ts';
import { fits, type Resources } from '../model/resources.ts';
import type { Facts } from './facts.ts';
import type { Fleets } from './fleet.ts';

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
export const ec2Conditions = (ledger: Memory, fleets: Fleets, facts: Facts): Ec2Conditions => ({
  cooling: coolingNow(ledger.cooling, facts.now),
  unsupported: unsupportedNow(ledger.cooling, facts.now),
  suspects: suspectsNow(ledger.cooling, facts.now),
  seen: seenOnce(fleets),
  viewAgeSeconds: facts.now - facts.viewedAt,
  hazards: hazardsOnce(ledger, facts),
  launchTokens: launchTokens(ledger.workers, ledger.launches, facts.now),
});

/** What a worker of a flavour offers, where one has joined; what HTCondor then says replaces what was planned. */
export type SeenRooms = ReadonlyMap<string, Resources>;

export const least = (a: Resources, b: Resources): Resources => ({
  cpus: Math.min(a.cpus, b.cpus),
  memoryMb: Math.min(a.memoryMb, b.memoryMb),
  diskMb: Math.min(a.diskMb, b.diskMb),
  gpus: Math.min(a.gpus, b.gpus),
});

/** The rooms of the workers that are in the pool, by flavour; of several of one flavour, the smallest. */
export const seenRooms = (
  workers: Iterable<{ readonly flavour: string; readonly total: Resources }>,
): SeenRooms => {
  const rooms = new Map<string, Resources>();
  for (const { flavour, total } of workers) {
    const room = rooms.get(flavour);
    // Nearly all of a flavour are alike.
    if (room === undefined) rooms.set(flavour, total);
    else if (!fits(room, total)) rooms.set(flavour, least(room, total));
  }
  return rooms;
};

/** What is known of EC2: offers that were refused lately, and how large workers turned out to be. */
export interface Ec2Conditions {
  readonly cooling: ReadonlySet<string>;
  /** Those of them that EC2 does not have in their zone; absent: none. */
  readonly unsupported?: ReadonlySet<string>;
  /** Offers of which EC2 refuses one and does not say which; absent: none. */
  readonly suspects?: Suspects;
  readonly seen: () => SeenRooms;
  /** Instances that EC2 will start now. */
  readonly launchTokens: number;
  /** How old the view is that the launches rest on. */
  readonly viewAgeSeconds: number;
  /** How often EC2 takes spot machines back, as far as aerie's own show it. */
  readonly hazards?: () => Hazards;
}
