import { createHash } from 'node:crypto';
import type { ChallengeJoin } from '../../core/model/challenge.ts';
import type { JoinReply, JoinRequest } from '../../core/model/pool.ts';
import type { Condor } from '../condor/condor.ts';
import type { Lanes } from '../condor/lanes.ts';
import type { Config } from '../config.ts';
import type { Bucket } from '../serve/bucket.ts';
import type { Once } from '../serve/once.ts';
import type { Rate } from '../serve/rate.ts';
import { busy, noOpenStack, outage, Refused, tooManyProofs } from '../serve/refused.ts';
import type { SameAnswers } from '../serve/same-answers.ts';
import { tokenIssuer } from '../templates/credential.ts';
import type { JoinCaller } from './caller.ts';
import type { Challenger } from './challenge.ts';
import { proofMistake } from './proof.ts';
import type { AskSts } from './sts.ts';

/** A worker says who it is: by a request that it has signed for STS, or by answering a challenge. */
export type AnyJoin = JoinRequest | ChallengeJoin;

export interface JoinOptions {
  readonly config: Pick<Config, 'pool' | 'sts' | 'joining'>;
  readonly condor: Condor;
  readonly askSts: AskSts;
  /** Absent: the endpoint knows no OpenStack. */
  readonly challenger?: Pick<Challenger, 'mistakeIn'> | undefined;
  /** Calls to STS that may still be made. */
  readonly stsCalls: Bucket;
  readonly joined: Once;
  /** Hears of each try to write into the state folder. */
  readonly onState: (isWritable: boolean) => void;
  readonly rate: Rate;
  readonly lanes: Lanes;
  readonly answers: SameAnswers<JoinReply>;
  /** Seconds since 1970. */
  readonly now: () => number;
  /** Seconds since any moment, that only ever go forward. */
  readonly elapsed: () => number;
}

/** Arguments that make the token of an instance: its own identity, and what joining needs and no more. */
export const tokenArgs = (
  instanceId: string,
  { pool, joining }: JoinOptions['config'],
): readonly string[] => [
  '-identity',
  `${instanceId}@${pool}`,
  '-authz',
  'ADVERTISE_STARTD',
  '-authz',
  'ADVERTISE_MASTER',
  '-lifetime',
  String(joining.tokenSeconds),
  ...(joining.key === undefined ? [] : ['-key', joining.key]),
];

const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** HTCondor signs for its TRUST_DOMAIN of this moment, which may follow from a name service that is down. */
const tokenMistake = (token: string, pool: string): string | undefined => {
  if (!TOKEN.test(token)) return 'printed something else than a token';
  const issuer = tokenIssuer(token);
  return issuer === pool
    ? undefined
    : `signed for TRUST_DOMAIN ${JSON.stringify(issuer)}, expected ${JSON.stringify(pool)}`;
};

const ASSUMED_ROLE = /^arn:aws[a-z-]*:sts::(\d{12}):assumed-role\/([\w+=,.@-]{1,64})\/([\w+=,.@-]{2,64})$/;

/** EC2 names the session of an instance's role after the instance; nobody on the instance can choose another name. */
const callerMistake = (
  caller: { readonly account: string; readonly arn: string },
  instanceId: string,
  { account, roles }: JoinOptions['config']['sts'],
): string | undefined => {
  const [, arnAccount, role = '', session] = ASSUMED_ROLE.exec(caller.arn) ?? [];
  if (arnAccount === undefined) return 'The proof is signed by something else than the role of an instance.';
  if (caller.account !== account || arnAccount !== account) return 'The proof is signed in another account.';
  if (!roles.includes(role))
    return `The proof is signed with the role ${role}, which no worker of this pool has.`;
  if (session !== instanceId) return `The proof is signed by ${session}, not by ${instanceId}.`;
  return undefined;
};

/** The same for the same proof, and for no other: in whatever order its fields came, parsed they have the schema's. */
const hashOf = (request: AnyJoin): string =>
  createHash('sha256').update(JSON.stringify(request)).digest('hex');

/** Long after the last token that an instance may have had has ended, its name need not be kept. */
const KEPT_LIVES = 2;
const TIDY_SECONDS = 86_400;

/** When to ask again: an admin may have made room by then, or a bucket has filled. */
const STATE_SECONDS = 30;

const whyOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Gives a worker that proves who it is its own token, once in that token's life; and the same answer to the same proof while that is fresh. */
export const joiner = (options: JoinOptions) => {
  const { config, condor, now, joined } = options;
  const stsHost = new URL(config.sts.url).host;

  const mistakeIn = (request: AnyJoin): string | undefined => {
    if ('headers' in request) return proofMistake(request, { pool: config.pool, stsHost }, now());
    if (options.challenger === undefined) throw noOpenStack();
    return options.challenger.mistakeIn(request);
  };

  const proveBySts = async (request: JoinRequest) => {
    if (!options.stsCalls.take()) throw busy();
    const caller = await options.askSts(request.headers);
    if (caller.kind === 'unreachable') throw new Refused(503, `${caller.why}. Ask again later.`);
    if (caller.kind === 'refused') throw new Refused(403, 'STS does not accept the proof; sign a new one.');
    const why = callerMistake(caller, request.instanceId, config.sts);
    if (why !== undefined) throw new Refused(403, why);
  };

  let tidiedAt = Number.NEGATIVE_INFINITY;
  /** After a proof and not at a start, where the clock may not be right yet: STS has just shown that it is. Nobody waits for it. */
  const tidyUp = () => {
    if (options.elapsed() - tidiedAt < TIDY_SECONDS) return;
    tidiedAt = options.elapsed();
    void joined.forgetOlder(KEPT_LIVES * config.joining.tokenSeconds).catch(() => {});
  };

  const take = async (instanceId: string, by: string) => {
    try {
      // One that slept longer than its token lasts has none.
      const taken = await joined.take(instanceId, by, config.joining.tokenSeconds);
      options.onState(true);
      tidyUp();
      return taken;
    } catch (error) {
      options.onState(false);
      throw new Refused(
        503,
        `The endpoint cannot write into its state folder (${whyOf(error)}); nothing was given out. The pool's admin has to make room there.`,
        STATE_SECONDS,
      );
    }
  };

  const mint = async (instanceId: string): Promise<JoinReply> => {
    const expiresAt = Math.floor(now()) + config.joining.tokenSeconds;
    const { keyDirectory } = config.joining;
    const environment = keyDirectory === undefined ? {} : { _CONDOR_SEC_PASSWORD_DIRECTORY: keyDirectory };
    const answer = await condor('condor_token_create', tokenArgs(instanceId, config), {
      environment,
      yields: true,
    });
    if (!answer.ok) throw outage(answer.why);
    const token = answer.stdout.trim();
    const mistake = tokenMistake(token, config.pool);
    if (mistake !== undefined) throw outage(`condor_token_create: ${mistake}`);
    return { token, expiresAt };
  };

  const admit = async (request: AnyJoin, by: string): Promise<JoinReply> => {
    // A challenge is proved by its answer alone.
    if ('headers' in request) await proveBySts(request);
    const { instanceId } = request;
    const taken = await take(instanceId, by);
    if (taken === 'taken') {
      throw new Refused(
        409,
        `${instanceId} has had its token; a worker gets one, and another only when that has ended. Launch a new worker.`,
      );
    }
    try {
      return await mint(instanceId);
    } catch (error) {
      // What cannot be given back is this proof's still, and the worker asks again with it.
      if (taken === 'first') await joined.giveBack(instanceId).catch(() => {});
      throw error;
    }
  };

  const inTurn = async (request: AnyJoin, by: string, hasHungUp: () => boolean): Promise<JoinReply> => {
    const passed = await options.lanes.pass(() => admit(request, by), hasHungUp);
    if (passed.kind === 'done') return passed.value;
    // Nothing is used up; whoever has hung up does not hear it.
    throw busy();
  };

  const answerTo = async (request: AnyJoin, caller: JoinCaller): Promise<JoinReply> => {
    const mistake = mistakeIn(request);
    if (mistake !== undefined) throw new Refused(403, mistake);
    const by = hashOf(request);
    // A worker that has hung up and asks again waits for the same turn.
    return options.answers(by, (haveAllHungUp) => inTurn(request, by, haveAllHungUp), caller.hasHungUp);
  };

  return async (request: AnyJoin, caller: JoinCaller): Promise<JoinReply> => {
    const { rate } = options;
    if (!rate.admits(caller.address)) throw tooManyProofs();
    try {
      const reply = await answerTo(request, caller);
      rate.proved(caller.address);
      return reply;
    } catch (error) {
      if (error instanceof Refused && error.status < 500) rate.refused(caller.address);
      throw error;
    }
  };
};
