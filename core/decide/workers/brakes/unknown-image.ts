import { openBreakers } from '../../../learn/boots.ts';
import type { WorkerDecision } from '../../../model/decision.ts';
import type { Boots } from '../../../model/learned.ts';
import type { Reason } from '../../../model/reason.ts';
import type { Template } from '../../../model/worker.ts';

const lastJoinedAt = ({ boots }: Boots): number => boots.findLast(({ joined }) => joined)?.launchedAt ?? 0;

/**
 * Returns what is launched from while nobody can say which image is the newest: the stage's template with the image
 * whose workers were the last to join, and still do. Undefined: none has.
 */
export const lastWithImage = (stageTemplate: Template, known: readonly Boots[]): Template | undefined => {
  const open = new Set(openBreakers(known).map(({ kind }) => kind));
  return known
    .filter(({ kind, boots }) => !open.has(kind) && boots.some(({ joined }) => joined))
    .toSorted((a, b) => lastJoinedAt(b) - lastJoinedAt(a))
    .map(({ template }) => template)
    .find((template) => template?.id === stageTemplate.id && template.imageId !== undefined);
};

/** Returns the decision without its launches; one that has nothing else to do rests. */
const withoutLaunches = (decision: WorkerDecision): WorkerDecision => {
  if (decision.kind !== 'act') return decision;
  if (decision.retirements.length > 0) return { ...decision, launches: [] };
  const { queue, at, why, counts } = decision;
  return { kind: 'rest', queue, at, why, counts };
};

/**
 * Returns the decisions of a tick that does not know the newest image: those that launch say from what instead, and
 * none launches if there is nothing that is known to join. The image of a template may be long out of use.
 */
export const whileImageUnknown = (
  decisions: readonly WorkerDecision[],
  instead: Template | undefined,
  words: string,
): readonly WorkerDecision[] => {
  const why: Reason = { kind: 'image-unknown', ...(instead === undefined ? {} : { instead }), words };
  return decisions.map((decision) => {
    if (decision.kind !== 'act' || decision.launches.length === 0) return decision;
    const told = { ...decision, why: [...decision.why, why] };
    return instead === undefined ? withoutLaunches(told) : told;
  });
};
