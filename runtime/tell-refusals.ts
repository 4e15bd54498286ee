import { offerKey } from '../core/flavours.ts';
import type { Cloud, EndReply, LaunchOutcome } from '../core/ports.ts';
import type { LaunchRequest } from '../core/records.ts';
import type { RefusalClass } from '../core/refusals.ts';

/** What EC2 refused, of which subjects it said the same, and what kind of refusal that is. */
export interface ToldRefusal {
  readonly of: 'launch' | 'end';
  readonly class: RefusalClass;
  readonly subjects: readonly string[];
  readonly why: string;
}

/** One line for the log. */
export const refusedInWords = ({ of, class: kind, subjects, why }: ToldRefusal): string =>
  `EC2 refuses ${of === 'end' ? 'to end ' : ''}${subjects.join(', ')} (${kind}): ${why}`;

/** Tells somebody of a refusal. */
export type TellRefusal = (refusal: ToldRefusal) => void;

/** EC2's words without its ids and numbers: its answers to one fact differ in these alone. */
const gist = (kind: RefusalClass, why: string): string => `${kind} ${why.split(':', 1)[0] ?? why}`;

/** A refusal of one thing: an offer, an instance, or launches as such. */
interface Said {
  readonly subject: string;
  readonly class: RefusalClass;
  readonly why: string;
}

const LAUNCHES = 'all offers';

/** What an answer to a launch refuses, and of which of its subjects it says that they are had. */
const saidOf = (
  outcome: LaunchOutcome,
  { overrides, market }: LaunchRequest,
): { readonly said: readonly Said[]; readonly had: readonly string[] } => {
  const offers = overrides.map(({ flavour, zone }) => offerKey({ flavour, zone, market }));
  const whole = (kind: RefusalClass, why: string) => ({
    said: [{ subject: LAUNCHES, class: kind, why }],
    had: [],
  });
  switch (outcome.kind) {
    case 'answered': {
      const said = outcome.refused.map(({ offer, class: kind, why }) => ({
        ...{ subject: offerKey(offer), class: kind, why },
      }));
      const had = outcome.launched.map(({ offer }) => offerKey(offer));
      return { said, had: outcome.noFleet ? had : [...had, LAUNCHES] };
    }
    case 'rejected': {
      const [only] = offers;
      return offers.length === 1 && only !== undefined
        ? { said: [{ subject: only, class: outcome.class, why: outcome.why }], had: [] }
        : whole(outcome.class, outcome.why);
    }
    case 'throttled':
      return whole('throttled', outcome.why);
    case 'unheard':
      return whole('caller', outcome.why);
    case 'mismatched':
      return whole('configuration', outcome.why);
    case 'spent':
    case 'unclear':
      return { said: [], had: [] };
    default:
      return outcome satisfies never;
  }
};

const saidOfEnds = ({ refused }: EndReply): readonly Said[] =>
  refused.map(({ instanceId, why }) => ({ subject: instanceId, class: 'configuration', why }));

/**
 * The same EC2, whose refusals are told: each once, until EC2 says something else of that offer or instance. The memory of
 * it lasts as long as its container; a cold start tells once more.
 */
export const toldCloud = (cloud: Cloud, tell: TellRefusal): Cloud => {
  const known = new Map<string, string>();
  const hear = (of: ToldRefusal['of'], said: readonly Said[]): void => {
    const news = said.filter(({ subject, class: kind, why }) => known.get(subject) !== gist(kind, why));
    for (const { subject, class: kind, why } of news) known.set(subject, gist(kind, why));
    for (const alike of Map.groupBy(news, ({ class: kind, why }) => gist(kind, why)).values()) {
      const [first] = alike;
      if (first === undefined) continue;
      tell({ of, class: first.class, subjects: alike.map(({ subject }) => subject), why: first.why });
    }
  };
  return {
    ...cloud,
    async launch(request) {
      const outcome = await cloud.launch(request);
      const { said, had } = saidOf(outcome, request);
      for (const subject of had) known.delete(subject);
      hear('launch', said);
      return outcome;
    },
    async terminate(instanceIds) {
      const reply = await cloud.terminate(instanceIds);
      for (const instanceId of reply.taken) known.delete(instanceId);
      hear('end', saidOfEnds(reply));
      return reply;
    },
  };
};
