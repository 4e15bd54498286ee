import { leavingBy, type Retirement } from '../../../model/decision.ts';
import type { Waiters } from '../../../observe/demand.ts';
import { type Fleet, liveCores, liveWorkers, type Member } from '../../../observe/fleet.ts';
import type { Situation } from '../../../observe/situation.ts';
import { fairShares } from '../sizing/by-width.ts';
import { emptiestFirst, mayLeave, type Proposal, type Rule, withSteps } from './rule.ts';

/** Ten cycles of the negotiator: what has not got room in them by itself, gets none where narrower jobs take each core. */
const WAITED_SECONDS = 600;

const coresOf = (waiting: readonly Waiters[]): number =>
  waiting.reduce((n, { shape, count }) => n + shape.cpus * count, 0);

/** The width that has waited for the longest, is wider than others, and has less than its fair part of the fleet's cores. */
const lacking = (
  short: readonly Waiters[],
  { pilots: { coresByWidth }, facts: { viewedAt } }: Situation,
  cores: number,
): { readonly width: number; readonly since: number } | undefined => {
  const waiting = Map.groupBy(short, ({ shape }) => shape.cpus);
  const levels = [...new Set([...coresByWidth.keys(), ...waiting.keys()])].map((width) => {
    const held = coresByWidth.get(width) ?? 0;
    return { width, held, demand: held + coresOf(waiting.get(width) ?? []) };
  });
  const fair = fairShares(levels, cores);
  const narrowest = Math.min(...levels.map(({ width }) => width));
  return levels
    .filter(({ width, held }) => width > narrowest && held + width <= (fair.get(width) ?? 0))
    .flatMap(({ width }) => {
      const moments = (waiting.get(width) ?? []).flatMap(({ since }) => (since === undefined ? [] : [since]));
      return moments.length === 0 ? [] : [{ width, since: Math.min(...moments) }];
    })
    .filter(({ since }) => viewedAt - since >= WAITED_SECONDS)
    .sort((a, b) => a.since - b.since)[0];
};

/** Whether room is being made already: a worker drains for it, or one that is kept for wide jobs at first is on its way. */
const isUnderWay = ({ members, launches }: Fleet): boolean =>
  members.some(
    ({ record: { state, firstWidth } }) =>
      ((state.kind === 'draining' || state.kind === 'retiring') && state.cause.kind === 'room-wanted') ||
      (state.kind === 'booting' && firstWidth !== undefined),
  ) || launches.some(({ request }) => request.firstWidth !== undefined);

/** Whether nothing can be launched for a width: no worker, or none that large. */
const isAtCap = ({ settings }: Situation, fleet: Fleet, width: number): boolean =>
  liveWorkers(fleet) >= settings.maxWorkers || liveCores(fleet) + width > settings.maxCores;

const mayMakeRoom = ({ record }: Member, width: number): boolean =>
  record.offers.cpus >= width && record.firstWidth === undefined && record.kept !== true;

const stepFor = (proposal: Proposal, width: number, seconds: number): readonly Retirement[] =>
  [...mayLeave(proposal.fleet, leavingBy(proposal.retirements))]
    .filter((member) => mayMakeRoom(member, width))
    .sort(emptiestFirst)
    .slice(0, 1)
    .map(({ record: { instanceId } }) => ({
      instanceId,
      step: 'drain',
      cause: { kind: 'room-wanted', cpus: width, seconds },
    }));

/**
 * Drains one worker, the emptiest, where the caps keep jobs waiting that are wide and have less than their fair part: single
 * cores come free one by one, and narrow jobs take each. The worker that takes its place is kept for the wide ones at first.
 */
export const makeRoom: Rule = (situation, proposal) => {
  const { short = [], fleet } = proposal;
  if (situation.settings.state !== 'active' || short.length === 0 || isUnderWay(fleet)) return proposal;
  const found = lacking(short, situation, liveCores(fleet));
  if (found === undefined || !isAtCap(situation, fleet, found.width)) return proposal;
  const seconds = Math.round(situation.facts.viewedAt - found.since);
  return withSteps(proposal, stepFor(proposal, found.width, seconds));
};
