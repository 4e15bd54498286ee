import * as z from 'zod';
import type { Offer } from '../../../core/model/flavours.ts';
import type { Launched, LaunchOutcome, LaunchRequest, Refusal } from '../../../core/model/launch.ts';
import { TAG } from '../../../core/model/names.ts';
import type { Template } from '../../../core/model/templates.ts';
import type { Failure } from './answer.ts';
import { type Batch, classOf, create, type Recipe } from './create.ts';
import { byLabels } from './look.ts';
import type { Nova } from './nova.ts';
import { type Permit, permitOf } from './permit.ts';

/** Nova finds hosts for all of one request or for none of it, so a launch is asked for in parts. */
const BATCH = 20;

/** What servers are launched from, by the name that core has for it; undefined: nobody knows it. */
export type Recipes = (template: Template) => Promise<Recipe | undefined>;

type Place = LaunchRequest['overrides'][number];

const flavors = z.object({ flavors: z.array(z.object({ id: z.string(), name: z.string() })) });

/** Ids of flavours by their names, or how asking for them failed. */
const flavourIds = async (nova: Nova): Promise<ReadonlyMap<string, string> | Failure> => {
  const answer = await nova.ask({ method: 'GET', path: '/flavors/detail' });
  if (answer.kind !== 'done') return answer;
  const parsed = flavors.safeParse(answer.body);
  if (!parsed.success)
    return { kind: 'unclear', why: "Nova's answer to /flavors/detail is none of flavours" };
  return new Map(parsed.data.flavors.map(({ id, name }) => [name, id]));
};

/** What a launch has come to so far. */
interface Tally {
  readonly launched: Launched[];
  readonly refused: Refusal[];
}

/** Nothing has been asked for yet: a failure says nothing of the launch, which is asked for again. */
const notAsked = (failure: Failure): LaunchOutcome => {
  if (failure.kind === 'throttled') return failure;
  if (failure.kind === 'refused') return { ...failure, kind: 'rejected', class: 'configuration' };
  return {
    kind: 'unheard',
    code: failure.kind === 'unclear' ? 'unanswered' : failure.code,
    why: failure.why,
  };
};

const offerOf = ({ flavour, zone }: Place): Offer => ({ flavour, zone, market: 'on-demand' });

const refuse = (tally: Tally, place: Place, of: Omit<Refusal, 'offer'>): void => {
  tally.refused.push({ offer: offerOf(place), class: of.class, code: of.code, why: of.why });
};

/** Why a launch goes no further: nobody knows what a request came to, or Nova takes no more. */
type Halt = Exclude<Failure, { kind: 'refused' }>;

/** Asks for servers of one offer, part by part, until the launch is full or there are no more of it. */
const fill = async (
  nova: Nova,
  batch: Omit<Batch, 'count'>,
  tally: Tally,
  hasTime: () => boolean,
): Promise<Halt | undefined> => {
  const { request, place } = batch;
  for (;;) {
    const left = request.count - tally.launched.length;
    if (left === 0 || (tally.launched.length > 0 && !hasTime())) return undefined;
    const count = Math.min(BATCH, left);
    const created = await create(nova, { ...batch, count });
    if (created.kind === 'refused') {
      refuse(tally, place, { ...created, class: await classOf(nova, created, place.zone) });
      return undefined;
    }
    if (created.kind !== 'made') return created;
    tally.launched.push(...created.ids.map((instanceId) => ({ instanceId, offer: offerOf(place) })));
    if (created.ids.length === count) continue;
    const why = `Nova made ${created.ids.length} of ${count}: the quota has no room for more`;
    refuse(tally, place, { class: 'quota', code: 'quota', why });
    return undefined;
  }
};

/** Goes through the offers in their order. */
const fillAll = async (
  nova: Nova,
  permit: Permit,
  common: Pick<Batch, 'request' | 'recipe' | 'seconds'>,
  hasTime: () => boolean,
): Promise<LaunchOutcome> => {
  const ids = await flavourIds(nova);
  if ('kind' in ids) return notAsked(ids);
  const { request } = common;
  const tally: Tally = { launched: [], refused: [] };
  for (const place of request.overrides) {
    if (tally.launched.length === request.count) break;
    const flavourId = ids.get(place.flavour);
    if (flavourId === undefined) {
      const why = `the cloud has no flavour ${place.flavour}`;
      refuse(tally, place, { class: 'unsupported', code: 'flavour', why });
      continue;
    }
    const halt = await fill(nova, { ...common, place, flavourId, permit: permit.name }, tally, hasTime);
    if (halt?.kind === 'unclear') return halt;
    if (halt === undefined) continue;
    if (tally.launched.length === 0) return notAsked(halt);
    refuse(tally, place, { ...halt, class: halt.kind });
    break;
  }
  return { kind: 'answered', ...tally };
};

const spent = (why: string): LaunchOutcome => ({ kind: 'spent', code: 'asked-before', why });

/** Nova knows nothing of spot. */
const onlyOnDemand = (request: LaunchRequest): LaunchOutcome => ({
  kind: 'answered',
  launched: [],
  refused: request.overrides.map(({ flavour, zone }) => ({
    offer: { flavour, zone, market: request.market },
    class: 'unsupported',
    code: 'market',
    why: 'OpenStack has no spot market',
  })),
});

/** A fleet of the same name in another stage has the same launch ids. */
const labelsOfLaunch = ({ launchId, tags }: LaunchRequest): Readonly<Record<string, string>> => {
  const stage = tags[TAG.stage];
  return { [TAG.launch]: launchId, ...(stage === undefined ? {} : { [TAG.stage]: stage }) };
};

/** Nova's refusal of a request whose permit was withdrawn meanwhile, by whoever asked for the same launch. */
const isWithdrawn = (outcome: LaunchOutcome): boolean =>
  outcome.kind === 'answered' && outcome.refused.some(({ why }) => /key_name/.test(why));

const hasMade = (outcome: LaunchOutcome): boolean =>
  outcome.kind === 'answered' && outcome.launched.length > 0;

/**
 * Launches servers, each launch at most once (permit.ts). What of it is there already, from an answer that was lost, is found
 * by its label before anything is asked for. After `seconds` no further part is begun: the answer has what there is.
 */
export const launch = async (
  nova: Nova,
  recipes: Recipes,
  request: LaunchRequest,
  seconds: number,
): Promise<LaunchOutcome> => {
  const over = AbortSignal.timeout(1_000 * seconds);
  if (request.market !== 'on-demand') return onlyOnDemand(request);
  const recipe = await recipes(request.template);
  if (recipe === undefined) {
    const why = `nobody knows the recipe ${request.template.id} ${request.template.version}`;
    return { kind: 'rejected', class: 'configuration', code: 'recipe', why };
  }
  const permit = permitOf(nova, request.clientToken);
  const taken = await permit.take();
  if (taken.kind === 'closed') return spent(`key pair ${permit.name}: this launch was asked for before`);
  if (taken.kind !== 'done') return notAsked(taken);
  const there = await byLabels(nova, labelsOfLaunch(request), 0);
  if (there.kind === 'unknown' || there.value.length > 0) {
    await permit.giveBack();
    return there.kind === 'unknown'
      ? notAsked({ kind: 'unclear', why: there.why })
      : spent(`${there.value.length} servers of this launch are there`);
  }
  const outcome = await fillAll(nova, permit, { request, recipe, seconds }, () => !over.aborted);
  if (outcome.kind === 'unclear') await permit.close();
  // What was made is not written down yet, and a list may not show it: the permit stays until it is.
  else if (!hasMade(outcome)) await permit.giveBack();
  return isWithdrawn(outcome)
    ? spent(`key pair ${permit.name} was withdrawn: this launch was asked for twice`)
    : outcome;
};
