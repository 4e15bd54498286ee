import type { PlannedLaunch, WorkerDecision } from '../../../model/decision.ts';
import { clientTokenOf, launchIdOf, TAG } from '../../../model/names.ts';
import type { Reason } from '../../../model/reason.ts';
import type { Template } from '../../../model/templates.ts';
import { tagsOf, templateKey } from '../../../model/templates.ts';
import type { Brake } from './brake.ts';

/** An id that none of these launches has: brakes have taken some away, and the others kept theirs. */
const freeId = (launches: readonly PlannedLaunch[], { fleet, at }: WorkerDecision): string => {
  const taken = new Set(launches.map(({ request }) => request.launchId));
  let index = 0;
  while (taken.has(launchIdOf(fleet, at, index))) index += 1;
  return launchIdOf(fleet, at, index);
};

/** The first worker of the launches comes from another template; there are as many as before. */
const canaryFirst = (
  launches: readonly PlannedLaunch[],
  canary: Template,
  decision: WorkerDecision,
  stage: string,
): readonly PlannedLaunch[] => {
  const [first, ...others] = launches;
  if (first === undefined) return launches;
  const { request } = first;
  const { [TAG.image]: _, ...withoutImage } = request.tags;
  const launchId = freeId(launches, decision);
  const one = {
    ...request,
    launchId,
    clientToken: clientTokenOf(stage, launchId),
    template: canary,
    count: 1,
    tags: { ...withoutImage, ...tagsOf(canary), [TAG.launch]: launchId },
  };
  const rest = { ...request, count: request.count - 1 };
  return [
    { ...first, request: one, isCanary: true },
    ...(rest.count > 0 ? [{ ...first, request: rest }] : []),
    ...others,
  ];
};

/**
 * Launches from the template whose workers were the last to join while the newest has not shown that its do, but for one
 * canary of it if one is due. As many workers are launched as before, of the same offers.
 */
export const canary: Brake = (decisions, { launchingOf }) => {
  const tried = new Set<string>();
  return decisions.map((decision) => {
    const { from, stage } = launchingOf(decision.fleet);
    const { template, newest, canaryIsDue, isRejected } = from;
    if (decision.kind === 'hold' || newest === undefined) return decision;
    const isDue = canaryIsDue && !tried.has(templateKey(newest));
    const instead: Reason = { kind: 'older-template', template, newest };
    const told = isRejected ? { ...decision, counts: { ...decision.counts, olderTemplate: 1 } } : decision;
    if (told.kind === 'rest' || told.launches.length === 0) return told;
    const why: readonly Reason[] = [...told.why, isDue ? { ...instead, canary: true } : instead];
    if (!isDue) return { ...told, why };
    tried.add(templateKey(newest));
    return { ...told, why, launches: canaryFirst(told.launches, newest, told, stage.stage) };
  });
};
