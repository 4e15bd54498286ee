import type { EndReply, RefusedEnd } from '../../../core/model/launch.ts';
import type { PlannedWake, RefusedWake, WakeReply } from '../../../core/model/wake.ts';
import type { Answer, Failure } from './answer.ts';
import { serverPath } from './ids.ts';
import { inLanes } from './lanes.ts';
import type { Nova } from './nova.ts';

const NOT_FOUND = 404;
const CONFLICT = 409;

/** What of a failure is about the call and not about a server: no other call has a better chance now. */
type Stop = Exclude<Failure, { kind: 'refused' }>;

const isStop = (answer: Answer): answer is Stop => answer.kind !== 'done' && answer.kind !== 'refused';

/** Deletes servers, one call each. One that Nova does not know has ended, which is no refusal. */
export const terminate = async (
  nova: Nova,
  ids: readonly string[],
  hasTime: () => boolean,
): Promise<EndReply> => {
  const taken: string[] = [];
  const refused: RefusedEnd[] = [];
  let stop: Stop | undefined;
  await inLanes(
    ids,
    () => stop === undefined && hasTime(),
    async (instanceId) => {
      const answer = await nova.ask({ method: 'DELETE', path: serverPath(instanceId) });
      if (isStop(answer)) stop = answer;
      else if (answer.kind === 'done') taken.push(instanceId);
      else if (answer.status !== NOT_FOUND) refused.push({ instanceId, code: answer.code, why: answer.why });
    },
  );
  switch (stop?.kind) {
    case undefined:
    case 'throttled':
      return { taken, refused };
    case 'unclear':
      return { taken, refused, unanswered: stop.why };
    case 'caller':
      return { taken, refused, unheard: { code: stop.code, why: stop.why } };
    default:
      return stop satisfies never;
  }
};

/** A server is started as what it was: another flavour is a resize, which takes minutes and a person's confirmation. */
const RESIZED: Omit<RefusedWake, 'instanceId'> = {
  class: 'unsupported',
  code: 'resize',
  why: 'OpenStack starts a server as the flavour that it was',
};

const relabelled = async (nova: Nova, { instanceId, tags = {} }: PlannedWake): Promise<Answer> => {
  if (Object.keys(tags).length === 0) return { kind: 'done', body: {} };
  return nova.ask({ method: 'POST', path: `${serverPath(instanceId)}/metadata`, body: { metadata: tags } });
};

const refusedWake = (
  instanceId: string,
  { status, code, why }: Extract<Failure, { kind: 'refused' }>,
): RefusedWake => ({
  instanceId,
  class: status === NOT_FOUND || status === CONFLICT ? 'state' : 'configuration',
  ...{ code, why },
});

/** Starts servers that are switched off, one call each. Nova answers 409 for one that is not. */
export const wake = async (
  nova: Nova,
  wakes: readonly PlannedWake[],
  hasTime: () => boolean,
): Promise<WakeReply> => {
  const taken: string[] = [];
  const refused: RefusedWake[] = [];
  const asked = new Set<string>();
  let stop: Stop | undefined;
  await inLanes(
    wakes,
    () => stop === undefined && hasTime(),
    async (planned) => {
      const { instanceId, isResized } = planned;
      if (isResized === true) {
        refused.push({ instanceId, ...RESIZED });
        return;
      }
      const labelled = await relabelled(nova, planned);
      if (isStop(labelled)) stop = labelled;
      else if (labelled.kind === 'refused') refused.push(refusedWake(instanceId, labelled));
      if (labelled.kind !== 'done') return;
      const answer = await nova.ask({
        method: 'POST',
        path: `${serverPath(instanceId)}/action`,
        body: { 'os-start': null },
      });
      if (isStop(answer)) stop = answer;
      if (answer.kind === 'done') taken.push(instanceId);
      else if (answer.kind === 'refused') refused.push(refusedWake(instanceId, answer));
      else if (answer.kind === 'unclear') asked.add(instanceId);
    },
  );
  const settled = new Set([...taken, ...refused.map(({ instanceId }) => instanceId), ...asked]);
  const unasked = wakes.map(({ instanceId }) => instanceId).filter((id) => !settled.has(id));
  return {
    ...{ taken, refused, unasked },
    ...(asked.size > 0 && stop?.kind === 'unclear' ? { unanswered: stop.why } : {}),
  };
};
