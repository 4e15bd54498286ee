import type { Reason } from '../../model/reason.ts';
import type { Doubt } from '../../observe/belief.ts';
import type { Fleet, Member } from '../../observe/fleet.ts';
import { isSmaller } from '../../observe/seen-rooms.ts';
import type { Situation } from '../../observe/situation.ts';
import { unmatchedFor } from '../../observe/unmatched.ts';

const DOUBTS = {
  contradictory: 'workers-contradictory',
  boastful: 'workers-boastful',
  elsewhere: 'workers-elsewhere',
} as const satisfies Readonly<Record<Exclude<Doubt, 'unreadable'>, Reason['kind']>>;

/** What is told of a fleet's odd workers, and its metrics. */
interface Odd {
  readonly why: readonly Reason[];
  readonly counts: Readonly<Record<string, number>>;
}

const NOTHING_ODD: Odd = { why: [], counts: {} };

interface Named {
  readonly instanceId: string;
}

/** How many they are, and the first; undefined if there is none. */
const some = (found: readonly Named[]) => {
  const [first] = found;
  return first === undefined ? undefined : { workers: found.length, instanceId: first.instanceId };
};

const counted = (name: string, count: number): Readonly<Record<string, number>> =>
  count === 0 ? {} : { [name]: count };

const idOf = ({ record }: Member): Named => record;

/** Ads that are not believed, and machines that nobody knows. */
const disbelieved = ({ members, unknown = [] }: Fleet): Odd => {
  const doubted = members.filter(({ doubt }) => doubt !== undefined);
  const why: Reason[] = [];
  for (const doubt of ['contradictory', 'boastful', 'elsewhere'] as const) {
    const those = some(doubted.filter((member) => member.doubt === doubt).map(idOf));
    if (those !== undefined) why.push({ kind: DOUBTS[doubt], ...those });
  }
  const unread = doubted.filter(({ doubt }) => doubt === 'unreadable');
  const those = some(unread.map(idOf));
  if (those !== undefined)
    why.push({ kind: 'workers-unreadable', ...those, words: unread[0]?.unreadable ?? '' });
  const strange = some(unknown);
  if (strange !== undefined) why.push({ kind: 'workers-unknown', ...strange });
  return { why, counts: counted('workersDisbelieved', doubted.length + unknown.length) };
};

/** Machines that offer less than was planned when they were launched. */
const small = ({ members }: Fleet): Odd => {
  const found = members.filter(
    ({ record, pool, doubt }) =>
      pool !== undefined && doubt === undefined && isSmaller(pool.total, record.offers),
  );
  const [first] = found;
  if (first?.pool === undefined) return NOTHING_ODD;
  const { instanceId, offer, offers: expected } = first.record;
  const of = { workers: found.length, instanceId, flavour: offer.flavour };
  return {
    why: [{ kind: 'workers-small', ...of, has: first.pool.total, expected }],
    counts: counted('workersSmall', found.length),
  };
};

/** Workers to whose free room pilots are not matched, whether it is counted on or not. */
const roomless = ({ fleet: { members }, facts }: Situation): Odd => {
  const found = members.filter((member) => unmatchedFor(member, facts.viewedAt) > 0);
  const those = some(found.map(idOf));
  const [first] = found;
  if (first === undefined || those === undefined) return NOTHING_ODD;
  const seconds = Math.round(unmatchedFor(first, facts.viewedAt));
  return {
    why: [{ kind: 'workers-unmatched', ...those, seconds }],
    counts: counted('workersUnmatched', found.length),
  };
};

/** Workers on which pilots end at once. */
const holes = ({ fleet: { members }, pilots, blackHoles }: Situation): Odd => {
  const found = members.filter(({ record }) => blackHoles.has(record.instanceId));
  const those = some(found.map(idOf));
  const ended = found[0]?.pool?.ended;
  if (those === undefined || ended === undefined) return NOTHING_ODD;
  const { shortSeconds } = pilots.ended;
  return {
    why: [{ kind: 'workers-black-hole', ...those, short: ended.short, ended: ended.count, shortSeconds }],
    counts: counted('workersBlackHole', found.length),
  };
};

/** Tells what is odd about a fleet's workers, every kind once: nothing else hangs on it. */
export const oddWorkers = (situation: Situation): Odd => {
  const { fleet } = situation;
  const all = [disbelieved(fleet), small(fleet), roomless(situation), holes(situation)];
  return {
    why: all.flatMap(({ why }) => why),
    counts: Object.assign({}, ...all.map(({ counts }) => counts)),
  };
};
