import { type OpenBreaker, offerKind, openBreakers, templateKind } from '../../../learn/boots.ts';
import type { PlannedLaunch } from '../../../model/decision.ts';
import { offerKey } from '../../../model/flavours.ts';
import type { LaunchRequest } from '../../../model/launch.ts';
import type { Boots } from '../../../model/learned.ts';
import type { LedgerView } from '../../../model/ledger.ts';
import type { Reason } from '../../../model/reason.ts';

/** Most workers have joined by then: if a canary has not, the next one may be tried. */
const CANARY_SECONDS = 240;

/** So long an offer is left alone while there are others, before a canary tries it again. */
const OFFER_REST_SECONDS = 1_800;

type Override = LaunchRequest['overrides'][number];

/** What the breakers leave of one launch: its canary, and what else may go. */
interface Broken {
  readonly count: number;
  readonly overrides: readonly Override[];
  readonly why: readonly Reason[];
  /** The breakers that keep something of it back, by their kinds. */
  readonly open: readonly string[];
}

/** Goes through the launches of a tick in turn; a canary that one of them is given is given to no other. */
export type Breakers = (planned: PlannedLaunch) => Broken;

/** Kinds of which a worker launched since the last known failure is on its way and may still join. */
const kindsOnTheirWay = (
  { workers, launches }: Pick<LedgerView, 'workers' | 'launches'>,
  open: readonly OpenBreaker[],
  now: number,
): Set<string> => {
  const failedAt = new Map(open.map((breaker) => [breaker.kind, breaker.failedAt]));
  const found = new Set<string>();
  const note = (kind: string, at: number) => {
    if (at > (failedAt.get(kind) ?? now) && now - at <= CANARY_SECONDS) found.add(kind);
  };
  for (const { state, template, offer, launchedAt } of workers) {
    if (state.kind !== 'booting') continue;
    note(offerKind(offerKey(offer)), launchedAt);
    if (template !== undefined) note(templateKind(template), launchedAt);
  }
  for (const { request, createdAt } of launches) {
    note(templateKind(request.template), createdAt);
    for (const override of request.overrides) note(kindOf(override, request), createdAt);
  }
  return found;
};

const kindOf = ({ flavour, zone }: Override, { market }: LaunchRequest): string =>
  offerKind(offerKey({ flavour, zone, market }));

/**
 * The circuit breaker: of a kind whose workers, several in a row, never joined, one canary at a time is launched and
 * nothing else, until one joins. An offer with an open breaker is left out as long as there are others.
 */
export const breakers = (
  known: readonly Boots[],
  ledger: Pick<LedgerView, 'workers' | 'launches'>,
  now: number,
): Breakers => {
  const open = openBreakers(known);
  const byKind = new Map(open.map((breaker) => [breaker.kind, breaker]));
  const busy = kindsOnTheirWay(ledger, open, now);
  const told = (kind: string, canary: 'launched' | 'on-its-way'): readonly Reason[] => {
    const breaker = byKind.get(kind);
    if (breaker === undefined) return [];
    const { failures, orMore } = breaker;
    return [
      { kind: 'breaker-open', breaker: kind, failures, ...(orMore === undefined ? {} : { orMore }), canary },
    ];
  };

  /** One worker of the kind, or none if one is on its way already. */
  const canary = (overrides: readonly Override[], kinds: readonly string[]): Broken => {
    const isOnItsWay = kinds.some((kind) => busy.has(kind));
    if (!isOnItsWay) for (const kind of kinds) busy.add(kind);
    const why = kinds.flatMap((kind) => told(kind, isOnItsWay ? 'on-its-way' : 'launched')).slice(0, 1);
    return { count: isOnItsWay ? 0 : 1, overrides, why, open: kinds };
  };

  return (planned) => {
    const { request } = planned;
    const kind = templateKind(request.template);
    const sound = request.overrides.filter((override) => !byKind.has(kindOf(override, request)));
    const unsound = request.overrides.filter((override) => byKind.has(kindOf(override, request)));
    const tried = unsound.find((override) => {
      const offer = kindOf(override, request);
      return now - (byKind.get(offer)?.failedAt ?? now) > OFFER_REST_SECONDS && !busy.has(offer);
    });
    if (byKind.has(kind)) {
      const offers = sound.length > 0 ? sound : unsound;
      return canary(offers, [kind]);
    }
    const { count } = request;
    if (unsound.length === 0) return { count, overrides: sound, why: [], open: [] };
    const kinds = unsound.map((override) => kindOf(override, request));
    if (sound.length === 0) return canary(unsound, kinds);
    if (tried !== undefined && count === 1) return canary([tried], [kindOf(tried, request)]);
    return {
      count,
      overrides: sound,
      why: [{ kind: 'offers-left-out', offers: unsound.length }],
      open: kinds,
    };
  };
};
