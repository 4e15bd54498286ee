import { leavingBy, type Retirement } from '../../../model/decision.ts';
import { isComing } from '../../../model/worker.ts';
import type { Waiters } from '../../../observe/demand.ts';
import { type Fleet, liveCores, liveWorkers, type Member } from '../../../observe/fleet.ts';
import type { Situation } from '../../../observe/situation.ts';
import { fairShares } from '../sizing/by-width.ts';
import { inService, mayLeave, type Proposal, type Rule, withSteps } from './rule.ts';

/** Ten cycles of the negotiator: who has not got room in them gets none by itself. */
const WAITED_SECONDS = 600;

/**
 * So much of a fleet drains for room at once at most. To drain few at a time saves nothing: each worker's cores are empty
 * until its last job is over, whenever that is. It is what is lost if nobody takes the room.
 */
const MOST_SHARE = 0.25;

const coresOf = (waiting: readonly Waiters[]): number =>
  waiting.reduce((n, { shape, count }) => n + shape.cpus * count, 0);

/** A width that has less than its fair part of the cores, and how many of them it lacks. */
interface Lack {
  readonly width: number;
  readonly since: number;
  readonly cores: number;
  /** The widths that have more than their fair part. */
  readonly above: ReadonlySet<number>;
}

/**
 * The width that has waited for the longest, has less than its fair part of the fleet's cores, and waits beside jobs that
 * take what comes free. On workers that widths share these are narrower ones: where none waits, what comes free stays free
 * until it is room enough. On workers of one width each they are any others: a worker stays as long as its own have jobs.
 */
const lacking = (
  short: readonly Waiters[],
  { settings, pilots: { coresByWidth }, facts: { viewedAt } }: Situation,
  cores: number,
): Lack | undefined => {
  const waiting = Map.groupBy(short, ({ shape }) => shape.cpus);
  const levels = [...new Set([...coresByWidth.keys(), ...waiting.keys()])].map((width) => {
    const held = coresByWidth.get(width) ?? 0;
    return { width, held, demand: held + coresOf(waiting.get(width) ?? []) };
  });
  const fair = fairShares(levels, cores);
  const parts = levels.map(({ width, held }) => ({ width, cores: (fair.get(width) ?? 0) - held }));
  const above = new Set(parts.filter(({ cores: lacks }) => lacks < 0).map(({ width }) => width));
  const hasRival = (width: number) =>
    [...waiting.keys()].some((other) => (settings.widths === 'apart' ? other !== width : other < width));
  return parts
    .filter(({ width, cores: lacks }) => lacks >= width && hasRival(width))
    .map((level) => {
      const moments = (waiting.get(level.width) ?? []).map(({ since = Number.POSITIVE_INFINITY }) => since);
      return { ...level, above, since: Math.min(...moments) };
    })
    .filter(({ since }) => viewedAt - since >= WAITED_SECONDS)
    .sort((a, b) => a.since - b.since)[0];
};

/** What the end of a worker with so many cores gives to jobs of a width, cores; undefined: there is room in the caps. */
const givenBy = (
  { settings }: Situation,
  fleet: Fleet,
  width: number,
): ((cpus: number) => number) | undefined => {
  if (liveCores(fleet) + width > settings.maxCores) return (cpus) => cpus;
  // In place of one worker there may be another, and that is large enough.
  return liveWorkers(fleet) >= settings.maxWorkers ? (cpus) => Math.max(cpus, width) : undefined;
};

/** Cores of the workers that leave, whatever for, and of those to come that are kept for wide jobs at first. */
const coming = ({ fleet, launches, retirements }: Proposal): readonly number[] => {
  const leaving = leavingBy(retirements);
  const members = fleet.members.filter(
    (member) =>
      !inService(member) ||
      leaving.has(member.record.instanceId) ||
      (isComing(member.record.state) && member.record.firstWidth !== undefined),
  );
  const launched = [...fleet.launches, ...launches].filter(({ request }) => request.firstWidth !== undefined);
  return [
    ...members.map(({ record }) => record.offers.cpus),
    ...launched.flatMap(({ request, offers }) => new Array<number>(request.count).fill(offers.cpus)),
  ];
};

const isMakingRoom = ({ record: { state } }: Member): boolean =>
  state.kind === 'draining' && state.cause.kind === 'room-wanted';

const sum = (cores: readonly number[]): number => cores.reduce((n, of) => n + of, 0);

const usedOn = ({ pool }: Member): number => (pool === undefined ? 0 : pool.total.cpus - pool.free.cpus);

/** Whether others use a worker: whoever runs wide jobs only makes no room for others of these. */
const hasOthers = (member: Member, { width, above }: Lack): boolean =>
  member.record.width === undefined
    ? usedOn(member) < width * (member.pool?.busy ?? 0)
    : above.has(member.record.width);

/** Fewest cores in use first; among equals the oldest. */
const leastUsedFirst = (a: Member, b: Member): number =>
  usedOn(a) - usedOn(b) || a.record.launchedAt - b.record.launchedAt;

/** Workers, one after the other, until they give what is wanted or no more may drain: one always may. */
const enough = (
  members: readonly Member[],
  given: (cpus: number) => number,
  { wanted, most }: { readonly wanted: number; readonly most: number },
): readonly Member[] => {
  const taken: Member[] = [];
  let [gives, drains] = [0, 0];
  for (const member of members) {
    const { cpus } = member.record.offers;
    if (gives >= wanted || drains + cpus > most) break;
    taken.push(member);
    drains += cpus;
    gives += given(cpus);
  }
  return taken;
};

/**
 * Drains workers, the emptiest, where the caps keep jobs waiting that have less than their fair part and get no room by
 * themselves: wide ones, of which the workers that take their place are at first, or those of any width where each has workers
 * of its own.
 */
export const makeRoom: Rule = (situation, proposal) => {
  const { short = [], fleet } = proposal;
  const live = liveCores(fleet);
  const lack = lacking(short, situation, live);
  const given = lack === undefined ? undefined : givenBy(situation, fleet, lack.width);
  if (lack === undefined || given === undefined) return proposal;
  const { width, since } = lack;
  const wanted = lack.cores - sum(coming(proposal).map(given));
  if (wanted < width) return proposal;
  const making = sum(fleet.members.filter(isMakingRoom).map(({ record }) => record.offers.cpus));
  const candidates = mayLeave(fleet, leavingBy(proposal.retirements))
    .filter((member) => member.record.kept !== true && hasOthers(member, lack))
    .sort(leastUsedFirst);
  const first = candidates[0]?.record.offers.cpus ?? 0;
  const most = Math.max(MOST_SHARE * live, first, width) - making;
  const seconds = Math.round(situation.facts.viewedAt - since);
  const steps = enough(candidates, given, { wanted, most }).map(
    ({ record: { instanceId } }): Retirement => ({
      instanceId,
      step: 'drain',
      cause: { kind: 'room-wanted', cpus: width, seconds },
    }),
  );
  return withSteps(proposal, steps);
};
