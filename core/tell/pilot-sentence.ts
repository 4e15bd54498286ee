import type { PilotReason } from '../model/reason-pilots.ts';
import { byStatusInWords, countedInWords, missingInWords, movedInWords } from './chain-sentence.ts';

const HOUR_SECONDS = 3600;

const credentialInWords = (reason: Extract<PilotReason, { kind: 'credential-ends' }>): string => {
  const { leftSeconds, endsAt, file } = reason;
  const what = file === undefined ? 'the credential of its pilots' : `${file} on the central manager`;
  if (endsAt === undefined) return `${what} cannot be read: put a valid one in its place`;
  const hours = Math.floor(Math.abs(leftSeconds) / HOUR_SECONDS);
  return `${what} ${leftSeconds < 0 ? `ended ${hours} h ago` : `ends in ${hours} h`}: renew it`;
};

const shadowInWords = ({ submit, remove }: Extract<PilotReason, { kind: 'queue-in-shadow' }>): string => {
  if (submit + remove === 0) return 'the queue is in shadow: it would do nothing now, and does nothing';
  const would = submit > 0 ? `submit ${submit} pilots` : `remove ${remove} pilots`;
  return `the queue is in shadow: it would ${would} now, and does nothing`;
};

/** Why a queue's pilots are as many as they are, in a sentence. */
export const pilotSentence = (reason: PilotReason): string => {
  switch (reason.kind) {
    case 'queue-paused':
      return 'the queue is paused';
    case 'queue-drained':
      return 'the queue is drained';
    case 'queue-in-shadow':
      return shadowInWords(reason);
    case 'idle-pilots-removed':
      return 'its idle pilots are removed';
    case 'pilots-without-jobs':
      return `${reason.idlePilots} idle pilots have no job behind them`;
    case 'pilots-of-no-fleet':
      return `${reason.idlePilots} idle pilots wait for fleet ${reason.fleet}, which does not exist any more`;
    case 'pilots-seen': {
      const { activated, taken, waiting, running } = reason;
      const since = taken > 0 ? ` (${taken} of them taken since)` : '';
      return `activated ${activated}${since}, pilots waiting ${waiting}, running ${running}`;
    }
    case 'credential-ends':
      return credentialInWords(reason);
    case 'tokens-end-first':
      return `workers may live ${reason.lifeSeconds} s and their tokens only ${reason.tokenSeconds} s: raise joining.tokenSeconds of the endpoint`;
    case 'site-shut':
      return `PanDA has the site in ${reason.status}: no pilots`;
    case 'site-status-strange':
      return `PanDA has the site in "${reason.status}", a status that aerie does not know: no pilots`;
    case 'pilots-empty-handed':
      return `${reason.short} of the ${reason.ended} pilots of the last hour ended within ${reason.shortSeconds} s and PanDA has no job on any: one at a time until one lives`;
    case 'submissions-unshown':
      return `${reason.missing} of ${reason.submitted} pilots that were submitted show in no view ${reason.limitSeconds} s later: the schedd has them under another queue, universe or owner, or has not made jobs of them. See the queue's template; until then one is submitted now and then, to see`;
    case 'chain-moved':
      return movedInWords(reason);
    case 'chain-counted':
      return countedInWords(reason);
    case 'chain-by-status':
      return byStatusInWords(reason);
    case 'chain-stuck':
      return `${reason.plugin} has no answer without ${missingInWords(reason.missing)}`;
    case 'count-impossible':
      return `${reason.count} is ${reason.value}; expected a whole number of 0 or more`;
    case 'short-impossible':
      return `${reason.short} of ${reason.ended} ended pilots are short; expected whole numbers, the first not above the second`;
    default:
      return reason satisfies never;
  }
};
