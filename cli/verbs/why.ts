import { type Decision, whose } from '../../core/model/decision.ts';
import { decideAgain } from '../../core/replay/decide-again.ts';
import type { Owner } from '../../core/settings/settings-record.ts';
import { capReached, countedOf, fixOf, limitText } from '../../core/tell/fix.ts';
import { inShort } from '../../core/tell/in-short.ts';
import { gistOfLimit, isFleetToBlame, type Limit, limitOf } from '../../core/tell/limit.ts';
import { reasonsOf } from '../../core/tell/reasons.ts';
import { sentence } from '../../core/tell/sentence.ts';
import { isoOf, momentIn } from '../command/moments.ts';
import { UsageError } from '../command/usage.ts';
import { verb } from '../command/verb.ts';
import { lastDecision, tickOf } from '../stage/last-decision.ts';
import { ownersNamed, ownerText } from '../stage/owners.ts';
import type { Sight } from '../stage/sight.ts';
import { DOES } from './does.ts';
import { whyLines } from './why-lines.ts';
import { type Explained, type WhyTold, whyTold } from './why-told.ts';

const BACK_SECONDS = 86_400;

/** Since when what limits is the same; decisions that only say the same again are not written down. */
const sinceOf = async (sight: Sight, owner: Owner, last: Decision) => {
  const gist = gistOfLimit(limitOf(last));
  const from = last.at - BACK_SECONDS;
  let since = last.at;
  const decisions = sight.past.decisions(tickOf(owner), owner.name, { from, to: last.at });
  for await (const decision of decisions) {
    if (gistOfLimit(limitOf(decision)) !== gist) return { since, isSinceAtLeast: false };
    since = decision.at;
  }
  return { since, isSinceAtLeast: since - from < BACK_SECONDS / 2 };
};

/** Two ticks of pilots: one that says the same again is not written down, and its numbers are only in its metrics. */
const REPEATED_SECONDS = 120;

/** What limits, with the numbers of now where they are newer: what a queue was met with may be done since. */
const limitNow = async (
  sight: Sight,
  { of, name }: Owner,
  decision: Decision,
  at: number,
): Promise<Limit> => {
  const limit = limitOf(decision);
  const isNow = at === sight.now && sight.hasQueueMetrics;
  if (of !== 'queue' || limit.kind !== 'met' || !isNow) return limit;
  const seen = (await sight.queueCounts([name])).get(name);
  if (seen === undefined || seen.at < decision.at)
    return at - decision.at > REPEATED_SECONDS ? NO_DEMAND : limit;
  return seen.jobsReady === 0 && seen.pilotsWaiting === 0 ? NO_DEMAND : limit;
};

/** A queue of which no number is told is at rest. */
const NO_DEMAND: Limit = { kind: 'no-demand' };

/** The cap that keeps workers of a fleet back now, if a cap is what limits it. */
const capOf = async (sight: Sight, { name }: Owner, limit: Limit) => {
  if (limit.kind !== 'limited' || limit.by.kind !== 'capped-by-fleet') return undefined;
  const [{ fleets }, { workers }] = await Promise.all([sight.settings(), sight.view()]);
  const parsed = fleets.find((of) => of.ok && of.settings.name === name);
  if (parsed?.ok !== true) return undefined;
  return capReached(parsed.settings, countedOf(workers, name));
};

/** What limits now, in a sentence, and what mends it; null: nobody has to. */
export const limitTold = async (sight: Sight, owner: Owner, limit: Limit) => {
  if (limit.kind !== 'limited') return { text: undefined, fix: null };
  const cap = await capOf(sight, owner, limit);
  return {
    text: limitText(limit.by, cap),
    fix: fixOf(limit.by, { owner, stage: sight.stage, cap }) ?? null,
  };
};

const isQuiet = ({ kind }: Decision): boolean => kind === 'rest' || kind === 'hold';

const explain = async (sight: Sight, owner: Owner, decision: Decision, at: number): Promise<Explained> => {
  const limit = await limitNow(sight, owner, decision, at);
  const { since, isSinceAtLeast } = await sinceOf(sight, owner, decision);
  const { text, fix } = await limitTold(sight, owner, limit);
  // Of then nobody knows which cap it was.
  const said = at === sight.now ? text : undefined;
  return {
    ...owner,
    decidedAt: isoOf(decision.at),
    kind: decision.kind,
    what: inShort(decision),
    why: reasonsOf(decision).map(({ kind, text }) => ({ kind, text })),
    counts: { ...decision.counts },
    isRepeated: isQuiet(decision) && at - decision.at > REPEATED_SECONDS,
    limit: {
      kind: limit.kind,
      ...(limit.kind === 'limited' ? { reason: limit.by.kind, text: said ?? sentence(limit.by) } : {}),
      since: isoOf(since),
      isSinceAtLeast,
    },
    fix,
  };
};

/** The fleet whose workers run the pilots of a queue, as its settings say now. */
const fleetOf = async (sight: Sight, { of, name }: Owner): Promise<Owner | undefined> => {
  if (of === 'fleet') return undefined;
  const { queues } = await sight.settings();
  const parsed = queues.find((queue) => queue.ok && queue.settings.name === name);
  return parsed?.ok === true ? { of: 'fleet', name: parsed.settings.fleet } : undefined;
};

/**
 * What was decided up to a moment. Where that was long before and only said again since, and a tick near the moment kept what it
 * decided on, it is decided again, for the numbers of then.
 */
const decidedUpTo = async (sight: Sight, owner: Owner, at: number): Promise<Decision | undefined> => {
  const last = await lastDecision(sight, owner, at);
  if (last === undefined || !isQuiet(last) || at - last.at <= REPEATED_SECONDS || at === sight.now)
    return last;
  let said = last;
  const span = { from: Math.max(last.at, at - REPEATED_SECONDS), to: at };
  for await (const kept of sight.past.inputs(tickOf(owner), span)) {
    if (kept.kind !== 'inputs') continue;
    const decided = decideAgain(kept.inputs);
    const again: Decision | undefined = decided.find(
      (one) => one.of === last.of && whose(one) === owner.name,
    );
    // What says something else was not what this tick said: it would have been written down.
    if (again?.kind === last.kind && gistOfLimit(limitOf(again)) === gistOfLimit(limitOf(last))) said = again;
  }
  return said;
};

/** Looks at what limits a queue or a fleet, as of a moment. */
export const lookAtWhy = async (sight: Sight, text: string, at: number): Promise<WhyTold> => {
  const found = await ownersNamed(sight, text);
  const [first] = found;
  // A queue and a fleet of one name: the queue, which its fleet follows.
  const owner = first ?? { of: 'fleet' as const, name: text };
  const fleet = await fleetOf(sight, owner);
  const [own, fleets] = await Promise.all([
    decidedUpTo(sight, owner, at),
    fleet === undefined ? undefined : decidedUpTo(sight, fleet, at),
  ]);
  if (own === undefined) {
    throw new UsageError(
      `nothing is kept of what was decided about ${ownerText(owner)} up to ${isoOf(at)}; decisions are kept for 14 days.`,
    );
  }
  const isFleets =
    fleets !== undefined && isFleetToBlame(limitOf(own), limitOf(fleets), own.counts.pilotsWaiting ?? 0);
  const of = [await explain(sight, owner, own, at)];
  if (fleet !== undefined && fleets !== undefined) of.push(await explain(sight, fleet, fleets, at));
  return {
    stage: sight.stage,
    at: isoOf(at),
    because: isFleets && fleet !== undefined ? ownerText(fleet) : ownerText(owner),
    of,
  };
};

export const why = verb({
  name: 'why',
  takes: 'NAME [--at TIME]',
  names: [1, 1],
  does: DOES.why,
  more: ['Of a queue whose pilots wait, that may be its fleet’s. Exit code: 0 if nothing limits, else 1.'],
  options: { at: { type: 'string' } },
  means: { at: ['TIME', 'what was decided then: 03:00, "2026-01-05 03:00" or "2h ago", in UTC'] },
  examples: ['aerie why BNL_CLOUD --stage prod', 'aerie why fleet/default --at 03:00'],
  schema: whyTold,
  ask: ({ sight, names: [name = ''], options: { at } }) =>
    lookAtWhy(sight, name, at === undefined ? sight.now : momentIn('at', at, sight.now)),
  lines: whyLines,
  isWell: ({ because, of }) => of.every((one) => ownerText(one) !== because || one.limit.kind !== 'limited'),
});
