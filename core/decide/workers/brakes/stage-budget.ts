import type { Account } from '../../../model/account.ts';
import type { WorkerDecision } from '../../../model/decision.ts';
import { monthsOf } from '../../../model/months.ts';
import type { Reason } from '../../../model/reason.ts';
import type { StageCaps } from '../../../model/stage.ts';
import { NEAR } from '../../../observe/money/budget.ts';
import { spentIn } from '../../../observe/money/commitments.ts';
import type { Sharer } from './caps.ts';

/** What queues that are no more have spent in a month, dollars. */
export const spentElsewhere = (accounts: readonly Account[], sharers: readonly Sharer[]) => {
  const known = new Set(sharers.map(({ settings }) => settings.name));
  const others = accounts.filter(({ queue }) => !known.has(queue));
  return (month: string): number => others.reduce((sum, { dollars }) => sum + (dollars[month] ?? 0), 0);
};

/**
 * Says on every queue that has prices when the stage has spent most of what it may in a month: it stands before all of
 * them, though each may be far from a budget of its own.
 */
export const toldNear = (
  sharers: readonly Sharer[],
  { dollarsPerMonth: most }: StageCaps,
  elsewhere: (month: string) => number,
  now: number,
): readonly WorkerDecision[] => {
  const decisions = sharers.map(({ decision }) => decision);
  const [month] = monthsOf(now, now);
  if (most === undefined || month === undefined) return decisions;
  const own = sharers.reduce((sum, { commitments }) => sum + spentIn(month, commitments, now), 0);
  const spent = own + elsewhere(month.name);
  if (spent < most * NEAR) return decisions;
  const near: Reason = { kind: 'stage-budget', month: month.name, dollars: spent, limitDollars: most };
  return decisions.map((decision) =>
    decision.counts.budgetNear === undefined
      ? decision
      : { ...decision, why: [...decision.why, near], counts: { ...decision.counts, budgetNear: 1 } },
  );
};
