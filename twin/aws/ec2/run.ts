import type { RunReply, RunRequest } from './calls.ts';
import { reservationIdOf } from './instance.ts';
import type { Launching } from './launching.ts';
import { Ec2Refusal, namelessWords, statusOf } from './refusal.ts';
import { clientTokens } from './tokens.ts';

const TAGGABLE = ['instance', 'volume', 'network-interface', 'spot-instances-request'];

/** RunInstances: the largest number from `minCount` to `maxCount`, or none. */
export const runInstances = (launching: Launching) => {
  const tokens = clientTokens<RunRequest, RunReply>();
  let untokened = 0;
  return (request: RunRequest): RunReply => {
    launching.throttle.admit('runInstances');
    if (request.minCount < 1 || request.maxCount < request.minCount) {
      throw new Ec2Refusal(
        'InvalidParameterValue',
        'MinCount must be at least 1, and MaxCount at least MinCount.',
      );
    }
    const place = launching.place(request, request.market);
    // With a subnet the token counts in its zone only: in another zone the same token launches again.
    const replayed = tokens.replay(request.clientToken, place.offer.zone, request);
    if (replayed !== undefined) {
      // A token whose instances have all ended answers no more. Seen in public reports since January 2025.
      if (replayed.instances.some(({ life }) => life.kind !== 'terminated')) return replayed;
      const code = 'IdempotentInstanceTerminated';
      throw new Ec2Refusal(code, namelessWords(code), statusOf(code));
    }
    const tags = launching.instanceTags(request.tagSpecifications, TAGGABLE, place.template);
    const { count: room, lack } = launching.store.room({ place });
    if (room < request.minCount && lack !== undefined) {
      throw new Ec2Refusal(lack.code, lack.message, statusOf(lack.code));
    }
    launching.throttle.admit('launched', request.maxCount);

    if (request.clientToken === undefined) untokened += 1;
    const scope = `run/${place.offer.zone}/${request.clientToken ?? `untokened-${untokened}`}`;
    const reservationId = reservationIdOf(launching.seed, scope);
    const count = Math.min(request.maxCount, room);
    const clientToken = request.clientToken ?? '';
    launching.store.take({ place }, count);
    const batch = { place, scope, firstIndex: 0, count, reservationId, clientToken, tags };
    const reply = { reservationId, instances: launching.begin(batch) };
    tokens.keep(request.clientToken, place.offer.zone, request, reply);
    return reply;
  };
};
