import { type Market, offerKey } from '../../../core/model/flavours.ts';
import { stream } from '../../clock/random.ts';
import { allocate, type Candidate, hourlyPrice, tiers } from './allocation.ts';
import type { FleetGrant, FleetLack, FleetReply, FleetRequest, Override } from './calls.ts';
import { reservationIdOf, uuidOf } from './instance.ts';
import type { Launching, Place } from './launching.ts';
import type { SecondUse } from './options.ts';
import { Ec2Refusal, wordsOf } from './refusal.ts';
import { clientTokens } from './tokens.ts';

/** What a fleet of type `instant` may tag. */
const TAGGABLE = ['fleet', 'instance', 'volume', 'network-interface'];
/** EC2 lets an override without a priority come last. */
const LAST = Number.MAX_SAFE_INTEGER;

/** An override on one market. */
interface Option {
  readonly override: Override;
  readonly place: Place;
}

interface Part {
  readonly market: Market;
  readonly candidates: readonly Candidate<Option>[];
}

/** The overrides on each market that the request wants something of; refuses those that cannot be. */
const partsOf = (launching: Launching, request: FleetRequest): readonly Part[] =>
  (['on-demand', 'spot'] as const)
    .filter((market) => request.target[market] > 0)
    .map((market) => ({
      market,
      candidates: request.overrides.map((override) => {
        const place = launching.place(override, market);
        const price = hourlyPrice(launching.seed, place.offer, place.flavour);
        return { of: { override, place }, price, priority: override.priority ?? LAST };
      }),
    }));

/** EC2's pool is a type in a zone on a market, whatever the subnet; a fleet that has one twice is refused. */
const checkPools = (parts: readonly Part[]): void => {
  for (const { candidates } of parts) {
    const pools = candidates.map(({ of }) => offerKey(of.place.offer));
    if (new Set(pools).size < pools.length) {
      throw new Ec2Refusal(
        'InvalidFleetConfig',
        'The fleet configuration contains duplicate instance pools.',
      );
    }
  }
};

/** EC2 starts the instances of a fleet itself, and where it throttles itself at that, the answer says so for each place. */
const throttledEverywhere = (parts: readonly Part[]): readonly FleetLack[] =>
  parts.flatMap(({ market, candidates }) =>
    candidates.map(({ of }) => ({
      ...{ override: of.override, market, code: 'RequestLimitExceeded' },
      message: wordsOf('RequestLimitExceeded', of.place.offer),
    })),
  );

/** Fills one market's target, and begins what was granted. */
const fill = (
  launching: Launching,
  request: FleetRequest,
  { market, candidates }: Part,
  launch: {
    readonly scope: string;
    readonly fleetId: string;
    readonly tags: Readonly<Record<string, string>>;
    readonly firstIndex: number;
  },
): { readonly instances: readonly FleetGrant[]; readonly errors: readonly FleetLack[] } => {
  const { store, seed } = launching;
  const { scope, fleetId } = launch;
  const target = request.target[market];
  const tiered = tiers(request.strategy[market], candidates, (of) => store.room(of).count >= target);
  const turn = Math.floor(stream(seed, 'turn', scope)() * 1000);
  const { grants, lacks } = allocate<Option>(tiered, target, store, turn);
  const tags = { ...launch.tags, 'aws:ec2:fleet-id': fleetId };
  let firstIndex = launch.firstIndex;
  const instances = grants.map(({ of: { override, place }, count }) => {
    const reservationId = reservationIdOf(seed, `${scope}/${firstIndex}`);
    const batch = { place, scope, firstIndex, count, reservationId, clientToken: fleetId, tags };
    firstIndex += count;
    const instanceIds = launching.begin(batch).map((instance) => instance.instanceId);
    return { override, market, zone: place.offer.zone, instanceIds };
  });
  return { instances, errors: lacks.map(({ of, lack }) => ({ override: of.override, market, ...lack })) };
};

/** The answer to a token that was used before, with the same parameters. */
const again = (first: FleetReply, secondUse: SecondUse): FleetReply => {
  switch (secondUse) {
    case 'the first answer':
      return first;
    case 'refused':
      throw new Ec2Refusal('IdempotentParameterMismatch', 'The client token has been used already.');
    case 'empty':
      return { fleetId: first.fleetId, instances: [], errors: [] };
    default:
      return secondUse satisfies never;
  }
};

/** CreateFleet of type `instant`: one attempt, whose answer may be partial or empty; only bad requests are refused. */
export const createFleet = (launching: Launching) => {
  const tokens = clientTokens<FleetRequest, FleetReply>();
  let untokened = 0;
  return (request: FleetRequest): FleetReply => {
    launching.throttle.admit('createFleet');
    launching.refusing.checkCall('CreateFleet');
    const replayed = tokens.replay(request.clientToken, 'region', request);
    if (replayed !== undefined) return again(replayed, launching.secondUse);
    const parts = partsOf(launching, request);
    const template = parts[0]?.candidates[0]?.of.place.template;
    if (template === undefined) {
      throw new Ec2Refusal('InvalidParameterValue', 'A fleet needs a target of at least 1 and an override.');
    }
    checkPools(parts);
    launching.refusing.checkFleet(
      parts.flatMap(({ candidates }) => candidates.map(({ of }) => of.place.offer)),
    );
    const tags = launching.instanceTags(request.tagSpecifications, TAGGABLE, template);
    const asked = request.target.spot + request.target['on-demand'];
    const isStarted = launching.throttle.takes('launched', asked);

    if (request.clientToken === undefined) untokened += 1;
    const scope = `fleet/${request.clientToken ?? `untokened-${untokened}`}`;
    const fleetId = `fleet-${uuidOf(launching.seed, scope)}`;
    const instances: FleetGrant[] = [];
    const errors: FleetLack[] = [];
    if (!isStarted) errors.push(...throttledEverywhere(parts));
    for (const part of isStarted ? parts : []) {
      const firstIndex = instances.reduce((sum, grant) => sum + grant.instanceIds.length, 0);
      const filled = fill(launching, request, part, { scope, fleetId, tags, firstIndex });
      instances.push(...filled.instances);
      errors.push(...filled.errors);
    }
    const reply = { fleetId, instances, errors };
    tokens.keep(request.clientToken, 'region', request, reply);
    return reply;
  };
};
