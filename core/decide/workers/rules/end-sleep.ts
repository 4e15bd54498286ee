import type { Retirement } from '../../../model/decision.ts';
import type { Reason } from '../../../model/reason.ts';
import { sleptSince, type WorkerRecord } from '../../../model/worker.ts';
import { mostAsleep } from '../../../observe/keep-asleep.ts';
import type { Situation } from '../../../observe/situation.ts';
import { lifeLeftSeconds } from '../../../observe/sleepers.ts';
import { driftOf } from './roll.ts';
import { type Rule, withSteps } from './rule.ts';
import { unlessRefused } from './unended.ts';

/** One that was started so often in a row, and joined after none of it, is broken. */
const MOST_FAILURES = 3;

const sinceOf = (worker: WorkerRecord): number => sleptSince(worker) ?? 0;

/** Why one is not kept any longer; undefined: it sleeps on. */
const whyEnd = (worker: WorkerRecord, situation: Situation): Reason | undefined => {
  const { settings, facts, keepSecondsOf, budget, shortestWallSeconds, from, stage } = situation;
  const { state } = worker;
  if (state.kind !== 'asleep') return undefined;
  if (state.cause !== undefined) return state.cause;
  if ((state.failures ?? 0) >= MOST_FAILURES) return { kind: 'would-not-wake', times: MOST_FAILURES };
  if (settings.state === 'drain') return { kind: 'fleet-drained' };
  if (budget?.step === 'over') return { kind: 'asleep-over-budget' };
  const drift = stage.imageUnknown === undefined ? driftOf(worker, from) : undefined;
  if (drift !== undefined) return drift;
  if (lifeLeftSeconds(worker, settings, facts.now) < shortestWallSeconds) {
    return { kind: 'too-old', maxLifeSeconds: settings.maxLifeSeconds };
  }
  const keep = keepSecondsOf(worker);
  return facts.now - sinceOf(worker) > keep
    ? { kind: 'asleep-too-long', seconds: Math.round(keep) }
    : undefined;
};

/**
 * Ends sleepers that nothing will wake any more: of a template that is launched no longer, too old, over the budget, or asleep
 * for longer than their disks may cost; who is in the collector after all is left alone. Where fewer may sleep than do, those that have slept longest go first.
 */
export const endSleep: Rule = (situation, proposal) => {
  const { settings, agesAt } = situation;
  const { asleep = [], members } = proposal.fleet;
  if (asleep.length === 0) return proposal;
  const woken = new Set((proposal.wakes ?? []).map(({ instanceId }) => instanceId));
  const awake = members.filter(({ record }) => record.mayStop === true).length;
  const maxAsleep = mostAsleep(settings);
  let beyond = asleep.length + awake - maxAsleep;
  const steps = asleep
    .filter(({ instanceId, isProtected }) => !woken.has(instanceId) && isProtected !== true)
    .sort((a, b) => sinceOf(a) - sinceOf(b))
    .flatMap((worker): readonly Retirement[] => {
      const why = whyEnd(worker, situation);
      const cause = why ?? (beyond > 0 ? ({ kind: 'above-max-asleep', maxAsleep } as const) : undefined);
      if (cause === undefined) return [];
      beyond -= 1;
      const { instanceId } = worker;
      return unlessRefused({ instanceId, step: 'terminate', cause, unseen: true }, worker, agesAt);
    });
  return withSteps(proposal, steps);
};
