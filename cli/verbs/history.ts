import type { Decision } from '../../core/model/decision.ts';
import type { Owner } from '../../core/settings/settings-record.ts';
import { isoOf, secondsIn } from '../command/moments.ts';
import { verb } from '../command/verb.ts';
import { decisionsSince, type Hold, holdsIn } from '../stage/holds.ts';
import { dollarsOf, hasJoined, isUseless, type Life, livesSince, timesOf, wakesOf } from '../stage/lives.ts';
import { ownersNamed, ownersOf } from '../stage/owners.ts';
import { each } from '../stage/parallel.ts';
import { mostInShadow } from '../stage/shadows.ts';
import type { Sight } from '../stage/sight.ts';
import { DOES } from './does.ts';
import { historyLines } from './history-lines.ts';
import { type HistoryTold, type Hour, historyTold } from './history-told.ts';
import { heldFor } from './holds.ts';

const HOUR = 3600;

type Span = readonly [from: number, to: number];

const isIn = (at: number, [from, to]: Span): boolean => at >= from && at < to;

const sum = (numbers: readonly number[]): number => numbers.reduce((total, of) => total + of, 0);

/** What the hours are made of. */
interface Found {
  readonly decisions: readonly Decision[];
  readonly holds: readonly Hold[];
  readonly lives: readonly Life[];
}

/** The jobs that were ready over all queues, at the moment of the span when they were the most. */
const readyIn = (decisions: readonly Decision[]): number | null => {
  const byTick = Map.groupBy(
    decisions.filter(({ counts }) => counts.jobsReady !== undefined),
    ({ at }) => at,
  );
  const ready = [...byTick.values()].map((all) => sum(all.map(({ counts }) => counts.jobsReady ?? 0)));
  return ready.length === 0 ? null : Math.max(...ready);
};

const hourOf = (span: Span, { decisions, holds, lives }: Found, sight: Sight): Hour => {
  const decided = decisions.filter(({ at }) => isIn(at, span));
  const launched = lives.filter(({ record }) => isIn(record.launchedAt, span));
  const costs = lives.map((life) => dollarsOf(life, span, sight));
  return {
    from: isoOf(span[0]),
    ready: readyIn(decided),
    submitted: sum(decided.map((decision) => (decision.kind === 'submit' ? decision.count : 0))),
    launched: launched.length,
    woken: sum(lives.map((life) => wakesOf(life).filter((at) => isIn(at, span)).length)),
    joined: launched.filter(hasJoined).length,
    useless: launched.filter(isUseless).length,
    coreHours: sum(lives.map((life) => (timesOf(life, span).on * life.record.offers.cpus) / HOUR)),
    dollars: costs.includes(undefined) ? null : sum(costs.map((cost) => cost ?? 0)),
    inShadow: mostInShadow(decisions, span) ?? null,
    holds: holds
      .filter(({ from, to }) => isIn(from, span) || (from < span[0] && (to ?? span[1]) > span[0]))
      .map(heldFor),
  };
};

/** The hours of the clock since a moment; the first and the last may be parts. */
const hoursBetween = (from: number, to: number): readonly Span[] => {
  const spans: Span[] = [];
  for (let at = from; at < to; at = (Math.floor(at / HOUR) + 1) * HOUR) {
    spans.push([at, Math.min(to, (Math.floor(at / HOUR) + 1) * HOUR)]);
  }
  return spans;
};

const SUMMED = ['submitted', 'launched', 'woken', 'joined', 'useless', 'coreHours'] as const;

const sumOf = (hours: readonly Hour[]): HistoryTold['sum'] => {
  const summed = Object.fromEntries(
    SUMMED.map((name) => [name, sum(hours.map((hour) => hour[name]))]),
  ) as Record<(typeof SUMMED)[number], number>;
  const dollars = hours.map((hour) => hour.dollars);
  return { ...summed, dollars: dollars.includes(null) ? null : sum(dollars.map((of) => of ?? 0)) };
};

/** A queue has no workers of its own: what is told of those is its fleets'. */
const fleetsIn = (owners: readonly Owner[]): readonly string[] =>
  owners.filter(({ of }) => of === 'fleet').map(({ name }) => name);

const lookBack = async (sight: Sight, name: string | undefined, from: number): Promise<HistoryTold> => {
  const owners = await (name === undefined ? ownersOf(sight) : ownersNamed(sight, name));
  const [found, lives] = await Promise.all([
    each(owners, async (owner) => {
      const decisions = await decisionsSince(sight, owner, from);
      return { decisions, holds: holdsIn(owner, decisions) };
    }),
    livesSince(sight, fleetsIn(owners), from),
  ]);
  const all: Found = {
    decisions: found.flatMap(({ decisions }) => decisions),
    holds: found.flatMap(({ holds }) => holds).sort((a, b) => a.from - b.from),
    lives,
  };
  // Nothing was there before the first decision: hours of nothing tell nothing.
  const first = Math.min(
    ...all.decisions.map(({ at }) => at),
    ...lives.map(({ record }) => record.launchedAt),
    sight.now,
  );
  const hours = hoursBetween(Math.max(from, first), sight.now).map((span) => hourOf(span, all, sight));
  return {
    stage: sight.stage,
    at: isoOf(sight.now),
    of: name ?? null,
    isListed: lives.some(({ record }) => record.cost === undefined),
    hours: [...hours],
    sum: sumOf(hours),
  };
};

export const history = verb({
  name: 'history',
  takes: '[NAME] [--since 8h]',
  names: [0, 1],
  does: DOES.history,
  more: [
    'Useless are machines that never joined. Dollars with a ~ are at AWS’s list prices; spot is counted as on demand there.',
    'Of a queue there are no machines: they are its fleet’s. Of those in shadow: the most that they would have started at once.',
    'Exit code: 0.',
  ],
  options: { since: { type: 'string', default: '8h' } },
  means: { since: ['TIME', 'how long ago at the most: 8h (default), 7d; kept for 14 days'] },
  examples: ['aerie history --stage prod', 'aerie history default --since 24h'],
  schema: historyTold,
  ask: ({ sight, names: [name], options: { since } }) =>
    lookBack(sight, name, sight.now - secondsIn('since', String(since))),
  lines: historyLines,
  isWell: () => true,
});
