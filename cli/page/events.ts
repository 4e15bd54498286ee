import type { Decision } from '../../core/model/decision.ts';
import type { WorkerRecord } from '../../core/model/worker.ts';
import type { Owner } from '../../core/settings/settings-record.ts';
import { inShort } from '../../core/tell/in-short.ts';
import { gistOfLimit, limitOf } from '../../core/tell/limit.ts';
import { sentence } from '../../core/tell/sentence.ts';
import { ownerText } from '../stage/owners.ts';
import type { Event } from './view.ts';

/** The moment of the decision that a launch is of: it is named after fleet, moment and number. */
export const momentOfLaunch = (launchId: string): number | undefined => {
  const moment = Number(/\.([0-9.]+)\.[0-9]+$/.exec(launchId)?.[1] ?? Number.NaN);
  return Number.isNaN(moment) ? undefined : moment;
};

type Launched = Pick<WorkerRecord, 'fleet' | 'launchId' | 'offer'>;

/** What came of the launches of a fleet, by the moment of their decision: `3 m6a.large in use1-az2`. */
export const outcomesOf = (fleet: string, workers: readonly Launched[]): ReadonlyMap<number, string> => {
  const byMoment = Map.groupBy(
    workers.filter((worker) => worker.fleet === fleet),
    ({ launchId }) => momentOfLaunch(launchId),
  );
  const told = new Map<number, string>();
  for (const [moment, all] of byMoment) {
    if (moment === undefined) continue;
    const kinds = Map.groupBy(
      all,
      ({ offer }) => `${offer.flavour} in ${offer.zone}${offer.market === 'spot' ? ', spot' : ''}`,
    );
    told.set(moment, [...kinds].map(([kind, of]) => `${of.length} ${kind}`).join('; '));
  }
  return told;
};

/** Sleepers that a decision wakes have no launch of their own. */
const asksForMachines = (decision: Decision): boolean =>
  decision.kind === 'act' && decision.launches.length > 0;

/** How many there are of what a decision asks for, where such counts of several can be added up. */
const countIn = (decision: Decision): number | undefined =>
  decision.kind === 'submit' || decision.kind === 'remove' ? decision.count : undefined;

const gistOf = (decision: Decision): string => {
  const what = countIn(decision) === undefined ? inShort(decision) : decision.kind;
  return `${decision.kind} ${what} ${gistOfLimit(limitOf(decision))}`;
};

const whyOf = (decision: Decision): string | undefined => {
  const limit = limitOf(decision);
  if (limit.kind === 'limited') return sentence(limit.by);
  const waiting = decision.why.find(({ kind }) => kind === 'jobs-waiting' || kind === 'pilots-seen');
  return waiting === undefined ? undefined : sentence(waiting);
};

/** What several equal decisions came to: `submit 120`, `launch 3 x m6a.large`. */
const whatOf = (decisions: readonly Decision[], last: Decision): string => {
  if (countIn(last) === undefined) return inShort(last);
  return `${last.kind} ${decisions.reduce((sum, decision) => sum + (countIn(decision) ?? 0), 0)}`;
};

const joined = (
  owner: Owner,
  decisions: readonly Decision[],
  next: Decision | undefined,
  outcomes: ReadonlyMap<number, string>,
): Event | undefined => {
  const [first] = decisions;
  const last = decisions.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const goesOn = last.kind === 'hold' || last.kind === 'rest';
  if (last.kind === 'rest' && limitOf(last).kind !== 'limited') return undefined;
  const why = whyOf(last);
  const came = decisions.flatMap(({ at }) => outcomes.get(at) ?? []);
  const hasOutcome = decisions.some(asksForMachines);
  const to = goesOn ? next?.at : last.at;
  return {
    kind: last.kind,
    of: ownerText(owner),
    from: first.at,
    ...(to === undefined ? {} : { to }),
    times: decisions.length,
    what: whatOf(decisions, last),
    ...(why === undefined ? {} : { why }),
    ...(hasOutcome ? { outcome: came.length === 0 ? 'none yet' : came.join('; ') } : {}),
  };
};

/**
 * Makes events of the decisions about a queue or a fleet, the oldest first: equal ones that follow each other are one. One that
 * only says the same again is not written down, so a hold goes on until the next decision.
 */
export const eventsOf = (
  owner: Owner,
  decisions: readonly Decision[],
  outcomes: ReadonlyMap<number, string>,
): readonly Event[] => {
  const events: Event[] = [];
  let same: Decision[] = [];
  const end = (next: Decision | undefined): void => {
    const event = joined(owner, same, next, outcomes);
    if (event !== undefined) events.push(event);
    same = [];
  };
  for (const decision of decisions) {
    const [first] = same;
    if (first !== undefined && gistOf(first) !== gistOf(decision)) end(decision);
    same.push(decision);
  }
  end(undefined);
  return events;
};
