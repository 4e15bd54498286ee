import { coolingNow, unsupportedNow } from '../learn/cooling.ts';
import { type Hazards, hazards } from '../learn/hazards.ts';
import { CANARY_REST_SECONDS } from '../learn/launch-from.ts';
import { launchTokens } from '../learn/launch-tokens.ts';
import { type Suspects, suspectsNow } from '../learn/narrowing.ts';
import type { LedgerView } from '../model/ledger.ts';
import type { Template } from '../model/templates.ts';
import type { Facts } from './facts.ts';
import type { Fleets } from './fleet.ts';
import { type SeenRooms, samples, seenRooms, startedSince } from './seen-rooms.ts';

type Memory = Pick<LedgerView, 'workers' | 'launches' | 'cooling' | 'accounts'>;

/** Worked out once in a tick, and only if it is asked for. */
const once = <T>(workOut: () => T): (() => T) => {
  let known: { readonly value: T } | undefined;
  return () => {
    known ??= { value: workOut() };
    return known.value;
  };
};

/** What the launches of a tick have to know of EC2, from the ledger and the pool's view. */
export const ec2Conditions = (
  ledger: Memory,
  fleets: Fleets,
  facts: Facts,
  template: Template,
): Ec2Conditions => ({
  cooling: coolingNow(ledger.cooling, facts.now),
  unsupported: unsupportedNow(ledger.cooling, facts.now),
  suspects: suspectsNow(ledger.cooling, facts.now),
  seen: once(() => seenRooms(samples(fleets, template, facts.now))),
  triedLately: once(() => new Set(startedSince(fleets, template, facts.now - CANARY_REST_SECONDS))),
  viewAgeSeconds: facts.now - facts.viewedAt,
  hazards: once(() => hazards(ledger.accounts ?? [], ledger.workers, facts.now)),
  launchTokens: launchTokens(ledger.workers, ledger.launches, facts.now),
});

/** What is known of EC2: offers that were refused lately, and how large workers turned out to be. */
export interface Ec2Conditions {
  readonly cooling: ReadonlySet<string>;
  /** Those of them that EC2 does not have in their zone; absent: none. */
  readonly unsupported?: ReadonlySet<string>;
  /** Offers of which EC2 refuses one and does not say which; absent: none. */
  readonly suspects?: Suspects;
  readonly seen: () => SeenRooms;
  /** Flavours of which a worker was launched so lately that another one would show nothing new; absent: none. */
  readonly triedLately?: () => ReadonlySet<string>;
  /** Instances that EC2 will start now. */
  readonly launchTokens: number;
  /** How old the view is that the launches rest on. */
  readonly viewAgeSeconds: number;
  /** How often EC2 takes spot machines back, as far as aerie's own show it. */
  readonly hazards?: () => Hazards;
}
