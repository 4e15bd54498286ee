import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import {
  type ChallengeJoin,
  type ChallengeReply,
  type ChallengeRequest,
  challengeText,
} from '../../core/model/challenge.ts';
import type { Lanes } from '../condor/lanes.ts';
import type { Rate } from '../serve/rate.ts';
import { busy, Refused, tooManyProofs } from '../serve/refused.ts';
import { sameAnswers } from '../serve/same-answers.ts';
import type { JoinCaller } from './caller.ts';
import type { WriteChallenge } from './openstack.ts';
import { FRESH_SECONDS } from './proof.ts';

export interface ChallengerOptions {
  readonly pool: string;
  readonly key: Buffer;
  readonly write: WriteChallenge;
  readonly rate: Rate;
  readonly lanes: Lanes;
  /** Seconds since 1970. */
  readonly now: () => number;
  /** Seconds since any moment, that only ever go forward. */
  readonly elapsed: () => number;
}

/** Challenges servers of an OpenStack, and judges their answers. */
export interface Challenger {
  ask(request: ChallengeRequest, caller: JoinCaller): Promise<ChallengeReply>;
  /** What is wrong with an answer; undefined: nothing. */
  mistakeIn(answer: ChallengeJoin): string | undefined;
}

/**
 * Within it a server has one challenge, whoever asks and however often: so nobody takes a worker's away by asking for another
 * one. Nova shows a worker what it had to tell some seconds ago, 15 as it comes.
 */
const ROUND_SECONDS = 60;

/** How long a worker is to look. Together with a round, and twice an answer, it is less than a proof is fresh. */
const LOOK_SECONDS = 120;

/** Challenges of one round that are remembered as written: as many as there are joins. */
const MOST_WRITTEN = 12_000;

/** When to ask again of a cloud that is away. */
const AWAY_SECONDS = 30;

const hex = (hash: { digest(as: 'hex'): string }): string => hash.digest('hex');

const isSame = (one: string, other: string): boolean =>
  one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));

/**
 * A challenge follows from a secret of the endpoint's, the server and the round: nothing has to be kept of it, and an endpoint
 * that is started anew takes the answer to what it asked before. That each is answered once is the joined file's affair (join.ts).
 */
export const challenger = (options: ChallengerOptions): Challenger => {
  const { pool, key, write, rate, lanes, now, elapsed } = options;
  const challengeOf = (instanceId: string, issuedAt: number): string =>
    createHmac('sha256', key).update(`${pool} ${instanceId} ${issuedAt}`).digest('base64url');
  const written = sameAnswers<void>({ seconds: ROUND_SECONDS, most: MOST_WRITTEN, elapsed });

  const challenge = async (instanceId: string, issuedAt: number): Promise<void> => {
    const done = await write(instanceId, challengeOf(instanceId, issuedAt), now());
    if (done.kind === 'refused') throw new Refused(403, done.why);
    if (done.kind === 'unreachable') {
      throw new Refused(503, `The server cannot be challenged: ${done.why}. Ask again later.`, AWAY_SECONDS);
    }
  };

  const inTurn = async (instanceId: string, issuedAt: number, hasHungUp: () => boolean): Promise<void> => {
    const passed = await lanes.pass(() => challenge(instanceId, issuedAt), hasHungUp);
    if (passed.kind !== 'done') throw busy();
  };

  const answerTo = async ({ instanceId, pool: asked }: ChallengeRequest, hasHungUp: () => boolean) => {
    if (asked !== pool)
      throw new Refused(403, `The worker is of the pool ${asked}, and this one is ${pool}.`);
    const issuedAt = Math.floor(now() / ROUND_SECONDS) * ROUND_SECONDS;
    await written(
      `${instanceId} ${issuedAt}`,
      (haveAllGone) => inTurn(instanceId, issuedAt, haveAllGone),
      hasHungUp,
    );
    const sha256 = hex(createHash('sha256').update(challengeOf(instanceId, issuedAt)));
    return { issuedAt, sha256, seconds: LOOK_SECONDS };
  };

  return {
    async ask(request, { address, hasHungUp }) {
      if (!rate.admits(address)) throw tooManyProofs();
      try {
        return await answerTo(request, hasHungUp);
      } catch (error) {
        if (error instanceof Refused && error.status < 500) rate.refused(address);
        throw error;
      }
    },
    mistakeIn(given) {
      const { instanceId, issuedAt, answer } = given;
      if (given.pool !== pool) return `The answer is for another pool than ${pool}.`;
      const age = Math.round(now() - issuedAt);
      if (Math.abs(age) > FRESH_SECONDS)
        return `The challenge is ${age} s old, limit ${FRESH_SECONDS} s; ask for another one.`;
      const expected = createHmac('sha256', challengeOf(instanceId, issuedAt)).update(challengeText(given));
      return isSame(answer, hex(expected))
        ? undefined
        : `That is no answer to the challenge that ${instanceId} was given; ask for another one.`;
    },
  };
};
