import { offerKey } from '../../core/model/flavours.ts';
import type {
  EndReply,
  LaunchOutcome,
  LaunchRequest,
  RefusalClass,
  RefusedOrder,
  Said,
} from '../../core/model/launch.ts';
import type { Cloud } from '../../core/ports.ts';

/** What EC2 refused, of which subjects it said the same, and what kind of refusal that is. */
export interface ToldRefusal extends Said {
  readonly of: 'launch' | 'end' | 'wake' | 'sleep';
  /** Who refuses: EC2, or a cloud beside it by its name. */
  readonly by: string;
  readonly class: RefusedOrder['class'];
  readonly subjects: readonly string[];
}

const WHAT: Readonly<Record<ToldRefusal['of'], string>> = {
  launch: '',
  end: 'to end ',
  wake: 'to start ',
  sleep: 'to stop at their power-off ',
};

/** One line for the log. */
export const refusedInWords = ({ of, by, class: kind, subjects, why }: ToldRefusal): string =>
  `${by} refuses ${WHAT[of]}${subjects.join(', ')} (${kind}): ${why}`;

/** Tells somebody of a refusal. */
export type TellRefusal = (refusal: ToldRefusal) => void;

/** A refusal of one thing: an offer, an instance, or launches as such. */
interface Refused extends Said {
  readonly subject: string;
  readonly class: RefusedOrder['class'];
}

/** The class and EC2's code: its sentences about one fact differ in ids and numbers. */
const gist = ({ class: kind, code }: Refused): string => `${kind} ${code}`;

const LAUNCHES = 'all offers';
const ABOUT_NO_OFFER: ReadonlySet<RefusedOrder['class']> = new Set(['throttled', 'caller']);

const offersOf = ({ overrides, market }: LaunchRequest): readonly string[] =>
  overrides.map(({ flavour, zone }) => offerKey({ flavour, zone, market }));

/** What an answer to a launch refuses. */
const saidOf = (outcome: LaunchOutcome, request: LaunchRequest): readonly Refused[] => {
  const whole = (kind: RefusalClass): readonly Refused[] =>
    'code' in outcome ? [{ subject: LAUNCHES, class: kind, code: outcome.code, why: outcome.why }] : [];
  switch (outcome.kind) {
    case 'answered':
      return outcome.refused.map(({ offer, class: kind, code, why }) => ({
        ...{ subject: ABOUT_NO_OFFER.has(kind) ? LAUNCHES : offerKey(offer), class: kind, code, why },
      }));
    case 'rejected': {
      const [subject = LAUNCHES, ...others] = offersOf(request);
      const isFound = others.length === 0;
      return isFound
        ? [{ subject, class: outcome.class, code: outcome.code, why: outcome.why }]
        : whole(outcome.class);
    }
    case 'throttled':
      return whole('throttled');
    case 'unheard':
      return whole('caller');
    case 'mismatched':
      return whole('configuration');
    case 'spent':
    case 'unclear':
      return [];
    default:
      return outcome satisfies never;
  }
};

const WORKERS = 'all workers';

const ofAll = (kind: 'caller' | 'throttled', said: Said | undefined): readonly Refused[] =>
  said === undefined ? [] : [{ subject: WORKERS, class: kind, ...said }];

const saidOfEnds = (reply: EndReply): readonly Refused[] => [
  ...reply.refused.map(
    ({ instanceId, code, why }): Refused => ({ subject: instanceId, class: 'configuration', code, why }),
  ),
  ...ofAll('caller', reply.unheard),
];

/** What was told of each subject, so that it is told once. All of it is remembered: EC2's answers may alternate. */
const memory = (of: ToldRefusal['of'], by: string, tell: TellRefusal) => {
  const known = new Map<string, Set<string>>();
  const isNew = (one: Refused): boolean => known.get(one.subject)?.has(gist(one)) !== true;
  const remember = (one: Refused): void => {
    known.set(one.subject, (known.get(one.subject) ?? new Set()).add(gist(one)));
  };
  return {
    forget: (subject: string) => void known.delete(subject),
    hear(said: readonly Refused[]): void {
      const each = [...new Map(said.map((one) => [`${one.subject} ${gist(one)}`, one])).values()];
      const news = each.filter(isNew);
      for (const one of news) remember(one);
      for (const alike of Map.groupBy(news, gist).values()) {
        const [first] = alike;
        if (first === undefined) continue;
        const { class: kind, code, why } = first;
        tell({ of, by, class: kind, subjects: alike.map(({ subject }) => subject), code, why });
      }
    },
  };
};

/**
 * The same EC2, whose refusals are told: each once of an offer or an instance, until EC2 gives it or ends it. The memory
 * of it lasts as long as its container; a cold start tells once more.
 */
export const toldCloud = (cloud: Cloud, tell: TellRefusal, by = 'EC2'): Cloud => {
  const launches = memory('launch', by, tell);
  const ends = memory('end', by, tell);
  const wakes = memory('wake', by, tell);
  const sleeps = memory('sleep', by, tell);
  /** The offers of the last launch that was refused without naming one; a part of them that is taken says little. */
  let together: ReadonlySet<string> = new Set();
  return {
    ...cloud,
    async launch(request) {
      const outcome = await cloud.launch(request);
      const asked = new Set(offersOf(request));
      if (outcome.kind === 'answered' && outcome.noFleet !== true) {
        for (const { offer } of outcome.launched) launches.forget(offerKey(offer));
        if ([...together].every((offer) => asked.has(offer))) launches.forget(LAUNCHES);
      }
      if (outcome.kind === 'rejected' && ![...asked].every((offer) => together.has(offer))) together = asked;
      launches.hear(saidOf(outcome, request));
      return outcome;
    },
    async wake(wanted, hasTime) {
      const reply = await cloud.wake(wanted, hasTime);
      for (const instanceId of reply.taken) wakes.forget(instanceId);
      if (reply.taken.length > 0) wakes.forget(WORKERS);
      wakes.hear([
        ...reply.refused.map(({ instanceId, class: kind, code, why }) => ({
          ...{ subject: instanceId, class: kind, code, why },
        })),
        ...ofAll('caller', reply.unheard),
        ...ofAll('throttled', reply.throttled),
      ]);
      return reply;
    },
    async letStop(instanceIds, hasTime) {
      const reply = await cloud.letStop(instanceIds, hasTime);
      for (const instanceId of reply.taken) sleeps.forget(instanceId);
      sleeps.hear(saidOfEnds(reply));
      return reply;
    },
    async terminate(instanceIds, hasTime) {
      const reply = await cloud.terminate(instanceIds, hasTime);
      for (const instanceId of reply.taken) ends.forget(instanceId);
      if (reply.taken.length > 0) ends.forget(WORKERS);
      ends.hear(saidOfEnds(reply));
      return reply;
    },
  };
};
