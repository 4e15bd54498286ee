import type { EndReply, RefusedEnd, RefusedOrder } from '../../../core/model/launch.ts';
import type { PlannedWake, WakeReply } from '../../../core/model/wake.ts';
import { inLanes } from '../lanes.ts';
import type { Answer, Failure } from './answer.ts';
import { serverPath } from './ids.ts';
import type { Nova } from './nova.ts';
import { hasPower } from './server.ts';

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
const RESIZED: Omit<RefusedOrder, 'instanceId'> = {
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
): RefusedOrder => ({
  instanceId,
  class: status === NOT_FOUND || status === CONFLICT ? 'state' : 'configuration',
  ...{ code, why },
});

/** What is said of an order that was stopped by a failure that is not about a server. */
const stopOf = (stop: Stop | undefined): Pick<WakeReply, 'unanswered' | 'unheard' | 'throttled'> => {
  switch (stop?.kind) {
    case undefined:
      return {};
    case 'unclear':
      return { unanswered: stop.why };
    case 'caller':
      return { unheard: { code: stop.code, why: stop.why } };
    case 'throttled':
      return { throttled: { code: stop.code, why: stop.why } };
    default:
      return stop satisfies never;
  }
};

/** Starts one server. Nova answers 409 for one that has power, or that is just now losing it: only a look tells which. */
const start = async (nova: Nova, instanceId: string): Promise<Answer> => {
  const path = serverPath(instanceId);
  const answer = await nova.ask({ method: 'POST', path: `${path}/action`, body: { 'os-start': null } });
  if (answer.kind !== 'refused' || answer.status !== CONFLICT) return answer;
  const seen = await nova.ask({ method: 'GET', path });
  return seen.kind === 'done' && hasPower(seen.body) ? seen : answer;
};

/** Starts servers that are switched off, some calls each. One that has power already is taken, as on EC2. */
export const wake = async (
  nova: Nova,
  wakes: readonly PlannedWake[],
  hasTime: () => boolean,
): Promise<WakeReply> => {
  const taken: string[] = [];
  const refused: RefusedOrder[] = [];
  const unclear = new Set<string>();
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
      const answer = labelled.kind === 'done' ? await start(nova, instanceId) : labelled;
      if (answer.kind === 'done') taken.push(instanceId);
      else if (answer.kind === 'refused') refused.push(refusedWake(instanceId, answer));
      else stop = answer;
      // Labels that may have been written start nothing.
      if (labelled.kind === 'done' && answer.kind === 'unclear') unclear.add(instanceId);
    },
  );
  const settled = new Set([...taken, ...refused.map(({ instanceId }) => instanceId), ...unclear]);
  const unasked = wakes.map(({ instanceId }) => instanceId).filter((id) => !settled.has(id));
  return { ...{ taken, refused, unasked }, ...stopOf(stop) };
};
