import type { Decision } from '../../core/model/decision.ts';
import { whose } from '../../core/model/decision.ts';
import { compared, type Difference } from '../../core/replay/compare.ts';
import { decideAgain } from '../../core/replay/decide-again.ts';
import type { TickInputs } from '../../core/replay/inputs.ts';
import { settingsOverTime } from '../../core/settings/settings-over-time.ts';
import type { Owner } from '../../core/settings/settings-record.ts';
import { tickOf } from './last-decision.ts';
import { each } from './parallel.ts';
import type { Sight } from './sight.ts';

/** A decision that comes out otherwise. */
export interface Changed {
  readonly was: Decision;
  /** Undefined: nothing is decided of it. */
  readonly is: Decision | undefined;
  readonly differences: readonly Difference[];
}

/** What came of deciding the ticks of a time again. */
export interface Replayed {
  /** Ticks of which every decision that was written down comes out equal, and those of which not. */
  readonly equalTicks: number;
  readonly differentTicks: number;
  readonly equalDecisions: number;
  readonly changed: readonly Changed[];
  /** Ticks that could not be decided again, by why. */
  readonly unreplayed: ReadonlyMap<string, number>;
}

const keyOf = (decision: Decision): string => `${decision.of} ${whose(decision)} ${decision.at}`;

interface Span {
  readonly from: number;
  readonly to: number;
}

/** The decisions that were written down, by whose they are and their moment. */
const writtenIn = async (sight: Sight, owners: readonly Owner[], span: Span) => {
  const all = await each(owners, async (owner) => {
    const found: Decision[] = [];
    for await (const one of sight.past.decisions(tickOf(owner), owner.name, span)) found.push(one);
    return found;
  });
  return new Map(all.flat().map((decision) => [keyOf(decision), decision]));
};

const tickKey = ({ of, at }: Pick<Decision, 'of' | 'at'>): string => `${of} ${at}`;

/** Decides a tick again, or says why that cannot be: what another version has kept may hold what this one does not expect. */
const again = (
  inputs: TickInputs,
  settle: ReturnType<typeof settingsOverTime>,
): readonly Decision[] | string => {
  try {
    return decideAgain(inputs, settle);
  } catch (error) {
    return `of another version: ${error instanceof Error ? error.message : String(error)}`;
  }
};

/** Decides every tick of a time again that wrote down a decision about some of these, and compares. */
export const replayedIn = async (sight: Sight, owners: readonly Owner[], span: Span): Promise<Replayed> => {
  const written = await writtenIn(sight, owners, span);
  const byTick = Map.groupBy(written.values(), tickKey);
  const unreplayed = new Map<string, number>();
  const missed = (why: string, ticks = 1) => unreplayed.set(why, (unreplayed.get(why) ?? 0) + ticks);
  const settle = settingsOverTime();
  const changed: Changed[] = [];
  let [equalTicks, differentTicks, equalDecisions] = [0, 0, 0];
  const compareTick = (decisions: readonly Decision[], inputs: TickInputs) => {
    const decided = again(inputs, settle);
    if (typeof decided === 'string') return void missed(decided);
    const made = new Map(decided.map((decision) => [keyOf(decision), decision]));
    const others = decisions.flatMap((was): readonly Changed[] => {
      const other = made.get(keyOf(was));
      const differences = other === undefined ? [] : compared(was, other);
      return other !== undefined && differences.length === 0 ? [] : [{ was, is: other, differences }];
    });
    changed.push(...others);
    equalDecisions += decisions.length - others.length;
    if (others.length === 0) equalTicks += 1;
    else differentTicks += 1;
  };
  for (const of of new Set(owners.map(tickOf))) {
    for await (const kept of sight.past.inputs(of, span)) {
      const at = kept.kind === 'inputs' ? kept.inputs.at : kept.at;
      const decisions = byTick.get(tickKey({ of, at }));
      if (decisions === undefined) continue;
      byTick.delete(tickKey({ of, at }));
      if (kept.kind === 'inputs') compareTick(decisions, kept.inputs);
      else missed(kept.why);
    }
  }
  if (byTick.size > 0) missed('nothing was kept of what they rested on', byTick.size);
  changed.sort((a, b) => a.was.at - b.was.at);
  return { equalTicks, differentTicks, equalDecisions, changed, unreplayed };
};
