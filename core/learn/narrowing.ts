import { type Offer, offerKey } from '../model/flavours.ts';
import type { LaunchOutcome, LaunchRequest, OfCanary, OnTrial } from '../model/launch.ts';
import type { CoolingRecord } from '../model/ledger.ts';
import { cut } from '../model/words.ts';
import { coolingOf } from './cooling.ts';
import { mayBeTemplates } from './launch-outcome.ts';

/**
 * EC2 may refuse a whole fleet for one of its offers and not say for which. Then all of them are suspects, and the next
 * launch asks for half of them alone. If that is taken, they are clear; if it is refused, they are halved again; one that
 * is refused alone is found. So one of n is found in log2(n) refused launches, and each of them is a new intent with a
 * token of its own.
 */

/** A search is over in ten ticks or so; what nobody asked for any more meanwhile is forgotten. */
const SUSPECT_SECONDS = 900;

type Launch = OnTrial & OfCanary & { readonly request: Pick<LaunchRequest, 'overrides' | 'market'> };

const offersOf = ({ request }: Launch): readonly Offer[] =>
  request.overrides.map(({ flavour, zone }) => ({ flavour, zone, market: request.market }));

/** Suspects and how often the set that they are in was halved, by offer. */
export type Suspects = ReadonlyMap<string, number>;

export const suspectsNow = (cooling: readonly CoolingRecord[], now: number): Suspects =>
  new Map(
    cooling.flatMap(({ offer, until, halvings }) =>
      halvings === undefined || until <= now ? [] : [[offerKey(offer), halvings] as const],
    ),
  );

/** Which of some offers are asked for now: where there are suspects among them, the smallest set of these alone. */
export const asked = <T extends Offer>(
  offers: readonly T[],
  suspects: Suspects,
): OnTrial & { readonly offers: readonly T[] } => {
  if (suspects.size === 0) return { offers };
  const halvingsOf = (offer: Offer) => suspects.get(offerKey(offer)) ?? -1;
  const halvings = Math.max(...offers.map(halvingsOf));
  return halvings < 0
    ? { offers }
    : { halvings, offers: offers.filter((offer) => halvingsOf(offer) === halvings) };
};

/** What a launch that EC2 refused as a whole makes of its offers: suspects, or the one that it is. */
const afterRejection = (
  launch: Launch,
  { class: kind, code, why }: Extract<LaunchOutcome, { kind: 'rejected' }>,
  now: number,
): readonly CoolingRecord[] => {
  const offers = offersOf(launch);
  if (offers.length === 1) {
    return coolingOf(
      offers.map((offer) => ({ offer, class: kind, code, why })),
      now,
    );
  }
  const { halvings = 0 } = launch;
  const middle = Math.ceil(offers.length / 2);
  return offers.map((offer, index) => ({
    ...{ offer, until: now + SUSPECT_SECONDS, why: cut(why), class: kind },
    halvings: index < middle ? halvings + 1 : halvings,
  }));
};

/** What EC2's answer says of the offers themselves: of a canary's none that may be its template's fault. */
const coolingAfter = (
  { isCanary }: Launch,
  { refused }: Extract<LaunchOutcome, { kind: 'answered' }>,
  now: number,
): readonly CoolingRecord[] =>
  coolingOf(isCanary === true ? refused.filter((of) => !mayBeTemplates(of.class)) : refused, now);

/**
 * Whether EC2 went as far as to look for machines: it launched one, or was short of them. An answer that is throttled
 * throughout, and a launch of which nothing shows, prove nothing of the offers.
 */
const hasTaken = ({ launched, refused, noFleet }: Extract<LaunchOutcome, { kind: 'answered' }>): boolean =>
  noFleet !== true &&
  (launched.length > 0 || refused.some((of) => of.class === 'capacity' || of.class === 'quota'));

/** What the ledger is to remember of a launch's offers once EC2 has answered; those that it took are suspects no more. */
export const remembered = (launch: Launch, outcome: LaunchOutcome, now: number): readonly CoolingRecord[] => {
  if (outcome.kind === 'rejected')
    return launch.isCanary === true ? [] : afterRejection(launch, outcome, now);
  if (outcome.kind !== 'answered') return [];
  const refused = coolingAfter(launch, outcome, now);
  if (launch.halvings === undefined || !hasTaken(outcome)) return refused;
  const cooled = new Set(refused.map(({ offer }) => offerKey(offer)));
  const cleared = offersOf(launch).filter((offer) => !cooled.has(offerKey(offer)));
  return [...refused, ...cleared.map((offer) => ({ offer, until: now, why: 'EC2 took it' }))];
};
